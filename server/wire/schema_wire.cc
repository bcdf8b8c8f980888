// Schemas between their messages and the domain; declared in contact_wire.h.

#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

// Each value of an enum of the API with its own in the domain. Where two
// values of the API mean the same, the one that is written comes first.
template <typename Wire, typename Ours>
struct Pair {
  Wire wire;
  Ours ours;
};

constexpr Pair<v1::AttributeType, AttributeType> kTypes[] = {
    {v1::ATTRIBUTE_TYPE_NUMERIC, AttributeType::kNumeric},
    {v1::ATTRIBUTE_TYPE_CATEGORICAL, AttributeType::kCategorical},
    {v1::ATTRIBUTE_TYPE_ORDINAL, AttributeType::kOrdinal},
    {v1::ATTRIBUTE_TYPE_SET, AttributeType::kSet},
    {v1::ATTRIBUTE_TYPE_BOOLEAN, AttributeType::kBoolean},
    {v1::ATTRIBUTE_TYPE_DATE, AttributeType::kDate},
    {v1::ATTRIBUTE_TYPE_TIMESTAMP, AttributeType::kTimestamp},
    {v1::ATTRIBUTE_TYPE_LOCATION, AttributeType::kLocation},
    {v1::ATTRIBUTE_TYPE_TEXT, AttributeType::kText},
};

constexpr Pair<v1::Criterion, Criterion> kCriteria[] = {
    {v1::CRITERION_UNSPECIFIED, Criterion::kUnspecified},
    {v1::CRITERION_DEMOGRAPHIC, Criterion::kDemographic},
    {v1::CRITERION_SOCIOECONOMIC, Criterion::kSocioeconomic},
    {v1::CRITERION_FIRMOGRAPHIC, Criterion::kFirmographic},
    {v1::CRITERION_GEOGRAPHIC, Criterion::kGeographic},
    {v1::CRITERION_BEHAVIOURAL, Criterion::kBehavioural},
    {v1::CRITERION_NEEDS, Criterion::kNeeds},
    {v1::CRITERION_ACQUISITION, Criterion::kAcquisition},
};

// ROLE_UNSPECIFIED depends on the type.
constexpr Pair<v1::Role, Role> kRoles[] = {
    {v1::ROLE_FEATURE, Role::kFeature},   {v1::ROLE_DESCRIPTOR, Role::kDescriptor},
    {v1::ROLE_IDENTITY, Role::kIdentity}, {v1::ROLE_OUTCOME, Role::kOutcome},
    {v1::ROLE_IGNORED, Role::kIgnored},
};

constexpr Pair<v1::Distribution, Distribution> kDistributions[] = {
    {v1::DISTRIBUTION_AUTO, Distribution::kAuto},
    {v1::DISTRIBUTION_UNSPECIFIED, Distribution::kAuto},
    {v1::DISTRIBUTION_GAUSSIAN, Distribution::kGaussian},
    {v1::DISTRIBUTION_LOG_NORMAL, Distribution::kLogNormal},
    {v1::DISTRIBUTION_COUNT, Distribution::kCount},
};

constexpr Pair<v1::KnownAt, KnownAt> kKnownAt[] = {
    {v1::KNOWN_AT_LEAD, KnownAt::kLead},
    {v1::KNOWN_AT_UNSPECIFIED, KnownAt::kLead},
    {v1::KNOWN_AT_CUSTOMER, KnownAt::kCustomer},
};

constexpr Pair<v1::Birth, Birth> kBirths[] = {
    {v1::BIRTH_UNSPECIFIED, Birth::kNone},
    {v1::BIRTH_DATE, Birth::kBirthDate},
    {v1::BIRTH_YEAR, Birth::kBirthYear},
    {v1::BIRTH_AGE, Birth::kAge},
};

constexpr Pair<v1::IdentityForm, IdentityForm> kIdentityForms[] = {
    {v1::IDENTITY_FORM_UNSPECIFIED, IdentityForm::kNone},
    {v1::IDENTITY_FORM_EMAIL, IdentityForm::kEmail},
    {v1::IDENTITY_FORM_PHONE, IdentityForm::kPhone},
    {v1::IDENTITY_FORM_TEXT, IdentityForm::kText},
};

constexpr Pair<v1::ValueMark, ValueMark> kValueMarks[] = {
    {v1::VALUE_MARK_UNSPECIFIED, ValueMark::kNone},
    {v1::VALUE_MARK_MARGIN, ValueMark::kMargin},
    {v1::VALUE_MARK_REVENUE, ValueMark::kRevenue},
    {v1::VALUE_MARK_FULL_PRICE_SHARE, ValueMark::kFullPriceShare},
    {v1::VALUE_MARK_LARGE_ORDER_SHARE, ValueMark::kLargeOrderShare},
};

constexpr Pair<v1::AppliesTo, AppliesTo> kAppliesTo[] = {
    {v1::APPLIES_TO_UNSPECIFIED, AppliesTo::kBoth},
    {v1::APPLIES_TO_PERSONS, AppliesTo::kPersons},
    {v1::APPLIES_TO_ORGANIZATIONS, AppliesTo::kOrganizations},
};

constexpr Pair<v1::Stage, Stage> kStages[] = {
    {v1::STAGE_UNSPECIFIED, Stage::kUnknown},
    {v1::STAGE_LEAD, Stage::kLead},
    {v1::STAGE_PROSPECT, Stage::kProspect},
    {v1::STAGE_CUSTOMER, Stage::kCustomer},
};

constexpr Pair<v1::BuyingRole, BuyingRole> kBuyingRoles[] = {
    {v1::BUYING_ROLE_UNSPECIFIED, BuyingRole::kUnknown},
    {v1::BUYING_ROLE_DECIDES, BuyingRole::kDecides},
    {v1::BUYING_ROLE_ADVISES, BuyingRole::kAdvises},
    {v1::BUYING_ROLE_USES, BuyingRole::kUses},
};

// nullopt for a number that this version does not know.
template <typename Wire, typename Ours, std::size_t n>
std::optional<Ours> ToOurs(const Pair<Wire, Ours> (&pairs)[n], Wire wire) {
  for (const auto& pair : pairs) {
    if (pair.wire == wire) return pair.ours;
  }
  return std::nullopt;
}

// REQUIRES: the table lists every value of the domain's.
template <typename Wire, typename Ours, std::size_t n>
Wire ToWire(const Pair<Wire, Ours> (&pairs)[n], Ours ours) {
  for (const auto& pair : pairs) {
    if (pair.ours == ours) return pair.wire;
  }
  return pairs[0].wire;
}

// Sets one field of an attribute; false for a number this version does not
// know.
template <typename Wire, typename Ours, std::size_t n>
bool Take(const Pair<Wire, Ours> (&pairs)[n], Wire wire, Ours& field) {
  const std::optional<Ours> ours = ToOurs(pairs, wire);
  if (ours.has_value()) field = *ours;
  return ours.has_value();
}

bool TakeRole(const v1::Attribute& message, Attribute& attribute) {
  if (message.role() != v1::ROLE_UNSPECIFIED) return Take(kRoles, message.role(), attribute.role);
  attribute.role = attribute.type == AttributeType::kText ? Role::kDescriptor : Role::kFeature;
  return true;
}

// The first enum field that holds a number this version does not know; null if
// none does.
const char* TakeEnums(const v1::Attribute& message, Attribute& attribute) {
  if (!Take(kTypes, message.type(), attribute.type)) return "type";
  if (!Take(kCriteria, message.criterion(), attribute.criterion)) return "criterion";
  if (!TakeRole(message, attribute)) return "role";
  if (!Take(kDistributions, message.distribution(), attribute.distribution)) return "distribution";
  if (!Take(kKnownAt, message.known_at(), attribute.known_at)) return "known_at";
  if (!Take(kBirths, message.birth(), attribute.birth)) return "birth";
  if (!Take(kAppliesTo, message.applies_to(), attribute.applies_to)) return "applies_to";
  if (!Take(kIdentityForms, message.identity_form(), attribute.identity_form)) {
    return "identity_form";
  }
  if (!Take(kValueMarks, message.value(), attribute.value)) return "value";
  return nullptr;
}

void TakePlainFields(const v1::Attribute& message, Attribute& attribute) {
  attribute.number = message.number();
  attribute.id = message.id();
  attribute.display_name = message.display_name();
  attribute.weight = message.weight() == 0 ? 1 : message.weight();
  attribute.unit = message.unit();
  attribute.levels.assign(message.levels().begin(), message.levels().end());
  attribute.block = message.block();
  attribute.sensitive = message.sensitive();
  attribute.sensitive_feature = message.sensitive_feature();
  attribute.is_protected = message.protected_();
  attribute.consequence_of_outcome = message.consequence_of_outcome();
  attribute.known_before_outcome = message.known_before_outcome();
  attribute.askable = message.askable();
  attribute.question = {.en = message.question().en(), .fr = message.question().fr()};
  attribute.ask_cost = message.ask_cost() == 0 ? 1 : message.ask_cost();
  attribute.outcome_value = message.outcome_value();
  if (message.value_days() != 0) attribute.value_days = message.value_days();
  attribute.competitor_level = message.competitor_level();
  attribute.format = message.format();
  attribute.derived_from = message.derived_from();
}

}  // namespace

absl::StatusOr<Attribute> AttributeFromProto(const v1::Attribute& message) {
  Attribute attribute;
  TakePlainFields(message, attribute);
  const char* unknown = TakeEnums(message, attribute);
  // First of all whether the id may be repeated in a message.
  if (absl::Status status = Validate({.id = message.id(), .role = Role::kDescriptor});
      !status.ok()) {
    return status;
  }
  if (unknown != nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("attribute \"", message.id(), "\" has no ",
                                                   unknown, " that this server knows; set one"));
  }
  if (absl::Status status = Validate(attribute); !status.ok()) return status;
  return attribute;
}

void AttributeToProto(const Attribute& attribute, v1::Attribute* message) {
  message->set_number(attribute.number);
  message->set_id(attribute.id);
  message->set_display_name(attribute.display_name);
  message->set_type(ToWire(kTypes, attribute.type));
  message->set_criterion(CriterionToProto(attribute.criterion));
  message->set_role(ToWire(kRoles, attribute.role));
  message->set_distribution(ToWire(kDistributions, attribute.distribution));
  message->set_weight(attribute.weight);
  message->set_unit(attribute.unit);
  message->mutable_levels()->Assign(attribute.levels.begin(), attribute.levels.end());
  message->set_block(attribute.block);
  message->set_known_at(ToWire(kKnownAt, attribute.known_at));
  message->set_birth(ToWire(kBirths, attribute.birth));
  message->set_applies_to(ToWire(kAppliesTo, attribute.applies_to));
  message->set_identity_form(ToWire(kIdentityForms, attribute.identity_form));
  message->set_sensitive(attribute.sensitive);
  message->set_sensitive_feature(attribute.sensitive_feature);
  message->set_protected_(attribute.is_protected);
  message->set_consequence_of_outcome(attribute.consequence_of_outcome);
  message->set_known_before_outcome(attribute.known_before_outcome);
  message->set_askable(attribute.askable);
  if (attribute.question != Question{}) {
    message->mutable_question()->set_en(attribute.question.en);
    message->mutable_question()->set_fr(attribute.question.fr);
  }
  message->set_ask_cost(attribute.ask_cost);
  message->set_outcome_value(attribute.outcome_value);
  message->set_value(ToWire(kValueMarks, attribute.value));
  if (attribute.value != ValueMark::kNone) message->set_value_days(attribute.value_days);
  message->set_competitor_level(attribute.competitor_level);
  message->set_format(attribute.format);
  message->set_derived_from(attribute.derived_from);
}

void SchemaToProto(const Schema& schema, v1::Schema* message) {
  message->clear_attributes();
  for (const Attribute& attribute : schema.attributes()) {
    AttributeToProto(attribute, message->add_attributes());
  }
}

ContactKind ContactKindFromProto(v1::ContactKind kind) {
  return kind == v1::CONTACT_KIND_ORGANIZATION ? ContactKind::kOrganization : ContactKind::kPerson;
}

v1::ContactKind ContactKindToProto(ContactKind kind) {
  return kind == ContactKind::kOrganization ? v1::CONTACT_KIND_ORGANIZATION
                                            : v1::CONTACT_KIND_PERSON;
}

Stage StageFromProto(v1::Stage stage) { return ToOurs(kStages, stage).value_or(Stage::kUnknown); }
v1::Stage StageToProto(Stage stage) { return ToWire(kStages, stage); }

BuyingRole BuyingRoleFromProto(v1::BuyingRole role) {
  return ToOurs(kBuyingRoles, role).value_or(BuyingRole::kUnknown);
}
v1::BuyingRole BuyingRoleToProto(BuyingRole role) { return ToWire(kBuyingRoles, role); }

v1::AttributeType AttributeTypeToProto(AttributeType type) { return ToWire(kTypes, type); }
AttributeType AttributeTypeFromProto(v1::AttributeType type) {
  return ToOurs(kTypes, type).value_or(AttributeType::kText);
}

v1::Criterion CriterionToProto(Criterion criterion) { return ToWire(kCriteria, criterion); }
Criterion CriterionFromProto(v1::Criterion criterion) {
  return ToOurs(kCriteria, criterion).value_or(Criterion::kUnspecified);
}

}  // namespace cible
