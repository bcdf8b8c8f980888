#include "segmentation/models/rule.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace cible {
namespace {

using Test = RuleCondition::Test;

// --- Which rows satisfy a condition ---------------------------------------

bool IsWithin(const RuleCondition& condition, double value) {
  return (!condition.low || value >= *condition.low) &&
         (!condition.high || value < *condition.high);
}

bool Names(const RuleCondition& condition, absl::string_view level) {
  return std::find(condition.levels.begin(), condition.levels.end(), level) !=
         condition.levels.end();
}

// Whether the level of a CATEGORICAL or ORDINAL satisfies the condition.
bool LevelHolds(const RuleCondition& condition, const Attribute& attribute,
                const std::string& level) {
  if (condition.test != Test::kRange) {
    return Names(condition, level) == (condition.test == Test::kOneOf);
  }
  const auto at = std::find(attribute.levels.begin(), attribute.levels.end(), level);
  return at != attribute.levels.end() &&
         IsWithin(condition, static_cast<double>(at - attribute.levels.begin()));
}

// Whether each known cell satisfies the condition.
struct CellTest {
  const RuleCondition& condition;
  const Attribute& attribute;
  std::vector<std::uint8_t>& holds;

  template <typename Holds>
  void Every(const Holds& test) const {
    for (std::size_t row = 0; row < holds.size(); ++row) holds[row] = test(row) ? 1 : 0;
  }
  void operator()(const Numbers& data) const {
    Every([&](std::size_t row) { return IsWithin(condition, data.values[row]); });
  }
  void operator()(const Days& data) const {
    Every([&](std::size_t row) { return IsWithin(condition, data.values[row]); });
  }
  void operator()(const Micros& data) const {
    Every([&](std::size_t row) {
      return IsWithin(condition, DayOf(Timestamp{data.values[row]}).days);
    });
  }
  void operator()(const Bits& data) const {
    Every([&](std::size_t row) {
      return Names(condition, data.values[row] != 0 ? "true" : "false");
    });
  }
  void operator()(const Codes& data) const {
    std::vector<std::uint8_t> by_code;
    for (const std::string& level : data.dictionary) {
      by_code.push_back(LevelHolds(condition, attribute, level) ? 1 : 0);
    }
    // What an unknown cell holds indexes nothing.
    Every([&](std::size_t row) {
      return data.codes[row] < by_code.size() && by_code[data.codes[row]] != 0;
    });
  }
  void operator()(const Sets& data) const {
    Every([&](std::size_t row) {
      const auto begin = data.members.begin() + (row == 0 ? 0 : data.ends[row - 1]);
      const bool has = std::any_of(begin, data.members.begin() + data.ends[row], [&](auto member) {
        return Names(condition, data.dictionary[member]);
      });
      return has == (condition.test == Test::kHasTag);
    });
  }
  void operator()(const Locations&) const {}
  void operator()(const Texts&) const {}
};

// --- Conditions as filters ------------------------------------------------

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "\"";
}

// The shortest text that reads as the same number, without an exponent where
// people would write none.
std::string NumberText(double number) {
  constexpr double kMostWritten = 1e15;
  if (number == std::floor(number) && std::abs(number) < kMostWritten) {
    return absl::StrFormat("%.0f", number);
  }
  for (int digits = 1; digits < 17; ++digits) {
    const std::string text = absl::StrFormat("%.*g", digits, number);
    double read = 0;
    if (absl::SimpleAtod(text, &read) && read == number) return text;
  }
  return absl::StrFormat("%.17g", number);
}

std::string BoundText(double bound, const Attribute& attribute) {
  switch (attribute.type) {
    case AttributeType::kDate:
    case AttributeType::kTimestamp:
      return Quoted(FormatDate(Date{static_cast<std::int32_t>(bound)}));
    case AttributeType::kOrdinal: return Quoted(attribute.levels[static_cast<std::size_t>(bound)]);
    default: return NumberText(bound);
  }
}

std::string RangeFilter(const RuleCondition& condition, const Attribute& attribute) {
  std::vector<std::string> parts;
  if (condition.low) {
    parts.push_back(absl::StrCat(attribute.id, " >= ", BoundText(*condition.low, attribute)));
  }
  if (condition.high && attribute.type == AttributeType::kOrdinal) {
    parts.push_back(absl::StrCat(attribute.id, " <= ", BoundText(*condition.high - 1, attribute)));
  } else if (condition.high) {
    parts.push_back(absl::StrCat(attribute.id, " < ", BoundText(*condition.high, attribute)));
  }
  return absl::StrJoin(parts, " AND ");
}

std::string LevelsFilter(const RuleCondition& condition, const Attribute& attribute) {
  const bool wanted = condition.test == Test::kOneOf;
  const bool is_boolean = attribute.type == AttributeType::kBoolean;
  std::vector<std::string> parts;
  for (const std::string& level : condition.levels) {
    parts.push_back(
        absl::StrCat(attribute.id, wanted ? " = " : " != ", is_boolean ? level : Quoted(level)));
  }
  if (parts.size() == 1) return parts[0];
  if (!wanted) return absl::StrJoin(parts, " AND ");
  return absl::StrCat("(", absl::StrJoin(parts, " OR "), ")");
}

std::string FilterOf(const RuleCondition& condition, const Attribute& attribute) {
  switch (condition.test) {
    case Test::kRange: return RangeFilter(condition, attribute);
    case Test::kOneOf:
    case Test::kNoneOf: return LevelsFilter(condition, attribute);
    case Test::kHasTag: return absl::StrCat(attribute.id, ":", Quoted(condition.levels[0]));
    case Test::kLacksTag:
      return absl::StrCat("NOT ", attribute.id, ":", Quoted(condition.levels[0]));
  }
  return "";
}

// --- What can be wrong ----------------------------------------------------

bool IsOrdered(AttributeType type) {
  return type == AttributeType::kNumeric || type == AttributeType::kOrdinal ||
         type == AttributeType::kDate || type == AttributeType::kTimestamp;
}

bool BoundFits(double bound, const Attribute& attribute) {
  switch (attribute.type) {
    case AttributeType::kNumeric: return std::isfinite(bound);
    case AttributeType::kOrdinal:
      return bound >= 0 && bound <= static_cast<double>(attribute.levels.size()) &&
             bound == std::floor(bound);
    default: return std::abs(bound) < 1e7 && bound == std::floor(bound);
  }
}

bool RangeFits(const RuleCondition& condition, const Attribute& attribute) {
  if (!IsOrdered(attribute.type) || !condition.levels.empty()) return false;
  if (!condition.low && !condition.high) return false;
  if (condition.low && !BoundFits(*condition.low, attribute)) return false;
  if (condition.high && !BoundFits(*condition.high, attribute)) return false;
  if (attribute.type == AttributeType::kOrdinal) {
    if (condition.low && *condition.low >= static_cast<double>(attribute.levels.size())) {
      return false;
    }
    if (condition.high && *condition.high < 1) return false;
  }
  return !condition.low || !condition.high || *condition.low < *condition.high;
}

bool Fits(const RuleCondition& condition, const Attribute& attribute) {
  if (condition.test == Test::kRange) return RangeFits(condition, attribute);
  if (condition.levels.empty() || condition.low || condition.high) return false;
  switch (condition.test) {
    case Test::kOneOf:
      if (attribute.type == AttributeType::kBoolean) {
        return condition.levels.size() == 1 &&
               (condition.levels[0] == "true" || condition.levels[0] == "false");
      }
      return attribute.type == AttributeType::kCategorical;
    case Test::kNoneOf: return attribute.type == AttributeType::kCategorical;
    default: return attribute.type == AttributeType::kSet && condition.levels.size() == 1;
  }
}

bool IsShare(double share, const Interval& interval) {
  return share >= 0 && share <= 1 && interval.low >= 0 && interval.low <= interval.high &&
         interval.high <= 1;
}

}  // namespace

std::vector<std::uint8_t> RowsOfRule(const SegmentRule& rule, const Schema& schema,
                                     const ContactTable& table) {
  std::vector<std::uint8_t> rows(static_cast<std::size_t>(table.row_count), 1);
  std::vector<std::uint8_t> holds(rows.size());
  for (const RuleCondition& condition : rule.conditions) {
    const Column* column = table.Find(condition.attribute);
    if (column == nullptr) return std::vector<std::uint8_t>(rows.size(), 0);
    std::visit(CellTest{condition, *schema.Find(condition.attribute), holds}, column->data);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      rows[row] = rows[row] != 0 && column->validity[row] != 0 && holds[row] != 0 ? 1 : 0;
    }
  }
  return rows;
}

std::string FilterOfRule(const SegmentRule& rule, const Schema& schema) {
  std::vector<std::string> parts;
  for (const RuleCondition& condition : rule.conditions) {
    parts.push_back(FilterOf(condition, *schema.Find(condition.attribute)));
  }
  return absl::StrJoin(parts, " AND ");
}

absl::string_view FaultOfRule(const SegmentRule& rule, const Schema& schema) {
  if (rule.conditions.size() > SegmentRule::kMostConditions)
    return "a rule has too many conditions";
  for (const RuleCondition& condition : rule.conditions) {
    const Attribute* attribute = schema.Find(condition.attribute);
    if (attribute == nullptr || attribute->id != condition.attribute) {
      return "a rule names an attribute that is not in its schema";
    }
    if (!Fits(condition, *attribute)) return "a condition of a rule does not fit its attribute";
  }
  const RuleQuality& quality = rule.quality;
  if (!IsShare(quality.precision, quality.precision_interval) ||
      !IsShare(quality.recall, quality.recall_interval) || !(quality.contact_count >= 0) ||
      !std::isfinite(quality.contact_count)) {
    return "the quality of a rule is not a share";
  }
  return "";
}

bool MayBeInRule(const Attribute& attribute) {
  const bool describes = attribute.role == Role::kFeature || attribute.role == Role::kDescriptor;
  return describes && attribute.type != AttributeType::kText &&
         attribute.type != AttributeType::kLocation && !attribute.consequence_of_outcome &&
         !attribute.sensitive && !attribute.is_protected;
}

}  // namespace cible
