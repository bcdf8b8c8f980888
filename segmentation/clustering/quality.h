// How compact and how far apart the clusters of a division are, as geometry
// sees it: indices that need no engine and no redrawing.
//
//   T. Calinski and J. Harabasz, "A dendrite method for cluster analysis",
//   Comm. in Statistics 3(1), 1974.
//   D. L. Davies and D. W. Bouldin, "A cluster separation measure", IEEE PAMI
//   1(2), 1979.
//   P. J. Rousseeuw, "Silhouettes", J. Comput. Appl. Math. 20, 1987.
//
// Distances are taken over what is known: over the attributes that a row and
// the centroid have, or for a mean over rows, attribute by attribute over the
// rows that know it. Between rows with different holes they are rescaled to the
// weight of all attributes. Weights count as repetitions. Rows with a negative
// label or without a weight are passed over.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_QUALITY_H_
#define CIBLE_SEGMENTATION_CLUSTERING_QUALITY_H_

#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"
#include "segmentation/data/samples.h"

namespace cible {

// The features [begin, begin + count) of one attribute.
struct FeatureRange {
  int begin = 0;
  int count = 0;
};

// Rows as points in space.
struct Geometry {
  std::vector<FeatureRange> attributes;
  std::vector<double> omega;    // Weight of each attribute.
  FloatMatrix features;         // n x features; 0 where unknown.
  ByteMatrix known;             // n x attributes.
  std::vector<double> weights;  // n.

  int count() const { return features.rows(); }
};

// The features of the samples. Those of a MIXTURE encoding are brought to the
// scale of KMEANS first: each attribute has the variance omega in all, and a
// point mass lies where its value does (one without a logarithm, a standard
// deviation below the least number). O(n features).
Geometry GeometryOf(const Samples& samples, const Encoder& encoder);

// Complete rows of weight 1, every column an attribute of weight 1.
Geometry GeometryOf(FloatMatrix features);

struct Quality {
  // (B / (k - 1)) / (W / (n - k)), B and W the sums of squares between and
  // within; the higher the better. 0 when k < 2 or n <= k.
  double calinski_harabasz = 0;
  // Mean over clusters of the largest (s_a + s_b) / d_ab, s the mean distance to
  // the centroid, d that between centroids; the lower the better. 0 when k < 2,
  // infinite when two centroids coincide.
  double davies_bouldin = 0;
  // Mean of (b - a) / max(a, b) in [-1, 1], a the mean *squared* distance to the
  // other rows of the own cluster, b to those of the nearest other cluster; 0
  // for a cluster of one row. Exact.
  double silhouette = 0;
};

// Of k clusters, those without rows left out. O(n k features): sums over a
// cluster are had from its moments.
// REQUIRES: labels has an entry a row, each below k.
Quality MeasureQuality(const Geometry& geometry, absl::Span<const int> labels, int k);

// The silhouette with plain distances, exact: O(n^2 features).
double EuclideanSilhouette(const Geometry& geometry, absl::Span<const int> labels, int k);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_QUALITY_H_
