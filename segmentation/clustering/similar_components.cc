#include "segmentation/clustering/similar_components.h"

#include <algorithm>
#include <cmath>

namespace cible {
namespace {

// (a + b) times the entropy of a and b over their sum.
double Doubt(double a, double b) {
  const double sum = a + b;
  const double first = a > 0 ? a * std::log(a / sum) : 0;
  const double second = b > 0 ? b * std::log(b / sum) : 0;
  return -(first + second);
}

double Information(const DoubleMatrix& responsibilities, absl::Span<const double> weights, int k,
                   int l) {
  double first = 0, second = 0, doubt = 0;
  for (int i = 0; i < responsibilities.rows(); ++i) {
    const double a = weights[i] * responsibilities(i, k), b = weights[i] * responsibilities(i, l);
    first += a;
    second += b;
    doubt += Doubt(a, b);
  }
  const double beforehand = Doubt(first, second);
  return beforehand > 0 ? std::max(0.0, 1 - doubt / beforehand) : 1;
}

}  // namespace

std::vector<SimilarComponents> FindSimilarComponents(const DoubleMatrix& responsibilities,
                                                     absl::Span<const double> weights) {
  std::vector<SimilarComponents> similar;
  for (int k = 0; k < responsibilities.cols(); ++k) {
    for (int l = k + 1; l < responsibilities.cols(); ++l) {
      const double information = Information(responsibilities, weights, k, l);
      if (information < kLeastInformation) similar.push_back({k, l, information});
    }
  }
  std::stable_sort(similar.begin(), similar.end(),
                   [](const auto& a, const auto& b) { return a.information < b.information; });
  return similar;
}

}  // namespace cible
