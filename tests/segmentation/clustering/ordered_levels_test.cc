#include "segmentation/clustering/ordered_levels.h"

#include <cmath>
#include <numeric>
#include <vector>

#include "gtest/gtest.h"
#include "segmentation/clustering/random.h"

namespace cible {
namespace {

constexpr double kLeast = -690;

DoubleMatrix Equal(int levels, int components) {
  return DoubleMatrix(levels, components, -std::log(levels));
}

double LogLikelihood(const DoubleMatrix& counts, const DoubleMatrix& log_shares) {
  double sum = 0;
  for (int l = 0; l < counts.rows(); ++l) {
    for (int k = 0; k < counts.cols(); ++k) {
      if (counts(l, k) > 0) sum += counts(l, k) * log_shares(l, k);
    }
  }
  return sum;
}

DoubleMatrix RandomCounts(int levels, int components, std::uint64_t seed) {
  DoubleMatrix counts(levels, components);
  for (int l = 0; l < levels; ++l) {
    for (int k = 0; k < components; ++k) {
      counts(l, k) =
          50 *
          std::pow(Uniform(Key(seed, static_cast<std::uint64_t>(l), static_cast<std::uint64_t>(k))),
                   3);
    }
  }
  return counts;
}

TEST(ImproveOrderedLevels, NeverLowersTheLikelihood) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const int levels = 2 + static_cast<int>(seed % 9), components = 1 + static_cast<int>(seed % 5);
    const DoubleMatrix counts = RandomCounts(levels, components, seed);
    DoubleMatrix shares = Equal(levels, components);
    double before = LogLikelihood(counts, shares);
    for (int call = 0; call < 30; ++call) {
      ImproveOrderedLevels(counts, kLeast, shares);
      const double now = LogLikelihood(counts, shares);
      EXPECT_GE(now, before - 1e-9 * std::abs(before)) << seed;
      before = now;
      for (int k = 0; k < components; ++k) {
        double sum = 0;
        for (int l = 0; l < levels; ++l) sum += std::exp(shares(l, k));
        EXPECT_NEAR(sum, 1, 1e-12);
      }
    }
  }
}

// At the maximum the model gives each level its count and each component its
// mean level (Agresti, 6.2).
TEST(ImproveOrderedLevels, ReachesTheMarginsOfTheCounts) {
  const DoubleMatrix counts = RandomCounts(5, 3, 7);
  DoubleMatrix shares = Equal(5, 3);
  for (int call = 0; call < 500; ++call) ImproveOrderedLevels(counts, kLeast, shares);
  std::vector<double> weights(3);
  for (int k = 0; k < 3; ++k) {
    double mean = 0, expected = 0;
    for (int l = 0; l < 5; ++l) {
      weights[k] += counts(l, k);
      mean += counts(l, k) * l;
      expected += std::exp(shares(l, k)) * l;
    }
    EXPECT_NEAR(expected, mean / weights[k], 1e-8);
  }
  for (int l = 0; l < 5; ++l) {
    double count = 0, expected = 0;
    for (int k = 0; k < 3; ++k) {
      count += counts(l, k);
      expected += weights[k] * std::exp(shares(l, k));
    }
    EXPECT_NEAR(expected, count, 1e-6);
  }
}

TEST(ImproveOrderedLevels, FindsTheModelTheCountsAreOf) {
  DoubleMatrix counts(4, 2);
  const double common[] = {0.3, 1, -0.2, 0.5}, slopes[] = {0, 1.2};
  for (int k = 0; k < 2; ++k) {
    for (int l = 0; l < 4; ++l) counts(l, k) = 1000 * std::exp(common[l] + slopes[k] * l);
  }
  DoubleMatrix shares = Equal(4, 2);
  for (int call = 0; call < 500; ++call) ImproveOrderedLevels(counts, kLeast, shares);
  for (int k = 0; k < 2; ++k) {
    double sum = 0;
    for (int l = 0; l < 4; ++l) sum += counts(l, k);
    for (int l = 0; l < 4; ++l) EXPECT_NEAR(std::exp(shares(l, k)), counts(l, k) / sum, 1e-6);
  }
}

// A leaning spreads to levels that a component has no count of: the second
// component, seen but twice, leans to the top as a whole.
TEST(ImproveOrderedLevels, TellsOfNeighbours) {
  DoubleMatrix counts(4, 2);
  const double rows[4][2] = {{100, 0}, {100, 0}, {100, 1}, {100, 1}};
  for (int l = 0; l < 4; ++l) {
    for (int k = 0; k < 2; ++k) counts(l, k) = rows[l][k];
  }
  DoubleMatrix shares = Equal(4, 2);
  for (int call = 0; call < 100; ++call) ImproveOrderedLevels(counts, kLeast, shares);
  EXPECT_GT(shares(1, 1), shares(0, 1) + 0.5);
  EXPECT_GT(std::exp(shares(1, 1)), 0.05);
}

TEST(ImproveOrderedLevels, ComesBackToALevelThatOccursAgain) {
  DoubleMatrix counts = RandomCounts(4, 2, 3);
  DoubleMatrix without = counts;
  without(1, 0) = without(1, 1) = 0;
  DoubleMatrix shares = Equal(4, 2);
  ImproveOrderedLevels(without, kLeast, shares);
  EXPECT_EQ(shares(1, 0), kLeast);
  DoubleMatrix anew = Equal(4, 2);
  for (int call = 0; call < 500; ++call) {
    ImproveOrderedLevels(counts, kLeast, shares);
    ImproveOrderedLevels(counts, kLeast, anew);
  }
  for (int l = 0; l < 4; ++l) EXPECT_NEAR(shares(l, 0), anew(l, 0), 1e-6);
}

}  // namespace
}  // namespace cible
