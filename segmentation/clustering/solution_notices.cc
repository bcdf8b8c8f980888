#include "segmentation/clustering/solution_notices.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cible {
namespace {

// Whether a block may hold the attribute.
bool FitsABlock(const Encoder& encoder, const std::string& id) {
  const int position = encoder.IndexOf(id);
  if (position < 0) return false;
  const AttributeEncoding& attribute = encoder.attributes()[position];
  return attribute.number_count == 1 && attribute.scale != NumberScale::kCount;
}

std::string DependenceNotice(const BivariateResidual& residual, const Encoder& encoder) {
  const std::string inside = absl::StrFormat(
      "on each other inside the segments (residual %.1f; independent ones come to 1)",
      residual.value);
  if (residual.first == residual.second) {
    return absl::StrCat("tags of ", residual.first, " depend ", inside,
                        " and count more than once: give it a lower weight");
  }
  const bool can_correlate = !residual.is_within_block && FitsABlock(encoder, residual.first) &&
                             FitsABlock(encoder, residual.second);
  return absl::StrCat(residual.first, " and ", residual.second, " depend ", inside,
                      residual.is_within_block
                          ? ", in whether they are 0 or another value that many share, which their "
                            "block leaves out: "
                          : ": ",
                      can_correlate ? "put them in one block, or give one a lower weight"
                                    : "give one of them a lower weight, or leave it out");
}

// 0: "largest", 1: "2nd largest".
std::string BySize(int position) {
  switch (position) {
    case 0: return "largest";
    case 1: return "2nd largest";
    case 2: return "3rd largest";
    default: return absl::StrCat(position + 1, "th largest");
  }
}

}  // namespace

std::vector<std::string> SolutionNotices(const Candidate& candidate, const Encoder& encoder) {
  std::vector<std::string> notices;
  const auto& residuals = candidate.bivariate_residuals;
  const auto notable =
      std::find_if(residuals.begin(), residuals.end(), [](const BivariateResidual& residual) {
        return residual.value > kNotableResidual && residual.strength >= kNotableStrength;
      });
  if (notable != residuals.end()) notices.push_back(DependenceNotice(*notable, encoder));
  for (const SimilarComponents& pair : candidate.similar_components) {
    notices.push_back(absl::StrFormat(
        "the %s and the %s segment are almost the same (what is known of their contacts settles "
        "%.0f %% of which of the two they are of): ask for fewer segments",
        BySize(pair.first), BySize(pair.second), 100 * pair.information));
  }
  return notices;
}

std::vector<std::string> ChoiceNotices(const Choice& choice, const Encoder& encoder) {
  std::vector<std::string> notices =
      SolutionNotices(choice.candidates[static_cast<std::size_t>(choice.recommended)], encoder);
  for (const Candidate& candidate : choice.candidates) {
    if (!FellShort(candidate)) continue;
    notices.push_back(
        absl::StrCat(candidate.asked_count, " segments: only ", candidate.cluster_count,
                     " came back, no contacts were left for the others; the figures are those of ",
                     candidate.cluster_count));
  }
  return notices;
}

}  // namespace cible
