#include "segmentation/clustering/kmeans.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

KMeans FitOrDie(const Samples& samples, const KMeansOptions& options, int threads = 2) {
  WorkerPool pool(threads);
  auto model = KMeans::Fit(samples, PlainEncoder(samples.numbers.cols()), {}, options, pool);
  EXPECT_TRUE(model.ok()) << model.status();
  return *std::move(model);
}

// J by its definition.
double Inertia(const Samples& samples, const KMeans& model) {
  double sum = 0;
  for (int i = 0; i < samples.count(); ++i) {
    for (int f = 0; f < samples.numbers.cols() && model.labels()[i] >= 0; ++f) {
      if (!samples.codes(i, f)) continue;
      sum += samples.weights[i] *
             std::pow(samples.numbers(i, f) - model.centroids()(model.labels()[i], f), 2);
    }
  }
  return sum;
}

TEST(KMeansFit, RejectsMoreClustersThanSamples) {
  WorkerPool pool(1);
  const auto model =
      KMeans::Fit(SamplesOf({{1}, {2}, {3}}), PlainEncoder(1), {}, {.cluster_count = 4}, pool);
  EXPECT_EQ(model.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(model.status().message(), "4 clusters need at least 4 samples; got 3");
}

TEST(KMeansFit, RejectsNoCluster) {
  WorkerPool pool(1);
  const auto model = KMeans::Fit(SamplesOf({{1}}), PlainEncoder(1), {}, {.cluster_count = 0}, pool);
  EXPECT_EQ(model.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(model.status().message(), "cluster_count must be at least 1; got 0");
}

TEST(KMeansFit, RejectsFeaturesThatAreNotFinite) {
  WorkerPool pool(1);
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const auto model =
        KMeans::Fit(SamplesOf({{1}, {bad}}), PlainEncoder(1), {}, {.cluster_count = 1}, pool);
    EXPECT_EQ(model.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(model.status().message(),
              "a feature is NaN or infinite; every feature must be finite");
  }
}

TEST(KMeansFit, StopsWhenAsked) {
  WorkerPool pool(2);
  std::stop_source source;
  source.request_stop();
  const auto model = KMeans::Fit(SamplesOf(Blobs({{0, 0}}, 100, 1, 1)), PlainEncoder(2), {},
                                 {.cluster_count = 3}, pool, source.get_token());
  EXPECT_EQ(model.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(model.status().message(), "k-means was cancelled");
}

TEST(KMeansFit, FindsThreeBlobsAndOrdersThemByWeight) {
  Rows rows = Blobs({{0, 0}}, 30, 0.1, 1);
  for (const auto& row : Blobs({{10, 0}}, 50, 0.1, 2)) rows.push_back(row);
  for (const auto& row : Blobs({{0, 10}}, 40, 0.1, 3)) rows.push_back(row);
  const Samples samples = SamplesOf(rows);
  const KMeans model = FitOrDie(samples, {.cluster_count = 3});
  EXPECT_EQ(model.sizes(), (std::vector<double>{50, 40, 30}));
  EXPECT_NEAR(model.centroids()(0, 0), 10, 0.1);
  EXPECT_NEAR(model.centroids()(1, 1), 10, 0.1);
  EXPECT_NEAR(model.inertia(), Inertia(samples, model), 1e-9);
}

TEST(KMeansFit, GivesTheSameBitsForAnyNumberOfThreads) {
  Samples samples = SamplesOf(Blobs({{0, 0, 0}, {1, 1, 0}, {0, 2, 1}}, 4000, 1, 5));
  MakeHoles(samples, 0.1, 9);
  const KMeans one = FitOrDie(samples, {.cluster_count = 5, .restart_count = 4, .seed = 3}, 1);
  const KMeans four = FitOrDie(samples, {.cluster_count = 5, .restart_count = 4, .seed = 3}, 4);
  EXPECT_EQ(one.centroids(), four.centroids());
  EXPECT_EQ(one.labels(), four.labels());
  EXPECT_EQ(one.inertia(), four.inertia());
}

// More samples than the restarts see: the best start ends on all of them.
TEST(KMeansFit, GivesTheSameBitsForAnyNumberOfThreadsOnManySamples) {
  const Samples samples = SamplesOf(Blobs({{0, 0}, {3, 0}}, 10'000, 1, 5));
  const KMeans one = FitOrDie(samples, {.cluster_count = 3, .restart_count = 3}, 1);
  const KMeans three = FitOrDie(samples, {.cluster_count = 3, .restart_count = 3}, 3);
  EXPECT_EQ(one.centroids(), three.centroids());
  EXPECT_EQ(one.labels(), three.labels());
  EXPECT_NEAR(one.inertia(), Inertia(samples, one), 1e-6);
}

TEST(KMeansFit, DoesNotDependOnTheOrderOfTheSamples) {
  const Rows rows = Blobs({{0, 0, 0}, {1, 1, 1}}, 500, 1, 11);
  const auto order = Shuffle(static_cast<int>(rows.size()), 4);
  Rows shuffled;
  for (const int i : order) shuffled.push_back(rows[i]);
  const KMeans a = FitOrDie(SamplesOf(rows), {.cluster_count = 4, .seed = 8});
  const KMeans b = FitOrDie(SamplesOf(shuffled), {.cluster_count = 4, .seed = 8});
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(b.labels()[i], a.labels()[order[i]]);
  EXPECT_NEAR(a.inertia(), b.inertia(), 1e-9 * a.inertia());
}

// Samples used where they lie: starts are drawn by content, and sums added in
// another order differ by rounding alone.
TEST(KMeansFit, DoesNotDependOnTheOrderOfManySamples) {
  Samples samples = SamplesOf(Blobs({{0, 0, 0}, {1, 1, 0}, {0, 2, 1}}, 7000, 1, 5));
  MakeHoles(samples, 0.1, 9);
  for (int i = 0; i < samples.count(); ++i) samples.weights[i] = 1 + i % 3;
  const auto order = Shuffle(samples.count(), 4);
  const KMeansOptions options{.cluster_count = 5, .restart_count = 4, .collapse_limit = 0};
  const KMeans a = FitOrDie(samples, options), b = FitOrDie(SelectSamples(samples, order), options);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(b.labels()[i], a.labels()[order[i]]);
  EXPECT_NEAR(a.inertia(), b.inertia(), 1e-9 * a.inertia());
}

TEST(KMeansFit, TakesADuplicatedSampleForAWeightOfTwo) {
  Rows rows = Blobs({{0, 0}, {2, 2}}, 40, 1, 3);
  Samples weighted = SamplesOf(rows);
  for (int i = 0; i < 20; ++i) {
    rows.push_back(rows[i]);
    weighted.weights[i] = 2;
  }
  const KMeans a = FitOrDie(SamplesOf(rows), {.cluster_count = 3});
  const KMeans b = FitOrDie(weighted, {.cluster_count = 3});
  EXPECT_EQ(a.centroids(), b.centroids());
  EXPECT_EQ(a.sizes(), b.sizes());
  EXPECT_NEAR(a.inertia(), b.inertia(), 1e-9);
}

TEST(KMeansFit, TakesAWeightOfZeroForAbsenceButLabelsTheSample) {
  Rows rows = Blobs({{0, 0}, {2, 2}}, 40, 1, 3);
  const KMeans without = FitOrDie(SamplesOf(rows), {.cluster_count = 3});
  rows.push_back({1000, 1000});
  Samples samples = SamplesOf(rows);
  samples.weights.back() = 0;
  const KMeans with = FitOrDie(samples, {.cluster_count = 3});
  EXPECT_EQ(with.centroids(), without.centroids());
  EXPECT_EQ(with.inertia(), without.inertia());
  EXPECT_GE(with.labels().back(), 0);
}

TEST(KMeansFit, ReturnsFewerClustersWhenFewerSamplesAreDistinct) {
  const KMeans model = FitOrDie(SamplesOf({{1}, {1}, {2}, {2}, {2}, {9}}), {.cluster_count = 5});
  EXPECT_EQ(model.sizes(), (std::vector<double>{3, 2, 1}));
  EXPECT_NEAR(model.inertia(), 0, 1e-12);
}

TEST(KMeansFit, ReturnsOneClusterForIdenticalSamples) {
  const KMeans model = FitOrDie(SamplesOf(Rows(10, {3.5, -1})), {.cluster_count = 4});
  EXPECT_EQ(model.sizes(), (std::vector<double>{10}));
  EXPECT_EQ(model.labels(), std::vector<int>(10, 0));
  EXPECT_EQ(model.inertia(), 0);
}

TEST(KMeansFit, FindsTheMeanWithOneCluster) {
  const KMeans model = FitOrDie(SamplesOf({{0, 0}, {2, 4}, {4, 2}}), {.cluster_count = 1});
  EXPECT_DOUBLE_EQ(model.centroids()(0, 0), 2);
  EXPECT_DOUBLE_EQ(model.centroids()(0, 1), 2);
  EXPECT_DOUBLE_EQ(model.inertia(), 16);
}

TEST(KMeansFit, LeavesASampleWithNothingKnownWithoutALabel) {
  Samples samples = SamplesOf({{0, 0}, {5, 5}, {0, 1}});
  samples.codes(0, 0) = samples.codes(0, 1) = 0;
  const KMeans model = FitOrDie(samples, {.cluster_count = 2});
  EXPECT_EQ(model.labels()[0], -1);
  EXPECT_EQ(model.sizes(), (std::vector<double>{1, 1}));
}

// After scikit-learn's pull request 13410: float32 arithmetic without centring
// makes 118.34 instead of 100 of a million features.
TEST(KMeansFit, DoesNotLoseCloseSamplesToCancellation) {
  constexpr int kFeatures = 10'000;
  Samples samples{.codes = ByteMatrix(2, kFeatures, 1),
                  .numbers = FloatMatrix(2, kFeatures, 1.0f),
                  .weights = {1, 1}};
  for (int f = 0; f < kFeatures; ++f) samples.numbers(1, f) = 1.1f;
  WorkerPool pool(1);
  const auto model = KMeans::Fit(samples, PlainEncoder(kFeatures), {},
                                 {.cluster_count = 1, .restart_count = 1}, pool);
  ASSERT_TRUE(model.ok()) << model.status();
  // Both are half of the distance from it.
  const double step = static_cast<double>(1.1f) - 1;
  EXPECT_NEAR(std::sqrt(2 * model->inertia()), 100 * step, 1e-7);
}

TEST(KMeansFit, SeparatesSamplesFarFromTheOrigin) {
  Rows rows = Blobs({{1e6, 1e6}, {1e6 + 8, 1e6}}, 50, 0.5, 21);
  const KMeans model = FitOrDie(SamplesOf(rows), {.cluster_count = 2});
  EXPECT_EQ(model.sizes(), (std::vector<double>{50, 50}));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(model.labels()[i], model.labels()[i % 2]);
}

// Every label is the nearest centroid's in double precision, ties to the
// lowest, whatever bounds have spared.
TEST(KMeansFit, LabelsAreTheNearestCentroids) {
  Samples samples = SamplesOf(Blobs({{0, 0, 0, 0}, {1, 0, 1, 0}}, 600, 1, 31));
  MakeHoles(samples, 0.3, 5);
  const KMeans model = FitOrDie(samples, {.cluster_count = 6});
  for (int i = 0; i < samples.count(); ++i) {
    int nearest = -1;
    double least = std::numeric_limits<double>::infinity();
    bool any = false;
    for (int j = 0; j < model.centroids().rows(); ++j) {
      double distance = 0;
      for (int f = 0; f < 4; ++f) {
        if (!samples.codes(i, f)) continue;
        any = true;
        const double difference = samples.numbers(i, f) - model.centroids()(j, f);
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest = j;
      }
    }
    EXPECT_EQ(model.labels()[i], any ? nearest : -1);
  }
}

TEST(KMeansFitFrom, NeverRaisesTheObjectiveUnderMissingValues) {
  Samples samples = SamplesOf(Blobs({{0, 0, 0}, {2, 1, 0}, {0, 2, 2}}, 300, 1, 41));
  MakeHoles(samples, 0.4, 6);
  for (int i = 0; i < samples.count(); ++i) samples.weights[i] = 0.25 + i % 7;
  DoubleMatrix start(5, 3);
  for (int j = 0; j < 5; ++j) {
    for (int f = 0; f < 3; ++f) start(j, f) = Normal(Key(77, j, f));
  }
  WorkerPool pool(2);
  double before = std::numeric_limits<double>::infinity();
  for (int iterations = 0; iterations <= 40; ++iterations) {
    const auto model = KMeans::FitFrom(start, samples, PlainEncoder(3), {},
                                       {.max_iterations = iterations, .tolerance = 0}, pool);
    ASSERT_TRUE(model.ok()) << model.status();
    EXPECT_NEAR(model->inertia(), Inertia(samples, *model), 1e-9 * model->inertia());
    EXPECT_LE(model->inertia(), before * (1 + 1e-12)) << "after " << iterations;
    before = model->inertia();
  }
}

// Two centroids start where no sample is nearest to them.
TEST(KMeansFitFrom, FillsEmptyClusters) {
  const Samples samples = SamplesOf({{0}, {1}, {10}, {11}, {20}, {21}});
  DoubleMatrix start(3, 1);
  start(0, 0) = 10;
  start(1, 0) = 1000;
  start(2, 0) = 1001;
  WorkerPool pool(1);
  const auto model = KMeans::FitFrom(start, samples, PlainEncoder(1), {}, {.tolerance = 0}, pool);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->sizes(), (std::vector<double>{2, 2, 2}));
  EXPECT_DOUBLE_EQ(model->inertia(), 1.5);
}

TEST(KMeansFitFrom, LeavesOutClustersThatCannotBeFilled) {
  DoubleMatrix start(3, 1);
  start(1, 0) = 1000;
  start(2, 0) = 1001;
  WorkerPool pool(1);
  const auto model =
      KMeans::FitFrom(start, SamplesOf({{4}, {4}, {4}}), PlainEncoder(1), {}, {}, pool);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->sizes(), (std::vector<double>{3}));
}

TEST(KMeansFitFrom, RejectsCentroidsOfAnotherWidth) {
  WorkerPool pool(1);
  const auto model =
      KMeans::FitFrom(DoubleMatrix(2, 3), SamplesOf({{4, 5}}), PlainEncoder(2), {}, {}, pool);
  EXPECT_EQ(model.status().message(), "the centroids are 2 x 3; expected k x 2");
}

TEST(KMeansFitMatrix, GivesTheSameBitsForAnyNumberOfThreads) {
  const FloatMatrix matrix = NormalMatrix(40'000, 6, 5);
  const auto fit = [&](int threads) {
    WorkerPool pool(threads);
    return *KMeans::FitMatrix(matrix, {}, std::nullopt,
                              {.cluster_count = 7, .restart_count = 2, .seed = 3}, pool);
  };
  const KMeans one = fit(1);
  for (const int threads : {2, 4, 8}) {
    const KMeans many = fit(threads);
    EXPECT_EQ(one.centroids(), many.centroids());
    EXPECT_EQ(one.labels(), many.labels());
    EXPECT_EQ(one.inertia(), many.inertia());
  }
}

TEST(KMeansFitMatrix, DoesNotDependOnTheOrderOfTheRows) {
  const FloatMatrix matrix = NormalMatrix(30'000, 3, 5);
  const auto order = Shuffle(matrix.rows(), 4);
  FloatMatrix shuffled(matrix.rows(), 3);
  for (int i = 0; i < matrix.rows(); ++i) {
    std::copy_n(matrix.row(order[i]).begin(), 3, shuffled.row(i).begin());
  }
  WorkerPool pool(2);
  const KMeansOptions options{.cluster_count = 5, .restart_count = 3};
  const auto a = KMeans::FitMatrix(matrix, {}, std::nullopt, options, pool);
  const auto b = KMeans::FitMatrix(shuffled, {}, std::nullopt, options, pool);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_NEAR(a->inertia(), b->inertia(), 1e-9 * a->inertia());
  for (int i = 0; i < matrix.rows(); ++i) EXPECT_EQ(b->labels()[i], a->labels()[order[i]]);
}

// Most rows repeated: they are collapsed, and weigh what they did.
TEST(KMeansFitMatrix, AgreesOnManyEqualRows) {
  FloatMatrix matrix(60'000, 2);
  for (int i = 0; i < matrix.rows(); ++i) {
    matrix(i, 0) = static_cast<float>(i % 12);
    matrix(i, 1) = static_cast<float>(i % 7);
  }
  WorkerPool pool(2);
  const auto fit = KMeans::FitMatrix(matrix, {}, std::nullopt, {.cluster_count = 84}, pool);
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_EQ(fit->sizes().size(), 84u);
  EXPECT_NEAR(fit->inertia(), 0, 1e-9);
}

TEST(KMeansFitMatrix, RefusesWhatDoesNotFitIntoMemory) {
  WorkerPool pool(1);
  const auto fit = KMeans::FitMatrix(NormalMatrix(1000, 5, 1), {}, std::nullopt,
                                     {.cluster_count = 2, .memory_limit = 20'000}, pool);
  EXPECT_EQ(fit.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(fit.status().message(),
            "k-means on 1000 samples takes 92.0 kB of memory; there are 20.0 kB. Use fewer samples "
            "or features, or a larger machine");
}

TEST(KMeansFitMatrix, StopsWithinASecond) {
  const FloatMatrix matrix = NormalMatrix(300'000, 20, 5);
  WorkerPool pool(2);
  for (const int delay : {0, 5, 30, 100, 250}) {
    std::stop_source source;
    std::chrono::steady_clock::time_point asked;
    std::jthread stopper([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(delay));
      asked = std::chrono::steady_clock::now();
      source.request_stop();
    });
    const auto fit = KMeans::FitMatrix(
        matrix, {}, std::nullopt, {.cluster_count = 40, .max_iterations = 100'000, .tolerance = 0},
        pool, source.get_token());
    stopper.join();
    EXPECT_EQ(fit.status().code(), absl::StatusCode::kCancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - asked,
              CIBLE_TEST_PATIENCE * std::chrono::seconds(1));
  }
}

// Reference inertias: the best of many restarts to convergence, computed
// independently in double precision.
Samples McDonalds() {
  auto cells = ReadCells(std::string(CIBLE_SHARED_DATA) + "/mcdonalds.csv");
  Rows rows;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    std::vector<double> row;
    for (int c = 0; c < 11; ++c) row.push_back(cells[i][c] == "Yes" ? 1 : 0);
    rows.push_back(row);
  }
  return SamplesOf(rows);
}

TEST(KMeansReference, FindsTheBestDivisionsOfTheFastFoodSurvey) {
  const Samples samples = McDonalds();
  if (samples.count() == 0) GTEST_SKIP() << "no ../shared/data: mcdonalds.csv";
  // From k = 3 on ours are better: 1818.700649, 1602.899456 and 1434.601194.
  const double references[] = {2145.503727, 1818.700847, 1602.930346, 1434.606097};
  for (int k = 2; k <= 5; ++k) {
    const KMeans model =
        FitOrDie(samples, {.cluster_count = k, .restart_count = 200, .tolerance = 0, .seed = 1});
    EXPECT_LE(model.inertia(), references[k - 2] + 1e-5) << "k = " << k;
    EXPECT_GE(model.inertia(), references[k - 2] - 0.05) << "k = " << k;
    EXPECT_NEAR(model.inertia(), Inertia(samples, model), 1e-9) << "k = " << k;
  }
}

// The numbers of a file of scikit-learn's: a first line to skip, the class last.
Rows SklearnRows(const std::string& name) {
  auto cells = ReadCells("/usr/lib/python3/dist-packages/sklearn/datasets/data/" + name);
  Rows rows;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    std::vector<double> row(cells[i].size() - 1);
    for (std::size_t f = 0; f < row.size(); ++f)
      EXPECT_TRUE(absl::SimpleAtod(cells[i][f], &row[f]));
    rows.push_back(row);
  }
  return rows;
}

void Standardise(Rows& rows) {
  for (std::size_t f = 0; f < rows[0].size(); ++f) {
    double mean = 0, variance = 0;
    const auto n = static_cast<double>(rows.size());
    for (const auto& row : rows) mean += row[f] / n;
    for (const auto& row : rows) variance += (row[f] - mean) * (row[f] - mean) / n;
    for (auto& row : rows) row[f] = (row[f] - mean) / std::sqrt(variance);
  }
}

TEST(KMeansReference, FindsTheBestDivisionOfIris) {
  Rows rows = SklearnRows("iris.csv");
  if (rows.empty()) GTEST_SKIP() << "no python3-sklearn: iris.csv";
  const KMeans raw = FitOrDie(SamplesOf(rows), {.cluster_count = 3, .tolerance = 0});
  EXPECT_NEAR(raw.inertia(), 78.851441, 1e-5);
  EXPECT_EQ(raw.sizes(), (std::vector<double>{62, 50, 38}));
  Standardise(rows);
  const KMeans scaled = FitOrDie(SamplesOf(rows), {.cluster_count = 3, .tolerance = 0});
  EXPECT_NEAR(scaled.inertia(), 139.820496, 1e-4);
  EXPECT_EQ(scaled.sizes(), (std::vector<double>{53, 50, 47}));
}

TEST(KMeansReference, FindsTheBestDivisionOfWine) {
  Rows rows = SklearnRows("wine_data.csv");
  if (rows.empty()) GTEST_SKIP() << "no python3-sklearn: wine_data.csv";
  Standardise(rows);
  const KMeans model = FitOrDie(SamplesOf(rows), {.cluster_count = 3, .tolerance = 0});
  EXPECT_NEAR(model.inertia(), 1277.928489, 1e-3);
  EXPECT_EQ(model.sizes(), (std::vector<double>{65, 62, 51}));
}

}  // namespace
}  // namespace cible
