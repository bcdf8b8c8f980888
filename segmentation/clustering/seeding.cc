#include "segmentation/clustering/seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "segmentation/clustering/nearest.h"
#include "segmentation/clustering/random.h"

namespace cible {
namespace {

// The position that `uniform` in [0, 1) draws in proportion to `masses`, whose
// running sums are `cumulative`; one of positive mass.
int Draw(const std::vector<double>& cumulative, double uniform) {
  const double target = uniform * cumulative.back();
  const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), target);
  if (at != cumulative.end()) return static_cast<int>(at - cumulative.begin());
  // Rounding took the target to the total: the last position of positive mass.
  return static_cast<int>(
      std::lower_bound(cumulative.begin(), cumulative.end(), cumulative.back()) -
      cumulative.begin());
}

constexpr int kBlock = 2048;  // Points measured by one task; a multiple of any batch.

// Squared distance of every point to the nearest seed, as seeds are added.
class Potential {
 public:
  Potential(const Points& points, absl::Span<const double> means, WorkerPool& pool)
      : points_(points),
        means_(means),
        pool_(pool),
        nearest_(points.count, std::numeric_limits<float>::infinity()) {}

  // For each candidate, what nearest() would be with it as one more seed.
  void Try(const std::vector<int>& candidates, const std::stop_token& stop) {
    const DoubleMatrix centroids = CentroidsAt(points_, means_, candidates);
    const Scorer scorer(centroids, points_);
    const int blocks = (points_.count + kBlock - 1) / kBlock;
    tried_.resize(candidates.size());
    for (std::vector<float>& distances : tried_) distances.resize(points_.count);
    DoubleMatrix parts(blocks, static_cast<int>(candidates.size()));
    pool_.ForEach(blocks, [&](int block) {
      if (!stop.stop_requested()) TryBlock(scorer, block, parts.row(block));
    });
    totals_.assign(candidates.size(), 0);
    for (int block = 0; block < blocks; ++block) {
      for (std::size_t c = 0; c < candidates.size(); ++c) {
        totals_[c] += parts(block, static_cast<int>(c));
      }
    }
  }

  // Adds the candidate that leaves the least; the first of equals.
  int KeepBest() {
    const auto best = std::min_element(totals_.begin(), totals_.end()) - totals_.begin();
    nearest_.swap(tried_[best]);
    return static_cast<int>(best);
  }

  // Running sums of w D^2.
  void Accumulate(std::vector<double>& cumulative) const {
    double sum = 0;
    for (int i = 0; i < points_.count; ++i) {
      cumulative[i] = sum += points_.weight(i) * nearest_[i];
    }
  }

 private:
  void TryBlock(const Scorer& scorer, int block, absl::Span<double> totals) {
    Scorer::Scratch scratch(scorer);
    int rows[Scorer::kBatch];
    const int end = std::min(points_.count, (block + 1) * kBlock);
    for (int begin = block * kBlock; begin < end; begin += Scorer::kBatch) {
      const int size = std::min(Scorer::kBatch, end - begin);
      std::iota(rows, rows + size, begin);
      scorer.Score(rows, size, scratch);
      for (std::size_t c = 0; c < totals.size(); ++c) {
        const float* scores = scratch.scores.data() + c * Scorer::kBatch;
        for (int r = 0; r < size; ++r) {
          const int i = begin + r;
          float distance = scratch.norms[r] + scores[r];
          // A point that coincides with a seed must have no mass at all.
          if (!(distance >= 2 * scorer.ErrorBound(scratch.norms[r]))) {
            distance = static_cast<float>(scorer.Distance(i, static_cast<int>(c)));
          }
          tried_[c][i] = std::min(nearest_[i], distance);
          totals[c] += points_.weight(i) * tried_[c][i];
        }
      }
    }
  }

  const Points& points_;
  absl::Span<const double> means_;
  WorkerPool& pool_;
  std::vector<float> nearest_;
  std::vector<std::vector<float>> tried_;
  std::vector<double> totals_;
};

}  // namespace

std::vector<int> KMeansPlusPlusSeeds(const Points& points, absl::Span<const double> means, int k,
                                     std::uint64_t key, WorkerPool& pool,
                                     const std::stop_token& stop, int trial_count) {
  if (trial_count == 0) trial_count = 2 + static_cast<int>(std::log(k));
  std::vector<double> cumulative(points.count);
  double sum = 0;
  for (int i = 0; i < points.count; ++i) cumulative[i] = sum += points.weight(i);
  std::vector<int> seeds = {Draw(cumulative, Uniform(Key(key, 0, 0)))};
  Potential potential(points, means, pool);
  potential.Try(seeds, stop);
  potential.KeepBest();
  while (static_cast<int>(seeds.size()) < k && !stop.stop_requested()) {
    potential.Accumulate(cumulative);
    if (cumulative.back() <= 0) break;
    std::vector<int> candidates;
    for (int t = 0; t < trial_count; ++t) {
      candidates.push_back(Draw(cumulative, Uniform(Key(key, seeds.size(), t))));
    }
    potential.Try(candidates, stop);
    seeds.push_back(candidates[potential.KeepBest()]);
  }
  return seeds;
}

DoubleMatrix CentroidsAt(const Points& points, absl::Span<const double> means,
                         const std::vector<int>& seeds) {
  DoubleMatrix centroids(static_cast<int>(seeds.size()), points.layout.feature_count);
  for (int j = 0; j < centroids.rows(); ++j) {
    std::copy(means.begin(), means.end(), centroids.row(j).begin());
    const SampleRow cells = points.row(seeds[j]);
    for (std::size_t q = 0; q < cells.numbers.size(); ++q) {
      const int column = points.layout.number_column[q];
      if (column >= 0 && cells.codes[column] == 0) continue;
      centroids(j, points.layout.number_feature[q]) = cells.numbers[q];
    }
    for (std::size_t c = 0; c < cells.codes.size(); ++c) {
      const CodeColumn& column = points.layout.columns[c];
      if (column.kind == CodeColumn::Kind::kValidity || cells.codes[c] == 0) continue;
      for (int f = 0; f < column.count; ++f) {
        centroids(j, column.begin + f) = column.Value(f, cells.codes[c]);
      }
    }
  }
  return centroids;
}

}  // namespace cible
