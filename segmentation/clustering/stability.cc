#include "segmentation/clustering/stability.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "segmentation/clustering/random.h"

namespace cible {
namespace {

// Weight by label of a and of b, and both margins.
struct CrossTable {
  DoubleMatrix cells;
  std::vector<double> rows;
  std::vector<double> columns;
  double total = 0;
};

int LabelCount(absl::Span<const int> labels) {
  int largest = -1;
  for (const int label : labels) largest = std::max(largest, label);
  return largest + 1;
}

CrossTable Cross(absl::Span<const int> a, absl::Span<const int> b,
                 absl::Span<const double> weights) {
  CrossTable table{.cells = DoubleMatrix(LabelCount(a), LabelCount(b))};
  table.rows.resize(table.cells.rows());
  table.columns.resize(table.cells.cols());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] < 0 || b[i] < 0) continue;
    const double weight = weights.empty() ? 1 : weights[i];
    table.cells(a[i], b[i]) += weight;
    table.rows[a[i]] += weight;
    table.columns[b[i]] += weight;
    table.total += weight;
  }
  return table;
}

double Pairs(double weight) { return weight * (weight - 1) / 2; }

double Pairs(absl::Span<const double> weights) {
  double sum = 0;
  for (const double weight : weights) sum += Pairs(weight);
  return sum;
}

}  // namespace

double AdjustedRandIndex(absl::Span<const int> a, absl::Span<const int> b,
                         absl::Span<const double> weights) {
  const CrossTable table = Cross(a, b, weights);
  double together = 0;
  for (int r = 0; r < table.cells.rows(); ++r) together += Pairs(table.cells.row(r));
  const double in_a = Pairs(table.rows), in_b = Pairs(table.columns), all = Pairs(table.total);
  if (all <= 0) return 1;
  const double expected = in_a * in_b / all;
  const double most = (in_a + in_b) / 2;
  // Both put everything together, or everything apart.
  if (most == expected) return 1;
  return (together - expected) / (most - expected);
}

std::vector<double> LargestJaccards(absl::Span<const int> a, int count, absl::Span<const int> b,
                                    absl::Span<const double> weights) {
  const CrossTable table = Cross(a, b, weights);
  std::vector<double> largest(count);
  for (int r = 0; r < std::min(count, table.cells.rows()); ++r) {
    for (int c = 0; c < table.cells.cols(); ++c) {
      const double common = table.cells(r, c);
      if (common <= 0) continue;
      largest[r] = std::max(largest[r], common / (table.rows[r] + table.columns[c] - common));
    }
  }
  return largest;
}

std::vector<double> BootstrapCounts(absl::Span<const double> weights, int limit,
                                    std::uint64_t key) {
  std::vector<double> cumulative(weights.size());
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) cumulative[i] = sum += weights[i];
  std::vector<double> counts(weights.size());
  const int draws = static_cast<int>(std::clamp<double>(std::round(sum), 1, limit));
  for (int draw = 0; draw < draws; ++draw) {
    const double target = Uniform(Key(key, static_cast<std::uint64_t>(draw))) * sum;
    const auto at = std::upper_bound(cumulative.begin(), cumulative.end(), target);
    const auto last = std::ssize(counts) - 1;
    ++counts[std::min(at - cumulative.begin(), last)];
  }
  return counts;
}

double SimplifiedSilhouette(const Components& components, const Encoder& encoder,
                            const Samples& samples, absl::Span<const int> labels) {
  const int k = ComponentCount(components);
  if (k < 2) return 0;
  DoubleMatrix divergences(k, encoder.attribute_count());
  double sum = 0, total = 0;
  for (int i = 0; i < samples.count(); ++i) {
    if (labels[i] < 0) continue;
    Divergences(components, encoder, samples.row(i), divergences);
    double own = 0, other = std::numeric_limits<double>::infinity();
    for (int j = 0; j < k; ++j) {
      const auto terms = divergences.row(j);
      double distance = 0;
      for (const double term : terms) distance += term;
      (j == labels[i] ? own : other) = j == labels[i] ? distance : std::min(other, distance);
    }
    own = std::sqrt(own);
    other = std::sqrt(other);
    const double largest = std::max(own, other);
    if (largest > 0) sum += samples.weights[i] * (other - own) / largest;
    total += samples.weights[i];
  }
  return total > 0 ? sum / total : 0;
}

}  // namespace cible
