#include "segmentation/models/outcome_suspicion.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "segmentation/data/criterion_lexicon.h"

namespace cible {
namespace {

constexpr double kFewestToSuspect = 10;
constexpr double kSuspectArea = .95;
constexpr double kSuspectInformation = .5;
constexpr double kLeastInformation = .25;  // Beside the area.
constexpr double kSuspectAreaByName = .65;
// Exceptions over what the base rate makes expected.
constexpr double kMostExceptions = .05;
constexpr double kMostExceptionsKnown = .01;
constexpr double kFewestExpected = 10;

// Of a Poisson count: the upper end of the score interval at 95 %.
double UpperBound(double count) {
  constexpr double kQuantile = 1.96;
  constexpr double kHalf = kQuantile * kQuantile / 2;
  return count + kHalf + kQuantile * std::sqrt(count + kHalf / 2);
}

// Whether the bin, level or tag hardly occurs without the outcome.
bool Decides(const OutcomeTally& cell, const OutcomeTally& all) {
  const double expected = cell.total() * all.others / all.total();
  return expected > 0 && UpperBound(cell.others) <= kMostExceptions * expected;
}

// Whether what is known is known of one side alone, and too much for chance.
bool IsKnownOfOneSide(const OutcomeTally& known, const OutcomeTally& all) {
  const auto is_rare = [&](double count, double share) {
    const double expected = known.total() * share;
    return expected >= kFewestExpected && count <= kMostExceptionsKnown * expected;
  };
  return is_rare(known.others, all.others / all.total()) ||
         is_rare(known.outcomes, all.outcomes / all.total());
}

}  // namespace

std::string SuspectReason(const Attribute& attribute, const OutcomeFeature& feature,
                          OutcomeTally all) {
  if (attribute.known_before_outcome || std::min(all.outcomes, all.others) < kFewestToSuspect) {
    return "";
  }
  const double area = AreaUnderRoc(feature, all);
  // Many levels rank well by chance alone; the information does not.
  const double information = InformationOf(feature, all);
  const bool is_sure = area >= kSuspectArea && information >= kLeastInformation;
  if (is_sure || information >= kSuspectInformation) {
    return absl::StrFormat("it tells the outcome almost by itself (ROC AUC %.2f)", area);
  }
  const OutcomeTally known{all.outcomes - feature.unknown.outcomes,
                           all.others - feature.unknown.others};
  if (IsKnownOfOneSide(known, all)) {
    return "it is known hardly but of contacts on one side of the outcome";
  }
  if (std::any_of(feature.cells.begin(), feature.cells.end(),
                  [&](const OutcomeTally& cell) { return Decides(cell, all); })) {
    return "one of its values hardly ever occurs without the outcome";
  }
  const bool is_named = SaysAftermath(HeaderWords(attribute.display_name)) ||
                        SaysAftermath(HeaderWords(attribute.id));
  if (is_named && area >= kSuspectAreaByName) {
    return absl::StrFormat(
        "its name is that of what is written down during or after a sale, and it tells the outcome "
        "well (ROC AUC %.2f)",
        area);
  }
  return "";
}

}  // namespace cible
