// How contacts stand to us by a policy, as of a day.
//
// Each field is found for itself, from what is known that day and from how the contact
// stood before: docs/methods.md, "Lifecycle", has the rules. Unknown is neither true nor
// false, and changes nothing.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_CLASSIFIER_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_CLASSIFIER_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/lifecycle_state.h"
#include "segmentation/lifecycle/policy.h"

namespace cible {

// What a person said of one field, in force.
struct FieldOverride {
  LifecycleField field = LifecycleField::kRelation;
  int value = 0;  // > 0
  // The first day on which it is not in force any more; kNoDay: none.
  std::int32_t end_day = kNoDay;
};

// What is known of contacts, one a row. Vectors are empty, which is nothing known of any,
// or as long as the table.
struct LifecycleInput {
  // The policy's attributes() as of facts.today.
  const ContactTable* table = nullptr;
  // Its dormancy_attributes() as of `dormant_customer_is_prospect_after_days` before;
  // null: nobody is a former customer.
  const ContactTable* earlier = nullptr;
  // kinds, stages (as stated), organizations, buying_roles, today.
  ContactFacts facts;
  // How each stood of itself before: Classified::own.
  std::vector<LifecycleState> previous = {};
  // How the organisation of each stands, overrides included; nothing: it has none.
  std::vector<LifecycleState> organizations = {};
  std::vector<Fit> fits = {};
  std::vector<std::vector<FieldOverride>> overrides = {};
  double half_life_days = 30;  // Of engagement.
};

// Why a field is what it is.
enum class ReasonKind {
  kNothing,       // Nothing says.
  kCondition,     // A condition of the policy is true...
  kNotCondition,  // ...is false.
  kKept,          // It was so before, and nothing says that it ended.
  kInherited,     // Its organisation is.
  kOtherwise,     // None of the others: ACTIVE, COLD, UNAWARE, NONE.
  kDormantTooLong,
  kFit,       // By the personas that people marked.
  kOverride,  // A person said so.
};

struct FieldReason {
  ReasonKind kind = ReasonKind::kNothing;
  const Condition* condition = nullptr;  // Of the policy; null: none in particular.
};

struct Classified {
  // Of itself: without its organisation's relation and what people said. What the
  // next classification goes on from.
  LifecycleState own;
  LifecycleState found;  // With the former, without the latter.
  LifecycleState state;  // With both: what counts.
  // The first later day on which it may be another though nothing happens; kNoDay.
  std::int32_t due_day = kNoDay;
  // By field, at position of kLifecycleFields.
  std::array<FieldReason, kLifecycleFields.size()> reasons;

  const FieldReason& reason(LifecycleField field) const {
    return reasons[static_cast<std::size_t>(field) - 1];
  }
};

// One a row. O(rows x comparisons of the policy). The policy outlives the results.
// REQUIRES: facts.today is set.
std::vector<Classified> Classify(const Policy& policy, const LifecycleInput& input);

// The same in words, in English, for the record: "customer: net_paid > 0".
std::string ReasonText(LifecycleField field, const FieldReason& reason);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_CLASSIFIER_H_
