#include "segmentation/clustering/recommendation.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cible {
namespace {

constexpr char kAdvice[] =
    ": treat these segments as a useful division, not as groups found in the data";

// The index of the candidate with the highest score among those big enough;
// else of k = 2, else of the first that did not fall short, else 0.
int BestBigEnough(const std::vector<Candidate>& candidates,
                  const std::function<double(const Candidate&)>& score) {
  int best = -1;
  for (int i = 0; i < std::ssize(candidates); ++i) {
    if (!candidates[i].big_enough || candidates[i].cluster_count < 2) continue;
    if (FellShort(candidates[i])) continue;
    if (best < 0 || score(candidates[i]) > score(candidates[best])) best = i;
  }
  if (best >= 0) return best;
  for (int i = 0; i < std::ssize(candidates); ++i) {
    if (candidates[i].cluster_count == 2 && !FellShort(candidates[i])) return i;
  }
  const auto full = std::find_if_not(candidates.begin(), candidates.end(), FellShort);
  return full == candidates.end() ? 0 : static_cast<int>(full - candidates.begin());
}

int LastWith(const std::vector<Candidate>& candidates, bool Candidate::*property) {
  int last = -1;
  for (int i = 0; i < std::ssize(candidates); ++i) {
    if (candidates[i].*property) last = i;
  }
  return last;
}

// How tables without segments fare.
std::string AgainstNull(const Candidate& candidate) {
  const auto null = NullStability(candidate);
  if (!null) return "";
  if (candidate.natural && candidate.stability <= *null) {
    return " Tables without segments, alike in all else, come back too, but are less compact.";
  }
  if (candidate.natural) {
    return absl::StrFormat(
        " Tables without segments, alike in all else, do not come to that: %.2f at most, but for "
        "one in twenty.",
        *null);
  }
  return absl::StrFormat(
      " Tables without segments, alike in all else, come back as surely (%.2f)%s.", *null, kAdvice);
}

// How round clouds fare, where they come back as surely.
std::string AgainstClouds(const Candidate& candidate) {
  const auto cloud = CloudStability(candidate);
  if (!cloud || candidate.qualifies) return "";
  return absl::StrFormat(
      " The cuts of one round cloud, in which there is nothing to find, come back about as surely "
      "(up to %.2f)%s.",
      *cloud, kAdvice);
}

std::string WhyFixed(const Candidate& candidate) {
  const int k = candidate.cluster_count;
  std::string reason = absl::StrCat(k, k == 1 ? " segment" : " segments");
  absl::StrAppend(&reason, FellShort(candidate)
                               ? absl::StrCat(" of the ", candidate.asked_count,
                                              " asked for: no contacts were left for the others.")
                               : ", as asked.");
  if (candidate.segment_stability.empty()) return reason;
  const bool stable = candidate.stability >= kStable && WeakestSegment(candidate) >= kSegmentStable;
  absl::StrAppendFormat(&reason,
                        " They %s when the contacts are drawn again (agreement %.2f, weakest "
                        "segment %.2f)%s.",
                        stable ? "come back" : "do not all come back", candidate.stability,
                        WeakestSegment(candidate), stable ? "" : kAdvice);
  if (stable) absl::StrAppend(&reason, AgainstClouds(candidate), AgainstNull(candidate));
  return reason;
}

// Two decimals, never rounded up to what is asked for.
double RoundedDown(double figure) { return std::floor(100 * figure) / 100; }

// What happens at the next larger k.
std::string WhyNotMore(const std::vector<Candidate>& candidates, int recommended) {
  if (recommended + 1 == std::ssize(candidates)) return "No larger number was tried.";
  const Candidate& next = candidates[recommended + 1];
  const int k = next.asked_count;
  if (FellShort(next)) {
    return absl::StrFormat("With %d only %d come back: no contacts are left for the others.", k,
                           next.cluster_count);
  }
  if (next.qualifies) {
    return absl::StrFormat(
        "With %d they come back too (%.2f), but no more surely than in tables without segments "
        "(%.2f).",
        k, next.stability, NullStability(next).value_or(0));
  }
  if (const auto cloud = CloudStability(next)) {
    return absl::StrFormat(
        "With %d they come back too (%.2f), but not clearly more surely than the cuts of one round "
        "cloud (up to %.2f).",
        k, next.stability, *cloud);
  }
  if (next.stability < kStable) {
    return absl::StrFormat("With %d the agreement is %.2f; %.2f is asked for.", k,
                           RoundedDown(next.stability), kStable);
  }
  if (next.added_stability.value_or(1) < kStable) {
    return absl::StrFormat(
        "With %d the segments are cut further, but not the same way twice (agreement within them "
        "%.2f; %.2f is asked for).",
        k, RoundedDown(*next.added_stability), kStable);
  }
  if (WeakestSegment(next) < kSegmentStable) {
    return absl::StrFormat(
        "With %d the weakest segment comes back by %.2f only; %.2f is asked for.", k,
        RoundedDown(WeakestSegment(next)), kSegmentStable);
  }
  return absl::StrFormat("With %d the smallest segment holds %.1f %% of the contacts, too few.", k,
                         100 * next.smallest_segment);
}

std::string WhyStable(const std::vector<Candidate>& candidates, int recommended) {
  const Candidate& candidate = candidates[recommended];
  std::string reason = absl::StrFormat(
      "%d segments: the largest number whose segments come back when the contacts are drawn "
      "again%s (agreement %.2f, weakest segment %.2f; 1 would be perfect). ",
      candidate.cluster_count, candidate.natural ? ", unlike those of tables without segments" : "",
      candidate.stability, WeakestSegment(candidate));
  absl::StrAppend(&reason, WhyNotMore(candidates, recommended), AgainstNull(candidate));
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
        candidate.cluster_count, candidate.quality.silhouette, kAdvice);
  }
  const bool like_clouds = std::any_of(candidates.begin(), candidates.end(),
                                       [](const Candidate& c) { return CloudStability(c); });
  if (like_clouds) {
    const auto cloud = CloudStability(candidate);
    return absl::StrFormat(
        "No number of segments from %d to %d comes back clearly more surely than the cuts of one "
        "round "
        "cloud, in which there is nothing to find; %d agrees best (%.2f%s)%s.",
        candidates.front().asked_count, candidates.back().asked_count, candidate.cluster_count,
        candidate.stability, cloud ? absl::StrFormat("; in such a cloud up to %.2f", *cloud) : "",
        kAdvice);
  }
  return absl::StrFormat(
      "No number of segments from %d to %d is stable with segments large enough; %d agrees best "
      "(%.2f)%s.",
      candidates.front().asked_count, candidates.back().asked_count, candidate.cluster_count,
      candidate.stability, kAdvice);
}

std::string WarningOfFew(int contacts) {
  return absl::StrCat("Only ", contacts,
                      " contacts: too few to judge by, whatever the figures say. Take the segments "
                      "for a sketch and bring more contacts. ");
}

void Decide(const RecommendationContext& context, Choice& choice) {
  if (context.fixed) {
    choice.verdict = Verdict::kFixed;
    choice.reason = WhyFixed(choice.candidates.front());
    return;
  }
  const int natural = LastWith(choice.candidates, &Candidate::natural);
  const int stable = LastWith(choice.candidates, &Candidate::qualifies);
  if (stable >= 0) {
    choice.recommended = natural >= 0 ? natural : stable;
    choice.verdict = natural >= 0 ? Verdict::kNatural : Verdict::kReproducible;
    choice.reason = WhyStable(choice.candidates, choice.recommended);
    return;
  }
  choice.recommended = BestBigEnough(choice.candidates, [&](const Candidate& candidate) {
    return context.measured ? candidate.stability : candidate.quality.silhouette;
  });
  choice.verdict = Verdict::kConstructive;
  choice.reason = WhyConstructive(choice.candidates, choice.recommended, context.measured);
}

}  // namespace

void Recommend(const RecommendationContext& context, Choice& choice) {
  choice.recommended = 0;
  Decide(context, choice);
  const bool judged = context.measured || !context.fixed;
  if (judged && context.contact_count <= kTooFew) {
    choice.reason = absl::StrCat(WarningOfFew(context.contact_count), choice.reason);
  }
}

}  // namespace cible
