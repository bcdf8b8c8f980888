#include "segmentation/clustering/lloyd.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

// A stop during the first assignment leaves points without a label: measuring
// the objective then read before the first centroid.
TEST(Lloyd, MayBeMeasuredAfterAStop) {
  const Samples samples = SamplesOf(Blobs({{0, 0}}, 50, 1, 1));
  WorkerPool pool(1);
  const Points points = PointsOf(samples, PlainEncoder(2), pool);
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
  const Points points = PointsOf(samples, PlainEncoder(2), pool);
  DoubleMatrix start(4, 2);
  for (int j = 0; j < 4; ++j) start(j, 0) = j - 1.5;
  Lloyd once(points, start, pool, {}), twice(points, start, pool, {});
  once.Run(12, 0);
  twice.Run(5, 0);
  twice.Run(7, 0);
  EXPECT_EQ(once.centroids(), twice.centroids());
  EXPECT_EQ(once.iterations(), 12);
}

// k-means by its definition, in double precision, every distance anew.
struct Plain {
  DoubleMatrix centroids;
  int iterations = 0;
};

Plain PlainLloyd(const Samples& samples, DoubleMatrix centroids) {
  const int k = centroids.rows(), p = centroids.cols();
  std::vector<int> labels(samples.count(), -1);
  for (int iteration = -1;; ++iteration) {
    bool moved = false;
    for (int i = 0; i < samples.count(); ++i) {
      int nearest = 0;
      double least = std::numeric_limits<double>::infinity();
      for (int j = 0; j < k; ++j) {
        double distance = 0;
        for (int f = 0; f < p; ++f) {
          if (samples.codes(i, f) == 0) continue;
          distance += std::pow(samples.numbers(i, f) - centroids(j, f), 2);
        }
        if (distance < least) {
          least = distance;
          nearest = j;
        }
      }
      moved |= labels[i] != nearest;
      labels[i] = nearest;
    }
    if (iteration >= 0 && !moved) return {centroids, iteration + 1};
    for (int j = 0; j < k; ++j) {
      for (int f = 0; f < p; ++f) {
        double sum = 0, weight = 0;
        for (int i = 0; i < samples.count(); ++i) {
          if (labels[i] != j || samples.codes(i, f) == 0) continue;
          sum += samples.weights[i] * samples.numbers(i, f);
          weight += samples.weights[i];
        }
        if (weight > 0) centroids(j, f) = sum / weight;
      }
    }
  }
}

// Whatever the bounds spare, the way to the end is the same.
void ExpectThePlainIterations(const Samples& samples, int k) {
  const int p = samples.numbers.cols();
  DoubleMatrix start(k, p);
  for (int j = 0; j < k; ++j) {
    for (int f = 0; f < p; ++f) start(j, f) = samples.numbers(j, f);
  }
  WorkerPool pool(2);
  const Points points = ViewSamples(samples, samples.weights, PlainEncoder(p), pool);
  Lloyd lloyd(points, start, pool, {});
  lloyd.Run(1000, 0);
  const Plain plain = PlainLloyd(samples, start);
  EXPECT_EQ(lloyd.iterations(), plain.iterations);
  for (int j = 0; j < k; ++j) {
    for (int f = 0; f < p; ++f) {
      EXPECT_NEAR(lloyd.centroids()(j, f), plain.centroids(j, f), 1e-9);
    }
  }
}

// Every size of panel and of remainder in the kernels.
TEST(Lloyd, TakesTheStepsOfPlainKMeans) {
  for (const int p : {1, 2, 7, 8, 9, 17}) {
    for (const int k : {1, 2, 5, 6, 7, 13}) {
      SCOPED_TRACE(testing::Message() << "k = " << k << ", " << p << " features");
      ExpectThePlainIterations(SamplesOf(Blobs({std::vector<double>(p, 0)}, 700, 1, 17)), k);
    }
  }
}

TEST(Lloyd, TakesTheStepsOfPlainKMeansWithHolesAndWeights) {
  Samples samples = SamplesOf(Blobs({std::vector<double>(9, 0)}, 900, 1, 3));
  MakeHoles(samples, 0.2, 8);
  for (int i = 0; i < samples.count(); ++i) samples.weights[i] = 1 + i % 3;
  ExpectThePlainIterations(samples, 5);
}

TEST(Lloyd, TakesTheStepsOfPlainKMeansFarFromTheOrigin) {
  ExpectThePlainIterations(SamplesOf(Blobs({std::vector<double>(5, 1e6)}, 800, 20, 3)), 4);
}

}  // namespace
}  // namespace cible
