#include "segmentation/clustering/quality.h"

#include <cmath>
#include <limits>
#include <set>

#include "gtest/gtest.h"
#include "segmentation/clustering/kmeans.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

FloatMatrix MatrixOf(const Rows& rows) {
  FloatMatrix matrix(static_cast<int>(rows.size()), static_cast<int>(rows[0].size()));
  for (int i = 0; i < matrix.rows(); ++i) {
    for (int f = 0; f < matrix.cols(); ++f) matrix(i, f) = static_cast<float>(rows[i][f]);
  }
  return matrix;
}

// The definition, pair by pair.
double SilhouetteByPairs(const Rows& rows, const std::vector<int>& labels, int k) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<double> distances(k), counts(k);
    for (std::size_t j = 0; j < rows.size(); ++j) {
      if (i == j) continue;
      double distance = 0;
      for (std::size_t f = 0; f < rows[i].size(); ++f) {
        distance += (rows[i][f] - rows[j][f]) * (rows[i][f] - rows[j][f]);
      }
      distances[labels[j]] += distance;
      ++counts[labels[j]];
    }
    double other = std::numeric_limits<double>::infinity();
    for (int j = 0; j < k; ++j) {
      if (j != labels[i]) other = std::min(other, distances[j] / counts[j]);
    }
    const double own = distances[labels[i]] / counts[labels[i]];
    sum += (other - own) / std::max(own, other);
  }
  return sum / static_cast<double>(rows.size());
}

TEST(MeasureQuality, GivesTheSilhouetteOfSquaredDistancesExactly) {
  const Rows rows = Blobs({{0, 0, 1000}, {3, 1, 1000}, {0, 4, 1002}}, 40, 1, 5);
  std::vector<int> labels;
  for (int i = 0; i < 120; ++i) labels.push_back(i % 3);
  const Quality quality = MeasureQuality(GeometryOf(MatrixOf(rows)), labels, 3);
  EXPECT_NEAR(quality.silhouette, SilhouetteByPairs(rows, labels, 3), 1e-5);
}

// A row of weight 2 is two rows, one of weight 0 none.
TEST(MeasureQuality, CountsAWeightAsRepetition) {
  const Rows rows = Blobs({{0, 0}, {4, 1}}, 10, 1, 5);
  Rows doubled = rows;
  std::vector<int> labels, doubled_labels;
  for (int i = 0; i < 20; ++i) labels.push_back(i % 2);
  doubled_labels = labels;
  for (int i = 0; i < 6; ++i) {
    doubled.push_back(rows[i]);
    doubled_labels.push_back(labels[i]);
  }
  // One scale for both, whatever the mean.
  Geometry weighted = GeometryOf(MatrixOf(rows));
  for (int i = 0; i < 6; ++i) weighted.weights[i] = 2;
  const Geometry repeated = GeometryOf(MatrixOf(doubled));
  const Quality a = MeasureQuality(weighted, labels, 2);
  const Quality b = MeasureQuality(repeated, doubled_labels, 2);
  EXPECT_NEAR(a.silhouette, b.silhouette, 1e-5);
  EXPECT_NEAR(a.calinski_harabasz, b.calinski_harabasz, 1e-3);
  EXPECT_NEAR(a.davies_bouldin, b.davies_bouldin, 1e-5);
  EXPECT_NEAR(EuclideanSilhouette(weighted, labels, 2),
              EuclideanSilhouette(repeated, doubled_labels, 2), 1e-5);
}

// Published for the three clusters of the k-means optimum of Iris.
TEST(MeasureQuality, AgreesWithPublishedFiguresOnIris) {
  const auto cells = ReadCells("/usr/lib/python3/dist-packages/sklearn/datasets/data/iris.csv");
  if (cells.size() < 2) GTEST_SKIP() << "no python3-sklearn: iris.csv";
  Rows rows;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    std::vector<double> row;
    for (int f = 0; f < 4; ++f) row.push_back(std::stod(cells[i][f]));
    rows.push_back(row);
  }
  WorkerPool pool(2);
  const auto fit = KMeans::Fit(SamplesOf(rows), PlainEncoder(4), {},
                               {.cluster_count = 3, .tolerance = 0, .seed = 1}, pool);
  ASSERT_TRUE(fit.ok()) << fit.status();
  ASSERT_NEAR(fit->inertia(), 78.851441, 1e-5);
  const Geometry geometry = GeometryOf(MatrixOf(rows));
  const Quality quality = MeasureQuality(geometry, fit->labels(), 3);
  EXPECT_NEAR(quality.calinski_harabasz, 561.6278, 1e-3);
  EXPECT_NEAR(quality.davies_bouldin, 0.661972, 1e-5);
  EXPECT_NEAR(EuclideanSilhouette(geometry, fit->labels(), 3), 0.552819, 1e-5);
  EXPECT_NEAR(quality.silhouette, SilhouetteByPairs(rows, fit->labels(), 3), 1e-5);
}

// An unknown cell counts for nothing: with one attribute never known in a
// cluster the others decide.
TEST(MeasureQuality, PassesOverWhatIsUnknown) {
  Samples samples = SamplesOf(Blobs({{0, 0, 0}, {6, 6, 6}}, 50, 1, 5));
  std::vector<int> labels;
  for (int i = 0; i < 100; ++i) labels.push_back(i % 2);
  const Encoder encoder = PlainEncoder(3);
  const Quality complete = MeasureQuality(GeometryOf(samples, encoder), labels, 2);
  MakeHoles(samples, 0.3, 9);
  for (int i = 0; i < 100; i += 2) {
    samples.codes(i, 2) = 0;
    samples.numbers(i, 2) = 0;
  }
  const Quality holed = MeasureQuality(GeometryOf(samples, encoder), labels, 2);
  EXPECT_NEAR(holed.silhouette, complete.silhouette, 0.1);
  EXPECT_TRUE(std::isfinite(holed.davies_bouldin));
  EXPECT_GT(holed.calinski_harabasz, 0);
}

TEST(MeasureQuality, IsDefinedForDegenerateDivisions) {
  const Geometry same = GeometryOf(MatrixOf({{1, 1}, {1, 1}, {1, 1}}));
  EXPECT_EQ(MeasureQuality(same, {0, 0, 0}, 1).calinski_harabasz, 0);
  EXPECT_EQ(MeasureQuality(same, {0, 0, 0}, 1).silhouette, 0);
  EXPECT_EQ(MeasureQuality(same, {0, 1, 1}, 2).silhouette, 0);
  EXPECT_TRUE(std::isinf(MeasureQuality(same, {0, 1, 1}, 2).davies_bouldin));
  const Geometry apart = GeometryOf(MatrixOf({{1, 1}, {2, 1}, {5, 5}}));
  EXPECT_EQ(MeasureQuality(apart, {0, 1, 2}, 3).silhouette, 0);
  EXPECT_EQ(MeasureQuality(apart, {-1, 0, 1}, 2).silhouette, 0);
  EXPECT_EQ(EuclideanSilhouette(apart, {0, 1, 2}, 3), 0);
}

}  // namespace
}  // namespace cible
