// Logistic regression on indicator columns, with quadratic penalties whose
// strengths follow from the data.
//
//   maximise  sum_i [ s_i eta_i - w_i ln(1 + exp(eta_i)) ]
//             - 1/2 sum_g lambda_g b_g' S_g b_g,      eta_i = b_0 + sum of b_c over i's columns
//
// by Newton's method; between steps lambda_g := gamma_g / (b_g' S_g b_g), where
// gamma_g = |g| - lambda_g tr(V_gg S_g) is the effective number of parameters
// and V the inverse of the penalised Hessian. The intercept b_0 is free.
//   D. J. C. MacKay, "Bayesian interpolation", Neural Computation 4(3), 1992.
//   S. N. Wood, M. Fasiolo, "A generalized Fellner-Schall method for smoothing
//   parameter optimization", Biometrics 73(4), 2017.

#ifndef CIBLE_SEGMENTATION_MODELS_PENALISED_LOGISTIC_H_
#define CIBLE_SEGMENTATION_MODELS_PENALISED_LOGISTIC_H_

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace cible {

// Contacts as lists of the columns that hold of them: column 0 is the
// intercept's, of all; others ascend. Row i has columns[ends[i - 1] .. ends[i]),
// 0 not listed.
struct IndicatorRows {
  std::vector<std::uint32_t> columns;
  std::vector<std::size_t> ends;
  std::vector<double> weights;    // w > 0.
  std::vector<double> successes;  // s, in [0, w].

  std::size_t count() const { return ends.size(); }
  absl::Span<const std::uint32_t> row(std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends[i - 1];
    return absl::MakeConstSpan(columns).subspan(begin, ends[i] - begin);
  }
};

// Equal rows as one, in an order that depends on their columns alone: what is
// summed over them is the same to the bit whatever order they came in.
// O(n log n) comparisons of rows.
IndicatorRows CollapseRows(const IndicatorRows& rows);

// Columns that share a penalty: a ridge (S the identity), or, when
// `is_ordered`, one on the differences of neighbours (and a faint ridge, which
// makes the sum over all finite).
struct PenaltyGroup {
  std::vector<std::uint32_t> columns;
  bool is_ordered = false;
};

// Coefficients by column, the intercept first. `least_ridge` > 0 bounds every
// lambda below, those of ordered groups m times as high, for m columns. O(I (n a^2 + p^3)) for p
// columns, a in a row, I about 15. REQUIRES: every column but 0 is in one group; both outcomes
// occur. Errors: CANCELLED.
absl::StatusOr<std::vector<double>> FitPenalisedLogistic(const IndicatorRows& rows,
                                                         std::size_t column_count,
                                                         absl::Span<const PenaltyGroup> groups,
                                                         double least_ridge, std::stop_token stop);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_PENALISED_LOGISTIC_H_
