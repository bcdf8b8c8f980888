// The shares of ordered levels in the components of a mixture, by the
// adjacent-category model: p_kl proportional to exp(a_l + b_k l). The a_l are
// common to all components and each b_k says how far component k leans towards
// the higher levels: L - 1 + K - 1 parameters instead of K (L - 1), so that few
// contacts of a level tell something of its neighbours too.
//
//   L. A. Goodman, "Simple models for the analysis of association in
//   cross-classifications having ordered categories", JASA 74, 1979.
//   A. Agresti, "Analysis of Ordinal Categorical Data", 2nd ed., 2010, 6.2.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_ORDERED_LEVELS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_ORDERED_LEVELS_H_

#include "segmentation/data/matrix.h"

namespace cible {

// Brings ln p (a row a level, lowest first; a column a component) closer to the
// maximum of sum over k, l of counts(l, k) ln p_kl: never further away, and to it
// when called again and again. Alternates Newton steps of each b_k with one step
// of iterative scaling of the a_l. Levels without counts get `least`; when one
// of `least` has counts, the shares start afresh from the common ones.
// REQUIRES: log_shares are of the model, as those of equal components are.
// O(L K) exponentials.
void ImproveOrderedLevels(const DoubleMatrix& counts, double least, DoubleMatrix& log_shares);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_ORDERED_LEVELS_H_
