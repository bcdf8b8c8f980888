// Samples made ready for a fit: distinct, weighted, centred, and in an order
// that depends on their content alone.
//
// Equal samples become one point of their summed weight, so that a duplicated
// sample is a weight of 2. Points follow the hash of their content mixed with
// the seed: whoever draws by position draws by content, and no result depends
// on the order in which samples came. A prefix of the order is a random sample.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_POINTS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_POINTS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"

namespace cible {

// The features [begin, begin + count) of one attribute.
struct FeatureRange {
  int begin = 0;
  int count = 0;
};

struct Points {
  std::vector<FeatureRange> attributes;
  FloatMatrix features;              // m x features, less `centre`; 0 where unknown.
  ByteMatrix known;                  // m x attributes.
  std::vector<double> weights;       // m; > 0.
  std::vector<float> squared_norms;  // m.
  std::vector<double> centre;        // Weighted mean of the known values, by feature.
  int complete_count = 0;            // The first so many have every attribute known.

  int count() const { return features.rows(); }
};

// The points of the samples that have a positive weight and something known.
// O(n x features + n log n).
// REQUIRES: weights has one entry a sample.
Points MakePoints(const Samples& samples, absl::Span<const double> weights, const Encoder& encoder,
                  std::uint64_t seed, WorkerPool& pool);

// At most about `limit` points drawn from those with and those without holes
// in proportion; weights are kept.
Points TakePoints(const Points& points, int limit);

// Depends on the content of a row alone: +0 and -0 are one value.
std::uint64_t HashRow(SampleRow row);

// How many points there are.
int CountDistinct(const Samples& samples, absl::Span<const double> weights);

// The ranges of an encoder's attributes.
std::vector<FeatureRange> RangesOf(const Encoder& encoder);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_POINTS_H_
