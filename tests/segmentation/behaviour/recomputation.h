// The values that are derived from events, worked out from the list of them by
// their definitions, all anew each time: what the sums that are kept must equal.

#ifndef CIBLE_TESTS_SEGMENTATION_BEHAVIOUR_RECOMPUTATION_H_
#define CIBLE_TESTS_SEGMENTATION_BEHAVIOUR_RECOMPUTATION_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/event.h"
#include "segmentation/data/value.h"

namespace cible {

// By the attribute's id, of all attributes; nullopt: unknown.
using DerivedValues = std::map<std::string, std::optional<Value>>;

// Of a contact with these events, which have ids of their own. O(events x
// (attributes + log events)).
DerivedValues Recompute(const std::vector<Event>& events, const BehaviourRules& rules,
                        const AsOf& as_of);

// The same of what was added up.
DerivedValues ValuesOf(const Behaviour& behaviour, const BehaviourRules& rules, AsOf as_of);

// A line for each value that differs by more than rounding; empty: none does.
std::string Differences(const DerivedValues& kept, const DerivedValues& recomputed);

// A whole number in [least, most], both included.
using Draw = std::function<int(int least, int most)>;

// An event of any type, near others in time, of few orders, items and channels, so
// that many meet. It has no id.
Event RandomEvent(const Draw& draw);
BehaviourRules RandomRules(const Draw& draw);
// As of one of the days on which such events happen, or days around them.
AsOf RandomAsOf(const Draw& draw);

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_BEHAVIOUR_RECOMPUTATION_H_
