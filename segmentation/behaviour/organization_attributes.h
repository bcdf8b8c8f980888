// Attributes between organisations and the persons who belong to them: of persons,
// what is known of their organisation (`organization/{attribute}`); of
// organisations, what their persons add up to (`people/{measure}`).
//
// Neither is ever stored: both are worked out when contacts are read, so that they
// are those of the organisation, and of the persons, as they are then.

#ifndef CIBLE_SEGMENTATION_BEHAVIOUR_ORGANIZATION_ATTRIBUTES_H_
#define CIBLE_SEGMENTATION_BEHAVIOUR_ORGANIZATION_ATTRIBUTES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

// The id of the organisation's attribute that this one of persons is derived from;
// empty: it is not derived from an organisation's.
absl::string_view OrganizationSource(const Attribute& attribute);

// An attribute that is to be derived from an organisation's, as it may be added to
// a schema: what it does not say of unit, criterion and distribution is as of its
// source, it applies to persons, and it is as sensitive as its
// source at least.
// Errors: INVALID_ARGUMENT, naming it, when the schema has no such source, or one
// that is TEXT, of another type or other levels, or itself derived from an
// organisation or from people: what one of them does would change all the others.
// REQUIRES: OrganizationSource(attribute) is not empty.
absl::StatusOr<Attribute> CompletedByItsSource(Attribute attribute, const Schema& schema);

// What behaviours of several add up to, on any day.
struct PeopleTotals {
  absl::int128 net_paid = 0;
  absl::int128 monetary = 0;
  std::int64_t orders = 0;
  std::int64_t contacts_made = 0;
  std::int64_t interest_shown = 0;
  std::optional<Date> first_purchase;
  std::optional<Date> last_purchase;
  std::optional<Date> last_interest;

  void Add(const Behaviour& behaviour);  // O(days).
};

// What the persons who belong to an organisation add up to, as of a day.
class People {
 public:
  explicit People(const AsOf& as_of) : as_of_(as_of) {}

  // O(days). The id is read where the person decides.
  void Add(absl::string_view id, BuyingRole role, const Behaviour& behaviour);
  // One who is not to be profiled: counted, and nothing else.
  void AddHead() { ++headcount_; }

  std::int64_t headcount() const { return headcount_; }
  // Of somebody events are known.
  bool has_events() const { return has_events_; }
  double engagement() const { return engagement_; }
  const PeopleTotals& totals() const { return totals_; }
  // The person who decides and is best known: by engagement, then by events, then
  // by id. Empty: nobody is known to decide.
  const std::string& best_decision_maker() const { return best_.id; }

 private:
  struct DecisionMaker {
    std::string id;
    double engagement = 0;
    std::int64_t events = 0;
  };

  AsOf as_of_;
  std::int64_t headcount_ = 0;
  bool has_events_ = false;
  double engagement_ = 0;
  PeopleTotals totals_;
  DecisionMaker best_;
};

// All that are derived from people, to be added to a schema. `derived_from` tells
// which is which, also where an id was taken.
std::vector<Attribute> PeopleAttributes(absl::string_view currency);

bool IsFromPeople(const Attribute& attribute);
// How it drifts: see DriftOf.
Drift DriftOfPeople(const Attribute& attribute);
// Which version of the list of PeopleAttributes brought it, from 1 on; 0: none.
int PeopleListVersion(const Attribute& attribute);

// One of them, found once for many organisations.
class PeopleMeasure {
 public:
  // nullopt where the attribute is not derived from people, or in no way that this
  // version knows.
  static std::optional<PeopleMeasure> Of(const Attribute& attribute);

  // nullopt: unknown. `own` is what the organisation itself did.
  std::optional<Value> ValueOf(const People& people, const Behaviour& own,
                               const AsOf& as_of) const {
    return function_(people, own, as_of);
  }

 private:
  using Function = std::optional<Value> (*)(const People&, const Behaviour&, const AsOf&);
  explicit PeopleMeasure(Function function) : function_(function) {}

  Function function_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_BEHAVIOUR_ORGANIZATION_ATTRIBUTES_H_
