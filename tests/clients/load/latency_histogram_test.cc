#include "clients/load/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace cible::load {
namespace {

// From 0 to minutes, as evenly over the orders of magnitude as latencies may be.
std::vector<std::int64_t> Times(int count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(0, 11);
  std::vector<std::int64_t> times;
  for (int i = 0; i < count; ++i) {
    times.push_back(static_cast<std::int64_t>(std::pow(10, exponent(random))));
  }
  return times;
}

TEST(LatencyHistogram, QuantilesLieWithinTheResolutionOfSortedSamples) {
  std::vector<std::int64_t> times = Times(20'000, 1);
  LatencyHistogram histogram;
  for (const std::int64_t time : times) histogram.Record(time);
  std::sort(times.begin(), times.end());
  for (const double quantile : {0.0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(quantile * 20'000)));
    const auto exact = static_cast<double>(times[rank - 1]);
    EXPECT_NEAR(histogram.Quantile(quantile), exact, exact * LatencyHistogram::kResolution)
        << quantile;
  }
}

TEST(LatencyHistogram, TimesBelow128NanosecondsAreExact) {
  for (std::int64_t time = 0; time < 128; ++time) {
    LatencyHistogram histogram;
    histogram.Record(time);
    histogram.Record(1'000);
    EXPECT_EQ(histogram.Quantile(0.5), static_cast<double>(time));
  }
}

TEST(LatencyHistogram, MeanMaximumAndCountAreExact) {
  LatencyHistogram histogram;
  for (const std::int64_t time : {1'000'001, 3'000'005, 2'000'000}) histogram.Record(time);
  EXPECT_EQ(histogram.count(), 3);
  EXPECT_EQ(histogram.max(), 3'000'005);
  EXPECT_EQ(histogram.Mean(), 2'000'002);
  EXPECT_EQ(histogram.Quantile(1), 3'000'005);
}

TEST(LatencyHistogram, MergedEqualsOneThatSawAll) {
  LatencyHistogram all, one, other;
  for (const std::int64_t time : Times(1'000, 2)) {
    all.Record(time);
    one.Record(time);
  }
  for (const std::int64_t time : Times(500, 3)) {
    all.Record(time);
    other.Record(time);
  }
  one.Merge(other);
  EXPECT_EQ(one.count(), 1'500);
  EXPECT_EQ(one.max(), all.max());
  EXPECT_DOUBLE_EQ(one.Mean(), all.Mean());
  for (const double quantile : {0.1, 0.5, 0.99}) {
    EXPECT_EQ(one.Quantile(quantile), all.Quantile(quantile));
  }
}

TEST(LatencyHistogram, AnEmptyOneIsAllZeros) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.Quantile(0.5), 0);
  EXPECT_EQ(histogram.Mean(), 0);
  EXPECT_EQ(histogram.max(), 0);
}

TEST(LatencyHistogram, TakesTimesOutOfItsRange) {
  LatencyHistogram histogram;
  histogram.Record(-5);
  EXPECT_EQ(histogram.Quantile(0.5), 0);
  const std::int64_t day = 86'400'000'000'000;
  histogram.Record(day);
  EXPECT_EQ(histogram.max(), day);
  EXPECT_EQ(histogram.count(), 2);
}

TEST(LatencyHistogram, CountsBetweenBounds) {
  LatencyHistogram histogram;
  for (int i = 0; i < 10; ++i) histogram.Record(1'000'000);
  histogram.Record(9'000'000);
  EXPECT_EQ(histogram.CountBetween(0, 2e6), 10);
  EXPECT_EQ(histogram.CountBetween(2e6, 1e9), 1);
}

TEST(LatencyHistogram, ForgetsWhenCleared) {
  LatencyHistogram histogram;
  histogram.Record(7);
  histogram.Clear();
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.max(), 0);
}

}  // namespace
}  // namespace cible::load
