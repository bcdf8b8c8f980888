// Segment identity across versions: which new component is which old segment.

#ifndef CIBLE_SEGMENTATION_MODELS_ALIGNMENT_H_
#define CIBLE_SEGMENTATION_MODELS_ALIGNMENT_H_

#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/matrix.h"

namespace cible {

// The pairing of rows and columns of the largest total: result[row] = column,
// -1 for a row left over when there are fewer columns. O(n^3).
//   R. Jonker and A. Volgenant, "A shortest augmenting path algorithm for
//   dense and sparse linear assignment problems", Computing 38, 1987.
std::vector<int> OptimalAssignment(const DoubleMatrix& gain);

// overlap(new, old) = Jaccard similarity of the contacts, over those labelled
// by both; negative labels are passed over.
DoubleMatrix JaccardOverlap(absl::Span<const int> new_labels, int new_count,
                            absl::Span<const int> old_labels, int old_count);

// For each new component the old one it continues, or -1: optimal assignment
// of the overlaps, kept where the Jaccard similarity is at least .5.
std::vector<int> AlignComponents(absl::Span<const int> new_labels, int new_count,
                                 absl::Span<const int> old_labels, int old_count);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_ALIGNMENT_H_
