#include "segmentation/data/filter_comparison.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "segmentation/data/filter_attribute.h"
#include "segmentation/data/filter_changes.h"
#include "segmentation/data/filter_facts.h"

namespace cible {
namespace {

// By time alone. What is known stays known.
RowChanges ChangesOf(const FilterSyntax& syntax, const Attribute& attribute,
                     const FilterContext& context) {
  if (syntax.value.IsStar()) return nullptr;
  const Drift drift = context.drift ? context.drift(attribute) : Drift::kNone;
  if (attribute.type == AttributeType::kNumeric) {
    const std::optional<double> wanted = NumberOf(syntax.value, context);
    return wanted.has_value() ? NumberChanges(attribute.id, drift, syntax.op, *wanted) : nullptr;
  }
  if (drift != Drift::kNone) return AnyChanges(attribute.id);
  if (!IsOfDays(attribute.type) || !syntax.value.IsToday()) return nullptr;
  return DayChanges(attribute.id, syntax.op, syntax.offset.value_or(0));
}

absl::Status UnknownName(const FilterWord& name) {
  constexpr std::size_t kLongestEchoed = 128;
  const std::string echo =
      name.text.size() <= kLongestEchoed ? absl::StrCat(" \"", name.text, "\"") : "";
  return FilterError(
      name.position,
      absl::StrCat("attribute", echo,
                   " is not in the schema; use the id or the display name of one that is, or "
                   "contact.id, contact.segment, contact.stage, contact.organization, "
                   "contact.kind, contact.buying_role, contact.relation or another of the "
                   "lifecycle"));
}

// Only a day can be counted from another.
absl::Status CheckOffset(const FilterSyntax& syntax, const Attribute* attribute) {
  const bool fits = attribute != nullptr && IsOfDays(attribute->type);
  if (!syntax.offset.has_value() || fits) return absl::OkStatus();
  return FilterError(syntax.offset_position,
                     "days are counted from today only where a DATE or a TIMESTAMP is compared; "
                     "put the value in quotes if it is a text");
}

}  // namespace

absl::StatusOr<BoundComparison> BindComparison(const FilterSyntax& syntax, const Schema& schema,
                                               const FilterContext& context) {
  if (syntax.kind == FilterSyntax::Kind::kComparison) {
    auto fact = BindFact(syntax);
    if (!fact.ok()) return fact.status();
    if (fact->has_value()) {
      if (absl::Status status = CheckOffset(syntax, nullptr); !status.ok()) return status;
      return **std::move(fact);
    }
  }
  const Attribute* attribute = schema.Find(syntax.name.text);
  if (attribute == nullptr) return UnknownName(syntax.name);
  if (absl::Status status = CheckOffset(syntax, attribute); !status.ok()) return status;
  auto test = AttributeTest(syntax, *attribute, context);
  if (!test.ok()) return test.status();
  return BoundComparison{.test = *std::move(test),
                         .next_changes = ChangesOf(syntax, *attribute, context),
                         .attribute = attribute->id};
}

}  // namespace cible
