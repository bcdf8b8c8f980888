#include "segmentation/clustering/seeding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "segmentation/clustering/cluster_sums.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

// How often the point at `value` is the second seed, given a first one at 0.
struct Tally {
  int from_zero = 0;
  int far = 0;
  double share() const { return static_cast<double>(far) / from_zero; }
  // Four standard errors of a share whose expectation is `expected`.
  double bound(double expected) const {
    return 4 * std::sqrt(expected * (1 - expected) / from_zero);
  }
};

Tally Draw(const Samples& samples, int trial_count) {
  WorkerPool pool(1);
  const Points points = PointsOf(samples, PlainEncoder(samples.numbers.cols()), pool);
  const std::vector<double> means = FeatureMeans(points, pool);
  const auto value = [&](int point) { return points.numbers[point]; };
  Tally tally;
  for (std::uint64_t draw = 0; draw < 30'000; ++draw) {
    const auto seeds =
        KMeansPlusPlusSeeds(points, means, 2, Key(20070107, draw), pool, {}, trial_count);
    if (std::abs(value(seeds[0])) > 1e-6) continue;
    ++tally.from_zero;
    tally.far += std::abs(value(seeds[1]) - 3) < 1e-6;
  }
  return tally;
}

// Given a first seed at 0, the second is 1 or 3 with odds 1 : 9 (squared
// distance). The bound is 4 standard errors.
TEST(KMeansPlusPlusSeeds, DrawsInProportionToSquaredDistance) {
  const Tally tally = Draw(SamplesOf({{0}, {1}, {3}}), 1);
  EXPECT_NEAR(tally.share(), 0.9, tally.bound(0.9));
}

// With weights 1, 6, 1 the odds are 6 : 9, and 0 comes first once in eight.
TEST(KMeansPlusPlusSeeds, DrawsInProportionToWeight) {
  Samples samples = SamplesOf({{0}, {1}, {3}});
  samples.weights = {1, 6, 1};
  const Tally tally = Draw(samples, 1);
  EXPECT_NEAR(tally.share(), 0.6, tally.bound(0.6));
  EXPECT_NEAR(tally.from_zero / 30'000.0, 0.125, 4 * std::sqrt(0.125 * 0.875 / 30'000));
}

// Two candidates: 1 is kept only when both are 1, once in a hundred.
TEST(KMeansPlusPlusSeeds, KeepsTheBetterOfItsCandidates) {
  const Tally tally = Draw(SamplesOf({{0}, {1}, {3}}), 0);
  EXPECT_NEAR(tally.share(), 0.99, tally.bound(0.99));
}

// The exact law of greedy k-means++ on a few weighted points on a line, by
// going through all draws.
class GreedyLaw {
 public:
  GreedyLaw(std::vector<double> places, std::vector<double> weights, int trial_count)
      : places_(std::move(places)), weights_(std::move(weights)), trial_count_(trial_count) {}

  // The probability of each list of k seeds.
  std::map<std::vector<int>, double> OfSeeds(int k) {
    law_.clear();
    const double total = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    for (int first = 0; first < std::ssize(places_); ++first) {
      Grow({first}, weights_[first] / total, k);
    }
    return law_;
  }

 private:
  double Mass(const std::vector<int>& seeds, int point) const {
    double least = std::numeric_limits<double>::infinity();
    for (const int seed : seeds) {
      least = std::min(least, std::pow(places_[point] - places_[seed], 2));
    }
    return weights_[point] * least;
  }

  double Potential(std::vector<int> seeds, int candidate) const {
    seeds.push_back(candidate);
    double sum = 0;
    for (int i = 0; i < std::ssize(places_); ++i) sum += Mass(seeds, i);
    return sum;
  }

  // The next seed is the best of trial_count candidates: better ones than it
  // were not drawn, and it was at least once.
  void Grow(const std::vector<int>& seeds, double probability, int k) {
    if (std::ssize(seeds) == k) {
      law_[seeds] += probability;
      return;
    }
    std::vector<std::pair<double, int>> ranked;
    double total = 0;
    for (int i = 0; i < std::ssize(places_); ++i) {
      ranked.emplace_back(Potential(seeds, i), i);
      total += Mass(seeds, i);
    }
    std::sort(ranked.begin(), ranked.end());
    double no_better = 1;  // Probability that a candidate is none of the better ones.
    for (const auto& [potential, point] : ranked) {
      const double neither = no_better - Mass(seeds, point) / total;
      const double kept =
          std::pow(no_better, trial_count_) - std::pow(std::max(0.0, neither), trial_count_);
      std::vector<int> longer = seeds;
      longer.push_back(point);
      if (kept > 1e-12) Grow(longer, probability * kept, k);
      no_better = std::max(0.0, neither);
    }
  }

  const std::vector<double> places_;
  const std::vector<double> weights_;
  const int trial_count_;
  std::map<std::vector<int>, double> law_;
};

// All lists of four seeds come as often as they should: 2 + floor(ln 4) = 3
// candidates a step, drawn anew from what the last one left. Pearson's X^2 over
// the lists expected five times or more, the others together; its mean is the
// degrees of freedom, its variance twice that, and the bound 5 deviations.
TEST(KMeansPlusPlusSeeds, FollowTheLawOfTheGreedyAlgorithm) {
  const std::vector<double> places = {0, 1, 2.5, 7, 7.25, 13}, weights = {1, 2, 1, 3, 1, .5};
  WorkerPool pool(1);
  Samples samples = SamplesOf({{0}, {1}, {2.5}, {7}, {7.25}, {13}});
  samples.weights = weights;
  const Points points = ViewSamples(samples, weights, PlainEncoder(1), pool);
  const std::vector<double> means = FeatureMeans(points, pool);
  constexpr int kDraws = 40'000;
  std::map<std::vector<int>, int> seen;
  for (std::uint64_t draw = 0; draw < kDraws; ++draw) {
    ++seen[KMeansPlusPlusSeeds(points, means, 4, Key(2012, draw), pool, {})];
  }
  double squares = 0, rare = 0, rare_seen = kDraws;
  int cells = 0;
  const auto add = [&](double count, double expected) {
    squares += (count - expected) * (count - expected) / expected;
    ++cells;
  };
  for (const auto& [seeds, probability] : GreedyLaw(places, weights, 3).OfSeeds(4)) {
    const double expected = probability * kDraws;
    if (expected < 5) {
      rare += expected;
      continue;
    }
    add(seen[seeds], expected);
    rare_seen -= seen[seeds];
  }
  if (rare > 0) add(rare_seen, rare);
  EXPECT_GT(cells, 50);
  EXPECT_LT(squares, cells - 1 + 5 * std::sqrt(2.0 * (cells - 1)));
}

TEST(KMeansPlusPlusSeeds, StopsWhenNoPointIsLeftAtADistance) {
  WorkerPool pool(1);
  const Samples samples = SamplesOf({{5}, {5}, {7}, {7}, {7}});
  const Points points = PointsOf(samples, PlainEncoder(1), pool);
  EXPECT_EQ(KMeansPlusPlusSeeds(points, FeatureMeans(points, pool), 4, 1, pool, {}).size(), 2u);
}

TEST(CentroidsAt, TakesTheMeanForWhatASeedDoesNotKnow) {
  Samples samples = SamplesOf({{1, 4}, {3, 8}, {5, 0}});
  samples.codes(2, 1) = 0;
  WorkerPool pool(1);
  const Points points = ViewSamples(samples, {}, PlainEncoder(2), pool);
  const DoubleMatrix centroids = CentroidsAt(points, FeatureMeans(points, pool), {2, 0});
  EXPECT_EQ(centroids.row(0), absl::MakeConstSpan({5.0, 6.0}));
  EXPECT_EQ(centroids.row(1), absl::MakeConstSpan({1.0, 4.0}));
}

}  // namespace
}  // namespace cible
