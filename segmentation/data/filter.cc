#include "segmentation/data/filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "segmentation/data/filter_grammar.h"

namespace cible {
namespace {

// Kleene's logic in numbers: AND is the least, OR the greatest, NOT 2 - x.
using Truth = std::uint8_t;
constexpr Truth kFalse = 0, kUnknown = 1, kTrue = 2;
using Truths = std::vector<Truth>;  // One a row.

using Test = std::function<Truths(const ContactTable&, const ContactFacts&)>;

Truth From(bool holds) { return holds ? kTrue : kFalse; }

bool Holds(FilterOp op, std::partial_ordering order) {
  switch (op) {
    case FilterOp::kHas:
    case FilterOp::kEqual: return order == 0;
    case FilterOp::kNotEqual: return order != 0;
    case FilterOp::kLess: return order < 0;
    case FilterOp::kLessOrEqual: return order <= 0;
    case FilterOp::kGreater: return order > 0;
    case FilterOp::kGreaterOrEqual: return order >= 0;
  }
  return false;
}

bool IsOrdering(FilterOp op) {
  return op == FilterOp::kLess || op == FilterOp::kLessOrEqual || op == FilterOp::kGreater ||
         op == FilterOp::kGreaterOrEqual;
}

// Tests the known cells of a column by `truth(data, row)`. Without the column,
// or with one of another type, everything is unknown.
template <typename Data, typename TruthFn>
Truths TestColumn(const ContactTable& table, const std::string& attribute, const TruthFn& truth) {
  Truths truths(static_cast<std::size_t>(table.row_count), kUnknown);
  const Column* column = table.Find(attribute);
  const Data* data = column == nullptr ? nullptr : std::get_if<Data>(&column->data);
  for (std::size_t row = 0; data != nullptr && row < truths.size(); ++row) {
    if (column->validity[row]) truths[row] = truth(*data, row);
  }
  return truths;
}

// The same for a column of single values, by `holds(value)`.
template <typename Data, typename HoldsFn>
Test OnValues(const std::string& attribute, const HoldsFn& holds) {
  return [=](const ContactTable& table, const ContactFacts&) {
    return TestColumn<Data>(table, attribute, [&](const Data& data, std::size_t row) {
      return From(holds(data.values[row]));
    });
  };
}

// By `truth(level)`, asked once a level of the dictionary.
template <typename TruthFn>
Test OnLevels(const std::string& attribute, const TruthFn& truth) {
  return [=](const ContactTable& table, const ContactFacts&) {
    const Column* column = table.Find(attribute);
    const Codes* codes = column == nullptr ? nullptr : std::get_if<Codes>(&column->data);
    Truths by_level;
    for (std::size_t l = 0; codes != nullptr && l < codes->dictionary.size(); ++l) {
      by_level.push_back(truth(codes->dictionary[l]));
    }
    return TestColumn<Codes>(table, attribute, [&](const Codes& data, std::size_t row) {
      return by_level[data.codes[row]];
    });
  };
}

Test HasTag(const std::string& attribute, const std::string& tag) {
  return [=](const ContactTable& table, const ContactFacts&) {
    return TestColumn<Sets>(table, attribute, [&](const Sets& sets, std::size_t row) {
      const std::uint32_t begin = row == 0 ? 0 : sets.ends[row - 1];
      return From(std::any_of(sets.members.begin() + begin, sets.members.begin() + sets.ends[row],
                              [&](std::uint32_t m) { return sets.dictionary[m] == tag; }));
    });
  };
}

Test IsKnown(const std::string& attribute) {
  return [=](const ContactTable& table, const ContactFacts&) {
    Truths truths(static_cast<std::size_t>(table.row_count), kFalse);
    const Column* column = table.Find(attribute);
    for (std::size_t row = 0; column != nullptr && row < truths.size(); ++row) {
      truths[row] = From(column->validity[row] != 0);
    }
    return truths;
  };
}

// ---- From a comparison to a test: the value must fit the type.

absl::Status Misfit(const Attribute& attribute, absl::string_view expected) {
  return absl::InvalidArgumentError(absl::StrCat("filter: attribute \"", attribute.id, "\" is ",
                                                 Name(attribute.type), "; ", expected));
}

absl::StatusOr<Test> NumberTest(const FilterSyntax& comparison, const Attribute& attribute) {
  double wanted = 0;
  if (!absl::SimpleAtod(comparison.value, &wanted) || !std::isfinite(wanted)) {
    return Misfit(attribute, "compare it with a number, such as 25 or -0.5");
  }
  return OnValues<Numbers>(attribute.id, [op = comparison.op, wanted](double value) {
    return Holds(op, value <=> wanted);
  });
}

absl::StatusOr<Test> BooleanTest(const FilterSyntax& comparison, const Attribute& attribute) {
  const bool wanted = comparison.value == "true";
  if (IsOrdering(comparison.op) || (!wanted && comparison.value != "false")) {
    return Misfit(attribute, "compare it by = or != with true or false");
  }
  return OnValues<Bits>(attribute.id, [op = comparison.op, wanted](std::uint8_t value) {
    return Holds(op, (value != 0) <=> wanted);
  });
}

absl::StatusOr<Test> DateTest(const FilterSyntax& comparison, const Attribute& attribute) {
  const auto wanted = ParseDate(comparison.value);
  if (!wanted.ok()) return Misfit(attribute, "compare it with a day, such as \"2025-01-31\"");
  return OnValues<Days>(attribute.id, [op = comparison.op, day = wanted->days](std::int32_t value) {
    return Holds(op, value <=> day);
  });
}

// A day stands for all of its instants, in UTC.
absl::StatusOr<Test> TimestampTest(const FilterSyntax& comparison, const Attribute& attribute) {
  const FilterOp op = comparison.op;
  if (const auto day = ParseDate(comparison.value); day.ok()) {
    return OnValues<Micros>(attribute.id, [op, day = *day](std::int64_t value) {
      return Holds(op, DayOf(Timestamp{value}) <=> day);
    });
  }
  absl::Time instant;
  if (!absl::ParseTime(absl::RFC3339_full, comparison.value, &instant, nullptr)) {
    return Misfit(attribute,
                  "compare it with a day or an instant, such as \"2025-01-31\" or "
                  "\"2025-01-31T18:30:00Z\"");
  }
  return OnValues<Micros>(attribute.id,
                          [op, micros = absl::ToUnixMicros(instant)](std::int64_t value) {
                            return Holds(op, value <=> micros);
                          });
}

template <typename OnFn>
absl::StatusOr<Test> TextTest(const FilterSyntax& comparison, const Attribute& attribute,
                              const OnFn& on) {
  if (IsOrdering(comparison.op)) return Misfit(attribute, "compare it by = or !=");
  return on(attribute.id, [op = comparison.op, wanted = comparison.value](
                              const std::string& value) { return Holds(op, value <=> wanted); });
}

std::optional<std::ptrdiff_t> RankOf(const std::vector<std::string>& levels,
                                     const std::string& level) {
  const auto found = std::find(levels.begin(), levels.end(), level);
  if (found == levels.end()) return std::nullopt;
  return found - levels.begin();
}

absl::StatusOr<Test> OrdinalTest(const FilterSyntax& comparison, const Attribute& attribute) {
  const auto wanted = RankOf(attribute.levels, comparison.value);
  if (!wanted.has_value()) {
    return Misfit(attribute, absl::StrCat("compare it with one of its levels: ",
                                          absl::StrJoin(attribute.levels, ", ")));
  }
  return OnLevels(attribute.id, [op = comparison.op, wanted = *wanted,
                                 levels = attribute.levels](const std::string& level) {
    const auto rank = RankOf(levels, level);
    return rank.has_value() ? From(Holds(op, *rank <=> wanted)) : kUnknown;
  });
}

absl::StatusOr<Test> SetTest(const FilterSyntax& comparison, const Attribute& attribute) {
  if (comparison.op != FilterOp::kHas) {
    return Misfit(attribute, absl::StrCat("ask for one tag by ", attribute.id, ":tag"));
  }
  return HasTag(attribute.id, comparison.value);
}

absl::StatusOr<Test> AttributeTest(const FilterSyntax& comparison, const Attribute& attribute) {
  if (comparison.value_is_star) {
    if (comparison.op == FilterOp::kHas) return IsKnown(attribute.id);
    return Misfit(attribute, "* stands after : only; put it in quotes to compare with it");
  }
  switch (attribute.type) {
    case AttributeType::kNumeric: return NumberTest(comparison, attribute);
    case AttributeType::kBoolean: return BooleanTest(comparison, attribute);
    case AttributeType::kDate: return DateTest(comparison, attribute);
    case AttributeType::kTimestamp: return TimestampTest(comparison, attribute);
    case AttributeType::kOrdinal: return OrdinalTest(comparison, attribute);
    case AttributeType::kSet: return SetTest(comparison, attribute);
    case AttributeType::kCategorical:
      return TextTest(comparison, attribute, [](const std::string& id, const auto& holds) {
        return OnLevels(id, [=](const std::string& level) { return From(holds(level)); });
      });
    case AttributeType::kText:
      return TextTest(comparison, attribute, [](const std::string& id, const auto& holds) {
        return OnValues<Texts>(id, holds);
      });
    case AttributeType::kLocation:
      return Misfit(attribute, absl::StrCat("ask whether it is known by ", attribute.id, ":*"));
  }
  return absl::InternalError("an attribute of no type");
}

// ---- contact.id, contact.segment, contact.stage.

constexpr std::array kStages = {Stage::kLead, Stage::kProspect, Stage::kCustomer};

// What the fact is of a row; "" when unknown.
using FactFn = std::string (*)(const ContactTable&, const ContactFacts&, std::size_t row);

std::string IdOf(const ContactTable& table, const ContactFacts& facts, std::size_t row) {
  if (!facts.ids.empty()) return facts.ids[row];
  return table.ids.empty() ? "" : table.ids[row];
}

std::string SegmentOf(const ContactTable&, const ContactFacts& facts, std::size_t row) {
  return facts.segments.empty() ? "" : facts.segments[row];
}

std::string StageOf(const ContactTable&, const ContactFacts& facts, std::size_t row) {
  if (facts.stages.empty() || facts.stages[row] == Stage::kUnknown) return "";
  return std::string(Name(facts.stages[row]));
}

absl::StatusOr<Test> FactTest(const FilterSyntax& comparison, FactFn fact) {
  const bool asks_known = comparison.op == FilterOp::kHas && comparison.value_is_star;
  if (IsOrdering(comparison.op) || (comparison.value_is_star && !asks_known)) {
    return absl::InvalidArgumentError(
        absl::StrCat("filter: compare ", comparison.name, " by = or !=, or ask for it by :*"));
  }
  return Test([=, op = comparison.op, wanted = comparison.value](const ContactTable& table,
                                                                 const ContactFacts& facts) {
    Truths truths(static_cast<std::size_t>(table.row_count));
    for (std::size_t row = 0; row < truths.size(); ++row) {
      const std::string value = fact(table, facts, row);
      const Truth when_known = From(asks_known || Holds(op, value <=> wanted));
      truths[row] = value.empty() ? (asks_known ? kFalse : kUnknown) : when_known;
    }
    return truths;
  });
}

absl::StatusOr<Test> StageTest(const FilterSyntax& comparison) {
  const bool is_stage = std::any_of(kStages.begin(), kStages.end(),
                                    [&](Stage stage) { return Name(stage) == comparison.value; });
  if (!is_stage && !comparison.value_is_star) {
    return absl::InvalidArgumentError(
        "filter: compare contact.stage with LEAD, PROSPECT or CUSTOMER");
  }
  return FactTest(comparison, StageOf);
}

absl::Status UnknownName(const FilterSyntax& comparison) {
  constexpr std::size_t kLongestEchoed = 128;
  const std::string name =
      comparison.name.size() <= kLongestEchoed ? absl::StrCat(" \"", comparison.name, "\"") : "";
  return absl::InvalidArgumentError(
      absl::StrCat("filter, position ", comparison.position, ": attribute", name,
                   " is not in the schema; use the id or the display name of one that is, or "
                   "contact.id, contact.segment, contact.stage"));
}

}  // namespace

struct Filter::Node {
  FilterSyntax::Kind kind = FilterSyntax::Kind::kComparison;
  std::vector<Node> operands;
  Test test;  // kComparison.

  Truths Evaluate(const ContactTable& table, const ContactFacts& facts) const {
    if (kind == FilterSyntax::Kind::kComparison) return test(table, facts);
    Truths truths = operands.front().Evaluate(table, facts);
    if (kind == FilterSyntax::Kind::kNot) {
      for (Truth& truth : truths) truth = static_cast<Truth>(kTrue - truth);
    }
    for (std::size_t i = 1; i < operands.size(); ++i) {
      const Truths others = operands[i].Evaluate(table, facts);
      for (std::size_t row = 0; row < truths.size(); ++row) {
        truths[row] = kind == FilterSyntax::Kind::kAnd ? std::min(truths[row], others[row])
                                                       : std::max(truths[row], others[row]);
      }
    }
    return truths;
  }
};

// Binds a syntax tree to a schema, and notes what it reads.
struct Filter::Binder {
  const Schema& schema;
  std::set<std::string> attributes;
  bool reads_segment = false;

  absl::StatusOr<Test> BindComparison(const FilterSyntax& comparison) {
    if (!comparison.name_is_quoted) {
      if (comparison.name == "contact.id") return FactTest(comparison, IdOf);
      if (comparison.name == "contact.stage") return StageTest(comparison);
      if (comparison.name == "contact.segment") {
        reads_segment = true;
        return FactTest(comparison, SegmentOf);
      }
    }
    const Attribute* attribute = schema.Find(comparison.name);
    if (attribute == nullptr) return UnknownName(comparison);
    attributes.insert(attribute->id);
    return AttributeTest(comparison, *attribute);
  }

  absl::StatusOr<Node> Bind(const FilterSyntax& syntax) {
    Node node{.kind = syntax.kind, .operands = {}, .test = {}};
    if (syntax.kind == FilterSyntax::Kind::kComparison) {
      auto test = BindComparison(syntax);
      if (!test.ok()) return test.status();
      node.test = *std::move(test);
    }
    for (const FilterSyntax& operand : syntax.operands) {
      auto bound = Bind(operand);
      if (!bound.ok()) return bound.status();
      node.operands.push_back(*std::move(bound));
    }
    return node;
  }
};

absl::StatusOr<Filter> Filter::Parse(absl::string_view text, const Schema& schema) {
  Filter filter;
  if (text.find_first_not_of(" \t\r\n\v\f") == absl::string_view::npos) return filter;
  const auto syntax = ParseFilterSyntax(text);
  if (!syntax.ok()) return syntax.status();
  Binder binder{.schema = schema, .attributes = {}, .reads_segment = false};
  auto root = binder.Bind(*syntax);
  if (!root.ok()) return root.status();
  filter.root_ = std::make_shared<const Node>(*std::move(root));
  filter.attributes_.assign(binder.attributes.begin(), binder.attributes.end());
  filter.reads_segment_ = binder.reads_segment;
  return filter;
}

std::vector<std::uint8_t> Filter::Evaluate(const ContactTable& table,
                                           const ContactFacts& facts) const {
  if (passes_all()) return std::vector<std::uint8_t>(static_cast<std::size_t>(table.row_count), 1);
  Truths truths = root_->Evaluate(table, facts);
  for (Truth& truth : truths) truth = truth == kTrue ? 1 : 0;
  return truths;
}

}  // namespace cible
