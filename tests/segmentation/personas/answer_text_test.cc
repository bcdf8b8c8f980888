#include "segmentation/personas/answer_text.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

constexpr double kYear = 365.25;

const Catalogue& English() { return Catalogue::For(Language::kEnglish); }
const Catalogue& French() { return Catalogue::For(Language::kFrench); }

TEST(DescribeNumbers, SaysWholeNumbersByTheirLast) {
  const Attribute age{.id = "age", .type = AttributeType::kNumeric};
  const auto text = [&](std::optional<double> low, std::optional<double> high) {
    return DescribeNumbers({.low = low, .high = high, .whole = true}, age, English());
  };
  EXPECT_EQ(text({}, 35), "under 35");
  EXPECT_EQ(text(35, 55), "35 to 54");
  EXPECT_EQ(text(55, {}), "55 or more");
  EXPECT_EQ(text(0, 1), "0");
  EXPECT_EQ(DescribeNumbers({.low = 2.5, .high = 4}, age, English()), "2.5 to under 4");
  EXPECT_EQ(DescribeNumbers({.low = 2.5, .high = 4}, age, French()), "de 2,5 à moins de 4");
}

TEST(DescribeNumbers, SaysTheUnitOnceWhereItComesLast) {
  Attribute attribute{.id = "x", .type = AttributeType::kNumeric, .unit = "years"};
  const AnswerRange range{.low = 35, .high = 55, .whole = true};
  EXPECT_EQ(DescribeNumbers(range, attribute, English()), "35 to 54 years");
  attribute.unit = "EUR";
  EXPECT_EQ(DescribeNumbers(range, attribute, English()), "€35 to €54");
  EXPECT_EQ(DescribeNumbers(range, attribute, French()), "de 35 à 54\u202f€");
  EXPECT_EQ(DescribeNumbers({.low = 20'000}, attribute, English()), "€20,000 or more");
}

TEST(DescribeSpan, TakesTheLargestWholeUnit) {
  const Attribute joined{.id = "joined", .type = AttributeType::kDate};
  EXPECT_EQ(DescribeSpan({.high = kYear / 2}, joined, English()), "less than 6 months ago");
  EXPECT_EQ(DescribeSpan({.low = kYear / 12, .high = kYear}, joined, English()),
            "between 1 month and 1 year ago");
  EXPECT_EQ(DescribeSpan({.low = 14}, joined, English()), "14 days ago or longer");
  EXPECT_EQ(DescribeSpan({.low = 2 * kYear}, joined, French()), "il y a 2 ans ou plus");
}

TEST(DescribeSpan, TellsABirthDateAsAnAge) {
  const Attribute birth{.id = "born", .type = AttributeType::kDate, .birth = Birth::kBirthDate};
  EXPECT_EQ(DescribeSpan({.low = 35 * kYear, .high = 55 * kYear}, birth, English()),
            "35 to 54 years");
}

// Many days before is early.
TEST(DescribeDays, TurnsTheEndsRound) {
  const Date day{100};
  EXPECT_EQ(DescribeDays({.high = 100}, day, English()), "since 1970-01-01");
  EXPECT_EQ(DescribeDays({.low = 100}, day, English()), "before 1970-01-01");
  EXPECT_EQ(DescribeDays({.low = 69, .high = 100}, day, French()), "du 1970-01-01 au 1970-02-01");
}

TEST(DescribeLevel, PutsYesAndNoIntoTheLanguage) {
  EXPECT_EQ(DescribeLevel("true", {.type = AttributeType::kBoolean}, French()), "oui");
  EXPECT_EQ(DescribeLevel("false", {.type = AttributeType::kBoolean}, English()), "no");
  EXPECT_EQ(DescribeLevel("true", {.type = AttributeType::kCategorical}, French()), "true");
}

}  // namespace
}  // namespace cible
