#include "segmentation/clustering/choice_of_k.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "segmentation/clustering/points.h"
#include "segmentation/clustering/random.h"

namespace cible {
namespace {

constexpr double kStable = 0.75;         // Least stability(k).
constexpr double kSegmentStable = 0.6;   // Least stability of a segment.
constexpr double kLeastShare = 0.02;     // Of the weight, in a segment ...
constexpr double kLeastContacts = 50;    // ... or so many, ...
constexpr double kContactsDivisor = 10;  // ... or one in so many, if that is fewer.

// What keys the draws.
enum Draws : std::uint64_t { kSampling = 1, kBootstrap, kFullFit, kPairFit };

absl::Status CheckOptions(const ChoiceOptions& options) {
  if (options.min_clusters < 1 || options.max_clusters < options.min_clusters) {
    return absl::InvalidArgumentError(
        absl::StrCat("the numbers of segments to try must satisfy 1 <= least <= most; got ",
                     options.min_clusters, " to ", options.max_clusters));
  }
  if (options.pair_count < 0 || options.max_rows < 2) {
    return absl::InvalidArgumentError("stability needs pair_count >= 0 and max_rows >= 2");
  }
  return absl::OkStatus();
}

// Rows of at most `limit` usable samples: those of the smallest keys, which are
// drawn from the content of a row and its occurrence, so that the order of the
// rows decides nothing.
std::vector<int> DrawRows(const Samples& samples, int limit, std::uint64_t seed) {
  std::vector<int> rows;
  for (int i = 0; i < samples.count(); ++i) {
    if (samples.weights[i] > 0 && AnythingKnown(samples.row(i))) rows.push_back(i);
  }
  if (std::ssize(rows) <= limit) return rows;
  std::unordered_map<std::uint64_t, std::uint64_t> occurrences;
  std::vector<std::pair<std::uint64_t, int>> keyed;
  for (const int row : rows) {
    const std::uint64_t hash = HashRow(samples.row(row));
    keyed.emplace_back(Key(seed, kSampling, hash, occurrences[hash]++), row);
  }
  std::nth_element(keyed.begin(), keyed.begin() + limit, keyed.end());
  keyed.resize(static_cast<std::size_t>(limit));
  std::sort(keyed.begin(), keyed.end());
  rows.clear();
  for (const auto& [key, row] : keyed) rows.push_back(row);
  return rows;
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// All the fits a choice needs: for every k one on all samples and two for each
// pair.
class Fits {
 public:
  Fits(const Engine& engine, const Samples& samples, int most, const ChoiceOptions& options,
       const ProgressFn& progress, std::stop_token stop)
      : engine_(engine),
        samples_(samples),
        options_(options),
        progress_(progress),
        stop_(std::move(stop)),
        least_(options.min_clusters),
        count_(most - options.min_clusters + 1),
        rows_(DrawRows(samples, options.max_rows, options.seed)),
        few_(SelectSamples(samples, rows_)),
        full_(count_, absl::CancelledError("training was cancelled")),
        labels_(count_, std::vector<std::vector<int>>(2 * options.pair_count)) {}

  absl::Status Run(WorkerPool& pool) {
    for (int side = 0; side < 2 * options_.pair_count; ++side) {
      draws_.push_back(
          BootstrapCounts(few_.weights, options_.max_rows, Key(options_.seed, kBootstrap, side)));
    }
    // Fits on all samples spread over the pool themselves, one after the other;
    // those of the pairs are small and each is a task. The longest come first.
    for (int index = count_ - 1; index >= 0 && !Failed(); --index) FitAll(index);
    const int sides = 2 * options_.pair_count;
    pool.ForEach(count_ * sides, [&](int task) {
      if (!Failed()) FitPair(count_ - 1 - task / sides, task % sides);
    });
    if (stop_.stop_requested()) return absl::CancelledError("training was cancelled");
    return status_;
  }

  int least() const { return least_; }
  int count() const { return count_; }
  const Samples& few() const { return few_; }
  // By k - least().
  Clustering& full(int index) { return *full_[index]; }
  // Labels of few() by the fit on all samples, and by every bootstrap fit.
  std::vector<int> FullLabels(int index) const {
    std::vector<int> labels;
    for (const int row : rows_) labels.push_back(full_[index]->labels[row]);
    return labels;
  }
  const std::vector<std::vector<int>>& bootstrap_labels(int index) const { return labels_[index]; }

 private:
  bool Failed() {
    std::lock_guard lock(mutex_);
    return !status_.ok() || stop_.stop_requested();
  }

  void FitAll(int index) {
    const int k = least_ + index;
    full_[index] =
        engine_.Fit(samples_, samples_.weights, k, Key(options_.seed, kFullFit, k), stop_);
    Done(full_[index].status(), absl::StrCat("k = ", k, ": all contacts"));
  }

  void FitPair(int index, int side) {
    const int k = least_ + index;
    // A draw of very few contacts may hold fewer than k of them.
    const auto drawn = std::count_if(draws_[side].begin(), draws_[side].end(),
                                     [](double count) { return count > 0; });
    auto fit = engine_.Fit(few_, draws_[side], std::min<int>(k, static_cast<int>(drawn)),
                           Key(options_.seed, kPairFit, k, side), stop_);
    if (fit.ok()) labels_[index][side] = std::move(fit->labels);
    Done(fit.status(),
         absl::StrCat("k = ", k, ": stability, pair ", side / 2 + 1, " of ", options_.pair_count));
  }

  void Done(const absl::Status& status, const std::string& step) {
    std::lock_guard lock(mutex_);
    if (status_.ok()) status_ = status;
    ++done_;
    const int all = count_ * (1 + 2 * options_.pair_count);
    if (status_.ok() && progress_) progress_(static_cast<double>(done_) / all, step);
  }

  const Engine& engine_;
  const Samples& samples_;
  const ChoiceOptions& options_;
  const ProgressFn& progress_;
  const std::stop_token stop_;
  const int least_;
  const int count_;
  const std::vector<int> rows_;
  const Samples few_;
  std::vector<std::vector<double>> draws_;  // By side: how often each of few_.
  std::vector<absl::StatusOr<Clustering>> full_;
  std::vector<std::vector<std::vector<int>>> labels_;  // By k, then side.
  std::mutex mutex_;
  absl::Status status_;
  int done_ = 0;
};

void MeasureStability(const Fits& fits, int index, const std::vector<int>& labels,
                      Candidate& candidate) {
  const auto& sides = fits.bootstrap_labels(index);
  std::vector<double> agreements;
  candidate.segment_stability.assign(candidate.cluster_count, 0);
  for (std::size_t side = 0; side < sides.size(); ++side) {
    const auto jaccards =
        LargestJaccards(labels, candidate.cluster_count, sides[side], fits.few().weights);
    for (int j = 0; j < candidate.cluster_count; ++j) {
      candidate.segment_stability[j] += jaccards[j];
    }
    if (side % 2 == 1) {
      agreements.push_back(AdjustedRandIndex(sides[side - 1], sides[side], fits.few().weights));
    }
  }
  for (double& sum : candidate.segment_stability) sum /= static_cast<double>(sides.size());
  candidate.stability = Median(std::move(agreements));
}

Candidate Judge(Fits& fits, int index, const Encoder& encoder) {
  const Clustering& clustering = fits.full(index);
  Candidate candidate{.cluster_count = ComponentCount(clustering.components),
                      .objective = clustering.objective};
  const double weight = std::accumulate(clustering.sizes.begin(), clustering.sizes.end(), 0.0);
  const double smallest = *std::min_element(clustering.sizes.begin(), clustering.sizes.end());
  candidate.smallest_segment = smallest / weight;
  candidate.big_enough = smallest >= std::max(kLeastShare * weight,
                                              std::min(kLeastContacts, weight / kContactsDivisor));
  const std::vector<int> labels = fits.FullLabels(index);
  candidate.silhouette = SimplifiedSilhouette(clustering.components, encoder, fits.few(), labels);
  if (candidate.cluster_count < 2 || fits.bootstrap_labels(index).empty()) return candidate;
  MeasureStability(fits, index, labels, candidate);
  candidate.qualifies = candidate.big_enough && candidate.stability >= kStable &&
                        *std::min_element(candidate.segment_stability.begin(),
                                          candidate.segment_stability.end()) >= kSegmentStable;
  return candidate;
}

double WeakestSegment(const Candidate& candidate) {
  return *std::min_element(candidate.segment_stability.begin(), candidate.segment_stability.end());
}

// The index of the candidate with the highest score among those big enough;
// else of k = 2, else 0.
int BestBigEnough(const std::vector<Candidate>& candidates, double Candidate::*score) {
  int best = -1;
  for (int i = 0; i < std::ssize(candidates); ++i) {
    if (!candidates[i].big_enough || candidates[i].cluster_count < 2) continue;
    if (best < 0 || candidates[i].*score > candidates[best].*score) best = i;
  }
  if (best >= 0) return best;
  for (int i = 0; i < std::ssize(candidates); ++i) {
    if (candidates[i].cluster_count == 2) return i;
  }
  return 0;
}

constexpr char kAdvice[] =
    ": treat these segments as a useful division, not as groups found in the data";

std::string WhyFixed(const Candidate& candidate) {
  const int k = candidate.cluster_count;
  std::string reason = absl::StrCat(k, k == 1 ? " segment, as asked." : " segments, as asked.");
  if (candidate.segment_stability.empty()) return reason;
  const bool stable = candidate.stability >= kStable && WeakestSegment(candidate) >= kSegmentStable;
  absl::StrAppendFormat(&reason,
                        " They %s when the contacts are drawn again (agreement %.2f, weakest "
                        "segment %.2f)%s.",
                        stable ? "come back" : "do not all come back", candidate.stability,
                        WeakestSegment(candidate), stable ? "" : kAdvice);
  return reason;
}

// What happens at the next larger k.
std::string WhyNotMore(const std::vector<Candidate>& candidates, int recommended) {
  if (recommended + 1 == std::ssize(candidates)) return "No larger number was tried.";
  const Candidate& next = candidates[recommended + 1];
  const int k = next.cluster_count;
  if (next.stability < kStable) {
    return absl::StrFormat("With %d the agreement is %.2f; %.2f is asked for.", k, next.stability,
                           kStable);
  }
  if (WeakestSegment(next) < kSegmentStable) {
    return absl::StrFormat(
        "With %d the weakest segment comes back by %.2f only; %.2f is asked for.", k,
        WeakestSegment(next), kSegmentStable);
  }
  return absl::StrFormat("With %d the smallest segment holds %.1f %% of the contacts, too few.", k,
                         100 * next.smallest_segment);
}

std::string WhyReproducible(const std::vector<Candidate>& candidates, int recommended) {
  const Candidate& candidate = candidates[recommended];
  std::string reason = absl::StrFormat(
      "%d segments: the largest number whose segments come back when the contacts are drawn "
      "again (agreement %.2f, weakest segment %.2f; 1 would be perfect). ",
      candidate.cluster_count, candidate.stability, WeakestSegment(candidate));
  absl::StrAppend(&reason, WhyNotMore(candidates, recommended));
  if (candidate.cluster_count == 2) {
    absl::StrAppend(&reason,
                    " A division in two is often one scale cut in half, such as much and little: "
                    "see what sets the two apart before you use them.");
  }
  return reason;
}

std::string WhyConstructive(const std::vector<Candidate>& candidates, int recommended,
                            bool measured) {
  const Candidate& candidate = candidates[recommended];
  if (candidate.cluster_count == 1) return "1 segment: nothing to divide the contacts by.";
  if (!measured) {
    return absl::StrFormat(
        "%d segments hold together best (silhouette %.2f); whether they come "
        "back was not measured%s.",
        candidate.cluster_count, candidate.silhouette, kAdvice);
  }
  return absl::StrFormat(
      "No number of segments from %d to %d is stable with segments large enough; %d agrees best "
      "(%.2f)%s.",
      candidates.front().cluster_count, candidates.back().cluster_count, candidate.cluster_count,
      candidate.stability, kAdvice);
}

void Recommend(const ChoiceOptions& options, Choice& choice) {
  const bool measured = options.pair_count > 0;
  if (options.min_clusters == options.max_clusters) {
    choice.verdict = Verdict::kFixed;
    choice.reason = WhyFixed(choice.candidates.front());
    return;
  }
  for (int i = 0; i < std::ssize(choice.candidates); ++i) {
    if (!choice.candidates[i].qualifies) continue;
    choice.recommended = i;
    choice.verdict = Verdict::kReproducible;
  }
  if (choice.verdict == Verdict::kReproducible) {
    choice.reason = WhyReproducible(choice.candidates, choice.recommended);
    return;
  }
  choice.recommended =
      BestBigEnough(choice.candidates, measured ? &Candidate::stability : &Candidate::silhouette);
  choice.reason = WhyConstructive(choice.candidates, choice.recommended, measured);
}

}  // namespace

absl::StatusOr<Choice> ChooseClusterCount(const Engine& engine, const Encoder& encoder,
                                          const Samples& samples, WorkerPool& pool,
                                          const ChoiceOptions& options, const ProgressFn& progress,
                                          std::stop_token stop) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  const int distinct = CountDistinct(samples, samples.weights);
  if (options.min_clusters > distinct) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.min_clusters, " segments need at least as many contacts that differ; there ",
        distinct == 1 ? "is " : "are ", distinct,
        ". Ask for fewer segments or import more contacts"));
  }
  Fits fits(engine, samples, std::min(options.max_clusters, distinct), options, progress,
            std::move(stop));
  if (absl::Status status = fits.Run(pool); !status.ok()) return status;
  Choice choice;
  std::vector<int> kept;
  for (int index = 0; index < fits.count(); ++index) {
    Candidate candidate = Judge(fits, index, encoder);
    if (index > 0 && candidate.cluster_count < fits.least() + index) continue;
    choice.candidates.push_back(std::move(candidate));
    kept.push_back(index);
  }
  Recommend(options, choice);
  choice.clustering = std::move(fits.full(kept[choice.recommended]));
  return choice;
}

}  // namespace cible
