#include "segmentation/clustering/stability.h"

#include <cmath>
#include <numeric>

#include "gtest/gtest.h"

namespace cible {
namespace {

TEST(AdjustedRandIndex, IsOneForTheSameDivisionUnderOtherNames) {
  EXPECT_DOUBLE_EQ(AdjustedRandIndex({0, 0, 1, 1, 2}, {2, 2, 0, 0, 1}), 1);
  EXPECT_DOUBLE_EQ(AdjustedRandIndex({0, 0, 0}, {0, 0, 0}), 1);
  EXPECT_DOUBLE_EQ(AdjustedRandIndex({0, 1, 2}, {0, 1, 2}), 1);
}

// Known values: scikit-learn's documentation of adjusted_rand_score.
TEST(AdjustedRandIndex, AgreesWithPublishedValues) {
  EXPECT_NEAR(AdjustedRandIndex({0, 0, 1, 2}, {0, 0, 1, 1}), 4.0 / 7, 1e-12);
  EXPECT_NEAR(AdjustedRandIndex({0, 0, 0, 0}, {0, 1, 2, 3}), 0, 1e-12);
  EXPECT_NEAR(AdjustedRandIndex({0, 0, 1, 1}, {0, 1, 0, 1}), -0.5, 1e-12);
}

TEST(AdjustedRandIndex, CountsAWeightAsRepetition) {
  EXPECT_NEAR(AdjustedRandIndex({0, 0, 1, 2}, {0, 0, 1, 1}, {2, 1, 1, 3}),
              AdjustedRandIndex({0, 0, 0, 1, 2, 2, 2}, {0, 0, 0, 1, 1, 1, 1}), 1e-12);
}

TEST(AdjustedRandIndex, PassesOverWhatEitherLeavesUnlabelled) {
  EXPECT_NEAR(AdjustedRandIndex({0, 0, 1, 2, -1, 0}, {0, 0, 1, 1, 0, -1}), 4.0 / 7, 1e-12);
}

// The first stratum is divided the same way, the second in opposite ways.
TEST(AdjustedRandIndexWithin, ComparesOnlyPairsOfOneStratum) {
  const std::vector<int> strata = {0, 0, 0, 0, 1, 1, 1, 1};
  const std::vector<int> a = {0, 0, 1, 1, 2, 2, 3, 3};
  EXPECT_DOUBLE_EQ(AdjustedRandIndexWithin(strata, a, a), 1);
  // (2 + 0 - 2/3 - 2/3) / (2 + 2 - 2/3 - 2/3), by hand.
  EXPECT_NEAR(AdjustedRandIndexWithin(strata, a, {0, 0, 1, 1, 2, 3, 2, 3}), 0.25, 1e-12);
  // All in one stratum: the index itself.
  EXPECT_NEAR(AdjustedRandIndexWithin({0, 0, 0, 0}, {0, 0, 1, 2}, {0, 0, 1, 1}), 4.0 / 7, 1e-12);
}

TEST(AdjustedRandIndexWithin, IsOneWhereNothingIsAdded) {
  EXPECT_DOUBLE_EQ(AdjustedRandIndexWithin({0, 0, 1, 1}, {0, 0, 1, 1}, {1, 1, 0, 0}), 1);
}

TEST(StabilityAcross, IsOneForAClusterThatComesFromOneAlone) {
  const auto across = StabilityAcross({0, 0, 0, 1, 1, 1}, 2, {0, 0, 1, 1, 2, 2}, 3);
  ASSERT_EQ(across.size(), 3u);
  EXPECT_DOUBLE_EQ(across[0], 1);
  EXPECT_NEAR(across[1], 0, 1e-12);  // Half from each of two.
  EXPECT_DOUBLE_EQ(across[2], 1);
}

TEST(LargestJaccards, ComparesEachClusterWithItsClosest) {
  EXPECT_EQ(LargestJaccards({0, 0, 0, 1}, 3, {1, 1, 0, 0}), (std::vector<double>{2.0 / 3, 0.5, 0}));
}

TEST(BootstrapCounts, DrawsAsManyAsTheWeightsAddUpToInProportion) {
  const auto counts = BootstrapCounts(std::vector<double>{1000, 0, 3000}, 1'000'000, 7);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0.0), 4000);
  EXPECT_EQ(counts[1], 0);
  // Four standard errors of a binomial of 4000 draws at 1/4.
  EXPECT_NEAR(counts[0], 1000, 4 * std::sqrt(4000 * 0.25 * 0.75));
}

TEST(BootstrapCounts, StaysWithinTheLimit) {
  const auto counts = BootstrapCounts(std::vector<double>(100, 1), 30, 7);
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0.0), 30);
}

}  // namespace
}  // namespace cible
