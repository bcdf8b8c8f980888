// How alike two ways of dividing the same contacts are, and how well one holds
// together.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_STABILITY_H_
#define CIBLE_SEGMENTATION_CLUSTERING_STABILITY_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/components.h"
#include "segmentation/data/encoder.h"

namespace cible {

// Adjusted Rand index of two labellings of the same samples; samples with a
// negative label in either are passed over. Weights count as repetitions. 1
// when both are the same.
//   L. Hubert and P. Arabie, "Comparing partitions", J. Classification 2, 1985.
double AdjustedRandIndex(absl::Span<const int> a, absl::Span<const int> b,
                         absl::Span<const double> weights = {});

// For each cluster of `a` in [0, count) the largest Jaccard similarity with a
// cluster of `b`; 0 for a cluster without samples. Negative labels as above.
std::vector<double> LargestJaccards(absl::Span<const int> a, int count, absl::Span<const int> b,
                                    absl::Span<const double> weights = {});

// How often each sample is drawn in a bootstrap: as many draws, in proportion
// to the weights, as the weights add up to, but at most `limit`. `key` decides.
std::vector<double> BootstrapCounts(absl::Span<const double> weights, int limit, std::uint64_t key);

// Mean simplified silhouette; distances are the roots of the summed divergences
// over the known attributes. 0 for a single component. O(n k features).
double SimplifiedSilhouette(const Components& components, const Encoder& encoder,
                            const Samples& samples, absl::Span<const int> labels);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_STABILITY_H_
