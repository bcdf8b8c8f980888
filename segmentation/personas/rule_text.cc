#include "segmentation/personas/rule_text.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/claim.h"
#include "segmentation/personas/figures.h"
#include "segmentation/personas/words.h"

namespace cible {
namespace {

using Test = RuleCondition::Test;

Reading ReadingOf(const Attribute& attribute, const std::string& level) {
  const Lexicon& lexicon = Lexicon::Get();
  Reading reading{.attribute = &attribute, .about = lexicon.OfAttribute(attribute)};
  if (!level.empty() && attribute.type != AttributeType::kBoolean) {
    reading.level = lexicon.OfLevel(attribute, level).meaning;
  }
  return reading;
}

std::string LevelIn(const std::string& level, const Catalogue& catalogue) {
  return catalogue.Message("level", {{"level", level}});
}

// "“a”, “b” or “c”".
std::string Alternatives(const std::vector<std::string>& levels, const Catalogue& catalogue) {
  std::string text;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (i > 0 && i + 1 == levels.size()) {
      absl::StrAppend(&text, " ", catalogue.Message("rule.or"), " ");
    } else if (i > 0) {
      absl::StrAppend(&text, catalogue.Message("rule.join"), " ");
    }
    absl::StrAppend(&text, LevelIn(levels[i], catalogue));
  }
  return text;
}

// The message for a range with these ends.
std::string RangeText(const std::string& kind, bool has_low, bool has_high,
                      const Arguments& arguments, const Catalogue& catalogue) {
  const char* const ends = has_low && has_high ? "between" : has_low ? "from" : "below";
  const std::string separator = kind.empty() ? "" : "_";
  return catalogue.Message(absl::StrCat("rule.", kind, separator, ends), arguments);
}

// Whether "below it" is how "at most the number before it" is written: that one
// is short, the bound itself is not.
bool IncludesTheNumberBefore(double high) {
  const auto is_short = [](double number) {
    double read = 0;
    return absl::SimpleAtod(absl::StrFormat("%.12g", number), &read) && read == number;
  };
  return !is_short(high) && is_short(std::nextafter(high, -HUGE_VAL));
}

std::string NumberText(const RuleCondition& condition, const Attribute& attribute,
                       Arguments arguments, const Catalogue& catalogue) {
  const auto add = [&](const char* name, double bound) {
    arguments.emplace_back(name, FormatExactly(bound, attribute, catalogue));
  };
  if (condition.low) add("low", *condition.low);
  if (condition.high && IncludesTheNumberBefore(*condition.high)) {
    const double last = std::nextafter(*condition.high, -HUGE_VAL);
    add("high", last);
    const char* const ends = !condition.low           ? "rule.level_below"
                             : *condition.low == last ? "rule.exactly"
                                                      : "rule.whole_between";
    return catalogue.Message(ends, arguments);
  }
  if (!condition.whole || !condition.low || !condition.high) {
    if (condition.high) add("high", *condition.high);
    return RangeText("", condition.low.has_value(), condition.high.has_value(), arguments,
                     catalogue);
  }
  const double last = *condition.high - 1;
  add("high", last);
  return catalogue.Message(last == *condition.low ? "rule.exactly" : "rule.whole_between",
                           arguments);
}

std::string DayText(const RuleCondition& condition, Arguments arguments,
                    const Catalogue& catalogue) {
  const auto add = [&](const char* name, double bound) {
    arguments.emplace_back(name, FormatDate(Date{static_cast<std::int32_t>(bound)}));
  };
  if (condition.low) add("low", *condition.low);
  if (condition.high) add("high", *condition.high);
  return RangeText("day", condition.low.has_value(), condition.high.has_value(), arguments,
                   catalogue);
}

std::string OrdinalText(const RuleCondition& condition, const Attribute& attribute,
                        Arguments arguments, const Catalogue& catalogue) {
  const double count = static_cast<double>(attribute.levels.size());
  const auto low = static_cast<std::size_t>(condition.low.value_or(0));
  const auto high = static_cast<std::size_t>(condition.high.value_or(count)) - 1;
  if (low == high) {
    arguments.emplace_back("levels", LevelIn(attribute.levels[low], catalogue));
    return catalogue.Message("rule.level", arguments);
  }
  arguments.emplace_back("low", LevelIn(attribute.levels[low], catalogue));
  arguments.emplace_back("high", LevelIn(attribute.levels[high], catalogue));
  return RangeText("level", condition.low.has_value(), condition.high.has_value(), arguments,
                   catalogue);
}

std::string LevelsText(const RuleCondition& condition, const Attribute& attribute,
                       Arguments arguments, const Catalogue& catalogue) {
  if (attribute.type == AttributeType::kBoolean) {
    return catalogue.Message(condition.levels[0] == "true" ? "rule.yes" : "rule.no", arguments);
  }
  if (condition.test == Test::kOneOf && condition.levels.size() == 1) {
    const std::string& level = condition.levels[0];
    return LabelOf(ReadingOf(attribute, level), level, catalogue);
  }
  arguments.emplace_back("levels", Alternatives(condition.levels, catalogue));
  switch (condition.test) {
    case Test::kNoneOf: return catalogue.Message("rule.other_level", arguments);
    case Test::kHasTag: return catalogue.Message("rule.tag", arguments);
    case Test::kLacksTag: return catalogue.Message("rule.no_tag", arguments);
    default: return catalogue.Message("rule.level", arguments);
  }
}

std::string Describe(const RuleCondition& condition, const Attribute& attribute,
                     const Catalogue& catalogue) {
  Arguments arguments = {{"label", AttributeLabelOf(attribute, catalogue)}};
  if (condition.test != Test::kRange) {
    return LevelsText(condition, attribute, std::move(arguments), catalogue);
  }
  switch (attribute.type) {
    case AttributeType::kDate:
    case AttributeType::kTimestamp: return DayText(condition, std::move(arguments), catalogue);
    case AttributeType::kOrdinal:
      return OrdinalText(condition, attribute, std::move(arguments), catalogue);
    default: return NumberText(condition, attribute, std::move(arguments), catalogue);
  }
}

bool IsDeniedAnywhere(const Reading& reading, const std::string& level) {
  const auto languages = AllLanguages();
  return std::any_of(languages.begin(), languages.end(), [&](Language language) {
    const Catalogue& catalogue = Catalogue::For(language);
    return catalogue.DeniesText(level) || catalogue.DeniesText(LabelOf(reading, level, catalogue));
  });
}

}  // namespace

bool MayBeSaidInRule(const Attribute& attribute, const std::string& level) {
  const Reading reading = ReadingOf(attribute, level);
  return MayBeTold(reading) && !IsDeniedAnywhere(reading, level);
}

std::string DescribeCondition(const RuleCondition& condition, const Schema& schema,
                              Language language) {
  return Describe(condition, *schema.Find(condition.attribute), Catalogue::For(language));
}

std::string DescribeRule(const SegmentRule& rule, const Schema& schema, Language language) {
  const Catalogue& catalogue = Catalogue::For(language);
  if (!rule.found()) return catalogue.Message("rule.none");
  std::string text;
  for (const RuleCondition& condition : rule.conditions) {
    if (!text.empty()) absl::StrAppend(&text, catalogue.Message("rule.join"), " ");
    absl::StrAppend(&text, Describe(condition, *schema.Find(condition.attribute), catalogue));
  }
  return Capitalised(text);
}

std::string DescribeRuleQuality(const SegmentRule& rule, Language language) {
  if (!rule.found()) return "";
  const Catalogue& catalogue = Catalogue::For(language);
  return catalogue.Message("rule.quality",
                           {{"precision", FormatShareBelowAll(rule.quality.precision, catalogue)},
                            {"recall", FormatShareBelowAll(rule.quality.recall, catalogue)}});
}

std::string DescribeConversion(const Conversion& conversion, const Schema& schema,
                               Language language) {
  const Attribute& attribute = *schema.Find(conversion.attribute);
  const Reading reading = ReadingOf(attribute, "");
  if (!MayBeTold(reading) || IsDeniedAnywhere(reading, "")) return "";
  const Catalogue& catalogue = Catalogue::For(language);
  // Whole percents would hide a narrow interval.
  constexpr double kNarrow = 0.1;
  const int decimals = conversion.interval.high - conversion.interval.low < kNarrow ? 1 : 0;
  const auto percent = [&](double share) {
    return catalogue.Message("percent", {{"n", FormatNumber(100 * share, decimals, catalogue)}});
  };
  const Arguments arguments = {{"label", Capitalised(AttributeLabelOf(attribute, catalogue))},
                               {"rate", percent(conversion.rate)},
                               {"low", percent(conversion.interval.low)},
                               {"high", percent(conversion.interval.high)},
                               {"population", percent(conversion.population_rate)}};
  return catalogue.Message(conversion.known > 0 ? "conversion.rate" : "conversion.unknown",
                           arguments);
}

}  // namespace cible
