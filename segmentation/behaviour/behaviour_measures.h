// The table of what is derived from events: of each attribute what it is, how it is
// worked out, and how it drifts.

#ifndef CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_MEASURES_H_
#define CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_MEASURES_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/data/drift.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

enum class MeasureUnit { kNone, kDays, kMoney, kOrders };

struct BehaviourMeasureEntry {
  absl::string_view id;
  absl::string_view display_name;
  AttributeType type = AttributeType::kNumeric;
  Role role = Role::kFeature;
  KnownAt known_at = KnownAt::kLead;
  Distribution distribution = Distribution::kAuto;
  MeasureUnit unit = MeasureUnit::kNone;
  ValueMark value = ValueMark::kNone;
  absl::string_view block = {};
  Drift drift = Drift::kNone;
  bool by_category = false;  // Of every item category as well.
  // `category` is empty where it is of the contact as a whole. Of known events.
  std::optional<Value> (*function)(const Behaviour&, const AsOf&,
                                   absl::string_view category) = nullptr;
};

// In the order in which they come in a schema.
absl::Span<const BehaviourMeasureEntry> BehaviourMeasures();

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_MEASURES_H_
