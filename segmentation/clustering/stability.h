// How alike two ways of dividing the same contacts are.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_STABILITY_H_
#define CIBLE_SEGMENTATION_CLUSTERING_STABILITY_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

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

// The adjusted Rand index over the pairs of samples that share a label in
// `strata` only: how well a and b agree about what they add to it. 1 when
// neither divides any stratum.
double AdjustedRandIndexWithin(absl::Span<const int> strata, absl::Span<const int> a,
                               absl::Span<const int> b, absl::Span<const double> weights = {});

// For each cluster of `finer` in [0, count) how far it comes from one cluster
// of `coarser` alone: 1 - H / ln K, H the entropy of its samples' shares among
// the K >= 2 clusters of `coarser` (SLSA). 1 for a cluster without samples.
//   D. Leisch, S. Dolnicar, B. Gruen, "Market Segmentation Analysis", 2018, 7.5.4.
std::vector<double> StabilityAcross(absl::Span<const int> coarser, int coarser_count,
                                    absl::Span<const int> finer, int count,
                                    absl::Span<const double> weights = {});

// How often each sample is drawn in a bootstrap: as many draws, in proportion
// to the weights, as the weights add up to, but at most `limit`. `key` decides.
std::vector<double> BootstrapCounts(absl::Span<const double> weights, int limit, std::uint64_t key);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_STABILITY_H_
