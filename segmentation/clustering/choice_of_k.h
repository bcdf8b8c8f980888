// Choosing the number of segments: the largest k whose segments come back
// when the contacts are drawn again.
//
//   T. Lange et al., "Stability-based validation of clustering solutions",
//   Neural Computation 16(6), 2004.
//   C. Hennig, "Cluster-wise assessment of cluster stability", CSDA 52, 2007.
//   S. Dolnicar and F. Leisch, "Evaluation of structure and reproducibility of
//   cluster solutions using the bootstrap", Marketing Letters 21, 2010.
//
// For each k, pairs of bootstrap samples are fitted cold and both fits label
// all rows. stability(k) = median over pairs of the adjusted Rand index;
// the stability of a segment = mean over pairs of its largest Jaccard
// similarity with a segment of each of the two fits. k qualifies when
// stability >= .75, every segment's stability >= .6 and every segment holds at
// least max(2 %, min(50, n / 10)) of the weight.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_CHOICE_OF_K_H_
#define CIBLE_SEGMENTATION_CLUSTERING_CHOICE_OF_K_H_

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/clustering/engine.h"

namespace cible {

struct ChoiceOptions {
  int min_clusters = 2;   // >= 1.
  int max_clusters = 10;  // >= min_clusters.
  int pair_count = 5;     // Pairs of bootstrap fits a k; 0 skips stability.
  int max_rows = 10'000;  // Stability is measured on at most so many.
  std::uint64_t seed = 0;
};

// What is known of one candidate k.
struct Candidate {
  int cluster_count = 0;  // Components the fit really has.
  double objective = 0;
  double stability = 0;                   // Median ARI over pairs, in [-1, 1].
  std::vector<double> segment_stability;  // Mean largest Jaccard, by component.
  double smallest_segment = 0;            // Its share of the weight.
  double silhouette = 0;                  // Mean simplified silhouette, in [-1, 1].
  bool big_enough = false;
  bool qualifies = false;
};

enum class Verdict {
  kReproducible,  // At least one k qualifies.
  kConstructive,  // None does: no stable segments here; they are made, not found.
  kFixed,         // The caller fixed k.
};

struct Choice {
  std::vector<Candidate> candidates;  // By k, ascending.
  int recommended = 0;                // Index in candidates.
  Verdict verdict = Verdict::kConstructive;
  std::string reason;     // A sentence.
  Clustering clustering;  // The recommended fit, on all samples.
};

// Called from the fitting thread: how far the choice is, in [0, 1], and what
// is being done ("k = 4: stability, pair 2 of 5").
using ProgressFn = std::function<void(double fraction, const std::string& step)>;

// Candidates above the number of distinct samples are passed over.
// Errors: those of Engine::Fit; INVALID_ARGUMENT for options out of range or
// when min_clusters exceeds the number of distinct samples, with both numbers.
absl::StatusOr<Choice> ChooseClusterCount(const Engine& engine, const Encoder& encoder,
                                          const Samples& samples, WorkerPool& pool,
                                          const ChoiceOptions& options, const ProgressFn& progress,
                                          std::stop_token stop);

// Adjusted Rand index of two labellings of the same samples; samples with a
// negative label in either are passed over. 1 when both are the same.
//   L. Hubert and P. Arabie, "Comparing partitions", J. Classification 2, 1985.
double AdjustedRandIndex(absl::Span<const int> a, absl::Span<const int> b,
                         absl::Span<const double> weights = {});

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_CHOICE_OF_K_H_
