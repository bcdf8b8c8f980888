#include "segmentation/clustering/seeding.h"

#include <cmath>

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
