// What a workspace's contacts are described by: the attributes, what each
// means and how the science may use it.

#ifndef CIBLE_SEGMENTATION_DATA_SCHEMA_H_
#define CIBLE_SEGMENTATION_DATA_SCHEMA_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cible {

enum class ContactKind { kPerson, kOrganization };

// The contact's stage as far as it is known without a lifecycle policy.
enum class Stage { kUnknown, kLead, kProspect, kCustomer };

// What a person does when its organisation buys. The integers are on disk.
enum class BuyingRole { kUnknown, kDecides, kAdvises, kUses };

enum class AttributeType {
  kNumeric,      // A number.
  kCategorical,  // One of several levels, without order.
  kOrdinal,      // One of several levels, in the order of Attribute::levels.
  kSet,          // Any number of tags.
  kBoolean,      // Yes or no.
  kDate,         // A calendar day.
  kTimestamp,    // An instant.
  kLocation,     // A latitude and a longitude.
  kText,         // Identity or label; never a feature.
};

enum class Criterion {
  kUnspecified,
  kDemographic,
  kSocioeconomic,
  kFirmographic,
  kGeographic,
  kBehavioural,
  kNeeds,
  kAcquisition,
};

enum class Role {
  kFeature,     // Contacts are clustered by it.
  kDescriptor,  // Profiled, not clustered by.
  kIdentity,    // Tells who the contact is: id, e-mail, phone.
  kOutcome,     // What is to be predicted; never a feature.
  kIgnored,     // Kept out of everything.
};

// How a number is distributed, hence how it is put on a scale.
enum class Distribution {
  kAuto,       // Decided from the training data; see Encoder.
  kGaussian,   // As it is.
  kLogNormal,  // Amounts: log(1 + x); MIXTURE: log x, and a part for zero.
  kCount,      // 0, 1, 2, ...: log(1 + x); MIXTURE: Poisson.
};

// From which moment on an attribute can be known of a contact.
enum class KnownAt { kLead, kCustomer };

// What a date or a number says of a birth. Ages and generations in texts are
// derived from it.
enum class Birth {
  kNone,
  kBirthDate,  // A DATE or TIMESTAMP.
  kBirthYear,  // A NUMERIC such as 1984.
  kAge,        // A NUMERIC, in years.
};

// What an IDENTITY attribute holds, hence how two of its values are compared.
enum class IdentityForm {
  kNone,   // Tells too little alone: a surname, an address.
  kEmail,  // An e-mail address.
  kPhone,  // A phone number.
  kText,   // Anything else that one contact alone has: a customer number.
};

// What a number says of how much a customer is worth.
enum class ValueMark {
  kNone,
  kMargin,           // Net margin, in the workspace's currency.
  kRevenue,          // Revenue, likewise; counts where nothing is marked as margin.
  kFullPriceShare,   // Share of what was bought at full price, in [0, 1] or in per cent.
  kLargeOrderShare,  // Share of the revenue that came in large orders, likewise.
};

enum class AppliesTo { kBoth, kPersons, kOrganizations };

// A question that would make an attribute known, by language.
struct Question {
  std::string en;
  std::string fr;
  bool operator==(const Question&) const = default;
};

struct Attribute {
  // Identifies the attribute on disk; given by Schema, never reused.
  int number = 0;
  // Immutable. `[a-z][a-z0-9_]{0,62}`.
  std::string id;
  // The header of the file it came from, or what people call it. A LOCATION
  // made of two columns names both: "lat,lng".
  std::string display_name;
  AttributeType type = AttributeType::kText;
  Criterion criterion = Criterion::kUnspecified;
  Distribution distribution = Distribution::kAuto;
  Role role = Role::kFeature;
  KnownAt known_at = KnownAt::kLead;
  Birth birth = Birth::kNone;
  IdentityForm identity_form = IdentityForm::kNone;  // IDENTITY alone has one.
  AppliesTo applies_to = AppliesTo::kBoth;
  // Relative importance when clustering, > 0.
  double weight = 1;
  // "EUR", "years", "visits"; empty when there is none.
  std::string unit;
  // ORDINAL: every level, lowest first. Empty for other types.
  std::vector<std::string> levels;
  // Numbers that measure parts of one whole (spend by product) name the same
  // block.
  std::string block;
  // May appear neither in a persona's name nor in its text; in its figures only.
  bool sensitive = false;
  // Clustered by though it is sensitive: said out loud, or it is refused.
  bool sensitive_feature = false;
  // May appear nowhere in a persona: sex, origin, health, religion.
  bool is_protected = false;
  // Known only because the outcome happened; never a feature.
  bool consequence_of_outcome = false;
  // Said out loud to be known before the outcome, though it tells the outcome
  // so well that it looks like a consequence: the outcome score may use it.
  bool known_before_outcome = false;
  // May be asked of a lead, by `question`, at `ask_cost` (> 0; 1 is a plain
  // question).
  bool askable = false;
  Question question;
  double ask_cost = 1;
  // OUTCOME: the value that counts as success, as text ("1", "yes").
  std::string outcome_value;
  // NUMERIC: what it says of a customer's worth. Amounts of one mark are parts
  // that add up, each over the last `value_days` days (> 0).
  ValueMark value = ValueMark::kNone;
  double value_days = 365.25;
  // CATEGORICAL, ORDINAL, BOOLEAN ("true", "false"): the level of those who buy
  // from a competitor. Empty: it does not tell.
  std::string competitor_level;
  // How cells are written where a cell alone does not tell: "month_first"
  // (03/04/2026 is in March) or "decimal_comma" (1,234 is a little above one).
  // Empty: the day first, and 1,234 above a thousand.
  std::string format;
  // What it is worked out from whenever it is asked for: "events/monetary",
  // "organization/sector", "people/engagement". Empty: it is stated.
  std::string derived_from;

  bool operator==(const Attribute&) const = default;
};

// Takes part in clustering: a FEATURE that is no TEXT and no consequence of
// the outcome.
bool IsFeature(const Attribute& attribute);

// Worked out, not stated: no value of it is ever stored.
inline bool IsDerived(const Attribute& attribute) { return !attribute.derived_from.empty(); }

// Refuses a sensitive feature that is not said out loud to be one. Places are
// none until a training asks for them (by_location), which says so.
// Errors: INVALID_ARGUMENT, naming the attribute and the field.
absl::Status CheckSensitivity(const Attribute& attribute);

// A list of attributes with unique ids and numbers. A value type; copied into
// every model, so that a model never depends on a later change.
class Schema {
 public:
  Schema() = default;

  const std::vector<Attribute>& attributes() const { return attributes_; }
  bool empty() const { return attributes_.empty(); }

  // The number the next new attribute will get; numbers of removed attributes
  // are never given again.
  int next_number() const { return next_number_; }

  // The attribute with this id, else with this display name; null if none.
  const Attribute* Find(absl::string_view id_or_display_name) const;
  const Attribute* FindByNumber(int number) const;

  // Adds an attribute and gives it a number.
  // Errors: INVALID_ARGUMENT for a malformed attribute (see Validate),
  // ALREADY_EXISTS for an id in use.
  absl::Status Add(Attribute attribute);

  // Replaces the attribute of the same id. Number and type are kept, and what it
  // is derived from.
  // Errors: NOT_FOUND; FAILED_PRECONDITION when either would change;
  // INVALID_ARGUMENT.
  absl::Status Update(Attribute attribute);

  // Removes the attribute. Errors: NOT_FOUND.
  absl::Status Remove(absl::string_view id);

  // Restores a schema from storage.
  // Errors: INVALID_ARGUMENT for duplicate ids or numbers, or a number not
  // below `next_number`.
  static absl::StatusOr<Schema> Restore(std::vector<Attribute> attributes, int next_number);

  // Adds those of `proposed` that are not here yet; keeps the others as they
  // are, type included: running inference again may add attributes, never
  // retype one. Returns how many were added.
  int Merge(const Schema& proposed);

  bool operator==(const Schema&) const = default;

 private:
  std::vector<Attribute> attributes_;
  int next_number_ = 1;
};

// Errors: INVALID_ARGUMENT, naming the attribute and what to change.
absl::Status Validate(const Attribute& attribute);

// An attribute id made of a header: lower case, accents dropped, everything
// else "_"; `_2`, `_3` ... on collision with `taken`. "Marital Status" gives
// "marital_status", "1st visit" gives "a_1st_visit", "" gives "column".
std::string AttributeIdFromHeader(absl::string_view header, absl::Span<const std::string> taken);

// "NUMERIC", "CATEGORICAL", ...: as in the API's enum values.
absl::string_view Name(AttributeType type);
absl::string_view Name(Criterion criterion);
absl::string_view Name(Role role);
absl::string_view Name(Distribution distribution);
absl::string_view Name(ValueMark value);
absl::string_view Name(Stage stage);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_SCHEMA_H_
