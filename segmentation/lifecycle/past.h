// How a contact stood on days before anybody asked: as it would have been found day by
// day, from what its events of then and what is stated of it now say. So lists of
// purchases of years ago, imported today, make a history.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_PAST_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_PAST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/event.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/lifecycle/funnel.h"
#include "segmentation/lifecycle/policy.h"

namespace cible {

// The part of a policy that says how contacts stand: relation and customer stage.
PolicySettings StandingOnly(const PolicySettings& settings);

// A person of an organisation, and what it did.
struct PersonsPast {
  std::string id;
  BuyingRole role = BuyingRole::kUnknown;
  std::vector<Event> events;
};

struct PastInput {
  const Policy* policy = nullptr;  // Of StandingOnly.
  const Schema* schema = nullptr;  // That it was compiled with.
  BehaviourRules rules;
  AsOf as_of;  // But for the day.
  ContactKind kind = ContactKind::kPerson;
  // One row: what is stated now of the policy's attributes. Columns that it lacks are
  // unknown. What stage was stated is left out, since it is not known since when.
  const ContactTable* stated = nullptr;
  std::vector<Event> events;        // In any order.
  std::vector<PersonsPast> people;  // Of an organisation.
};

// From the day of the first event on, each step that changes relation, customer stage or
// former customer, before `until_day`. O(days with events x (attributes + log days)).
std::vector<Journey::Step> StandingBefore(const PastInput& input, std::int32_t until_day);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_PAST_H_
