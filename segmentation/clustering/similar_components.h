// Components of a mixture that are almost the same: one where there seem to be
// two.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_SIMILAR_COMPONENTS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_SIMILAR_COMPONENTS_H_

#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/matrix.h"

namespace cible {

// Two components are almost the same when what is known of their samples tells
// so little of which of the two they are of. It is the bound below which a
// posterior counts as "not enough known", too.
inline constexpr double kLeastInformation = 0.1;

struct SimilarComponents {
  int first = 0;  // < second.
  int second = 0;
  double information = 0;
  bool operator==(const SimilarComponents&) const = default;
};

// The pairs whose `information` lies below kLeastInformation, the most alike
// first. With q the responsibility of the one among the two and h the entropy,
//
//   information = 1 - E h(q) / h(E q), in [0, 1],
//
// means over the samples weighted by the responsibility of the two: the Jensen
// and Shannon divergence of the components over the entropy of their weights.
// 0 for two that are equal, 1 for two that share no sample.
//   J. Lin, "Divergence measures based on the Shannon entropy", IEEE Trans.
//   Inf. Theory 37(1), 1991.
// O(n K^2). REQUIRES: as many weights as rows of responsibilities.
std::vector<SimilarComponents> FindSimilarComponents(const DoubleMatrix& responsibilities,
                                                     absl::Span<const double> weights);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_SIMILAR_COMPONENTS_H_
