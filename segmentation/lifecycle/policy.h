// What the words of the lifecycle mean to a workspace: lead, prospect, customer, hot,
// qualified. Every one is a condition in the filter language (data/filter.h), so that
// each company says it of its own attributes.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_POLICY_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_POLICY_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/lifecycle_state.h"
#include "segmentation/data/schema.h"

namespace cible {

// How one criterion of qualification is judged; where neither is true it is unknown.
struct CriterionRule {
  std::string met;      // A condition; empty: never.
  std::string not_met;  // Likewise.
  Question question;    // What to ask where it is unknown.
  int points = 0;       // In [0, 1000]: met adds them, not met takes them away.
  bool operator==(const CriterionRule&) const = default;
};

struct QualificationRules {
  CriterionRule budget;            // Of organisations and of persons who belong to one.
  CriterionRule purchasing_power;  // Of other persons.
  CriterionRule authority;
  CriterionRule need;
  CriterionRule timing;
  int fit_points = 0;
  Question fit_question;
  bool operator==(const QualificationRules&) const = default;
};

// What is to be sold. Its prices are `offer.min_price` and `offer.max_price` in
// conditions on money.
struct Offer {
  std::string id;  // `[a-z][a-z0-9-]{0,62}`
  std::string display_name;
  double min_price = 0;
  double max_price = 0;  // Above 0, and not below min_price.
  bool is_worth_qualifying = true;
  std::string bought;  // When a contact has it; empty: that is not known.
  bool operator==(const Offer&) const = default;
};

// Errors: INVALID_ARGUMENT, naming the field: an empty range of prices.
absl::Status CheckOffer(const Offer& offer);

struct ActionRule {
  std::string when;
  NextAction action = NextAction::kNone;
  bool operator==(const ActionRule&) const = default;
};

// Where contacts come from. The integers are those of the API.
enum class SourceKind {
  kUnspecified,
  kAdvertising,
  kDirectMail,
  kPhone,
  kFair,
  kReferral,
  kPartner,
  kSocial,
  kWeb,
  kWalkIn,
  kBoughtList,
};
// "ADVERTISING"; "" of kUnspecified.
absl::string_view Name(SourceKind kind);

struct SourceRule {
  SourceKind kind = SourceKind::kUnspecified;
  std::vector<std::string> words;
  bool operator==(const SourceRule&) const = default;
};

// As people write it; the fields are those of cible.v1.LifecyclePolicy, which says
// what each means.
struct PolicySettings {
  std::string customer;
  std::string prospect;
  std::string ambassador;
  std::string new_customer;
  std::string loyal_customer;
  std::string dormant_customer;
  int dormant_customer_is_prospect_after_days = 0;
  std::string aware;
  std::string interested;
  std::string warm;
  std::string hot;
  std::string segmentation = "default";
  QualificationRules qualification;
  std::vector<Offer> offers;
  std::string main_offer;
  std::vector<ActionRule> next_actions;
  std::vector<SourceRule> sources;
  bool operator==(const PolicySettings&) const = default;
};

inline constexpr int kLongestDelayDays = 36'500;

// Works on attributes derived from events, on the stages that imports state, and on the
// attributes of the schema that say what a contact has brought (Attribute::value): whoever
// brought anything is a customer.
PolicySettings DefaultPolicy(const Schema& schema = {});

// The kind of a source, by the first rule one of whose words it has, without regard
// to case; kUnspecified: none.
SourceKind KindOfSource(absl::string_view source, const std::vector<SourceRule>& rules);

// The schema with all attributes that conditions may name: also those derived from
// events and from people, which the service adds to a schema with the first of them.
Schema SchemaForPolicies(const Schema& schema);

// A condition that is bound to a schema.
class Condition {
 public:
  Condition() = default;  // Never true: of an empty text.
  Condition(std::string name, std::string text, Filter filter)
      : name_(std::move(name)), text_(std::move(text)), filter_(std::move(filter)) {}

  bool is_empty() const { return !filter_.has_value(); }
  // The field of the policy: "customer", "qualification.budget.met".
  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  // REQUIRES: it is not empty.
  const Filter& filter() const { return *filter_; }

  // False of every row where it is empty.
  Truths Judge(const ContactTable& table, const ContactFacts& facts) const;

 private:
  std::string name_;
  std::string text_;
  std::optional<Filter> filter_;
};

// A policy that can be applied. Immutable; cheap to copy.
class Policy {
 public:
  struct Criterion {
    Condition met;
    Condition not_met;
    Question question;
    int points = 0;
  };
  struct BoughtOffer {
    Offer offer;
    Condition bought;
  };
  struct Action {
    Condition when;
    NextAction action = NextAction::kNone;
  };

  // Binds the conditions to the schema, with the prices of an offer: the policy's
  // main offer where `offer` is null.
  // Errors: INVALID_ARGUMENT, naming the field, the position in it, and what to do: an
  // unknown attribute, a value that does not fit, a condition that reads what is only
  // found later (see policy.cc), a delay or points out of range, an offer with an empty
  // range of prices or an id taken twice, a main offer that is not there.
  // It does not look for contradictions: policy_check.h.
  static absl::StatusOr<Policy> Compile(const PolicySettings& settings, const Schema& schema,
                                        const Offer* offer = nullptr);

  const PolicySettings& settings() const { return *settings_; }
  // Null: none.
  const std::optional<Offer>& offer() const { return offer_; }

  Condition customer, prospect, ambassador;
  Condition new_customer, loyal_customer, dormant_customer;
  Condition aware, interested, warm, hot;
  Criterion budget, purchasing_power, authority, need, timing;
  std::vector<BoughtOffer> offers;
  std::vector<Action> next_actions;

  // Ids of the attributes that the conditions read, sorted; of the schema that it was
  // compiled with.
  const std::vector<std::string>& attributes() const { return attributes_; }
  // Those that dormancy reads.
  const std::vector<std::string>& dormancy_attributes() const { return dormancy_attributes_; }

  // All conditions, in the order of the policy; empty ones left out.
  std::vector<const Condition*> Conditions() const;

 private:
  std::shared_ptr<const PolicySettings> settings_;
  std::optional<Offer> offer_;
  std::vector<std::string> attributes_;
  std::vector<std::string> dormancy_attributes_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_POLICY_H_
