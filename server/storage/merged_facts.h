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

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_MERGED_FACTS_H_
