// Kinds of events that belong together, and what the counts by day of a behaviour
// tell of a kind.

#ifndef CIBLE_SEGMENTATION_BEHAVIOUR_EVENT_KINDS_H_
#define CIBLE_SEGMENTATION_BEHAVIOUR_EVENT_KINDS_H_

#include <cstdint>
#include <limits>
#include <optional>

#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/event.h"
#include "segmentation/data/value.h"

namespace cible {

// Whether an event is of a kind.
using EventKind = bool (*)(EventType);

// Something is bought, or signed for.
bool IsPurchase(EventType type);

// A first contact is made, or more: somebody came, wrote, called, tried, bought, gave
// back. Looking at pages, being written to, opening and clicking are none, nor is what
// callers define.
bool IsContactMade(EventType type);

// Interest in what is offered is shown: a form, a brochure, a sample, a trial, a
// demonstration, an answer to a campaign.
bool IsInterestShown(EventType type);

// What an act says of interest, when engagement is added up. Whether somebody is
// written to says nothing, nor does a complaint.
double InterestOf(EventType type);

struct DayRange {
  std::int64_t first = std::numeric_limits<std::int64_t>::min();
  std::int64_t last = std::numeric_limits<std::int64_t>::max();  // Included.
};

// O(days), like the others.
std::int64_t EventsOf(EventKind kind, const Behaviour& behaviour, DayRange range = {});

// The first, the last day on which there is one; nullopt: there is none.
std::optional<Date> FirstDayOf(EventKind kind, const Behaviour& behaviour);
std::optional<Date> LastDayOf(EventKind kind, const Behaviour& behaviour);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_BEHAVIOUR_EVENT_KINDS_H_
