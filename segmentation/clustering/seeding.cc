#include "segmentation/clustering/seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

// Squared distance of every point to the nearest seed, as seeds are added.
class Potential {
 public:
  explicit Potential(const Points& points)
      : points_(points), nearest_(points.count(), std::numeric_limits<float>::infinity()) {}

  // For each candidate, what nearest() would be with it as one more seed.
  void Try(const std::vector<int>& candidates) {
    const DoubleMatrix centroids = CentroidsAt(points_, candidates);
    const Scorer scorer(centroids, points_.attributes);
    const int count = static_cast<int>(candidates.size());
    tried_.assign(candidates.size(), std::vector<float>(points_.count()));
    totals_.assign(candidates.size(), 0);
    std::vector<float> scores(static_cast<std::size_t>(Scorer::kBatch) * scorer.stride());
    SampleRef batch[Scorer::kBatch];
    for (int begin = 0; begin < points_.count(); begin += Scorer::kBatch) {
      const int size = std::min(Scorer::kBatch, points_.count() - begin);
      for (int r = 0; r < size; ++r) batch[r] = Ref(begin + r);
      scorer.Score(batch, size, scores.data());
      for (int r = 0; r < size; ++r) {
        const int i = begin + r;
        const float error = scorer.ErrorBound(points_.squared_norms[i]);
        for (int c = 0; c < count; ++c) {
          float distance = points_.squared_norms[i] + scores[r * scorer.stride() + c];
          // A point that coincides with a seed must have no mass at all.
          if (distance < 2 * error) {
            distance =
                static_cast<float>(PartialDistance(batch[r], centroids.row(c), points_.attributes));
          }
          tried_[c][i] = std::min(nearest_[i], distance);
          totals_[c] += points_.weights[i] * tried_[c][i];
        }
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
    for (int i = 0; i < points_.count(); ++i) {
      cumulative[i] = sum += points_.weights[i] * nearest_[i];
    }
  }

 private:
  SampleRef Ref(int i) const {
    return {.features = points_.features.row(i).data(),
            .known = i < points_.complete_count ? nullptr : points_.known.row(i).data()};
  }

  const Points& points_;
  std::vector<float> nearest_;
  std::vector<std::vector<float>> tried_;
  std::vector<double> totals_;
};

}  // namespace

std::vector<int> KMeansPlusPlusSeeds(const Points& points, int k, std::uint64_t key,
                                     int trial_count) {
  if (trial_count == 0) trial_count = 2 + static_cast<int>(std::log(k));
  std::vector<double> cumulative(points.count());
  double sum = 0;
  for (int i = 0; i < points.count(); ++i) cumulative[i] = sum += points.weights[i];
  std::vector<int> seeds = {Draw(cumulative, Uniform(Key(key, 0, 0)))};
  Potential potential(points);
  potential.Try(seeds);
  potential.KeepBest();
  while (static_cast<int>(seeds.size()) < k) {
    potential.Accumulate(cumulative);
    if (cumulative.back() <= 0) break;
    std::vector<int> candidates;
    for (int t = 0; t < trial_count; ++t) {
      candidates.push_back(Draw(cumulative, Uniform(Key(key, seeds.size(), t))));
    }
    potential.Try(candidates);
    seeds.push_back(candidates[potential.KeepBest()]);
  }
  return seeds;
}

DoubleMatrix CentroidsAt(const Points& points, const std::vector<int>& seeds) {
  DoubleMatrix centroids(static_cast<int>(seeds.size()), points.features.cols());
  for (std::size_t j = 0; j < seeds.size(); ++j) {
    const auto features = points.features.row(seeds[j]);
    std::copy(features.begin(), features.end(), centroids.row(static_cast<int>(j)).begin());
  }
  return centroids;
}

}  // namespace cible
