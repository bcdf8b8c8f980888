// `today` in filters, and on which day time alone changes what they say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/data/filter.h"

namespace cible {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;
constexpr std::int32_t kToday = 20'000;  // 2024-10-04.
constexpr double kHalfLife = 30;

Schema Shoppers() {
  Schema schema;
  for (const Attribute& attribute :
       std::vector<Attribute>{{.id = "demo_date", .type = AttributeType::kDate},
                              {.id = "seen", .type = AttributeType::kTimestamp},
                              {.id = "recency", .type = AttributeType::kNumeric},
                              {.id = "engagement", .type = AttributeType::kNumeric},
                              {.id = "visits", .type = AttributeType::kNumeric},
                              {.id = "their_recency", .type = AttributeType::kNumeric},
                              {.id = "age", .type = AttributeType::kNumeric},
                              {.id = "sector", .type = AttributeType::kCategorical},
                              {.id = "mood", .type = AttributeType::kCategorical}}) {
    const absl::Status added = schema.Add(attribute);
    EXPECT_TRUE(added.ok()) << added;
  }
  return schema;
}

Drift DriftOf(const Attribute& attribute) {
  if (attribute.id == "recency") return Drift::kDaysSince;
  if (attribute.id == "engagement") return Drift::kHalving;
  if (attribute.id == "their_recency") return Drift::kUnforeseen;
  return attribute.id == "visits" || attribute.id == "sector" ? Drift::kAny : Drift::kNone;
}

ContactFacts AsOf(std::optional<Date> today) {
  return {.segments = {}, .stages = {}, .today = today};
}

using Cells = std::vector<std::optional<Value>>;

ContactTable Column(const std::string& attribute, const Cells& cells) {
  ContactTable table;
  table.row_count = static_cast<int>(cells.size());
  table.columns.push_back(MakeColumn(attribute, Shoppers().Find(attribute)->type));
  for (const auto& cell : cells) Append(table.columns.back(), cell);
  return table;
}

Cells DaysFromToday(const std::vector<int>& days) {
  Cells cells;
  for (const int day : days) cells.emplace_back(std::in_place, Date{kToday + day});
  return cells;
}

Filter Parsed(absl::string_view text, const FilterContext& context = {}) {
  const auto filter = Filter::Parse(text, Shoppers(), context);
  EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
  return filter.ok() ? *filter : Filter();
}

std::string Refusal(absl::string_view text) {
  const auto filter = Filter::Parse(text, Shoppers());
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(filter.status().message());
}

Truths Judged(absl::string_view text, const ContactTable& table) {
  return Parsed(text).Judge(table, AsOf(Date{kToday}));
}

// Days from today to the next change, -1 where there is none.
std::vector<int> Changes(absl::string_view text, const ContactTable& table) {
  const FilterContext context{.numbers = {{"offer.min_price", 90.}, {"offer.max_price", {}}},
                              .drift = DriftOf};
  std::vector<int> days;
  for (const std::int32_t day :
       Parsed(text, context).NextChanges(table, AsOf(Date{kToday}), kHalfLife)) {
    days.push_back(day == kNoDay ? -1 : day - kToday);
  }
  return days;
}

TEST(FilterToday, ComparesDaysWithTheDayThatIsAskedAbout) {
  const ContactTable demos = Column("demo_date", DaysFromToday({-31, -30, -29, 0, 1}));
  EXPECT_THAT(Judged("demo_date > today - 30d", demos), ElementsAre(0, 0, 2, 2, 2));
  EXPECT_THAT(Judged("demo_date >= today-30d", demos), ElementsAre(0, 2, 2, 2, 2));
  EXPECT_THAT(Judged("demo_date = today", demos), ElementsAre(0, 0, 0, 2, 0));
  EXPECT_THAT(Judged("demo_date:today", demos), ElementsAre(0, 0, 0, 2, 0));
  EXPECT_THAT(Judged("demo_date != today+1d", demos), ElementsAre(2, 2, 2, 2, 0));
  EXPECT_THAT(Judged("demo_date < today - 0d", demos), ElementsAre(2, 2, 2, 0, 0));
  EXPECT_THAT(Judged("demo_date <= today + 2w AND demo_date > today -1w", demos),
              ElementsAre(0, 0, 0, 2, 2));
  EXPECT_THAT(Judged("(demo_date>today-36525d)AND(demo_date<today + 36525d)", demos), Each(2));
}

TEST(FilterToday, ComparesInstantsByTheirDayInUtc) {
  const ContactTable visits =
      Column("seen", {Timestamp{kToday * kMicrosPerDay - 1}, Timestamp{kToday * kMicrosPerDay},
                      Timestamp{(kToday + 1) * kMicrosPerDay - 1}, std::nullopt});
  EXPECT_THAT(Judged("seen = today", visits), ElementsAre(0, 2, 2, 1));
  EXPECT_THAT(Judged("seen > today - 1d", visits), ElementsAre(0, 2, 2, 1));
}

TEST(FilterToday, IsUnknownWhereItIsNotSaid) {
  const ContactTable demos = Column("demo_date", DaysFromToday({-40, 0}));
  const Filter filter = Parsed("demo_date > today - 30d");
  EXPECT_THAT(filter.Judge(demos, AsOf(std::nullopt)), Each(kIsUnknown));
  EXPECT_THAT(Parsed("NOT demo_date > today - 30d").Evaluate(demos, AsOf(std::nullopt)), Each(0));
}

TEST(FilterToday, IsAWordLikeAnyOtherInQuotesAndWhereNoDayIsCompared) {
  const ContactTable moods = Column("mood", {"today", "today - 30d", "today-ish"});
  EXPECT_THAT(Judged("mood = today", moods), ElementsAre(2, 0, 0));
  EXPECT_THAT(Judged("mood = \"today - 30d\"", moods), ElementsAre(0, 2, 0));
  EXPECT_THAT(Judged("mood = today-ish", moods), ElementsAre(0, 0, 2));
  EXPECT_EQ(Refusal("demo_date = \"today\""),
            "filter, position 13: attribute \"demo_date\" is DATE; compare it with a day, such as "
            "\"2025-01-31\" or today - 30d");
}

TEST(FilterToday, RefusesAnOffsetThatIsNoneAndSaysWhere) {
  const std::string expected =
      "expected a whole number of days or weeks, as in today - 30d or today + 2w";
  EXPECT_EQ(Refusal("demo_date > today - "), "filter, position 21: " + expected);
  EXPECT_EQ(Refusal("demo_date > today - 30"), "filter, position 23: " + expected);
  EXPECT_EQ(Refusal("demo_date > today - 30m"), "filter, position 23: " + expected);
  EXPECT_EQ(Refusal("demo_date > today - 1.5d"), "filter, position 22: " + expected);
  EXPECT_EQ(Refusal("demo_date > today - -3d"), "filter, position 21: " + expected);
  EXPECT_EQ(Refusal("demo_date > today-30"), "filter, position 21: " + expected);
  EXPECT_EQ(Refusal("demo_date > today 30d"),
            "filter, position 19: expected AND, OR (in capitals) or the end");
  const std::string too_far = "more than 36525 days from today; count fewer, or name the day";
  EXPECT_EQ(Refusal("demo_date > today - 36526d"), "filter, position 21: " + too_far);
  EXPECT_EQ(Refusal("demo_date > today + 5218w"), "filter, position 21: " + too_far);
  EXPECT_EQ(Refusal("demo_date > today + 99999999999999999999d"),
            "filter, position 21: " + too_far);
}

TEST(FilterToday, RefusesToCountDaysForWhatIsNoDay) {
  const std::string expected =
      "days are counted from today only where a DATE or a TIMESTAMP is compared; put the value in "
      "quotes if it is a text";
  EXPECT_EQ(Refusal("age > 3 AND mood = today - 30d"), "filter, position 26: " + expected);
  EXPECT_EQ(Refusal("age > today-3d"), "filter, position 12: " + expected);
  EXPECT_EQ(Refusal("contact.id = today + 1w"), "filter, position 20: " + expected);
  EXPECT_EQ(Refusal("age > today"),
            "filter, position 7: attribute \"age\" is NUMERIC; compare it with a number, such as "
            "25 or -0.5");
}

// ---- Words that stand for numbers.

TEST(FilterNumbers, StandForWhatTheContextSays) {
  const ContactTable ages = Column("age", {20.0, 90.0, 120.0, std::nullopt});
  const FilterContext context{.numbers = {{"offer.min_price", 90.}, {"offer.max_price", {}}}};
  EXPECT_THAT(Parsed("age >= offer.min_price", context).Judge(ages, {}), ElementsAre(0, 2, 2, 1));
  EXPECT_THAT(Parsed("age != offer.max_price", context).Judge(ages, {}), Each(kIsUnknown));
  EXPECT_THAT(Parsed("age:offer.min_price", context).attributes(), ElementsAre("age"));
}

TEST(FilterNumbers, AreRefusedWhereTheContextHasNone) {
  const FilterContext context{.numbers = {{"offer.min_price", 90.}}};
  const std::string expected =
      "filter, position 7: attribute \"age\" is NUMERIC; compare it with a number, such as 25 or "
      "-0.5";
  EXPECT_EQ(Refusal("age > offer.min_price"), expected);
  for (const char* text : {"age > offer.max_price", "age > \"offer.min_price\""}) {
    EXPECT_EQ(Filter::Parse(text, Shoppers(), context).status().message(), expected) << text;
  }
}

// ---- The next change.

TEST(FilterNextChanges, KnowsOnWhichDayTodayPassesADate) {
  const ContactTable demos = Column("demo_date", DaysFromToday({-1, 0, 1, 7}));
  EXPECT_THAT(Changes("demo_date = today", demos), ElementsAre(-1, 1, 1, 7));
  EXPECT_THAT(Changes("demo_date != today", demos), ElementsAre(-1, 1, 1, 7));
  EXPECT_THAT(Changes("demo_date < today", demos), ElementsAre(-1, 1, 2, 8));
  EXPECT_THAT(Changes("demo_date >= today", demos), ElementsAre(-1, 1, 2, 8));
  EXPECT_THAT(Changes("demo_date <= today", demos), ElementsAre(-1, -1, 1, 7));
  EXPECT_THAT(Changes("demo_date > today", demos), ElementsAre(-1, -1, 1, 7));
  EXPECT_THAT(Changes("demo_date > today - 30d", demos), ElementsAre(29, 30, 31, 37));
  EXPECT_THAT(Changes("demo_date > today + 1w", demos), ElementsAre(-1, -1, -1, -1));
  EXPECT_THAT(Changes("demo_date > 2024-10-04", demos), Each(-1)) << "a day that stands still";
  EXPECT_THAT(Changes("demo_date:*", demos), Each(-1));
}

TEST(FilterNextChanges, CountsTheDaysOfInstantsInUtc) {
  const ContactTable visits =
      Column("seen", {Timestamp{kToday * kMicrosPerDay - 1}, Timestamp{kToday * kMicrosPerDay}});
  EXPECT_THAT(Changes("seen >= today - 2d", visits), ElementsAre(2, 3));
}

TEST(FilterNextChanges, CountsTheDaysUntilSoManyHavePassed) {
  const ContactTable bought = Column("recency", {0.0, 89.0, 90.0, 91.0, std::nullopt});
  EXPECT_THAT(Changes("recency > 90", bought), ElementsAre(91, 2, 1, -1, -1));
  EXPECT_THAT(Changes("recency <= 90", bought), ElementsAre(91, 2, 1, -1, -1));
  EXPECT_THAT(Changes("recency >= 90", bought), ElementsAre(90, 1, -1, -1, -1));
  EXPECT_THAT(Changes("recency = 90", bought), ElementsAre(90, 1, 1, -1, -1));
  EXPECT_THAT(Changes("recency > 89.5", bought), ElementsAre(90, 1, -1, -1, -1));
  EXPECT_THAT(Changes("recency = 89.5", bought), Each(-1)) << "no whole number of days";
  EXPECT_THAT(Changes("recency >= offer.min_price", bought), ElementsAre(90, 1, -1, -1, -1));
  EXPECT_THAT(Changes("recency >= offer.max_price", bought), Each(-1)) << "unknown";
  EXPECT_THAT(Changes("recency < 1e12", bought), Each(-1)) << "beyond all days";
}

TEST(FilterNextChanges, CountsTheHalfLivesUntilSoLittleIsLeft) {
  const ContactTable engaged =
      Column("engagement", {16.0, 8.0, 7.99, 0.0, std::nullopt, std::exp2(1.5)});
  EXPECT_THAT(Changes("engagement >= 8", engaged), ElementsAre(30, 1, -1, -1, -1, -1));
  EXPECT_THAT(Changes("engagement < 2", engaged), ElementsAre(90, 60, 60, -1, -1, 15));
  EXPECT_THAT(Changes("engagement > -1", engaged), Each(-1));
  EXPECT_THAT(Changes("is_missing(engagement)", engaged), Each(-1));
}

TEST(FilterNextChanges, DoesNotWaitForWhatIsWornDownToNothing) {
  const ContactTable engaged = Column("engagement", {16.0, 0.0});
  const std::vector<int> days = Changes("engagement > 0", engaged);
  EXPECT_GT(days[0], 1000 * kHalfLife);
  EXPECT_LT(days[0], 1100 * kHalfLife);
  EXPECT_EQ(days[1], -1);
}

TEST(FilterNextChanges, LooksAgainTomorrowWhereItCannotTell) {
  const ContactTable visits = Column("visits", {3.0, 0.0, std::nullopt});
  EXPECT_THAT(Changes("visits > 2", visits), ElementsAre(1, -1, -1));
  const ContactTable theirs = Column("their_recency", {3.0, 0.0, std::nullopt});
  EXPECT_THAT(Changes("their_recency > 2", theirs), ElementsAre(1, 1, -1));
  const ContactTable sectors = Column("sector", {"retail", std::nullopt});
  EXPECT_THAT(Changes("sector = bank", sectors), ElementsAre(1, -1));
}

TEST(FilterNextChanges, TakesTheFirstOfItsComparisons) {
  ContactTable table = Column("demo_date", DaysFromToday({5}));
  table.columns.push_back(Column("recency", {10.0}).columns[0]);
  EXPECT_THAT(Changes("demo_date > today AND recency > 11", table), ElementsAre(2));
  EXPECT_THAT(Changes("NOT (demo_date > today OR NOT recency > 30)", table), ElementsAre(5));
  EXPECT_THAT(Changes("", table), ElementsAre(-1));
  EXPECT_THAT(Changes("age > 3", table), ElementsAre(-1)) << "no such column";
}

TEST(FilterNextChanges, TakesAttributesForStandingStillWhereNothingSaysThatTheyDrift) {
  const ContactTable bought = Column("recency", {10.0});
  EXPECT_THAT(Parsed("recency > 11").NextChanges(bought, AsOf(Date{kToday}), kHalfLife),
              ElementsAre(kNoDay));
}

}  // namespace
}  // namespace cible
