// Samples made ready for a fit: packed as they came, weighted.
//
// Either they are the samples themselves, borrowed in their order; or they are
// distinct, with the weights of equal samples summed, in the order of their
// content (see distinct_rows.h).

#ifndef CIBLE_SEGMENTATION_CLUSTERING_POINTS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_POINTS_H_

#include <cstdint>
#include <stop_token>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/distinct_rows.h"
#include "segmentation/clustering/feature_layout.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"

namespace cible {

struct Points {
  Points() = default;
  Points(Points&&) = default;
  Points& operator=(Points&&) = default;

  int count = 0;
  FeatureLayout layout;
  const float* numbers = nullptr;       // count x layout.number_count().
  const std::uint8_t* codes = nullptr;  // count x layout.code_count().
  std::vector<double> weights;          // count; >= 0. Empty: 1 each.
  // By code column: whether no code is 0.
  std::vector<std::uint8_t> always_known;

  // What the pointers lead to, where it is not borrowed.
  FloatMatrix own_numbers;
  ByteMatrix own_codes;

  double weight(int i) const { return weights.empty() ? 1 : weights[i]; }
  SampleRow row(int i) const {
    const auto q = static_cast<std::size_t>(layout.number_count());
    const auto c = static_cast<std::size_t>(layout.code_count());
    return {{codes + i * c, c}, {numbers + i * q, q}};
  }
  RowsView rows() const {
    return {count, layout.number_count(), layout.code_count(), numbers, codes, weights};
  }
};

// Borrows the samples, which must outlive the points. Samples of which nothing
// is known get the weight 0. O(n x codes).
// REQUIRES: weights has one entry a sample, or is empty: 1 each.
Points ViewSamples(const Samples& samples, absl::Span<const double> weights, const Encoder& encoder,
                   WorkerPool& pool);

// Borrows the rows of a matrix, all of it known.
Points ViewMatrix(const FloatMatrix& matrix, absl::Span<const double> weights);

// Copies of these points, in that order.
Points PointsAt(const Points& points, DistinctRows distinct, WorkerPool& pool);

// The distinct ones of the points that have a positive weight. Empty when
// stopped. O(n x cells + n log n).
Points CollapsePoints(const Points& points, std::uint64_t seed, WorkerPool& pool,
                      std::stop_token stop);

// The first `limit` points, or all if they are fewer, borrowed.
Points FirstPoints(const Points& points, int limit);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_POINTS_H_
