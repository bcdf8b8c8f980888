#include "segmentation/clustering/points.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

TEST(CollapsePoints, AddsUpTheWeightsOfEqualSamplesAndDropsTheUnknown) {
  Samples samples = SamplesOf({{0, 1}, {2, 3}, {0, 1}, {0, 0}, {-0.0, 1}});
  samples.codes(3, 0) = samples.codes(3, 1) = 0;
  samples.weights = {1, 0, 2, 1, 4};
  WorkerPool pool(1);
  const Points points = PointsOf(samples, PlainEncoder(2), pool);
  EXPECT_EQ(points.weights, std::vector<double>({7}));
}

TEST(ViewSamples, BorrowsAndGivesTheUnknownNoWeight) {
  Samples samples = SamplesOf({{0, 1}, {2, 3}, {4, 5}});
  samples.codes(1, 0) = 0;
  WorkerPool pool(2);
  const Points all = ViewSamples(samples, {}, PlainEncoder(2), pool);
  EXPECT_EQ(all.numbers, samples.numbers.data());
  EXPECT_TRUE(all.weights.empty());
  EXPECT_EQ(all.always_known, (std::vector<std::uint8_t>{0, 1}));
  samples.codes(1, 1) = 0;
  EXPECT_EQ(ViewSamples(samples, {}, PlainEncoder(2), pool).weights,
            (std::vector<double>{1, 0, 1}));
}

// Twice the rows, or twice the weights: the same points are drawn.
TEST(PointsAt, DrawsByContent) {
  const FloatMatrix once = NormalMatrix(4000, 3, 7);
  FloatMatrix twice(8000, 3);
  for (int i = 0; i < 8000; ++i) {
    std::copy_n(once.row((i * 7) % 4000).begin(), 3, twice.row(i).begin());
  }
  WorkerPool pool(2);
  const auto drawn = [&](const Points& points) {
    return PointsAt(points, DrawDistinctRows(points.rows(), 500, 9, pool), pool);
  };
  const Points a = drawn(ViewMatrix(once, std::vector<double>(4000, 2)));
  const Points b = drawn(ViewMatrix(twice, {}));
  EXPECT_EQ(a.count, 500);
  EXPECT_EQ(a.own_numbers, b.own_numbers);
  EXPECT_EQ(a.weights, b.weights);
}

}  // namespace
}  // namespace cible
