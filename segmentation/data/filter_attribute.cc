#include "segmentation/data/filter_attribute.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
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

// Tests the known cells of a column by `truth(data, row)`. Without the column,
// or with one of another type, everything is unknown.
template <typename Data, typename TruthFn>
Truths TestColumn(const ContactTable& table, const std::string& attribute, const TruthFn& truth) {
  Truths truths(static_cast<std::size_t>(table.row_count), kIsUnknown);
  ForKnownCells<Data>(table, attribute,
                      [&](const Data& data, std::size_t row) { truths[row] = truth(data, row); });
  return truths;
}

// The same for a column of single values, by `holds(value)`.
template <typename Data, typename HoldsFn>
RowTest OnValues(const std::string& attribute, const HoldsFn& holds) {
  return [=](const ContactTable& table, const ContactFacts&) {
    return TestColumn<Data>(table, attribute, [&](const Data& data, std::size_t row) {
      return TruthOf(holds(data.values[row]));
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
      return TruthOf(std::any_of(sets.members.begin() + begin,
                                 sets.members.begin() + sets.ends[row],
                                 [&](std::uint32_t m) { return sets.dictionary[m] == tag; }));
    });
  };
}

RowTest IsKnown(const std::string& attribute) {
  return [=](const ContactTable& table, const ContactFacts&) {
    Truths truths(static_cast<std::size_t>(table.row_count), kIsFalse);
    const Column* column = table.Find(attribute);
    for (std::size_t row = 0; column != nullptr && row < truths.size(); ++row) {
      truths[row] = TruthOf(column->validity[row] != 0);
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

// What the word stands for in this context; null: it is not among its words.
const std::optional<double>* NamedNumber(const FilterWord& word, const FilterContext& context) {
  const auto named = context.numbers.find(word.text);
  return word.is_quoted || named == context.numbers.end() ? nullptr : &named->second;
}

bool StandsForUnknown(const FilterWord& word, const FilterContext& context) {
  const std::optional<double>* named = NamedNumber(word, context);
  return named != nullptr && !named->has_value();
}

Truths AllUnknown(const ContactTable& table, const ContactFacts&) {
  return Truths(static_cast<std::size_t>(table.row_count), kIsUnknown);
}

absl::StatusOr<RowTest> NumberTest(const FilterSyntax& comparison, const Attribute& attribute,
                                   const FilterContext& context) {
  if (StandsForUnknown(comparison.value, context)) return RowTest(AllUnknown);
  const std::optional<double> wanted = NumberOf(comparison.value, context);
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

// By the day of each value, against `today` and the offset.
template <typename Data>
RowTest TodayTest(const FilterSyntax& comparison, const Attribute& attribute) {
  return [op = comparison.op, offset = comparison.offset.value_or(0), id = attribute.id](
             const ContactTable& table, const ContactFacts& facts) {
    if (!facts.today.has_value()) return AllUnknown(table, facts);
    const std::int64_t wanted = std::int64_t{facts.today->days} + offset;
    return TestColumn<Data>(table, id, [&](const Data& data, std::size_t row) {
      return TruthOf(Holds(op, DayOfCell(data.values[row]) <=> wanted));
    });
  };
}

absl::StatusOr<RowTest> DateTest(const FilterSyntax& comparison, const Attribute& attribute) {
  if (comparison.value.IsToday()) return TodayTest<Days>(comparison, attribute);
  const auto wanted = ParseDate(comparison.value.text);
  if (!wanted.ok()) {
    return ValueMisfit(comparison, attribute,
                       "compare it with a day, such as \"2025-01-31\" or today - 30d");
  }
  return OnValues<Days>(attribute.id, [op = comparison.op, day = wanted->days](std::int32_t value) {
    return Holds(op, value <=> day);
  });
}

// A day stands for all of its instants, in UTC.
absl::StatusOr<RowTest> TimestampTest(const FilterSyntax& comparison, const Attribute& attribute) {
  if (comparison.value.IsToday()) return TodayTest<Micros>(comparison, attribute);
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
    return ValueMisfit(
        comparison, attribute,
        "compare it with a day or an instant, such as \"2025-01-31\", today - 30d or "
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
    return rank.has_value() ? TruthOf(Holds(op, *rank <=> wanted)) : kIsUnknown;
  });
}

absl::StatusOr<RowTest> SetTest(const FilterSyntax& comparison, const Attribute& attribute) {
  if (comparison.op != FilterOp::kHas) {
    return OpMisfit(comparison, attribute,
                    absl::StrCat("ask for one tag by ", attribute.id, ":tag"));
  }
  return HasTag(attribute.id, comparison.value.text);
}

absl::StatusOr<RowTest> ComparisonTest(const FilterSyntax& comparison, const Attribute& attribute,
                                       const FilterContext& context) {
  if (comparison.value.IsStar()) {
    if (comparison.op == FilterOp::kHas) return IsKnown(attribute.id);
    return ValueMisfit(comparison, attribute,
                       "* stands after : only; put it in quotes to compare with it");
  }
  switch (attribute.type) {
    case AttributeType::kNumeric: return NumberTest(comparison, attribute, context);
    case AttributeType::kBoolean: return BooleanTest(comparison, attribute);
    case AttributeType::kDate: return DateTest(comparison, attribute);
    case AttributeType::kTimestamp: return TimestampTest(comparison, attribute);
    case AttributeType::kOrdinal: return OrdinalTest(comparison, attribute);
    case AttributeType::kSet: return SetTest(comparison, attribute);
    case AttributeType::kCategorical:
      return TextTest(comparison, attribute, [](const std::string& id, const auto& holds) {
        return OnLevels(id, [=](const std::string& level) { return TruthOf(holds(level)); });
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

}  // namespace

absl::StatusOr<RowTest> AttributeTest(const FilterSyntax& syntax, const Attribute& attribute,
                                      const FilterContext& context) {
  return syntax.kind == FilterSyntax::Kind::kDistance ? DistanceTest(syntax, attribute)
                                                      : ComparisonTest(syntax, attribute, context);
}

std::optional<double> NumberOf(const FilterWord& word, const FilterContext& context) {
  const std::optional<double>* named = NamedNumber(word, context);
  return named != nullptr ? *named : FiniteNumber(word);
}

bool IsOfDays(AttributeType type) {
  return type == AttributeType::kDate || type == AttributeType::kTimestamp;
}

}  // namespace cible
