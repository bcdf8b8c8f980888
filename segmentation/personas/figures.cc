#include "segmentation/personas/figures.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace cible {
namespace {

constexpr double kDaysPerMonth = 365.25 / 12;
constexpr double kDaysPerYear = 365.25;
constexpr int kMostDecimals = 3;
constexpr double kTooLongToWrite = 1e15;  // From here on a power of ten is.

int DecimalsFor(double largest) {
  if (largest >= 20) return 0;
  return largest >= 1 ? 1 : 2;
}

// Digits are added until the two differ as they are written.
template <typename Format>
FigurePair Apart(double segment, double population, int decimals, const Format& format) {
  FigurePair pair;
  do {
    pair = {format(segment, decimals), format(population, decimals)};
  } while (pair.segment == pair.population && segment != population && decimals++ < kMostDecimals);
  return pair;
}

// How a number is written with its unit, and how when it is one.
struct Patterns {
  std::string many = "{n}";
  std::string one = many;
};

// "1 day" but "0 days"; "0,8 an" but "2 ans".
bool IsSingular(double number, int decimals, const Catalogue& catalogue) {
  const double scale = std::pow(10, decimals);
  const double written = std::round(std::abs(number) * scale) / scale;
  if (catalogue.Message("singular") == "below two") return written < 2;
  return written == 1 && decimals == 0;
}

FigurePair PlainNumbers(double segment, double population, const Patterns& patterns,
                        const Catalogue& catalogue) {
  const double largest = std::max(std::abs(segment), std::abs(population));
  return Apart(segment, population, DecimalsFor(largest), [&](double number, int decimals) {
    const bool one = IsSingular(number, decimals, catalogue);
    return Fill(one ? patterns.one : patterns.many,
                {{"n", FormatNumber(number, decimals, catalogue)}});
  });
}

FigurePair Shares(double segment, double population, const Catalogue& catalogue) {
  const int decimals = std::max(segment, population) < 0.1 ? 1 : 0;
  return Apart(segment, population, decimals, [&](double share, int digits) {
    return catalogue.Message("percent", {{"n", FormatNumber(100 * share, digits, catalogue)}});
  });
}

FigurePair Durations(double segment, double population, const Catalogue& catalogue) {
  const double longest = std::max(std::abs(segment), std::abs(population));
  const bool in_days = longest < 60;
  const bool in_months = longest < 2 * kDaysPerYear;
  const double unit = in_days ? 1 : in_months ? kDaysPerMonth : kDaysPerYear;
  const std::string key = in_days ? "days" : in_months ? "months" : "years";
  return PlainNumbers(segment / unit, population / unit,
                      {catalogue.Message(key), catalogue.Message(key + ".one")}, catalogue);
}

// The level nearest to the mean index.
std::string LevelAt(double index, const Attribute& attribute, const Catalogue& catalogue) {
  const int last = static_cast<int>(attribute.levels.size()) - 1;
  const int nearest = std::clamp(static_cast<int>(std::lround(index)), 0, last);
  return catalogue.Message("level", {{"level", attribute.levels[nearest]}});
}

// The values of levels that are numbers, 1 to 5 say; empty for any others.
std::vector<double> ValuesOf(const std::vector<std::string>& levels) {
  std::vector<double> values;
  for (const std::string& level : levels) {
    double value = 0;
    if (!absl::SimpleAtod(level, &value)) return {};
    values.push_back(value);
  }
  return values;
}

// The value at a mean index: that of 1.5 lies midway between levels 1 and 2.
double ValueAt(double index, const std::vector<double>& values) {
  const double at = std::clamp(index, 0.0, static_cast<double>(values.size() - 1));
  const auto below = static_cast<std::size_t>(at);
  if (below + 1 == values.size()) return values.back();
  return std::lerp(values[below], values[below + 1], at - static_cast<double>(below));
}

FigurePair OrdinalFigures(double segment, double population, const Attribute& attribute,
                          const Catalogue& catalogue) {
  const std::vector<double> values = ValuesOf(attribute.levels);
  if (values.empty()) {
    return {LevelAt(segment, attribute, catalogue), LevelAt(population, attribute, catalogue)};
  }
  return PlainNumbers(ValueAt(segment, values), ValueAt(population, values), {}, catalogue);
}

Patterns UnitPatterns(const std::string& unit, const Catalogue& catalogue) {
  if (unit.empty()) return {};
  const std::string* const many = catalogue.Unit(unit);
  if (many == nullptr) return {absl::StrCat("{n} ", unit)};
  const std::string* const one = catalogue.Unit(unit + ".one");
  return {*many, one != nullptr ? *one : *many};
}

FigurePair LevelShares(const Trait& trait, const Attribute& attribute, const Catalogue& catalogue) {
  const bool is_false = attribute.type == AttributeType::kBoolean && trait.level == "false";
  if (!is_false) return Shares(trait.segment_value, trait.population_value, catalogue);
  return Shares(1 - trait.segment_value, 1 - trait.population_value, catalogue);
}

}  // namespace

std::string FormatNumber(double number, int decimals, const Catalogue& catalogue) {
  if (std::abs(number) >= kTooLongToWrite) return absl::StrFormat("%.2g", number);
  std::string digits = absl::StrFormat("%.*f", decimals, std::abs(number));
  const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
  std::string fraction;
  if (const std::size_t dot = digits.find('.'); dot != std::string::npos) {
    fraction = absl::StrCat(catalogue.Message("decimal_mark"), digits.substr(dot + 1));
    digits.resize(dot);
  }
  const std::string mark = catalogue.Message("thousands_mark");
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, mark);
  return absl::StrCat(number < 0 && !is_zero ? "-" : "", digits, fraction);
}

std::string FormatShare(double share, const Catalogue& catalogue) {
  return Shares(share, share, catalogue).segment;
}

std::string FormatShareBelowAll(double share, const Catalogue& catalogue) {
  constexpr double kRoundsToAll = 0.995;
  if (share < kRoundsToAll || share >= 1) return FormatShare(share, catalogue);
  const double tenths = std::floor(1000 * share) / 10;
  return catalogue.Message("percent", {{"n", FormatNumber(tenths, 1, catalogue)}});
}

std::string FormatShareToTenth(double share, const Catalogue& catalogue) {
  constexpr double kTenth = .001;
  const bool hardly = share > 0 && share < kTenth;
  const bool almost = share < 1 && share > 1 - kTenth;
  const double written = hardly ? kTenth : almost ? 1 - kTenth : share;
  return absl::StrCat(
      hardly   ? "<"
      : almost ? ">"
               : "",
      catalogue.Message("percent", {{"n", FormatNumber(100 * written, 1, catalogue)}}));
}

std::string FormatPercent(double share, const Catalogue& catalogue) {
  constexpr int kDecimals = 2;
  const double hundredths = std::round(share * 10'000);
  int decimals = kDecimals;
  double tens = 10;
  while (decimals > 0 && std::fmod(hundredths, tens) == 0) {
    --decimals;
    tens *= 10;
  }
  return catalogue.Message("percent", {{"n", FormatNumber(hundredths / 100, decimals, catalogue)}});
}

std::string FormatExactly(double number, const Attribute& attribute, const Catalogue& catalogue) {
  constexpr int kMostDigits = 15;
  if (attribute.birth == Birth::kBirthYear) return absl::StrFormat("%.0f", number);
  int decimals = 0;
  double read = 0;
  while (decimals < kMostDigits &&
         !(absl::SimpleAtod(absl::StrFormat("%.*f", decimals, number), &read) && read == number)) {
    ++decimals;
  }
  const Patterns patterns = UnitPatterns(attribute.unit, catalogue);
  return Fill(IsSingular(number, decimals, catalogue) ? patterns.one : patterns.many,
              {{"n", FormatNumber(number, decimals, catalogue)}});
}

std::string FormatCounted(const std::string& key, std::int64_t count, const Catalogue& catalogue) {
  const auto number = static_cast<double>(count);
  const bool one = IsSingular(number, 0, catalogue);
  return catalogue.Message(one ? key + ".one" : key, {{"n", FormatNumber(number, 0, catalogue)}});
}

std::string FormatAmount(double amount, const std::string& currency_code,
                         const Catalogue& catalogue) {
  const double cents = std::round(100 * amount) / 100;
  return Fill(UnitPatterns(currency_code, catalogue).many,
              {{"n", FormatNumber(cents, cents == std::round(cents) ? 0 : 2, catalogue)}});
}

std::string FormatMeanAmount(double amount, const std::string& currency_code,
                             const Catalogue& catalogue) {
  return Fill(UnitPatterns(currency_code, catalogue).many,
              {{"n", FormatNumber(amount, DecimalsFor(std::abs(amount)), catalogue)}});
}

FigurePair FormatFigures(const Trait& trait, const Attribute& attribute,
                         const Catalogue& catalogue) {
  const double segment = trait.segment_value;
  const double population = trait.population_value;
  switch (attribute.type) {
    case AttributeType::kCategorical:
    case AttributeType::kSet:
    case AttributeType::kBoolean: return LevelShares(trait, attribute, catalogue);
    case AttributeType::kDate:
    case AttributeType::kTimestamp: return Durations(segment, population, catalogue);
    case AttributeType::kLocation:
      return PlainNumbers(segment, population, UnitPatterns("km", catalogue), catalogue);
    case AttributeType::kOrdinal: return OrdinalFigures(segment, population, attribute, catalogue);
    case AttributeType::kNumeric:
    case AttributeType::kText: break;
  }
  if (attribute.birth == Birth::kBirthYear) {
    return {absl::StrFormat("%.0f", segment), absl::StrFormat("%.0f", population)};
  }
  return PlainNumbers(segment, population, UnitPatterns(attribute.unit, catalogue), catalogue);
}

}  // namespace cible
