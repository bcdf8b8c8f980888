#include "segmentation/clustering/stability.h"

#include <algorithm>
#include <cmath>

#include "segmentation/clustering/random.h"
#include "segmentation/data/matrix.h"

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

// Weight of the pairs that both put together, what chance would give, and the
// most there could be.
struct PairCounts {
  double together = 0;
  double expected = 0;
  double most = 0;
};

PairCounts CountPairs(const CrossTable& table) {
  double together = 0;
  for (int r = 0; r < table.cells.rows(); ++r) together += Pairs(table.cells.row(r));
  const double in_a = Pairs(table.rows), in_b = Pairs(table.columns), all = Pairs(table.total);
  if (all <= 0) return {};
  return {.together = together, .expected = in_a * in_b / all, .most = (in_a + in_b) / 2};
}

// 1 where both put everything together, or everything apart.
double Adjusted(const PairCounts& counts) {
  if (counts.most - counts.expected <= 1e-12 * counts.most) return 1;
  return (counts.together - counts.expected) / (counts.most - counts.expected);
}

}  // namespace

double AdjustedRandIndex(absl::Span<const int> a, absl::Span<const int> b,
                         absl::Span<const double> weights) {
  return Adjusted(CountPairs(Cross(a, b, weights)));
}

double AdjustedRandIndexWithin(absl::Span<const int> strata, absl::Span<const int> a,
                               absl::Span<const int> b, absl::Span<const double> weights) {
  PairCounts counts;
  std::vector<int> a_within(a.size());
  for (int stratum = 0; stratum < LabelCount(strata); ++stratum) {
    for (std::size_t i = 0; i < a.size(); ++i) a_within[i] = strata[i] == stratum ? a[i] : -1;
    const PairCounts within = CountPairs(Cross(a_within, b, weights));
    counts.together += within.together;
    counts.expected += within.expected;
    counts.most += within.most;
  }
  return Adjusted(counts);
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

std::vector<double> StabilityAcross(absl::Span<const int> coarser, int coarser_count,
                                    absl::Span<const int> finer, int count,
                                    absl::Span<const double> weights) {
  const CrossTable table = Cross(finer, coarser, weights);
  std::vector<double> across(count, 1);
  for (int r = 0; r < std::min(count, table.cells.rows()); ++r) {
    double entropy = 0;
    for (const double cell : table.cells.row(r)) {
      if (cell > 0) entropy -= cell / table.rows[r] * std::log(cell / table.rows[r]);
    }
    across[r] = 1 - entropy / std::log(coarser_count);
  }
  return across;
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

}  // namespace cible
