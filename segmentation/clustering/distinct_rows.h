// Equal rows as one row of their summed weight, in an order that depends on
// their content alone: whoever draws by position draws by content.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_DISTINCT_ROWS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_DISTINCT_ROWS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/samples.h"

namespace cible {

// The distinct rows that have a positive weight and something known; `seed`
// decides their order. A prefix is a random sample. O(n codes + n log n).
// REQUIRES: weights has one entry a row.
Samples DistinctRows(const Samples& samples, absl::Span<const double> weights, std::uint64_t seed,
                     WorkerPool& pool);

// The share of the rows that are left when equal ones become one, estimated
// from a few thousand of them.
double DistinctShare(const Samples& samples);

// At most `limit` of the rows that have a positive weight and something known,
// drawn at random by their content; equal rows are drawn together or not at
// all. O(n codes).
std::vector<int> DrawByContent(const Samples& samples, absl::Span<const double> weights, int limit,
                               std::uint64_t seed);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_DISTINCT_ROWS_H_
