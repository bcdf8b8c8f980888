// Equal rows as one row of their summed weight, in an order that depends on
// their content alone: whoever draws by position draws by content, and no
// result depends on the order in which rows came. A prefix of that order is a
// random sample.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_DISTINCT_ROWS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_DISTINCT_ROWS_H_

#include <cstdint>
#include <stop_token>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/samples.h"

namespace cible {

// Rows wherever they lie, borrowed.
struct RowsView {
  int count = 0;
  int number_count = 0;
  int code_count = 0;                   // 0: everything is known.
  const float* numbers = nullptr;       // count x number_count.
  const std::uint8_t* codes = nullptr;  // count x code_count.
  absl::Span<const double> weights;     // count; >= 0. Empty: 1 each.

  double weight(int i) const { return weights.empty() ? 1 : weights[i]; }
  SampleRow row(int i) const {
    const auto q = static_cast<std::size_t>(number_count);
    const auto c = static_cast<std::size_t>(code_count);
    return {{codes + i * c, c}, {numbers + i * q, q}};
  }
  // Whether the row has a weight and something is known of it.
  bool counts(int i) const { return weight(i) > 0 && (code_count == 0 || AnythingKnown(row(i))); }
};

RowsView ViewRows(const Samples& samples, absl::Span<const double> weights);

// Where a row of each content is, and what all of that content weigh.
struct DistinctRows {
  std::vector<int> rows;
  std::vector<double> weights;
  int total = 0;  // How many rows they stand for.

  double share() const { return total == 0 ? 1 : static_cast<double>(rows.size()) / total; }
};

// The distinct ones of the rows that count, ordered by a hash of their content
// and the seed. Empty when stopped. O(n cells + n log n).
DistinctRows FindDistinctRows(const RowsView& rows, std::uint64_t seed, WorkerPool& pool,
                              std::stop_token stop = {});

// The first `limit` of them in that order, or all if they are fewer: a random
// sample, whose share() estimates that of all. O(n cells), where not most rows
// are equal or without weight.
DistinctRows DrawDistinctRows(const RowsView& rows, int limit, std::uint64_t seed, WorkerPool& pool,
                              std::stop_token stop = {});

// How many of the rows that count are distinct.
int CountDistinct(const RowsView& rows, WorkerPool& pool);

// Depends on the content of a row alone: +0 and -0 are one value.
std::uint64_t HashRow(SampleRow row);

// A key a row, from hashes of content: equal rows have different ones, so that a
// draw is one of rows and not of patterns. The same keys, as a multiset, in any
// order of the rows. O(n log n).
std::vector<std::uint64_t> TellEqualsApart(std::vector<std::uint64_t> hashes);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_DISTINCT_ROWS_H_
