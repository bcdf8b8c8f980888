#include "segmentation/models/proportion.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

// The roots of (p - .8)² = 1.96² p (1 - p) / 10.
TEST(WilsonInterval, IsOfTheScoreTest) {
  const Interval interval = WilsonInterval(.8, 10);
  EXPECT_NEAR(interval.low, 0.4901625, 1e-6);
  EXPECT_NEAR(interval.high, 0.9433178, 1e-6);
}

TEST(WilsonInterval, KnowsNothingOfNobody) { EXPECT_EQ(WilsonInterval(0, 0), (Interval{0, 1})); }

}  // namespace
}  // namespace cible
