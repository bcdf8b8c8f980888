#include "segmentation/data/filter_comparison.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "segmentation/data/great_circle.h"

namespace cible {
namespace {

Truth From(bool holds) { return holds ? kIsTrue : kIsFalse; }

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
  Truths truths(static_cast<std::size_t>(table.row_count), kIsUnknown);
  const Column* column = table.Find(attribute);
  const Data* data = column == nullptr ? nullptr : std::get_if<Data>(&column->data);
  for (std::size_t row = 0; data != nullptr && row < truths.size(); ++row) {
    if (column->validity[row]) truths[row] = truth(*data, row);
  }
  return truths;
}

// The same for a column of single values, by `holds(value)`.
template <typename Data, typename HoldsFn>
RowTest OnValues(const std::string& attribute, const HoldsFn& holds) {
  return [=](const ContactTable& table, const ContactFacts&) {
    return TestColumn<Data>(table, attribute, [&](const Data& data, std::size_t row) {
      return From(holds(data.values[row]));
    });
  };
}

// By `truth(level)`, asked once a level of the dictionary.
template <typename TruthFn>
RowTest OnLevels(const std::string& attribute, const TruthFn& truth) {
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

RowTest HasTag(const std::string& attribute, const std::string& tag) {
  return [=](const ContactTable& table, const ContactFacts&) {
    return TestColumn<Sets>(table, attribute, [&](const Sets& sets, std::size_t row) {
      const std::uint32_t begin = row == 0 ? 0 : sets.ends[row - 1];
      return From(std::any_of(sets.members.begin() + begin, sets.members.begin() + sets.ends[row],
                              [&](std::uint32_t m) { return sets.dictionary[m] == tag; }));
    });
  };
}

RowTest IsKnown(const std::string& attribute) {
  return [=](const ContactTable& table, const ContactFacts&) {
    Truths truths(static_cast<std::size_t>(table.row_count), kIsFalse);
    const Column* column = table.Find(attribute);
    for (std::size_t row = 0; column != nullptr && row < truths.size(); ++row) {
      truths[row] = From(column->validity[row] != 0);
    }
    return truths;
  };
}

// ---- From a comparison to a test: the value must fit the type.

absl::Status Misfit(int position, const Attribute& attribute, absl::string_view expected) {
  return FilterError(position, absl::StrCat("attribute \"", attribute.id, "\" is ",
                                            Name(attribute.type), "; ", expected));
}

// What is wrong with the operator, or with the value.
absl::Status OpMisfit(const FilterSyntax& comparison, const Attribute& attribute,
                      absl::string_view expected) {
  return Misfit(comparison.op_position, attribute, expected);
}
absl::Status ValueMisfit(const FilterSyntax& comparison, const Attribute& attribute,
                         absl::string_view expected) {
  return Misfit(comparison.value.position, attribute, expected);
}

std::optional<double> FiniteNumber(const FilterWord& word) {
  double number = 0;
  if (!absl::SimpleAtod(word.text, &number) || !std::isfinite(number)) return std::nullopt;
  return number;
}

absl::StatusOr<RowTest> NumberTest(const FilterSyntax& comparison, const Attribute& attribute) {
  const std::optional<double> wanted = FiniteNumber(comparison.value);
  if (!wanted.has_value()) {
    return ValueMisfit(comparison, attribute, "compare it with a number, such as 25 or -0.5");
  }
  return OnValues<Numbers>(attribute.id, [op = comparison.op, wanted = *wanted](double value) {
    return Holds(op, value <=> wanted);
  });
}

absl::StatusOr<RowTest> BooleanTest(const FilterSyntax& comparison, const Attribute& attribute) {
  constexpr absl::string_view kExpected = "compare it by = or != with true or false";
  if (IsOrdering(comparison.op)) return OpMisfit(comparison, attribute, kExpected);
  const bool wanted = comparison.value.text == "true";
  if (!wanted && comparison.value.text != "false") {
    return ValueMisfit(comparison, attribute, kExpected);
  }
  return OnValues<Bits>(attribute.id, [op = comparison.op, wanted](std::uint8_t value) {
    return Holds(op, (value != 0) <=> wanted);
  });
}

absl::StatusOr<RowTest> DateTest(const FilterSyntax& comparison, const Attribute& attribute) {
  const auto wanted = ParseDate(comparison.value.text);
  if (!wanted.ok()) {
    return ValueMisfit(comparison, attribute, "compare it with a day, such as \"2025-01-31\"");
  }
  return OnValues<Days>(attribute.id, [op = comparison.op, day = wanted->days](std::int32_t value) {
    return Holds(op, value <=> day);
  });
}

// A day stands for all of its instants, in UTC.
absl::StatusOr<RowTest> TimestampTest(const FilterSyntax& comparison, const Attribute& attribute) {
  const FilterOp op = comparison.op;
  if (const auto day = ParseDate(comparison.value.text); day.ok()) {
    return OnValues<Micros>(attribute.id, [op, day = *day](std::int64_t value) {
      return Holds(op, DayOf(Timestamp{value}) <=> day);
    });
  }
  // Abseil also reads "infinite-future".
  absl::Time instant;
  if (!absl::ParseTime(absl::RFC3339_full, comparison.value.text, &instant, nullptr) ||
      instant == absl::InfiniteFuture() || instant == absl::InfinitePast()) {
    return ValueMisfit(comparison, attribute,
                       "compare it with a day or an instant, such as \"2025-01-31\" or "
                       "\"2025-01-31T18:30:00Z\"");
  }
  return OnValues<Micros>(attribute.id,
                          [op, micros = absl::ToUnixMicros(instant)](std::int64_t value) {
                            return Holds(op, value <=> micros);
                          });
}

template <typename OnFn>
absl::StatusOr<RowTest> TextTest(const FilterSyntax& comparison, const Attribute& attribute,
                                 const OnFn& on) {
  if (IsOrdering(comparison.op)) return OpMisfit(comparison, attribute, "compare it by = or !=");
  return on(attribute.id, [op = comparison.op, wanted = comparison.value.text](
                              const std::string& value) { return Holds(op, value <=> wanted); });
}

std::optional<std::ptrdiff_t> RankOf(const std::vector<std::string>& levels,
                                     const std::string& level) {
  const auto found = std::find(levels.begin(), levels.end(), level);
  if (found == levels.end()) return std::nullopt;
  return found - levels.begin();
}

absl::StatusOr<RowTest> OrdinalTest(const FilterSyntax& comparison, const Attribute& attribute) {
  const auto wanted = RankOf(attribute.levels, comparison.value.text);
  if (!wanted.has_value()) {
    return ValueMisfit(
        comparison, attribute,
        absl::StrCat("compare it with one of its levels: ", absl::StrJoin(attribute.levels, ", ")));
  }
  return OnLevels(attribute.id, [op = comparison.op, wanted = *wanted,
                                 levels = attribute.levels](const std::string& level) {
    const auto rank = RankOf(levels, level);
    return rank.has_value() ? From(Holds(op, *rank <=> wanted)) : kIsUnknown;
  });
}

absl::StatusOr<RowTest> SetTest(const FilterSyntax& comparison, const Attribute& attribute) {
  if (comparison.op != FilterOp::kHas) {
    return OpMisfit(comparison, attribute,
                    absl::StrCat("ask for one tag by ", attribute.id, ":tag"));
  }
  return HasTag(attribute.id, comparison.value.text);
}

absl::StatusOr<RowTest> AttributeTest(const FilterSyntax& comparison, const Attribute& attribute) {
  if (comparison.value.IsStar()) {
    if (comparison.op == FilterOp::kHas) return IsKnown(attribute.id);
    return ValueMisfit(comparison, attribute,
                       "* stands after : only; put it in quotes to compare with it");
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
      return OpMisfit(
          comparison, attribute,
          absl::StrCat("ask for distance(", attribute.id, ", latitude, longitude) < km, or by ",
                       attribute.id, ":* whether it is known"));
  }
  return absl::InternalError("an attribute of no type");
}

// ---- distance(attribute, latitude, longitude)

absl::StatusOr<double> Degrees(const FilterWord& word, absl::string_view what, int most) {
  const std::optional<double> degrees = FiniteNumber(word);
  if (degrees.has_value() && std::abs(*degrees) <= most) return *degrees;
  return FilterError(word.position,
                     absl::StrCat("expected a ", what, " in [-", most, ", ", most, "] degrees"));
}

absl::StatusOr<RowTest> DistanceTest(const FilterSyntax& syntax, const Attribute& attribute) {
  if (attribute.type != AttributeType::kLocation) {
    return Misfit(syntax.name.position, attribute, "distance is measured from a LOCATION");
  }
  const auto latitude = Degrees(syntax.latitude, "latitude", 90);
  if (!latitude.ok()) return latitude.status();
  const auto longitude = Degrees(syntax.longitude, "longitude", 180);
  if (!longitude.ok()) return longitude.status();
  const std::optional<double> km = FiniteNumber(syntax.value);
  if (!km.has_value() || *km < 0) {
    return FilterError(syntax.value.position, "expected a number of kilometres, 0 or more");
  }
  const Direction there = DirectionOf({*latitude, *longitude});
  return OnValues<Locations>(attribute.id, [op = syntax.op, km = *km, there](LatLng place) {
    return Holds(op, DistanceKm(DirectionOf(place), there) <=> km);
  });
}

// ---- contact.id, contact.segment, contact.stage, contact.organization.

constexpr std::array kStages = {Stage::kLead, Stage::kProspect, Stage::kCustomer};

// What the fact is of a row; "" when unknown.
using FactFn = absl::string_view (*)(const ContactTable&, const ContactFacts&, std::size_t row);

absl::string_view IdOf(const ContactTable& table, const ContactFacts&, std::size_t row) {
  return table.ids.empty() ? "" : absl::string_view(table.ids[row]);
}

absl::string_view SegmentOf(const ContactTable&, const ContactFacts& facts, std::size_t row) {
  return facts.segments.empty() ? "" : absl::string_view(facts.segments[row]);
}

absl::string_view OrganizationOf(const ContactTable&, const ContactFacts& facts, std::size_t row) {
  return facts.organizations.empty() ? "" : absl::string_view(facts.organizations[row]);
}

absl::string_view StageOf(const ContactTable&, const ContactFacts& facts, std::size_t row) {
  if (facts.stages.empty() || facts.stages[row] == Stage::kUnknown) return "";
  return Name(facts.stages[row]);
}

bool IsStageName(absl::string_view text) {
  return std::any_of(kStages.begin(), kStages.end(),
                     [&](Stage stage) { return Name(stage) == text; });
}

// `truth(fact)` of every row.
template <typename TruthFn>
RowTest OnFacts(FactFn fact, const TruthFn& truth) {
  return [=](const ContactTable& table, const ContactFacts& facts) {
    Truths truths(static_cast<std::size_t>(table.row_count));
    for (std::size_t row = 0; row < truths.size(); ++row) {
      truths[row] = truth(fact(table, facts, row));
    }
    return truths;
  };
}

absl::StatusOr<RowTest> FactTest(const FilterSyntax& comparison, FactFn fact) {
  const bool is_star = comparison.value.IsStar();
  if (is_star && comparison.op == FilterOp::kHas) {
    return OnFacts(fact, [](absl::string_view value) { return From(!value.empty()); });
  }
  if (IsOrdering(comparison.op) || is_star) {
    return FilterError(
        is_star ? comparison.value.position : comparison.op_position,
        absl::StrCat("compare ", comparison.name.text, " by = or !=, or ask for it by :*"));
  }
  if (fact == StageOf && !IsStageName(comparison.value.text)) {
    return FilterError(comparison.value.position,
                       "compare contact.stage with LEAD, PROSPECT or CUSTOMER");
  }
  return OnFacts(fact, [wanted = comparison.value.text,
                        equal = comparison.op != FilterOp::kNotEqual](absl::string_view value) {
    return value.empty() ? kIsUnknown : From((value == wanted) == equal);
  });
}

// Null for an attribute.
FactFn FactOf(const FilterWord& name) {
  if (name.is_quoted) return nullptr;
  if (name.text == "contact.id") return IdOf;
  if (name.text == "contact.stage") return StageOf;
  if (name.text == "contact.segment") return SegmentOf;
  if (name.text == "contact.organization") return OrganizationOf;
  return nullptr;
}

absl::Status UnknownName(const FilterWord& name) {
  constexpr std::size_t kLongestEchoed = 128;
  const std::string echo =
      name.text.size() <= kLongestEchoed ? absl::StrCat(" \"", name.text, "\"") : "";
  return FilterError(name.position,
                     absl::StrCat("attribute", echo,
                                  " is not in the schema; use the id or the display name of one "
                                  "that is, or contact.id, contact.segment, contact.stage, "
                                  "contact.organization"));
}

}  // namespace

absl::StatusOr<BoundComparison> BindComparison(const FilterSyntax& syntax, const Schema& schema) {
  const bool is_distance = syntax.kind == FilterSyntax::Kind::kDistance;
  const FactFn fact = is_distance ? nullptr : FactOf(syntax.name);
  const Attribute* attribute = fact != nullptr ? nullptr : schema.Find(syntax.name.text);
  if (fact == nullptr && attribute == nullptr) return UnknownName(syntax.name);
  auto test = fact != nullptr ? FactTest(syntax, fact)
              : is_distance   ? DistanceTest(syntax, *attribute)
                              : AttributeTest(syntax, *attribute);
  if (!test.ok()) return test.status();
  return BoundComparison{.test = *std::move(test),
                         .attribute = attribute == nullptr ? "" : attribute->id,
                         .reads_segment = fact == SegmentOf,
                         .reads_id = fact == IdOf,
                         .reads_organization = fact == OrganizationOf};
}

}  // namespace cible
