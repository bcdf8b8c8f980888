#include "segmentation/clustering/lloyd.h"

#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

// A stop during the first assignment leaves points without a label: measuring
// the objective then read before the first centroid.
TEST(Lloyd, MayBeMeasuredAfterAStop) {
  const Samples samples = SamplesOf(Blobs({{0, 0}}, 50, 1, 1));
  WorkerPool pool(1);
  const Points points = MakePoints(samples, samples.weights, PlainEncoder(2), 0, pool);
  std::stop_source source;
  source.request_stop();
  Lloyd lloyd(points, DoubleMatrix(3, 2), pool, source.get_token());
  lloyd.Run(10, 0);
  EXPECT_EQ(lloyd.Objective(), 0);
}

// Runs that go on give what one long run gives.
TEST(Lloyd, GoesOnWhereItStopped) {
  const Samples samples = SamplesOf(Blobs({{0, 0}, {1, 2}}, 500, 1, 1));
  WorkerPool pool(2);
  const Points points = MakePoints(samples, samples.weights, PlainEncoder(2), 0, pool);
  DoubleMatrix start(4, 2);
  for (int j = 0; j < 4; ++j) start(j, 0) = j - 1.5;
  Lloyd once(points, start, pool, {}), twice(points, start, pool, {});
  once.Run(12, 0);
  twice.Run(5, 0);
  twice.Run(7, 0);
  EXPECT_EQ(once.centroids(), twice.centroids());
  EXPECT_EQ(once.iterations(), 12);
}

}  // namespace
}  // namespace cible
