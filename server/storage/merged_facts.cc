#include "server/storage/merged_facts.h"

#include <algorithm>
#include <utility>

#include "server/storage/contact_values.h"

namespace cible {

static_assert(Stage::kUnknown < Stage::kLead && Stage::kLead < Stage::kProspect &&
                  Stage::kProspect < Stage::kCustomer,
              "the furthest stage is the greatest");

absl::StatusOr<StageAndValues> MergedFacts(absl::Span<const StageAndValues> oldest_first) {
  StageAndValues merged;
  for (const StageAndValues& facts : oldest_first) {
    auto values = MergeValues(facts.values, merged.values);
    if (!values.ok()) return values.status();
    merged.values = *std::move(values);
    merged.stage = std::max(merged.stage, facts.stage);
  }
  return merged;
}

}  // namespace cible
