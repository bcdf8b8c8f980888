#include "clients/cli/stated_criteria.h"

#include <cmath>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/stated_values.h"
#include "clients/cli/wrong_usage.h"
#include "segmentation/data/text_parsing.h"

namespace cible {
namespace {

absl::Status WrongNumber(const Attribute& attribute) {
  return WrongUsage(absl::StrCat("\"", attribute.id, "\" is a number: state a range such as ",
                                 attribute.id, "=25..40, ", attribute.id, "=25.. or ", attribute.id,
                                 "=..40"));
}

absl::StatusOr<std::optional<double>> ReadBound(absl::string_view text,
                                                const Attribute& attribute) {
  const std::string bound(absl::StripAsciiWhitespace(text));
  if (bound.empty()) return std::nullopt;
  const auto value = ParseCell(bound, attribute);
  if (!value.ok() || !value->has_value()) return WrongNumber(attribute);
  return std::optional<double>(std::get<double>(**value));
}

bool IsWhole(double number) { return number == std::floor(number); }

bool CountsWholes(const Attribute& attribute) {
  return attribute.birth != Birth::kNone || attribute.distribution == Distribution::kCount ||
         attribute.unit == "years";
}

absl::Status ReadRange(const std::string& text, const Attribute& attribute,
                       v1::PersonaCriterion* criterion) {
  const std::vector<std::string> ends = absl::StrSplit(text, "..");
  if (ends.size() > 2) return WrongNumber(attribute);
  const auto low = ReadBound(ends.front(), attribute);
  const auto high = ReadBound(ends.back(), attribute);
  if (!low.ok()) return low.status();
  if (!high.ok()) return high.status();
  if (!low->has_value() && !high->has_value()) return WrongNumber(attribute);
  if (low->has_value()) criterion->set_low(**low);
  if (!high->has_value()) return absl::OkStatus();
  // Both ends are included: people of 40, and half a year later too, since ages are
  // counted in whole years.
  const bool is_whole = IsWhole(**high) && (!low->has_value() || IsWhole(**low));
  criterion->set_high(is_whole && CountsWholes(attribute) ? **high + 1
                                                          : std::nextafter(**high, HUGE_VAL));
  return absl::OkStatus();
}

absl::Status AddCriterion(const std::string& text, bool preference, const Schema& schema,
                          v1::Persona* persona) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) {
    return WrongUsage(absl::StrCat(preference ? "--preference" : "--criterion",
                                   " needs ATTRIBUTE=RANGE or ATTRIBUTE=LEVEL, e.g. age=25..40 or "
                                   "'channel=web|phone'"));
  }
  const auto attribute =
      FindStatedAttribute(std::string(absl::StripAsciiWhitespace(text.substr(0, equals))), schema);
  if (!attribute.ok()) return attribute.status();
  v1::PersonaCriterion* criterion = persona->add_criteria();
  criterion->set_attribute((*attribute)->id);
  criterion->set_preference(preference);
  const std::string stated = text.substr(equals + 1);
  if ((*attribute)->type == AttributeType::kNumeric)
    return ReadRange(stated, **attribute, criterion);
  for (const absl::string_view part : absl::StrSplit(stated, '|', absl::SkipWhitespace())) {
    const std::string level(absl::StripAsciiWhitespace(part));
    if ((*attribute)->type != AttributeType::kBoolean) {
      criterion->add_levels(level);
      continue;
    }
    const auto value = ParseCell(level, **attribute);
    if (!value.ok()) return value.status();
    if (value->has_value()) criterion->add_levels(std::get<bool>(**value) ? "true" : "false");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddStatedCriteria(const std::vector<std::string>& texts, bool preferences,
                               const Schema& schema, v1::Persona* persona) {
  for (const std::string& text : texts) {
    if (absl::Status status = AddCriterion(text, preferences, schema, persona); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

}  // namespace cible
