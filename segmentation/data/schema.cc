#include "segmentation/data/schema.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cible {
namespace {

constexpr std::size_t kMaxIdLength = 63;
constexpr std::size_t kMaxDisplayNameLength = 256;
constexpr double kMostValueDays = 36525;  // A century.

bool IsAttributeId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdLength || !absl::ascii_islower(id[0])) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
  });
}

bool LooksDerived(absl::string_view derived_from) {
  for (const absl::string_view origin : {"events/", "organization/", "people/"}) {
    if (!absl::ConsumePrefix(&derived_from, origin)) continue;
    return !derived_from.empty() &&
           std::all_of(derived_from.begin(), derived_from.end(), [](char c) {
             return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '/';
           });
  }
  return false;
}

absl::Status CheckLevels(const Attribute& attribute) {
  if (attribute.type != AttributeType::kOrdinal) {
    if (attribute.levels.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute.id, "\" is ",
                                                   Name(attribute.type),
                                                   "; only ORDINAL attributes declare levels"));
  }
  const std::set<std::string> distinct(attribute.levels.begin(), attribute.levels.end());
  if (attribute.levels.size() < 2 || distinct.size() != attribute.levels.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("attribute \"", attribute.id,
                     "\" is ORDINAL; give at least two different levels, lowest first"));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsFeature(const Attribute& attribute) {
  return attribute.role == Role::kFeature && attribute.type != AttributeType::kText &&
         !attribute.consequence_of_outcome;
}

absl::Status CheckSensitivity(const Attribute& attribute) {
  const bool is_refused = attribute.sensitive && IsFeature(attribute) &&
                          attribute.type != AttributeType::kLocation &&
                          !attribute.sensitive_feature;
  if (!is_refused) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "attribute \"", attribute.id,
      "\" is sensitive and a FEATURE; give it the role DESCRIPTOR, or set sensitive_feature to say "
      "that contacts are to be clustered by it all the same"));
}

absl::Status Validate(const Attribute& attribute) {
  if (!IsAttributeId(attribute.id)) {
    return absl::InvalidArgumentError(
        "an attribute id has 1 to 63 characters: a lower-case letter, then lower-case letters, "
        "digits or \"_\"");
  }
  const auto invalid = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute.id, "\" ", what));
  };
  if (attribute.display_name.size() > kMaxDisplayNameLength) {
    return invalid("has a display name of more than 256 bytes; shorten it");
  }
  if (!(attribute.weight > 0 && attribute.weight <= 1000)) {
    return invalid("needs a weight above 0 and at most 1000");
  }
  if (!(attribute.ask_cost > 0 && attribute.ask_cost <= 1000)) {
    return invalid("needs an ask_cost above 0 and at most 1000");
  }
  if (attribute.role == Role::kFeature && attribute.type == AttributeType::kText) {
    return invalid(
        "is TEXT, which is never a feature; give it the role IDENTITY, DESCRIPTOR or IGNORED");
  }
  if (attribute.role == Role::kOutcome && attribute.outcome_value.empty()) {
    return invalid("is the OUTCOME; set outcome_value to the value that counts as success");
  }
  if (attribute.consequence_of_outcome && attribute.known_before_outcome) {
    return invalid(
        "cannot be both consequence_of_outcome and known_before_outcome; keep the one that is "
        "true");
  }
  if (attribute.value != ValueMark::kNone && attribute.type != AttributeType::kNumeric) {
    return invalid("has a value mark, which is for NUMERIC attributes; take `value` away");
  }
  if (!(attribute.value_days > 0 && attribute.value_days <= kMostValueDays)) {
    return invalid("needs value_days above 0 and at most 36525: the days its amounts are over");
  }
  const bool has_levels = attribute.type == AttributeType::kCategorical ||
                          attribute.type == AttributeType::kOrdinal ||
                          attribute.type == AttributeType::kBoolean;
  if (!attribute.competitor_level.empty() && !has_levels) {
    return invalid(
        "has a competitor_level, which is for CATEGORICAL, ORDINAL and BOOLEAN attributes; take it "
        "away");
  }
  if (!attribute.derived_from.empty() && !LooksDerived(attribute.derived_from)) {
    return invalid(
        "has a derived_from that is none; give `organization/{attribute}`, or leave it out");
  }
  if (IsDerived(attribute) &&
      (attribute.role == Role::kIdentity || attribute.role == Role::kOutcome)) {
    return invalid("is derived, so it is neither IDENTITY nor OUTCOME; choose another role");
  }
  const bool known_format = attribute.format.empty() || attribute.format == "month_first" ||
                            attribute.format == "decimal_comma";
  if (!known_format)
    return invalid("has an unknown format; use month_first, decimal_comma or none");
  return CheckLevels(attribute);
}

const Attribute* Schema::Find(absl::string_view id_or_display_name) const {
  const auto by_id = std::find_if(attributes_.begin(), attributes_.end(),
                                  [&](const Attribute& a) { return a.id == id_or_display_name; });
  if (by_id != attributes_.end()) return &*by_id;
  const auto by_name =
      std::find_if(attributes_.begin(), attributes_.end(),
                   [&](const Attribute& a) { return a.display_name == id_or_display_name; });
  return by_name == attributes_.end() ? nullptr : &*by_name;
}

const Attribute* Schema::FindByNumber(int number) const {
  const auto found = std::find_if(attributes_.begin(), attributes_.end(),
                                  [&](const Attribute& a) { return a.number == number; });
  return found == attributes_.end() ? nullptr : &*found;
}

absl::Status Schema::Add(Attribute attribute) {
  if (absl::Status status = Validate(attribute); !status.ok()) return status;
  for (const Attribute& existing : attributes_) {
    if (existing.id == attribute.id) {
      return absl::AlreadyExistsError(
          absl::StrCat("attribute \"", attribute.id, "\" is in the schema already"));
    }
  }
  attribute.number = next_number_++;
  if (attribute.display_name.empty()) attribute.display_name = attribute.id;
  attributes_.push_back(std::move(attribute));
  return absl::OkStatus();
}

absl::Status Schema::Update(Attribute attribute) {
  if (absl::Status status = Validate(attribute); !status.ok()) return status;
  for (Attribute& existing : attributes_) {
    if (existing.id != attribute.id) continue;
    if (existing.type != attribute.type) {
      return absl::FailedPreconditionError(absl::StrCat(
          "attribute \"", attribute.id, "\" is ", Name(existing.type), " and cannot become ",
          Name(attribute.type), "; add an attribute under another id instead"));
    }
    if (!attribute.derived_from.empty() && attribute.derived_from != existing.derived_from) {
      return absl::FailedPreconditionError(
          existing.derived_from.empty()
              ? absl::StrCat("attribute \"", attribute.id,
                             "\" is stated and cannot become derived; add one under another id")
              : absl::StrCat("attribute \"", attribute.id, "\" is derived from ",
                             existing.derived_from,
                             ", which cannot change; leave derived_from "
                             "out, or add one under another id"));
    }
    attribute.number = existing.number;
    attribute.derived_from = existing.derived_from;
    if (attribute.display_name.empty()) attribute.display_name = existing.display_name;
    existing = std::move(attribute);
    return absl::OkStatus();
  }
  return absl::NotFoundError(absl::StrCat("attribute \"", attribute.id, "\" is not in the schema"));
}

absl::Status Schema::Remove(absl::string_view id) {
  const auto removed = std::erase_if(attributes_, [&](const Attribute& a) { return a.id == id; });
  if (removed > 0) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("attribute \"", id, "\" is not in the schema"));
}

absl::StatusOr<Schema> Schema::Restore(std::vector<Attribute> attributes, int next_number) {
  std::set<std::string> ids;
  std::set<int> numbers;
  for (const Attribute& attribute : attributes) {
    if (absl::Status status = Validate(attribute); !status.ok()) return status;
    const bool fits = attribute.number >= 1 && attribute.number < next_number;
    if (!fits || !ids.insert(attribute.id).second || !numbers.insert(attribute.number).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the stored schema repeats or misnumbers attribute \"", attribute.id, "\""));
    }
  }
  Schema schema;
  schema.attributes_ = std::move(attributes);
  schema.next_number_ = next_number;
  return schema;
}

int Schema::Merge(const Schema& proposed) {
  int added = 0;
  for (const Attribute& attribute : proposed.attributes()) {
    if (Find(attribute.id) == nullptr && Add(attribute).ok()) ++added;
  }
  return added;
}

absl::string_view Name(AttributeType type) {
  switch (type) {
    case AttributeType::kNumeric: return "NUMERIC";
    case AttributeType::kCategorical: return "CATEGORICAL";
    case AttributeType::kOrdinal: return "ORDINAL";
    case AttributeType::kSet: return "SET";
    case AttributeType::kBoolean: return "BOOLEAN";
    case AttributeType::kDate: return "DATE";
    case AttributeType::kTimestamp: return "TIMESTAMP";
    case AttributeType::kLocation: return "LOCATION";
    case AttributeType::kText: return "TEXT";
  }
  return "";
}

absl::string_view Name(Criterion criterion) {
  switch (criterion) {
    case Criterion::kUnspecified: return "UNSPECIFIED";
    case Criterion::kDemographic: return "DEMOGRAPHIC";
    case Criterion::kSocioeconomic: return "SOCIOECONOMIC";
    case Criterion::kFirmographic: return "FIRMOGRAPHIC";
    case Criterion::kGeographic: return "GEOGRAPHIC";
    case Criterion::kBehavioural: return "BEHAVIOURAL";
    case Criterion::kNeeds: return "NEEDS";
    case Criterion::kAcquisition: return "ACQUISITION";
  }
  return "";
}

absl::string_view Name(Role role) {
  switch (role) {
    case Role::kFeature: return "FEATURE";
    case Role::kDescriptor: return "DESCRIPTOR";
    case Role::kIdentity: return "IDENTITY";
    case Role::kOutcome: return "OUTCOME";
    case Role::kIgnored: return "IGNORED";
  }
  return "";
}

absl::string_view Name(Distribution distribution) {
  switch (distribution) {
    case Distribution::kAuto: return "AUTO";
    case Distribution::kGaussian: return "GAUSSIAN";
    case Distribution::kLogNormal: return "LOG_NORMAL";
    case Distribution::kCount: return "COUNT";
  }
  return "";
}

absl::string_view Name(ValueMark value) {
  switch (value) {
    case ValueMark::kNone: return "NONE";
    case ValueMark::kMargin: return "MARGIN";
    case ValueMark::kRevenue: return "REVENUE";
    case ValueMark::kFullPriceShare: return "FULL_PRICE_SHARE";
    case ValueMark::kLargeOrderShare: return "LARGE_ORDER_SHARE";
  }
  return "";
}

absl::string_view Name(Stage stage) {
  switch (stage) {
    case Stage::kUnknown: return "UNSPECIFIED";
    case Stage::kLead: return "LEAD";
    case Stage::kProspect: return "PROSPECT";
    case Stage::kCustomer: return "CUSTOMER";
  }
  return "";
}

}  // namespace cible
