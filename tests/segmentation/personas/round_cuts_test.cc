#include "segmentation/personas/round_cuts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cible {
namespace {

using testing::ElementsAre;

std::vector<double> FromTo(double low, double high, double step) {
  std::vector<double> numbers;
  for (double number = low; number <= high; number += step) numbers.push_back(number);
  return numbers;
}

// The middle 90 % is 22 to 77: by ones there would be 55 steps.
TEST(RoundCuts, AreMultiplesOfARoundStep) {
  EXPECT_THAT(RoundCuts(FromTo(20, 80, 1), true),
              ElementsAre(25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75));
}

TEST(RoundCuts, OfCountsAreWhole) {
  EXPECT_THAT(RoundCuts(FromTo(0, 4, 1), true), ElementsAre(1, 2, 3));
}

TEST(RoundCuts, OfFractionsAreExact) {
  const auto cuts = RoundCuts(FromTo(0, 1, .01), false);
  EXPECT_THAT(cuts, testing::Contains(.3));
  EXPECT_THAT(cuts, testing::Contains(.05));
}

TEST(RoundCuts, AreNoneWhereAllAreEqual) {
  EXPECT_TRUE(RoundCuts({3, 3, 3}, true).empty());
  EXPECT_TRUE(RoundCuts({-1e308, 1e308}, false).empty());
}

// Sums that should be equal, but for rounding; and numbers too small to divide.
TEST(RoundCuts, AreNoneBetweenNumbersThatDifferByRounding) {
  EXPECT_TRUE(RoundCuts({.3, .30000000000000004}, false).empty());
  EXPECT_TRUE(RoundCuts({1e17, 1e17 + 16, 1e17 + 32}, true).empty());
  EXPECT_TRUE(RoundCuts({1e-322, 3e-322}, false).empty());
}

TEST(SpanCuts, OfABirthDateAreAges) {
  EXPECT_EQ(SpanCuts({.birth = Birth::kBirthDate})[6], 35 * 365.25);
  EXPECT_EQ(SpanCuts({})[0], 7);
}

}  // namespace
}  // namespace cible
