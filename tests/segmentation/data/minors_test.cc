#include "segmentation/data/minors.h"

#include <gmock/gmock.h>

#include "absl/time/civil_time.h"

namespace cible {
namespace {

using testing::ElementsAre;

Date On(int year, int month, int day) {
  return {static_cast<std::int32_t>(absl::CivilDay(year, month, day) - absl::CivilDay(1970, 1, 1))};
}

std::vector<std::uint8_t> Minors(AttributeType type, Birth birth,
                                 const std::vector<std::optional<Value>>& values, Date day) {
  Schema schema;
  EXPECT_TRUE(schema.Add({.id = "birth", .type = type, .birth = birth}).ok());
  ContactTable table{.row_count = static_cast<int>(values.size())};
  table.columns = {MakeColumn("birth", type)};
  for (const auto& value : values) Append(table.columns[0], value);
  return FindMinors(table, schema, day);
}

TEST(FindMinors, APersonIsAMinorUntilTheDayOfItsEighteenthBirthday) {
  const std::vector<std::optional<Value>> births = {On(2008, 11, 22), On(2008, 11, 23),
                                                    On(1950, 1, 1), std::nullopt};
  EXPECT_THAT(Minors(AttributeType::kDate, Birth::kBirthDate, births, On(2026, 11, 22)),
              ElementsAre(0, 1, 0, 0));
}

TEST(FindMinors, WhoWasBornOnALeapDayComesOfAgeOnTheFirstOfMarch) {
  const std::vector<std::optional<Value>> births = {On(2008, 2, 29)};
  EXPECT_THAT(Minors(AttributeType::kDate, Birth::kBirthDate, births, On(2026, 2, 28)),
              ElementsAre(1));
  EXPECT_THAT(Minors(AttributeType::kDate, Birth::kBirthDate, births, On(2026, 3, 1)),
              ElementsAre(0));
}

TEST(FindMinors, AYearOfBirthThatLeavesTheAgeOpenCountsAsUnderage) {
  const std::vector<std::optional<Value>> years = {2007.0, 2008.0, 2026.0, 2027.0, std::nullopt};
  EXPECT_THAT(Minors(AttributeType::kNumeric, Birth::kBirthYear, years, On(2026, 6, 1)),
              ElementsAre(0, 1, 1, 0, 0));
}

TEST(FindMinors, AnAgeBelowEighteenIsUnderage) {
  const std::vector<std::optional<Value>> ages = {0.0, 17.9, 18.0, -1.0, std::nullopt};
  EXPECT_THAT(Minors(AttributeType::kNumeric, Birth::kAge, ages, On(2026, 6, 1)),
              ElementsAre(1, 1, 0, 0, 0));
}

TEST(FindMinors, AnInstantOfBirthIsOfItsDay) {
  const std::int64_t day_micros = 86'400'000'000;
  const Timestamp birth{On(2008, 11, 22).days * day_micros + 5};
  EXPECT_THAT(Minors(AttributeType::kTimestamp, Birth::kBirthDate, {birth}, On(2026, 11, 21)),
              ElementsAre(1));
  EXPECT_THAT(Minors(AttributeType::kTimestamp, Birth::kBirthDate, {birth}, On(2026, 11, 22)),
              ElementsAre(0));
}

TEST(FindMinors, AnAttributeThatTellsOfNoBirthOrIsNotInTheTableDoesNotTell) {
  EXPECT_THAT(Minors(AttributeType::kNumeric, Birth::kNone, {Value(3.0)}, On(2026, 6, 1)),
              ElementsAre(0));
  Schema schema;
  ASSERT_TRUE(
      schema.Add({.id = "age", .type = AttributeType::kNumeric, .birth = Birth::kAge}).ok());
  EXPECT_THAT(FindMinors({.row_count = 2}, schema, On(2026, 6, 1)), ElementsAre(0, 0));
}

}  // namespace
}  // namespace cible
