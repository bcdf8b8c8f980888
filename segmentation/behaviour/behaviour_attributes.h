// The attributes that are derived from events, and their values as of a day.
//
// A contact's events are known once one was recorded of it: from then on what was
// not recorded did not happen, and counts are 0. Before that they are unknown,
// unless the workspace says that its events are complete. docs/methods.md has the
// definition of each.

#ifndef CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_ATTRIBUTES_H_
#define CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_ATTRIBUTES_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/data/drift.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

inline constexpr double kDefaultHalfLifeDays = 30;

// How derived values are worked out.
struct AsOf {
  Date day;                                      // In the workspace's zone.
  double half_life_days = kDefaultHalfLifeDays;  // Of engagement, > 0.
  // Contacts of whom no event was recorded have none.
  bool events_are_complete = false;
  // Of persons without a legal basis nothing is added up for their organisation.
  bool requires_legal_basis = false;
  // Ids of the item categories that events are added up by; of others nothing is
  // known.
  std::vector<std::string> categories = {};
};

// All of them, to be added to a schema: those of contacts as a whole, then two for
// each category (`monetary_wine`, `frequency_wine`). `derived_from` tells which is
// which, also where an id was taken.
std::vector<Attribute> BehaviourAttributes(const std::vector<ItemCategory>& categories,
                                           absl::string_view currency);

// One that is derived from events, found once for many contacts.
class BehaviourMeasure {
 public:
  // nullopt where the attribute is not derived from events, or in no way that this
  // version knows.
  static std::optional<BehaviourMeasure> Of(const Attribute& attribute);

  // nullopt: unknown. O(days) for what depends on the day, else O(categories).
  std::optional<Value> ValueOf(const Behaviour& behaviour, const AsOf& as_of) const;

 private:
  using Function = std::optional<Value> (*)(const Behaviour&, const AsOf&,
                                            absl::string_view category);
  BehaviourMeasure(Function function, std::string category)
      : function_(function), category_(std::move(category)) {}

  Function function_;
  std::string category_;  // Id; empty: the contact as a whole.
};

// What the acts of a contact say of its interest, each counting half as much after
// a half-life. 0 where there are none. O(days).
double EngagementOf(const Behaviour& behaviour, const AsOf& as_of);

// Millionths as an amount.
double InCurrency(absl::int128 millionths);

// How an attribute drifts, for filters (filter.h). What is stated, and dates, stand
// still. A number derived from an organisation's is kUnforeseen, since that one is not
// at hand. What events that are dated after the day asked for bring on their day is
// left out of this.
Drift DriftOf(const Attribute& attribute);

// The same of the attributes of a schema, with what is derived from an organisation's
// as that drifts itself. The schema may go.
std::function<Drift(const Attribute&)> DriftsWithin(const Schema& schema);

// Whether the value of an attribute changes from day to day though nothing happens.
// Of what is derived from an organisation's attribute it is said in any case, since
// that one is not at hand.
bool DependsOnTheDay(const Attribute& attribute);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_ATTRIBUTES_H_
