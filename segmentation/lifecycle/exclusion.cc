#include "segmentation/lifecycle/exclusion.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "segmentation/data/filter_grammar.h"

namespace cible {
namespace {

using Kind = FilterSyntax::Kind;

// As it was written.
std::string Written(const FilterWord& word) {
  if (!word.is_quoted) return word.text;
  std::string quoted = "\"";
  for (const char c : word.text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

const char* Opposite(FilterOp op) {
  switch (op) {
    case FilterOp::kEqual: return "!=";
    case FilterOp::kNotEqual: return "=";
    case FilterOp::kLess: return ">=";
    case FilterOp::kLessOrEqual: return ">";
    case FilterOp::kGreater: return "<=";
    case FilterOp::kGreaterOrEqual: return "<";
    case FilterOp::kHas: break;
  }
  return "!=";
}

std::string DaysFromToday(int days) {
  if (days == 0) return "";
  return absl::StrCat(days < 0 ? " - " : " + ", std::abs(days), "d");
}

// A comparison that is true exactly where this one is false.
std::string Negated(const FilterSyntax& comparison, bool is_of_set) {
  const std::string name = Written(comparison.name);
  if (comparison.op == FilterOp::kHas) {
    if (comparison.value.IsStar()) return absl::StrCat("is_missing(", name, ")");
    if (is_of_set) return absl::StrCat("NOT ", name, ":", Written(comparison.value));
  }
  return absl::StrCat(name, " ", Opposite(comparison.op), " ", Written(comparison.value),
                      DaysFromToday(comparison.offset.value_or(0)));
}

// Something that `condition` does not look at yet, and `other` cannot do without; null:
// there is no such comparison.
const FilterSyntax* Distinction(const FilterSyntax& other, const Condition& condition,
                                const Schema& schema) {
  const auto is_new = [&](const FilterSyntax& part) {
    if (part.kind != Kind::kComparison) return false;
    const Attribute* attribute = part.name.is_quoted || part.name.text.rfind("contact.", 0) != 0
                                     ? schema.Find(part.name.text)
                                     : nullptr;
    const auto& read = condition.filter().attributes();
    return attribute != nullptr && !std::binary_search(read.begin(), read.end(), attribute->id);
  };
  if (other.kind == Kind::kComparison) return &other;
  if (other.kind != Kind::kAnd) return nullptr;
  const auto found = std::find_if(other.operands.begin(), other.operands.end(), is_new);
  return found == other.operands.end() ? nullptr : &*found;
}

// What is to be added, and what to know of it.
std::string Addition(const FilterSyntax& other, const Condition& condition,
                     const Condition& other_condition, const Schema& schema) {
  constexpr std::size_t kLongest = 160;
  if (const FilterSyntax* part = Distinction(other, condition, schema)) {
    const Attribute* attribute = schema.Find(part->name.text);
    const bool is_of_set = attribute != nullptr && attribute->type == AttributeType::kSet;
    return absl::StrCat("AND ", Negated(*part, is_of_set));
  }
  const bool is_short = other_condition.text().size() <= kLongest;
  return absl::StrCat("AND NOT (", is_short ? other_condition.text() : "...", ")");
}

}  // namespace

std::string ExclusionAdvice(const Condition& condition, const Condition& other,
                            const Schema& schema) {
  const auto of_condition = ParseFilterSyntax(condition.text());
  const auto of_other = ParseFilterSyntax(other.text());
  const bool needs_parentheses = of_condition.ok() && of_condition->kind == Kind::kOr;
  const std::string addition =
      of_other.ok() ? Addition(*of_other, condition, other, schema) : "AND NOT (...)";
  return absl::StrCat(
      needs_parentheses ? absl::StrCat("putting ", condition.name(), " in parentheses and ") : "",
      "adding \"", addition, "\" to ", needs_parentheses ? "it" : condition.name());
}

}  // namespace cible
