#include "segmentation/personas/significance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace cible {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(RestOf, IsThePopulationWithoutTheSegment) {
  // 1, 2, 3, 6 without 2, 6.
  const Moments rest = RestOf({4, 3, 3.5}, {2, 4, 4});
  EXPECT_DOUBLE_EQ(rest.count, 2);
  EXPECT_DOUBLE_EQ(rest.mean, 2);
  EXPECT_DOUBLE_EQ(rest.variance, 1);
  EXPECT_EQ(RestOf({4, 3, 3.5}, {4, 3, 3.5}).count, 0);
}

// Of 1, 2, 3, 4, 5 and 2, 4, 6, 8: t = -2 / sqrt(2.5 / 5 + 6.667 / 4) = -1.3587
// on 4.749 degrees of freedom; the density integrated numerically.
TEST(WelchPValue, IsTheTailOfStudentsDistribution) {
  const auto p = WelchPValue({5, 3, 2}, {4, 5, 5});
  ASSERT_TRUE(p.has_value());
  EXPECT_NEAR(*p, .235194, 1e-6);
}

TEST(WelchPValue, TellsNothingOfTooFewOrOfConstants) {
  EXPECT_EQ(WelchPValue({1, 3, 0}, {4, 5, 5}), std::nullopt);
  EXPECT_EQ(WelchPValue({0, 0, 0}, {4, 5, 5}), std::nullopt);
  EXPECT_EQ(WelchPValue({5, 3, 0}, {4, 5, 0}), std::nullopt);
}

// 2 (3.5² / 8.5 + 3.5² / 11.5) = 5.013 on one degree of freedom.
TEST(ChiSquarePValue, IsTheTestOfTwoProportions) {
  const auto p = ChiSquarePValue({12, 8}, {5, 15});
  ASSERT_TRUE(p.has_value());
  EXPECT_NEAR(*p, .02516076, 1e-8);
}

TEST(ChiSquarePValue, PutsRareLevelsTogether) {
  EXPECT_EQ(ChiSquarePValue({50, 50, 3, 2, 1}, {50, 50, 2, 3, 3}),
            ChiSquarePValue({50, 50, 6}, {50, 50, 8}));
}

TEST(ChiSquarePValue, TellsNothingOfOneLevelOrOfNobody) {
  EXPECT_EQ(ChiSquarePValue({20}, {30}), std::nullopt);
  EXPECT_EQ(ChiSquarePValue({0, 0}, {30, 20}), std::nullopt);
  EXPECT_EQ(ChiSquarePValue({1, 1}, {2, 1}), std::nullopt);
}

// .01 × 4 / 1, min(.03 × 4 / 2, .04 × 4 / 3), .2 × 4 / 4.
TEST(CorrectedPValues, AreBenjaminiAndHochbergs) {
  EXPECT_THAT(CorrectedPValues({.01, .04, .03, .2}),
              ElementsAre(DoubleNear(.04, 1e-12), DoubleNear(.16 / 3, 1e-12),
                          DoubleNear(.16 / 3, 1e-12), DoubleNear(.2, 1e-12)));
  EXPECT_TRUE(CorrectedPValues({}).empty());
}

// Quantiles of Beta(10.5, 90.5), its density integrated numerically.
TEST(JeffreysInterval, IsOfTheBetaDistribution) {
  const Interval interval = JeffreysInterval(10, 100);
  EXPECT_NEAR(interval.low, .0525847, 1e-6);
  EXPECT_NEAR(interval.high, .1701239, 1e-6);
}

TEST(JeffreysInterval, StartsAtNoneAndEndsAtAll) {
  EXPECT_EQ(JeffreysInterval(0, 20).low, 0);
  EXPECT_LT(JeffreysInterval(0, 20).high, .15);
  EXPECT_EQ(JeffreysInterval(20, 20).high, 1);
  EXPECT_EQ(JeffreysInterval(0, 0), (Interval{0, 1}));
}

TEST(CohensH, IsADifferenceOfAngles) {
  EXPECT_DOUBLE_EQ(CohensH(1, 0), std::acos(-1));
  EXPECT_NEAR(CohensH(.5, .25), 1.570796 - 1.047198, 1e-6);
  EXPECT_DOUBLE_EQ(CohensH(.25, .5), CohensH(.5, .25));
  EXPECT_EQ(CohensH(.3, .3), 0);
}

// Wilson: .490162 to .943318 of 8 of 10, .141872 to .401941 of 10 of 40; then
// Newcombe's formula.
TEST(LiftOf, IsNewcombesMoverR) {
  const Lift lift = LiftOf({8, 10}, {10, 40});
  EXPECT_DOUBLE_EQ(lift.ratio, 3.2);
  EXPECT_NEAR(lift.interval.low, 1.617943, 1e-6);
  EXPECT_NEAR(lift.interval.high, 5.753768, 1e-6);
}

TEST(LiftOf, StaysFiniteWhereNobodyOrEverybodyIsCounted) {
  const Lift none_of_the_others = LiftOf({5, 10}, {0, 40});
  EXPECT_NEAR(none_of_the_others.ratio, 42.428571, 1e-6);
  EXPECT_NEAR(none_of_the_others.interval.low, 4.850292, 1e-6);
  EXPECT_NEAR(none_of_the_others.interval.high, 707.819288, 1e-5);
  const Lift none = LiftOf({0, 10}, {20, 40});
  EXPECT_EQ(none.ratio, 0);
  EXPECT_EQ(none.interval.low, 0);
  EXPECT_NEAR(none.interval.high, 0.581108, 1e-6);
  const Lift all = LiftOf({10, 10}, {40, 40});
  EXPECT_EQ(all.ratio, 1);
  EXPECT_NEAR(all.interval.low, 0.722467, 1e-6);
  EXPECT_NEAR(all.interval.high, 1.096036, 1e-6);
  EXPECT_EQ(LiftOf({0, 0}, {0, 0}), Lift{});
  const Lift nobody = LiftOf({0, 10}, {0, 40});
  EXPECT_LT(nobody.interval.low, 1);
  EXPECT_GT(nobody.interval.high, 1);
}

}  // namespace
}  // namespace cible
