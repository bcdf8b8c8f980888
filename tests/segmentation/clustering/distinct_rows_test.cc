#include "segmentation/clustering/distinct_rows.h"

#include <algorithm>
#include <vector>

#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

RowsView ViewRows(const FloatMatrix& matrix, absl::Span<const double> weights) {
  return {.count = matrix.rows(),
          .number_count = matrix.cols(),
          .numbers = matrix.data(),
          .weights = weights};
}

TEST(FindDistinctRows, AddsUpTheWeightsOfEqualRowsAndDropsTheUnknown) {
  Samples samples = SamplesOf({{0, 1}, {2, 3}, {0, 1}, {0, 0}, {-0.0, 1}, {4, 5}});
  samples.codes(3, 0) = samples.codes(3, 1) = 0;
  samples.weights = {1, 0, 2, 1, 4, 1};
  WorkerPool pool(1);
  const RowsView view = ViewRows(samples, samples.weights);
  const DistinctRows distinct = FindDistinctRows(view, 1, pool);
  EXPECT_EQ(CountDistinct(view, pool), 2);
  ASSERT_EQ(distinct.rows.size(), 2u);
  const int first = distinct.rows[0] == 5 ? 1 : 0;
  EXPECT_EQ(distinct.rows[first], 0);
  EXPECT_EQ(distinct.weights[first], 7);
  EXPECT_EQ(distinct.weights[1 - first], 1);
}

TEST(FindDistinctRows, OrdersByContent) {
  const FloatMatrix matrix = NormalMatrix(3000, 2, 5);
  const auto order = Shuffle(3000, 6);
  FloatMatrix shuffled(3000, 2);
  for (int i = 0; i < 3000; ++i) {
    std::copy_n(matrix.row(order[i]).begin(), 2, shuffled.row(i).begin());
  }
  WorkerPool pool(2);
  const DistinctRows a = FindDistinctRows(ViewRows(matrix, {}), 9, pool);
  const DistinctRows b = FindDistinctRows(ViewRows(shuffled, {}), 9, pool);
  for (int i = 0; i < 3000; ++i) EXPECT_EQ(a.rows[i], order[b.rows[i]]);
}

TEST(DrawDistinctRows, TakesTheFirstOfAll) {
  const FloatMatrix matrix = NormalMatrix(5000, 2, 5);
  WorkerPool pool(2);
  const DistinctRows all = FindDistinctRows(ViewRows(matrix, {}), 9, pool);
  const DistinctRows drawn = DrawDistinctRows(ViewRows(matrix, {}), 100, 9, pool);
  EXPECT_EQ(drawn.rows, std::vector<int>(all.rows.begin(), all.rows.begin() + 100));
}

// Seeds need enough rows, even where hardly any has a weight.
TEST(DrawDistinctRows, FindsTheFewThatCount) {
  const FloatMatrix matrix = NormalMatrix(50'000, 2, 5);
  std::vector<double> weights(50'000);
  for (int i = 0; i < 150; ++i) weights[300 * i] = 1;
  WorkerPool pool(2);
  EXPECT_EQ(DrawDistinctRows(ViewRows(matrix, weights), 100, 9, pool).rows.size(), 100u);
  EXPECT_EQ(DrawDistinctRows(ViewRows(matrix, weights), 200, 9, pool).rows.size(), 150u);
}

// The bound is 5 standard errors of a share of .25 among 4,000 rows of it.
TEST(DrawDistinctRows, EstimatesTheShareOfDistinctRows) {
  FloatMatrix matrix(100'000, 1);
  for (int i = 0; i < matrix.rows(); ++i) matrix(i, 0) = static_cast<float>(i / 4);
  WorkerPool pool(2);
  EXPECT_NEAR(DrawDistinctRows(ViewRows(matrix, {}), 1000, 3, pool).share(), 0.25, 0.035);
  EXPECT_EQ(DrawDistinctRows(ViewRows(NormalMatrix(50'000, 4, 1), {}), 1000, 3, pool).share(), 1);
}

}  // namespace
}  // namespace cible
