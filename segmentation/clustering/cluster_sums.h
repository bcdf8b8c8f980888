// One iteration of k-means in three steps, for one machine or many:
//
//   accumulate  gives each point of a block its nearest centroid, and sums up
//               the points of each cluster
//   merge       adds up the sums of two blocks
//   update      moves the centroids to the means
//
// Sums are kept in double precision, codes as weight by level. Merged in a
// fixed order, they are the same bits wherever the blocks were accumulated.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_CLUSTER_SUMS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_CLUSTER_SUMS_H_

#include <cstdint>
#include <vector>

#include "segmentation/clustering/nearest.h"
#include "segmentation/clustering/points.h"
#include "segmentation/data/matrix.h"

namespace cible {

// What the points of a block add up to, by cluster.
struct ClusterSums {
  ClusterSums() = default;
  ClusterSums(const FeatureLayout& layout, int cluster_count);

  // Adds `weight` times the point; `sign` -1 takes one away that was added.
  // Points of weight 0 count for nothing.
  void Add(const Points& points, int row, int cluster, int sign = 1);
  void Clear();

  DoubleMatrix numbers;                     // k x numbers: sum of w x.
  DoubleMatrix codes;                       // k x codes of all columns: weight by code.
  std::vector<double> weights;              // k.
  std::vector<std::int64_t> member_counts;  // k: points, not weight.
};

// The points [begin, end), each with the nearest of the scorer's centroids.
// O((end - begin) k cells).
ClusterSums Accumulate(const Points& points, int begin, int end, const Scorer& scorer);

// REQUIRES: both have the same shape.
void Merge(ClusterSums& into, const ClusterSums& from);

// The means; a feature of which nothing is known in a cluster keeps its place,
// as does the centroid of an empty one. A weight below `least_weight` is 0 but
// for rounding.
DoubleMatrix Update(const ClusterSums& sums, const FeatureLayout& layout,
                    const DoubleMatrix& previous, double least_weight = 0);

// The mean of every feature over the points that know it; 0 where none does.
std::vector<double> FeatureMeans(const Points& points, WorkerPool& pool);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_CLUSTER_SUMS_H_
