// Segment identity across versions: which new component is which old segment.

#ifndef CIBLE_SEGMENTATION_MODELS_ALIGNMENT_H_
#define CIBLE_SEGMENTATION_MODELS_ALIGNMENT_H_

#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/matrix.h"

namespace cible {

// The pairing of rows and columns of the largest total: result[row] = column,
// -1 for a row left over when there are fewer columns.
// O(min(rows, columns)^2 max(rows, columns)). REQUIRES: finite gains.
//   R. Jonker and A. Volgenant, "A shortest augmenting path algorithm for
//   dense and sparse linear assignment problems", Computing 38, 1987.
std::vector<int> OptimalAssignment(const DoubleMatrix& gain);

// overlap(new, old) = Jaccard similarity of the contacts, over those labelled
// by both; negative labels are passed over. 0 for two empty components.
// REQUIRES: as many new as old labels, each below its count.
DoubleMatrix JaccardOverlap(absl::Span<const int> new_labels, int new_count,
                            absl::Span<const int> old_labels, int old_count);

// For each new component the old one it continues, or -1: the optimal
// assignment among the pairs whose Jaccard similarity is at least .5. Smaller
// overlaps have no say, so two of them never outbid a segment that came back.
//   C. Hennig, "Dissolution point and isolation robustness", J. Multivariate
//   Analysis 99, 2008.
std::vector<int> AlignComponents(absl::Span<const int> new_labels, int new_count,
                                 absl::Span<const int> old_labels, int old_count);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_ALIGNMENT_H_
