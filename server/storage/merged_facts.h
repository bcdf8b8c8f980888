// What is known of a contact that was recorded as several.

#ifndef CIBLE_SERVER_STORAGE_MERGED_FACTS_H_
#define CIBLE_SERVER_STORAGE_MERGED_FACTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/data/schema.h"

namespace cible {

struct StageAndValues {
  Stage stage = Stage::kUnknown;
  std::string values;  // See contact_values.h.
};

// All that any of them knows. Of an attribute that several know the oldest
// contact's value counts; the furthest stage counts: who has bought once has
// bought.
// Errors: DATA_LOSS for values that are no blob.
absl::StatusOr<StageAndValues> MergedFacts(absl::Span<const StageAndValues> oldest_first);

// What a person belongs to, by its key or its id; none is 0 or empty.
template <typename Organization>
struct Membership {
  Organization organization = {};
  BuyingRole role = BuyingRole::kUnknown;
  bool operator==(const Membership&) const = default;
};

// Of persons who are one: the organisation of the oldest that has one, and the first
// role that is known of those who belong to it.
template <typename Organization>
Membership<Organization> MergedMembership(absl::Span<const Membership<Organization>> oldest_first) {
  Membership<Organization> merged;
  for (const auto& membership : oldest_first) {
    if (merged.organization == Organization()) merged.organization = membership.organization;
  }
  for (const auto& membership : oldest_first) {
    if (membership.organization != merged.organization) continue;
    if (merged.role == BuyingRole::kUnknown) merged.role = membership.role;
  }
  return merged;
}

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_MERGED_FACTS_H_
