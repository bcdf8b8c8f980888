#include "segmentation/personas/answer_text.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

constexpr double kDaysPerYear = 365.25;
constexpr double kDaysPerMonth = kDaysPerYear / 12;

// The message for a range with these ends.
std::string RangeMessage(const char* kind, const AnswerRange& range, const Arguments& arguments,
                         const Catalogue& catalogue) {
  const char* const ends = range.low && range.high ? "between" : range.low ? "from" : "below";
  return catalogue.Message(absl::StrCat("answer.", kind, ends), arguments);
}

bool IsWhole(double number) { return std::abs(number - std::round(number)) < 1e-6; }

// "6 months"; a span of no round unit in days.
std::string SpanText(double days, const Catalogue& catalogue) {
  const bool in_years = IsWhole(days / kDaysPerYear);
  const bool in_months = !in_years && IsWhole(days / kDaysPerMonth);
  const std::string unit = in_years ? "years" : in_months ? "months" : "days";
  const double count = std::round(days / (in_years ? kDaysPerYear : in_months ? kDaysPerMonth : 1));
  return catalogue.Message(count == 1 ? unit + ".one" : unit,
                           {{"n", FormatNumber(count, 0, catalogue)}});
}

}  // namespace

std::string DescribeNumbers(const AnswerRange& range, const Attribute& attribute,
                            const Catalogue& catalogue) {
  const bool is_whole = range.whole && range.low && range.high;
  const double last = range.high ? *range.high - (is_whole ? 1 : 0) : 0;
  if (is_whole && last <= *range.low) return FormatExactly(*range.low, attribute, catalogue);
  Arguments arguments;
  if (range.low) {
    Attribute plain = attribute;
    plain.unit.clear();
    std::string low = FormatExactly(*range.low, attribute, catalogue);
    const std::string number = FormatExactly(*range.low, plain, catalogue);
    // "35 to 54 years", but "€35 to €54".
    if (range.high && absl::StartsWith(low, number)) low = number;
    arguments.emplace_back("low", std::move(low));
  }
  if (range.high) arguments.emplace_back("high", FormatExactly(last, attribute, catalogue));
  if (is_whole) return catalogue.Message("answer.whole_between", arguments);
  const bool is_year = attribute.birth == Birth::kBirthYear;
  return RangeMessage(is_year ? "year_" : "", range, arguments, catalogue);
}

std::string DescribeSpan(const AnswerRange& days_before, const Attribute& attribute,
                         const Catalogue& catalogue) {
  const auto scaled = [](std::optional<double> days, double unit) {
    return days ? std::optional<double>(std::round(*days / unit)) : std::nullopt;
  };
  if (attribute.birth == Birth::kBirthDate) {
    Attribute age;
    age.unit = "years";
    return DescribeNumbers({.low = scaled(days_before.low, kDaysPerYear),
                            .high = scaled(days_before.high, kDaysPerYear),
                            .whole = true},
                           age, catalogue);
  }
  Arguments arguments;
  if (days_before.low) arguments.emplace_back("low", SpanText(*days_before.low, catalogue));
  if (days_before.high) arguments.emplace_back("high", SpanText(*days_before.high, catalogue));
  return RangeMessage("ago_", days_before, arguments, catalogue);
}

std::string DescribeDays(const AnswerRange& days_before, Date as_of, const Catalogue& catalogue) {
  const auto day = [&](double days) {
    return FormatDate({as_of.days - static_cast<std::int32_t>(std::lround(days))});
  };
  // Many days before is early.
  Arguments arguments;
  if (days_before.high) arguments.emplace_back("low", day(*days_before.high));
  if (days_before.low) arguments.emplace_back("high", day(*days_before.low));
  const AnswerRange calendar{.low = days_before.high, .high = days_before.low};
  return RangeMessage("day_", calendar, arguments, catalogue);
}

std::string DescribeLevel(const std::string& level, const Attribute& attribute,
                          const Catalogue& catalogue) {
  if (attribute.type != AttributeType::kBoolean) return level;
  return catalogue.Message(level == "true" ? "answer.yes" : "answer.no");
}

}  // namespace cible
