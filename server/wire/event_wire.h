// Events between their messages and the domain.

#ifndef CIBLE_SERVER_WIRE_EVENT_WIRE_H_
#define CIBLE_SERVER_WIRE_EVENT_WIRE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cible/v1/event.pb.h"
#include "segmentation/behaviour/event.h"
#include "segmentation/data/value.h"

namespace cible {

// Which events are taken.
struct EventLimits {
  Date earliest;
  Date latest;
  absl::TimeZone zone;        // Whose days these are.
  std::string currency_code;  // Of the workspace.
};

// A purchase of an amount below 0 becomes a return; an amount that is not given is
// quantity times unit price. Ids are taken as they are, an empty one too.
// Errors: INVALID_ARGUMENT, saying what to change and never a value: no type or one
// that is not known, no time or one outside the limits, an amount that is not
// finite or too large, another currency, texts that are too long or have control
// characters.
absl::StatusOr<Event> EventFromProto(const v1::Event& message, const EventLimits& limits);

// `contact` is the id.
void EventToProto(const Event& event, const std::string& contact, v1::Event* message);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_EVENT_WIRE_H_
