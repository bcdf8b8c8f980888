// Choosing the number of segments: the largest k whose segments come back when
// the contacts are drawn again, and more surely than in tables without
// segments, where any do.
//
//   T. Lange et al., "Stability-based validation of clustering solutions",
//   Neural Computation 16(6), 2004.
//   C. Hennig, "Cluster-wise assessment of cluster stability", CSDA 52, 2007.
//   S. Dolnicar and F. Leisch, "Evaluation of structure and reproducibility of
//   cluster solutions using the bootstrap", Marketing Letters 21, 2010.
//
// Stability is measured on a sample S of at most max_rows contacts. For each k,
// pairs of bootstrap samples of S are fitted cold, each from the engine's full
// default starts, and both fits label all of S. The draws are the same for
// every k, so that candidates differ by k alone.
//   stability(k)       median over pairs of the adjusted Rand index of the two
//                      labellings of S
//   segment stability  for each component of the k-solution fitted on all
//                      contacts, the mean over all bootstrap fits (two a pair)
//                      of its largest Jaccard similarity, on S, with a segment
//                      of that fit
//   added stability    the median over pairs of the same index over pairs of
//                      contacts in one segment of the largest smaller k that
//                      qualifies: whether what k adds comes back. Cutting one
//                      of three blobs at random leaves stability(4) at .8 or
//                      more, but this at 0
//   k qualifies        stability and added stability >= .75, every segment's
//                      stability >= .6, and every segment holds at least
//                      max(2 %, min(50, W / 10)) of the weight W clustered. With
//                      3 attributes or fewer, where the cuts of a blob come back:
//                      stability(k) or the silhouette also exceeds that of any of
//                      20 round clouds (see round_cloud.h), of one pair of
//                      bootstrap fits each, by .05; the silhouette by their range
//                      too
//   k is natural       it qualifies, and stability(k) lies above the second
//                      largest of 20 null tables (see null_table.h), of one pair
//                      each. Where stability(k) >= .99, which leaves no room above:
//                      also if its silhouette exceeds the largest of the null
//                      tables by .05 and by their range

#ifndef CIBLE_SEGMENTATION_CLUSTERING_CHOICE_OF_K_H_
#define CIBLE_SEGMENTATION_CLUSTERING_CHOICE_OF_K_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/clustering/bivariate_residuals.h"
#include "segmentation/clustering/engine.h"
#include "segmentation/clustering/fit_statistics.h"
#include "segmentation/clustering/quality.h"
#include "segmentation/clustering/similar_components.h"

namespace cible {

struct ChoiceOptions {
  int min_clusters = 2;   // >= 1.
  int max_clusters = 10;  // >= min_clusters.
  int pair_count = 10;    // Pairs of bootstrap fits a k; 0 skips stability.
  int null_count = 20;    // Tables without segments a k that qualifies; 0 skips them.
  int max_rows = 10'000;  // Stability is measured on at most so many.
  std::uint64_t seed = 0;
  // Fits the bootstrap samples and the null tables; the engine itself if null. It may stop
  // sooner: of these fits only the labels are compared.
  const Engine* resampling_engine = nullptr;
  // Seconds from any moment on, for Candidate::seconds; may be empty.
  std::function<double()> clock;
};

// What a pair of fits on a table without segments gave.
struct NullFit {
  double stability = 0;   // ARI of the two.
  double silhouette = 0;  // Of the first, on the table.
};

// So many pairs of attributes that depend on each other inside segments are
// named.
inline constexpr int kResidualCount = 5;

// What is known of one candidate k.
struct Candidate {
  int asked_count = 0;    // k.
  int cluster_count = 0;  // Components the fit really has: k, or fewer.
  double objective = 0;
  double seconds = 0;                       // Of the fit on all contacts.
  std::optional<FitStatistics> statistics;  // Where the engine has a likelihood.
  double stability = 0;                     // Median ARI over pairs, in [-1, 1].
  std::vector<double> segment_stability;    // Mean largest Jaccard, by component.
  std::optional<double> added_stability;    // None where no smaller k qualifies.
  std::vector<double> stability_across;     // See StabilityAcross; by component.
  std::vector<NullFit> null_fits;           // Those that were looked at; empty: none.
  std::vector<NullFit> cloud_fits;          // Of round clouds, likewise.
  double smallest_segment = 0;              // Its share of the weight.
  // Of a mixture, on S: the largest, at most kResidualCount.
  std::vector<BivariateResidual> bivariate_residuals;
  std::vector<SimilarComponents> similar_components;  // Of a mixture, on S.
  std::vector<FlooredSpread> floored;                 // Of a mixture.
  Quality quality;                                    // On S.
  bool big_enough = false;
  bool qualifies = false;
  bool natural = false;
};

// Whether fewer components came back than were asked for: the others died out,
// or fewer samples are distinct.
inline bool FellShort(const Candidate& candidate) {
  return candidate.cluster_count < candidate.asked_count;
}

// The least stable segment's; 0 when stability was not measured.
double WeakestSegment(const Candidate& candidate);
// The second largest stability of a null table; none without null tables.
std::optional<double> NullStability(const Candidate& candidate);
// The largest stability of a round cloud; none without.
std::optional<double> CloudStability(const Candidate& candidate);

enum class Verdict {
  kNatural,       // Segments that no like table without segments would give.
  kReproducible,  // At least one k qualifies.
  kConstructive,  // None does: no stable segments here; they are made, not found.
  kFixed,         // The caller fixed k.
};

struct Choice {
  std::vector<Candidate> candidates;    // One for each k, ascending.
  std::vector<Clustering> clusterings;  // Their fits on all samples.
  int recommended = 0;                  // Index in both.
  Verdict verdict = Verdict::kConstructive;
  std::string reason;  // In sentences, the last one ended.
};

// Called by whichever thread of the pool has just finished a fit, never by two
// at a time: how far the choice is, ascending in [0, 1], and what was done
// ("k = 4: stability, pair 2 of 10"). May be empty.
using ProgressFn = std::function<void(double fraction, const std::string& step)>;

// Recommends the largest k that is natural, else the largest that qualifies.
// When none does: the k of highest
// stability among those of sufficient size (of highest silhouette when
// stability was not measured), else 2, else the first. k = 1 has no stability
// and is recommended only when it is the one candidate. One that fell short
// never qualifies and is recommended only when all did; above the number of
// distinct samples it is the one of as many again. The same bits whatever the
// thread count; the bootstrap depends on the order of the samples.
//
// 30 contacts or fewer are compared with no such table: they are too few to
// judge by, and the reason says so.
//
// Errors: those of Engine::Fit; INVALID_ARGUMENT for options out of range or
// when min_clusters exceeds the number of distinct samples, with both numbers.
absl::StatusOr<Choice> ChooseClusterCount(const Engine& engine, const Encoder& encoder,
                                          const Samples& samples, WorkerPool& pool,
                                          const ChoiceOptions& options, const ProgressFn& progress,
                                          std::stop_token stop);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_CHOICE_OF_K_H_
