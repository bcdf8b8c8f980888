#include "segmentation/personas/figures.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

const Catalogue& English() { return Catalogue::For(Language::kEnglish); }
const Catalogue& French() { return Catalogue::For(Language::kFrench); }

FigurePair NumberPair(double segment, double population, const std::string& unit,
                      const Catalogue& catalogue) {
  const Attribute attribute{.id = "x", .type = AttributeType::kNumeric, .unit = unit};
  return FormatFigures({.segment_value = segment, .population_value = population}, attribute,
                       catalogue);
}

TEST(FormatNumber, UsesTheMarksOfTheLanguage) {
  EXPECT_EQ(FormatNumber(1234567.5, 1, English()), "1,234,567.5");
  EXPECT_EQ(FormatNumber(1234567.5, 1, French()), "1\u202f234\u202f567,5");
  EXPECT_EQ(FormatNumber(-1234, 0, English()), "-1,234");
  EXPECT_EQ(FormatNumber(-0.04, 1, English()), "0.0");
  EXPECT_EQ(FormatNumber(999, 0, English()), "999");
}

TEST(FormatNumber, WritesNoHundredsOfDigits) {
  EXPECT_EQ(FormatNumber(-4.1e307, 0, English()), "-4.1e+307");
  EXPECT_EQ(FormatNumber(999e12, 0, English()), "999,000,000,000,000");
}

TEST(FormatShare, WritesThePercentSignOfTheLanguage) {
  EXPECT_EQ(FormatShare(.2249, English()), "22%");
  EXPECT_EQ(FormatShare(.2249, French()), "22\u202f%");
  EXPECT_EQ(FormatShare(.0149, French()), "1,5\u202f%");
}

TEST(FormatFigures, GivesNoMoreDigitsThanTellTheTwoApart) {
  EXPECT_EQ(NumberPair(621.4, 304.1, "", English()).segment, "621");
  EXPECT_EQ(NumberPair(8.27, 5.79, "", English()).segment, "8.3");
  EXPECT_EQ(NumberPair(.031, .44, "", English()).segment, "0.03");
  EXPECT_EQ(NumberPair(621.4, 621.1, "", English()).population, "621.1");
}

TEST(FormatFigures, WritesUnits) {
  EXPECT_EQ(NumberPair(1621, 304, "EUR", English()).segment, "€1,621");
  EXPECT_EQ(NumberPair(1621, 304, "EUR", French()).segment, "1\u202f621\u202f€");
  EXPECT_EQ(NumberPair(16, 3, "litres", English()).segment, "16.0 litres");
}

TEST(FormatFigures, WritesOneInTheSingularOfTheLanguage) {
  EXPECT_EQ(NumberPair(1, 30, "days", English()).segment, "1 day");
  EXPECT_EQ(NumberPair(0, 30, "days", English()).segment, "0 days");
  EXPECT_EQ(NumberPair(1, 30, "days", French()).segment, "1 jour");
  const Attribute since{.id = "since", .type = AttributeType::kDate};
  const Trait young{.segment_value = 365.25 * .8, .population_value = 365.25 * 4.6};
  EXPECT_EQ(FormatFigures(young, since, French()).segment, "0,8 an");
  EXPECT_EQ(FormatFigures(young, since, French()).population, "4,6 ans");
  EXPECT_EQ(FormatFigures(young, since, English()).segment, "0.8 years");
}

TEST(FormatFigures, TellsDatesAsDurations) {
  const Attribute attribute{.id = "since", .type = AttributeType::kDate};
  const FigurePair years =
      FormatFigures({.segment_value = 365.25 * 3, .population_value = 365.25}, attribute, French());
  EXPECT_EQ(years.segment, "3,0 ans");
  const FigurePair days =
      FormatFigures({.segment_value = 12, .population_value = 40}, attribute, English());
  EXPECT_EQ(days.segment, "12 days");
}

TEST(FormatFigures, TellsOrdinalsByTheNearestLevel) {
  const Attribute attribute{
      .id = "satisfaction", .type = AttributeType::kOrdinal, .levels = {"low", "medium", "high"}};
  const FigurePair pair =
      FormatFigures({.segment_value = 1.7, .population_value = .9}, attribute, English());
  EXPECT_EQ(pair.segment, "“high”");
  EXPECT_EQ(pair.population, "“medium”");
}

TEST(FormatFigures, TellsRatingsByTheirMean) {
  const Attribute attribute{
      .id = "satisfaction", .type = AttributeType::kOrdinal, .levels = {"1", "2", "3", "4", "5"}};
  const FigurePair pair =
      FormatFigures({.segment_value = 1.6, .population_value = 2.9}, attribute, French());
  EXPECT_EQ(pair.segment, "2,6");
  EXPECT_EQ(pair.population, "3,9");
}

TEST(FormatFigures, TellsBooleansByTheTrueShare) {
  const Attribute attribute{.id = "newsletter", .type = AttributeType::kBoolean};
  const FigurePair pair = FormatFigures(
      {.level = "false", .segment_value = .2, .population_value = .5}, attribute, English());
  EXPECT_EQ(pair.segment, "80%");
}

TEST(FormatFigures, WritesBirthYearsWithoutThousands) {
  const Attribute attribute{
      .id = "born", .type = AttributeType::kNumeric, .birth = Birth::kBirthYear};
  EXPECT_EQ(FormatFigures({.segment_value = 1978.4, .population_value = 1969}, attribute, French())
                .segment,
            "1978");
}

TEST(FormatPercent, HasTheDecimalsOfTheShare) {
  EXPECT_EQ(FormatPercent(.12, English()), "12%");
  EXPECT_EQ(FormatPercent(.125, English()), "12.5%");
  EXPECT_EQ(FormatPercent(.43205627, English()), "43.21%");
  EXPECT_EQ(FormatPercent(.99999, English()), "100%");
  EXPECT_EQ(FormatPercent(0, French()), "0\u202f%");
}

TEST(FormatCounted, KnowsTheSingularOfTheLanguage) {
  const auto customers = [](std::int64_t count, Language language) {
    return FormatCounted("market.customers", count, Catalogue::For(language));
  };
  EXPECT_EQ(customers(1204, Language::kEnglish), "1,204 customers");
  EXPECT_EQ(customers(1, Language::kEnglish), "1 customer");
  EXPECT_EQ(customers(0, Language::kEnglish), "0 customers");
  EXPECT_EQ(customers(0, Language::kFrench), "0 client");
}

TEST(FormatAmount, WritesCentsWhereThereAreAny) {
  EXPECT_EQ(FormatAmount(1204, "EUR", English()), "€1,204");
  EXPECT_EQ(FormatAmount(1204.504, "CHF", English()), "1,204.50 CHF");
  EXPECT_EQ(FormatAmount(-3, "", English()), "-3");
  EXPECT_EQ(FormatMeanAmount(310.27, "EUR", English()), "€310");
  EXPECT_EQ(FormatMeanAmount(3.14, "EUR", English()), "€3.1");
}

}  // namespace
}  // namespace cible
