#include "segmentation/clustering/cluster_sums.h"

#include <cmath>
#include <optional>

#include "gtest/gtest.h"
#include "segmentation/clustering/kmeans.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

// Blocks accumulated one by one and merged, as several machines would, end
// where a fit ends.
TEST(ClusterSums, MakeAFit) {
  const FloatMatrix matrix = NormalMatrix(3000, 5, 12);
  const Points points = ViewMatrix(matrix, {});
  DoubleMatrix centroids(4, 5);
  for (int j = 0; j < 4; ++j) {
    for (int f = 0; f < 5; ++f) centroids(j, f) = matrix(j, f);
  }
  const DoubleMatrix start = centroids;
  constexpr int kIterations = 15;
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    const Scorer scorer(centroids, points);
    ClusterSums total(points.layout, 4);
    for (int begin = 0; begin < 3000; begin += 1000) {
      Merge(total, Accumulate(points, begin, begin + 1000, scorer));
    }
    centroids = Update(total, points.layout, centroids);
  }
  WorkerPool pool(2);
  const auto fit = KMeans::FitMatrix(
      matrix, {}, start, {.cluster_count = 4, .max_iterations = kIterations, .tolerance = 0}, pool);
  ASSERT_TRUE(fit.ok()) << fit.status();
  double inertia = 0;
  const Scorer scorer(centroids, points);
  Scorer::Scratch scratch(scorer);
  Scorer::Nearest nearest;
  for (int i = 0; i < 3000; ++i) {
    scorer.FindNearest(&i, 1, scratch, nearest);
    inertia += scorer.Distance(i, nearest.index[0]);
  }
  EXPECT_NEAR(fit->inertia(), inertia, 1e-9 * inertia);
}

TEST(ClusterSums, TakeAwayWhatWasAdded) {
  const Samples samples = SamplesOf(Blobs({{0, 1}}, 10, 1, 2));
  WorkerPool pool(1);
  const Points points = ViewSamples(samples, {}, PlainEncoder(2), pool);
  ClusterSums sums(points.layout, 2);
  for (int i = 0; i < 10; ++i) sums.Add(points, i, 1);
  for (int i = 0; i < 9; ++i) sums.Add(points, i, 1, -1);
  EXPECT_EQ(sums.member_counts, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(sums.weights, (std::vector<double>{0, 1}));
  EXPECT_NEAR(sums.numbers(1, 0), samples.numbers(9, 0), 1e-12);
}

TEST(Update, LeavesInPlaceWhatNothingIsKnownOf) {
  Samples samples = SamplesOf({{4, 7}, {6, 9}});
  samples.codes(0, 1) = samples.codes(1, 1) = 0;
  WorkerPool pool(1);
  const Points points = ViewSamples(samples, {}, PlainEncoder(2), pool);
  ClusterSums sums(points.layout, 2);
  sums.Add(points, 0, 0);
  sums.Add(points, 1, 0);
  const DoubleMatrix centroids = Update(sums, points.layout, DoubleMatrix(2, 2, 3));
  EXPECT_EQ(centroids.row(0), absl::MakeConstSpan({5.0, 3.0}));
  EXPECT_EQ(centroids.row(1), absl::MakeConstSpan({3.0, 3.0}));
}

}  // namespace
}  // namespace cible
