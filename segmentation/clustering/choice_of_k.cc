#include "segmentation/clustering/choice_of_k.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "segmentation/clustering/choice_fits.h"
#include "segmentation/clustering/distinct_rows.h"
#include "segmentation/clustering/mixture.h"
#include "segmentation/clustering/recommendation.h"
#include "segmentation/clustering/stability.h"

namespace cible {
namespace {

constexpr double kLeastShare = 0.02;     // Of the weight, in a segment ...
constexpr double kLeastContacts = 50;    // ... or so many, ...
constexpr double kContactsDivisor = 10;  // ... or one in so many, if that is fewer.

// With more attributes the cuts of a round cloud do not come back (see
// docs/methods.md for what was measured).
constexpr double kMostCloudDimensions = 3;

// By so much segments must be more compact than those of tables without any,
// and more stable than the cuts of round clouds.
constexpr double kMargin = 0.05;

absl::Status CheckOptions(const ChoiceOptions& options) {
  if (options.min_clusters < 1 || options.max_clusters < options.min_clusters) {
    return absl::InvalidArgumentError(
        absl::StrCat("the numbers of segments to try must satisfy 1 <= least <= most; got ",
                     options.min_clusters, " to ", options.max_clusters));
  }
  if (options.pair_count < 0 || options.null_count < 0 || options.max_rows < 2) {
    return absl::InvalidArgumentError(
        "stability needs pair_count >= 0, null_count >= 0 and max_rows >= 2");
  }
  return absl::OkStatus();
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// The labels on S of the solutions that a candidate is held against.
struct Smaller {
  std::vector<int> last;  // Of the candidate before; empty: there is none.
  int last_count = 0;
  std::vector<int> qualified;  // Of the last that qualifies; empty: none does.
};

class Judge {
 public:
  Judge(ChoiceFits& fits, const Encoder& encoder, WorkerPool& pool)
      : fits_(fits), encoder_(encoder), pool_(pool), geometry_(GeometryOf(fits.few(), encoder)) {}

  // To be asked by ascending k.
  Candidate Of(int index) {
    const Clustering& clustering = fits_.full(index);
    Candidate candidate{.asked_count = fits_.least() + index,
                        .cluster_count = ComponentCount(clustering.components),
                        .objective = clustering.objective,
                        .seconds = fits_.seconds(index),
                        .statistics = clustering.statistics,
                        .floored = clustering.floored};
    MeasureSizes(clustering.sizes, candidate);
    if (const auto* mixture = std::get_if<MixtureComponents>(&clustering.components)) {
      MeasureComponents(*mixture, candidate);
    }
    std::vector<int> labels = fits_.FullLabels(index);
    candidate.quality = MeasureQuality(geometry_, labels, candidate.cluster_count);
    if (candidate.cluster_count >= 2 && !fits_.bootstrap_labels(index).empty()) {
      MeasureStability(index, labels, candidate);
    }
    if (smaller_.last_count >= 2) {
      candidate.stability_across = StabilityAcross(smaller_.last, smaller_.last_count, labels,
                                                   candidate.cluster_count, weights());
    }
    if (FellShort(candidate)) return candidate;
    candidate.qualifies = candidate.big_enough && candidate.stability >= kStable &&
                          candidate.added_stability.value_or(1) >= kStable &&
                          WeakestSegment(candidate) >= kSegmentStable;
    if (candidate.qualifies) smaller_.qualified = labels;
    smaller_.last = std::move(labels);
    smaller_.last_count = candidate.cluster_count;
    return candidate;
  }

 private:
  const std::vector<double>& weights() const { return fits_.few().weights; }

  static void MeasureSizes(const std::vector<double>& sizes, Candidate& candidate) {
    const double weight = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    const double smallest = *std::min_element(sizes.begin(), sizes.end());
    candidate.smallest_segment = smallest / weight;
    candidate.big_enough =
        smallest >=
        std::max(kLeastShare * weight, std::min(kLeastContacts, weight / kContactsDivisor));
  }

  // What in the components of a mixture is not as they should be.
  void MeasureComponents(const MixtureComponents& components, Candidate& candidate) {
    const DoubleMatrix responsibilities =
        Responsibilities(fits_.few(), encoder_, components, pool_);
    if (!residuals_) residuals_.emplace(fits_.few(), encoder_);
    candidate.bivariate_residuals =
        residuals_->Largest(components, responsibilities, kResidualCount, pool_);
    candidate.similar_components = FindSimilarComponents(responsibilities, weights());
  }

  void MeasureStability(int index, const std::vector<int>& labels, Candidate& candidate) const {
    const auto& sides = fits_.bootstrap_labels(index);
    std::vector<double> agreements, within;
    candidate.segment_stability.assign(candidate.cluster_count, 0);
    for (std::size_t side = 0; side < sides.size(); ++side) {
      const auto jaccards =
          LargestJaccards(labels, candidate.cluster_count, sides[side], weights());
      for (int j = 0; j < candidate.cluster_count; ++j) {
        candidate.segment_stability[j] += jaccards[j];
      }
      if (side % 2 == 0) continue;
      agreements.push_back(AdjustedRandIndex(sides[side - 1], sides[side], weights()));
      if (smaller_.qualified.empty()) continue;
      within.push_back(
          AdjustedRandIndexWithin(smaller_.qualified, sides[side - 1], sides[side], weights()));
    }
    for (double& sum : candidate.segment_stability) sum /= static_cast<double>(sides.size());
    candidate.stability = Median(std::move(agreements));
    if (!within.empty()) candidate.added_stability = Median(std::move(within));
  }

  ChoiceFits& fits_;
  const Encoder& encoder_;
  WorkerPool& pool_;
  const Geometry geometry_;
  std::optional<BivariateResiduals> residuals_;  // Made when first needed.
  Smaller smaller_;
};

// Whether it is more compact than any of these tables, by a margin and by
// their range.
bool IsMoreCompact(const Candidate& candidate, const std::vector<NullFit>& fits) {
  const auto [least, most] = std::minmax_element(
      fits.begin(), fits.end(),
      [](const NullFit& a, const NullFit& b) { return a.silhouette < b.silhouette; });
  const double range = most->silhouette - least->silhouette;
  return candidate.quality.silhouette > most->silhouette + std::max(kMargin, range);
}

// Whether null tables fall short of it.
bool IsNatural(const Candidate& candidate) {
  const auto null = NullStability(candidate);
  if (!null) return false;
  if (candidate.stability > *null) return true;
  return candidate.stability >= kPerfect && IsMoreCompact(candidate, candidate.null_fits);
}

// Whether round clouds clearly fall short of it.
bool IsMoreThanACloud(const Candidate& candidate) {
  return candidate.stability > *CloudStability(candidate) + kMargin ||
         IsMoreCompact(candidate, candidate.cloud_fits);
}

// Holds the candidates that qualify so far against round clouds.
absl::Status CompareWithClouds(ChoiceFits& fits, WorkerPool& pool,
                               std::vector<Candidate>& candidates) {
  if (fits.cloud().dimensions() > kMostCloudDimensions) return absl::OkStatus();
  for (Candidate& candidate : candidates) {
    if (!candidate.qualifies) continue;
    auto cloud_fits = fits.FitRoundClouds(candidate.cluster_count, pool);
    if (!cloud_fits.ok()) return cloud_fits.status();
    candidate.cloud_fits = *std::move(cloud_fits);
    candidate.qualifies = IsMoreThanACloud(candidate);
  }
  return absl::OkStatus();
}

// Holds the candidates that qualify against null tables, the largest first,
// until one is natural.
absl::Status CompareWithNull(ChoiceFits& fits, WorkerPool& pool,
                             std::vector<Candidate>& candidates) {
  for (auto candidate = candidates.rbegin(); candidate != candidates.rend(); ++candidate) {
    if (!candidate->qualifies) continue;
    auto null_fits = fits.FitNullTables(candidate->cluster_count, candidate->stability, pool);
    if (!null_fits.ok()) return null_fits.status();
    candidate->null_fits = *std::move(null_fits);
    candidate->natural = IsNatural(*candidate);
    if (candidate->natural) break;
  }
  return absl::OkStatus();
}

// The candidates up to `most` that more samples would have to be distinct for:
// the last one, which has no more segments than that.
void RepeatTheLast(int most, Choice& choice) {
  while (choice.candidates.back().asked_count < most) {
    Candidate candidate = choice.candidates.back();
    ++candidate.asked_count;
    candidate.qualifies = candidate.natural = false;
    candidate.seconds = 0;
    choice.candidates.push_back(std::move(candidate));
    choice.clusterings.push_back(choice.clusterings.back());
  }
}

}  // namespace

double WeakestSegment(const Candidate& candidate) {
  const auto& segments = candidate.segment_stability;
  return segments.empty() ? 0 : *std::min_element(segments.begin(), segments.end());
}

std::optional<double> NullStability(const Candidate& candidate) {
  std::vector<double> values;
  for (const NullFit& fit : candidate.null_fits) values.push_back(fit.stability);
  if (values.size() < 2) return std::nullopt;
  std::nth_element(values.begin(), values.begin() + 1, values.end(), std::greater<>());
  return values[1];
}

std::optional<double> CloudStability(const Candidate& candidate) {
  if (candidate.cloud_fits.empty()) return std::nullopt;
  double most = -1;
  for (const NullFit& fit : candidate.cloud_fits) most = std::max(most, fit.stability);
  return most;
}

absl::StatusOr<Choice> ChooseClusterCount(const Engine& engine, const Encoder& encoder,
                                          const Samples& samples, WorkerPool& pool,
                                          const ChoiceOptions& options, const ProgressFn& progress,
                                          std::stop_token stop) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  const int distinct = CountDistinct(ViewRows(samples, samples.weights), pool);
  if (options.min_clusters > distinct) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.min_clusters, " segments need at least as many contacts that differ; there ",
        distinct == 1 ? "is " : "are ", distinct,
        ". Ask for fewer segments or import more contacts"));
  }
  ChoiceFits fits(engine, encoder, samples, std::min(options.max_clusters, distinct), options,
                  progress, std::move(stop));
  if (absl::Status status = fits.Run(pool); !status.ok()) return status;
  Choice choice;
  Judge judge(fits, encoder, pool);
  for (int index = 0; index < fits.count(); ++index) {
    choice.candidates.push_back(judge.Of(index));
    choice.clusterings.push_back(std::move(fits.full(index)));
  }
  const RecommendationContext context{.contact_count = fits.few().count(),
                                      .fixed = options.min_clusters == options.max_clusters,
                                      .measured = options.pair_count > 0};
  if (context.measured && context.contact_count > kTooFew && options.null_count > 0) {
    for (const auto compare : {CompareWithClouds, CompareWithNull}) {
      if (absl::Status status = compare(fits, pool, choice.candidates); !status.ok()) return status;
    }
  }
  Recommend(context, choice);
  RepeatTheLast(options.max_clusters, choice);
  if (progress) progress(1, "the number of segments is chosen");
  return choice;
}

}  // namespace cible
