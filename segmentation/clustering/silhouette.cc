#include "segmentation/clustering/silhouette.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "segmentation/clustering/cluster_sums.h"

namespace cible {
namespace {

constexpr int kBlock = 4096;

template <typename Fn>
void ForEachBlock(const Points& points, WorkerPool& pool, Fn fn) {
  pool.ForEach((points.count + kBlock - 1) / kBlock, [&](int block) {
    fn(block, block * kBlock, std::min(points.count, (block + 1) * kBlock));
  });
}

ClusterSums SumClusters(const Points& points, absl::Span<const int> labels, int k,
                        WorkerPool& pool) {
  std::vector<ClusterSums> parts((points.count + kBlock - 1) / kBlock);
  ForEachBlock(points, pool, [&](int block, int begin, int end) {
    parts[block] = ClusterSums(points.layout, k);
    for (int i = begin; i < end; ++i) {
      if (labels[i] >= 0) parts[block].Add(points, i, labels[i]);
    }
  });
  ClusterSums total(points.layout, k);
  for (const ClusterSums& part : parts) Merge(total, part);
  return total;
}

// Mean squared distance of the points of each cluster to its mean.
std::vector<double> Variances(const Points& points, absl::Span<const int> labels,
                              const Scorer& scorer, const std::vector<double>& weights,
                              WorkerPool& pool) {
  const int k = scorer.centroid_count();
  DoubleMatrix parts((points.count + kBlock - 1) / kBlock, k);
  ForEachBlock(points, pool, [&](int block, int begin, int end) {
    for (int i = begin; i < end; ++i) {
      if (labels[i] >= 0)
        parts(block, labels[i]) += points.weight(i) * scorer.Distance(i, labels[i]);
    }
  });
  std::vector<double> variances(k);
  for (int block = 0; block < parts.rows(); ++block) {
    for (int j = 0; j < k; ++j) variances[j] += parts(block, j);
  }
  for (int j = 0; j < k; ++j) {
    if (weights[j] > 0) variances[j] /= weights[j];
  }
  return variances;
}

}  // namespace

double ExactSilhouette(const Points& points, absl::Span<const int> labels, WorkerPool& pool) {
  if (points.count == 0) return 0;
  const int k = *std::max_element(labels.begin(), labels.end()) + 1;
  if (k < 2) return 0;
  const ClusterSums sums = SumClusters(points, labels, k, pool);
  if (std::count_if(sums.weights.begin(), sums.weights.end(), [](double w) { return w > 0; }) < 2) {
    return 0;
  }
  const DoubleMatrix means =
      Update(sums, points.layout, DoubleMatrix(k, points.layout.feature_count));
  const Scorer scorer(means, points);
  const std::vector<double> variances = Variances(points, labels, scorer, sums.weights, pool);
  std::vector<double> parts((points.count + kBlock - 1) / kBlock);
  double total = 0;
  for (const double weight : sums.weights) total += weight;
  ForEachBlock(points, pool, [&](int block, int begin, int end) {
    for (int i = begin; i < end; ++i) {
      const int own = labels[i];
      if (own < 0 || points.weight(i) == 0 || sums.weights[own] <= 1) continue;
      double a = 0, b = std::numeric_limits<double>::infinity();
      for (int j = 0; j < k; ++j) {
        if (sums.weights[j] <= 0) continue;
        const double distance = scorer.Distance(i, j) + variances[j];
        if (j == own) {
          a = distance * sums.weights[j] / (sums.weights[j] - 1);  // Not to itself.
        } else {
          b = std::min(b, distance);
        }
      }
      if (a != b) parts[block] += points.weight(i) * (b - a) / std::max(a, b);
    }
  });
  double sum = 0;
  for (const double part : parts) sum += part;
  return sum / total;
}

}  // namespace cible
