#include "segmentation/data/filter_facts.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"

namespace cible {
namespace {

constexpr std::array<absl::string_view, 2> kKinds = {"PERSON", "ORGANIZATION"};
constexpr std::array<absl::string_view, 3> kStages = {"LEAD", "PROSPECT", "CUSTOMER"};
constexpr std::array<absl::string_view, 3> kBuyingRoles = {"DECIDES", "ADVISES", "USES"};

absl::string_view IdOf(const ContactTable& table, const ContactFacts&, std::size_t row) {
  return table.ids.empty() ? "" : absl::string_view(table.ids[row]);
}

absl::string_view SegmentOf(const ContactTable&, const ContactFacts& facts, std::size_t row) {
  return facts.segments.empty() ? "" : absl::string_view(facts.segments[row]);
}

absl::string_view OrganizationOf(const ContactTable&, const ContactFacts& facts, std::size_t row) {
  return facts.organizations.empty() ? "" : absl::string_view(facts.organizations[row]);
}

// Which of the values named it is, from 1 on; 0: unknown.
int KindOf(const ContactFacts& facts, std::size_t row) {
  return facts.kinds.empty() ? 0 : static_cast<int>(facts.kinds[row]) + 1;
}

int StageOf(const ContactFacts& facts, std::size_t row) {
  return facts.stages.empty() ? 0 : static_cast<int>(facts.stages[row]);
}

int BuyingRoleOf(const ContactFacts& facts, std::size_t row) {
  return facts.buying_roles.empty() ? 0 : static_cast<int>(facts.buying_roles[row]);
}

// `truth(row)` of every row.
template <typename TruthFn>
Truths OfRows(const ContactTable& table, const TruthFn& truth) {
  Truths truths(static_cast<std::size_t>(table.row_count));
  for (std::size_t row = 0; row < truths.size(); ++row) truths[row] = truth(row);
  return truths;
}

bool AsksWhetherKnown(const FilterSyntax& comparison) {
  return comparison.value.IsStar() && comparison.op == FilterOp::kHas;
}

absl::Status CheckShape(const FilterSyntax& comparison) {
  const bool is_misplaced_star = comparison.value.IsStar() && comparison.op != FilterOp::kHas;
  if (!is_misplaced_star && !IsOrdering(comparison.op)) return absl::OkStatus();
  return FilterError(
      is_misplaced_star ? comparison.value.position : comparison.op_position,
      absl::StrCat("compare ", comparison.name.text, " by = or !=, or ask for it by :*"));
}

template <typename TextFn>
absl::StatusOr<RowTest> TextTest(const FilterSyntax& comparison, const TextFn& text) {
  if (absl::Status status = CheckShape(comparison); !status.ok()) return status;
  return [text, asks_whether_known = AsksWhetherKnown(comparison), wanted = comparison.value.text,
          equal = comparison.op != FilterOp::kNotEqual](const ContactTable& table,
                                                        const ContactFacts& facts) {
    return OfRows(table, [&](std::size_t row) {
      const absl::string_view value = text(table, facts, row);
      if (asks_whether_known) return TruthOf(!value.empty());
      return value.empty() ? kIsUnknown : TruthOf((value == wanted) == equal);
    });
  };
}

// "A, B or C".
std::string Alternatives(absl::Span<const absl::string_view> names) {
  return absl::StrCat(absl::StrJoin(names.first(names.size() - 1), ", "), " or ", names.back());
}

template <typename CodeFn>
absl::StatusOr<RowTest> CodeTest(const FilterSyntax& comparison,
                                 absl::Span<const absl::string_view> names, const CodeFn& code) {
  if (absl::Status status = CheckShape(comparison); !status.ok()) return status;
  const bool asks_whether_known = AsksWhetherKnown(comparison);
  const auto* const found = std::find(names.begin(), names.end(), comparison.value.text);
  if (found == names.end() && !asks_whether_known) {
    return FilterError(comparison.value.position, absl::StrCat("compare ", comparison.name.text,
                                                               " with ", Alternatives(names)));
  }
  return [code, asks_whether_known, wanted = static_cast<int>(found - names.begin()) + 1,
          equal = comparison.op != FilterOp::kNotEqual](const ContactTable& table,
                                                        const ContactFacts& facts) {
    return OfRows(table, [&](std::size_t row) {
      const int value = code(facts, row);
      if (asks_whether_known) return TruthOf(value != 0);
      return value == 0 ? kIsUnknown : TruthOf((value == wanted) == equal);
    });
  };
}

std::optional<LifecycleField> LifecycleFieldOf(absl::string_view name) {
  const auto* const found = std::find_if(kLifecycleFields.begin(), kLifecycleFields.end(),
                                         [&](LifecycleField field) { return Name(field) == name; });
  if (found == kLifecycleFields.end()) return std::nullopt;
  return *found;
}

absl::StatusOr<RowTest> LifecycleTest(const FilterSyntax& comparison, LifecycleField field) {
  return CodeTest(comparison, ValueNames(field),
                  [field](const ContactFacts& facts, std::size_t row) {
                    return facts.lifecycles.empty() ? 0 : facts.lifecycles[row].Get(field);
                  });
}

}  // namespace

absl::StatusOr<std::optional<BoundComparison>> BindFact(const FilterSyntax& comparison) {
  absl::string_view name = comparison.name.text;
  if (comparison.name.is_quoted || !absl::ConsumePrefix(&name, "contact.")) return std::nullopt;
  const std::optional<LifecycleField> field = LifecycleFieldOf(name);
  absl::StatusOr<RowTest> test;
  if (field.has_value()) {
    test = LifecycleTest(comparison, *field);
  } else if (name == "id") {
    test = TextTest(comparison, IdOf);
  } else if (name == "segment") {
    test = TextTest(comparison, SegmentOf);
  } else if (name == "organization") {
    test = TextTest(comparison, OrganizationOf);
  } else if (name == "kind") {
    test = CodeTest(comparison, kKinds, KindOf);
  } else if (name == "stage") {
    test = CodeTest(comparison, kStages, StageOf);
  } else if (name == "buying_role") {
    test = CodeTest(comparison, kBuyingRoles, BuyingRoleOf);
  } else {
    return std::nullopt;
  }
  if (!test.ok()) return test.status();
  return BoundComparison{.test = *std::move(test),
                         .reads_segment = name == "segment",
                         .reads_id = name == "id",
                         .reads_organization = name == "organization",
                         .reads_lifecycle = field.has_value()};
}

}  // namespace cible
