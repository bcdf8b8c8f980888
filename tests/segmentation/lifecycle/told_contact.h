// Contacts that are short to write down, and how they stand by a policy.

#ifndef CIBLE_TESTS_SEGMENTATION_LIFECYCLE_TOLD_CONTACT_H_
#define CIBLE_TESTS_SEGMENTATION_LIFECYCLE_TOLD_CONTACT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "segmentation/behaviour/event.h"
#include "segmentation/data/lifecycle_state.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"
#include "segmentation/lifecycle/classifier.h"
#include "segmentation/lifecycle/policy.h"

namespace cible {

// What is told of a contact.
struct ToldContact {
  ContactKind kind = ContactKind::kPerson;
  Stage stage = Stage::kUnknown;
  std::vector<Event> events = {};
  std::vector<std::pair<std::string, Value>> values = {};
  BuyingRole role = BuyingRole::kUnknown;
  // How its organisation stands: "relation=CUSTOMER customer_stage=NEW". Empty: it has none;
  // "-": one that is not classified.
  std::string organization = {};
  std::vector<ToldContact> people = {};  // Of an organisation.
  std::string before = {};               // How it stood of itself, likewise,
  LifecycleState before_state = {};      // or, where that is empty, as such.
  std::vector<FieldOverride> said = {};
  Fit fit = Fit::kUnknown;
  bool events_are_complete = false;

  ToldContact Did(std::vector<Event> more) const;
  ToldContact With(std::string attribute, Value value) const;
};

// "relation=CUSTOMER former_customer=false"; what is not named is unknown.
LifecycleState StateOf(absl::string_view text);

// Attributes that any company may have: budget, order_signed, demo_date, income, age, note.
Schema ToldSchema();

// The schema that policies of tests are compiled with.
Schema ToldPolicySchema();

// The policy, compiled. Fails the test where it cannot be.
Policy Compiled(const PolicySettings& settings, const Offer* offer = nullptr);

// How it stands on that day: events that are dated later have not happened yet.
Classified StandingOn(Date day, const ToldContact& contact, const Policy& policy);

// A table of one row: what is known that day, as of so many days before.
ContactTable TableOn(Date day, const ToldContact& contact, const std::vector<std::string>& ids,
                     int days_before = 0);

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_LIFECYCLE_TOLD_CONTACT_H_
