#include "segmentation/models/alignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace cible {
namespace {

using ::testing::ElementsAre;

DoubleMatrix MatrixOf(int rows, int columns, const std::vector<double>& values) {
  DoubleMatrix matrix(rows, columns);
  std::copy(values.begin(), values.end(), matrix.data());
  return matrix;
}

double TotalGain(const DoubleMatrix& gain, const std::vector<int>& assignment) {
  double total = 0;
  for (int row = 0; row < gain.rows(); ++row) {
    const int column = assignment[static_cast<std::size_t>(row)];
    if (column >= 0) total += gain(row, column);
  }
  return total;
}

// The largest total over every pairing of the smaller side.
double BestGainByTrying(const DoubleMatrix& gain) {
  const int size = std::max(gain.rows(), gain.cols());
  std::vector<int> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  double best = -1e300;
  do {
    double total = 0;
    for (int row = 0; row < gain.rows(); ++row) {
      const int column = order[static_cast<std::size_t>(row)];
      if (column < gain.cols()) total += gain(row, column);
    }
    best = std::max(best, total);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

int Paired(std::vector<int> assignment) {
  std::erase(assignment, -1);
  std::sort(assignment.begin(), assignment.end());
  EXPECT_EQ(std::adjacent_find(assignment.begin(), assignment.end()), assignment.end());
  return static_cast<int>(assignment.size());
}

TEST(OptimalAssignment, IsTheBestOfAllPairingsWhateverTheShape) {
  std::mt19937_64 random(20081987);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int trial = 0; trial < 300; ++trial) {
    const int rows = 1 + static_cast<int>(random() % 6);
    const int columns = 1 + static_cast<int>(random() % 6);
    DoubleMatrix gain(rows, columns);
    std::generate_n(gain.data(), rows * columns, [&] { return uniform(random); });
    const std::vector<int> assignment = OptimalAssignment(gain);
    ASSERT_EQ(Paired(assignment), std::min(rows, columns));
    ASSERT_NEAR(TotalGain(gain, assignment), BestGainByTrying(gain), 1e-12);
  }
}

TEST(OptimalAssignment, GivesUpTheLargestGainForTheLargestTotal) {
  EXPECT_THAT(OptimalAssignment(MatrixOf(2, 2, {10, 9, 9, 1})), ElementsAre(1, 0));
}

TEST(OptimalAssignment, LeavesRowsOverWhenThereAreFewerColumns) {
  EXPECT_THAT(OptimalAssignment(MatrixOf(3, 1, {1, 3, 2})), ElementsAre(-1, 0, -1));
  EXPECT_THAT(OptimalAssignment(DoubleMatrix(2, 0)), ElementsAre(-1, -1));
  EXPECT_THAT(OptimalAssignment(DoubleMatrix(0, 2)), ElementsAre());
}

TEST(JaccardOverlap, CountsOnlyContactsLabelledByBoth) {
  const std::vector<int> now = {0, 0, 0, 1, -1, 1};
  const std::vector<int> before = {0, 0, 1, 1, 1, -1};
  const DoubleMatrix overlap = JaccardOverlap(now, 2, before, 3);
  EXPECT_DOUBLE_EQ(overlap(0, 0), 2. / 3);
  EXPECT_DOUBLE_EQ(overlap(0, 1), 1. / 4);
  EXPECT_DOUBLE_EQ(overlap(1, 1), 1. / 2);
  EXPECT_DOUBLE_EQ(overlap(1, 2), 0);
}

TEST(AlignComponents, FollowsSegmentsThatWereRenumbered) {
  const std::vector<int> now = {2, 2, 2, 0, 0, 1, 1, 1};
  const std::vector<int> before = {0, 0, 0, 1, 1, 2, 2, 2};
  EXPECT_THAT(AlignComponents(now, 3, before, 3), ElementsAre(1, 2, 0));
}

TEST(AlignComponents, GivesANewIdToWhatSharesLessThanHalf) {
  const std::vector<int> now = {0, 0, 0, 1, 1, 1, 2, 2};
  const std::vector<int> before = {0, 0, 0, 0, 1, 1, 1, 1};
  EXPECT_THAT(AlignComponents(now, 3, before, 2), ElementsAre(0, -1, 1));
}

// Jaccard .5 for (0, 0) against .4 + .25 across: the largest sum of overlaps
// would break the one segment that came back.
TEST(AlignComponents, KeepsASegmentThatTwoSmallOverlapsWouldOutbid) {
  const std::vector<int> now = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
  const std::vector<int> before = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0};
  EXPECT_THAT(OptimalAssignment(JaccardOverlap(now, 2, before, 2)), ElementsAre(1, 0));
  EXPECT_THAT(AlignComponents(now, 2, before, 2), ElementsAre(0, -1));
}

}  // namespace
}  // namespace cible
