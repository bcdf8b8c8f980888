#include "segmentation/clustering/silhouette.h"

#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

// By its definition, over all pairs.
double PairwiseSilhouette(const FloatMatrix& matrix, const std::vector<int>& labels, int k) {
  double total = 0;
  for (int i = 0; i < matrix.rows(); ++i) {
    std::vector<double> sums(k), counts(k);
    for (int o = 0; o < matrix.rows(); ++o) {
      if (o == i) continue;
      for (int f = 0; f < matrix.cols(); ++f) {
        sums[labels[o]] += std::pow(static_cast<double>(matrix(i, f)) - matrix(o, f), 2);
      }
      ++counts[labels[o]];
    }
    if (counts[labels[i]] == 0) continue;
    double b = std::numeric_limits<double>::infinity();
    for (int j = 0; j < k; ++j) {
      if (j != labels[i] && counts[j] > 0) b = std::min(b, sums[j] / counts[j]);
    }
    const double a = sums[labels[i]] / counts[labels[i]];
    total += (b - a) / std::max(a, b);
  }
  return total / matrix.rows();
}

TEST(ExactSilhouette, IsThatOfAllPairs) {
  const FloatMatrix matrix = NormalMatrix(200, 4, 3);
  std::vector<int> labels(200);
  for (int i = 0; i < 200; ++i) labels[i] = matrix(i, 0) > 1 ? 2 : matrix(i, 1) > 0;
  labels[17] = 3;  // Alone.
  WorkerPool pool(2);
  EXPECT_NEAR(ExactSilhouette(ViewMatrix(matrix, {}), labels, pool),
              PairwiseSilhouette(matrix, labels, 4), 1e-12);
}

TEST(ExactSilhouette, TakesAWeightForRepetition) {
  const FloatMatrix matrix = NormalMatrix(50, 2, 5);
  FloatMatrix repeated(100, 2);
  std::vector<int> labels(50), repeated_labels(100);
  for (int i = 0; i < 100; ++i) {
    std::copy_n(matrix.row(i / 2).begin(), 2, repeated.row(i).begin());
    labels[i / 2] = repeated_labels[i] = matrix(i / 2, 0) > 0;
  }
  WorkerPool pool(1);
  EXPECT_NEAR(ExactSilhouette(ViewMatrix(matrix, std::vector<double>(50, 2)), labels, pool),
              ExactSilhouette(ViewMatrix(repeated, {}), repeated_labels, pool), 1e-12);
}

TEST(ExactSilhouette, IsNoneForASingleCluster) {
  WorkerPool pool(1);
  EXPECT_EQ(ExactSilhouette(ViewMatrix(NormalMatrix(5, 2, 5), {}), std::vector<int>(5), pool), 0);
}

}  // namespace
}  // namespace cible
