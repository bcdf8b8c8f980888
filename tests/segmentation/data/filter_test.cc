#include "segmentation/data/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Flags = std::vector<int>;

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

Schema Shoppers() {
  Schema schema;
  const auto add = [&](const Attribute& attribute) {
    const absl::Status added = schema.Add(attribute);
    EXPECT_TRUE(added.ok()) << added;
  };
  add({.id = "age", .display_name = "Age in years", .type = AttributeType::kNumeric});
  add({.id = "country", .display_name = "Country", .type = AttributeType::kCategorical});
  add({.id = "loyalty", .type = AttributeType::kOrdinal, .levels = {"low", "medium", "high"}});
  add({.id = "channels", .type = AttributeType::kSet});
  add({.id = "newsletter", .type = AttributeType::kBoolean});
  add({.id = "first_visit", .type = AttributeType::kDate});
  add({.id = "seen", .type = AttributeType::kTimestamp});
  add({.id = "home", .type = AttributeType::kLocation});
  add({.id = "email", .type = AttributeType::kText, .role = Role::kIdentity});
  return schema;
}

// Four contacts; nothing is known of the last.
ContactTable FourShoppers() {
  const std::vector<std::pair<std::string, std::vector<std::optional<Value>>>> cells = {
      {"age", {25.0, 40.0, 61.5, std::nullopt}},
      {"country", {"FR", "BE", "FR", std::nullopt}},
      {"loyalty", {"high", "low", "medium", std::nullopt}},
      {"channels", {StringSet{{"store", "web"}}, StringSet{}, StringSet{{"phone"}}, std::nullopt}},
      {"newsletter", {true, false, true, std::nullopt}},
      {"first_visit",
       {*ParseDate("2025-01-31"), *ParseDate("2024-12-01"), *ParseDate("2025-06-30"),
        std::nullopt}},
      {"seen",
       {Timestamp{20'000 * kMicrosPerDay + 1}, Timestamp{20'001 * kMicrosPerDay},
        Timestamp{20'000 * kMicrosPerDay - 1}, std::nullopt}},
      {"home", {LatLng{48.8, 2.3}, std::nullopt, LatLng{50.8, 4.3}, std::nullopt}},
      {"email", {"a@example.com", "b@example.com", "", std::nullopt}}};
  const Schema schema = Shoppers();
  ContactTable table;
  table.row_count = 4;
  table.ids = {"c1", "c2", "c3", "c4"};
  for (const auto& [attribute, values] : cells) {
    Column column = MakeColumn(attribute, schema.Find(attribute)->type);
    for (const auto& value : values) Append(column, value);
    table.columns.push_back(std::move(column));
  }
  return table;
}

ContactFacts FourFacts() {
  return {.segments = {"s1", "s2", "", "s1"},
          .stages = {Stage::kLead, Stage::kCustomer, Stage::kUnknown, Stage::kProspect}};
}

Flags Passing(absl::string_view text) {
  const auto filter = Filter::Parse(text, Shoppers());
  EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
  if (!filter.ok()) return {};
  const auto flags = filter->Evaluate(FourShoppers(), FourFacts());
  return Flags(flags.begin(), flags.end());
}

std::string Refusal(absl::string_view text) {
  const auto filter = Filter::Parse(text, Shoppers());
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(filter.status().message());
}

TEST(FilterEvaluate, ComparesEveryTypeInItsOwnWay) {
  EXPECT_EQ(Passing("age >= 40"), (Flags{0, 1, 1, 0}));
  EXPECT_EQ(Passing("age = 61.5"), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("age > -5"), (Flags{1, 1, 1, 0}));
  EXPECT_EQ(Passing("country = FR"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("country != \"FR\""), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("country:'BE'"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("loyalty > low"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("loyalty <= medium"), (Flags{0, 1, 1, 0}));
  EXPECT_EQ(Passing("channels:web"), (Flags{1, 0, 0, 0}));
  EXPECT_EQ(Passing("newsletter = true"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("newsletter:false"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("first_visit >= \"2025-01-31\""), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("first_visit < 2025-01-31"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("email = a@example.com"), (Flags{1, 0, 0, 0}));
}

TEST(FilterEvaluate, ADayStandsForAllItsInstants) {
  // Day 20,000 is 2024-10-04.
  EXPECT_EQ(Passing("seen = 2024-10-04"), (Flags{1, 0, 0, 0}));
  EXPECT_EQ(Passing("seen <= 2024-10-04"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("seen > \"2024-10-04T00:00:00Z\""), (Flags{1, 1, 0, 0}));
  EXPECT_EQ(Passing("seen > \"2024-10-04T02:00:00+02:00\""), (Flags{1, 1, 0, 0}));
}

TEST(FilterEvaluate, AsksWhetherAValueIsKnown) {
  EXPECT_EQ(Passing("age:*"), (Flags{1, 1, 1, 0}));
  EXPECT_EQ(Passing("NOT age:*"), (Flags{0, 0, 0, 1}));
  EXPECT_EQ(Passing("home:*"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("channels:*"), (Flags{1, 1, 1, 0})) << "an empty set is known";
  EXPECT_EQ(Passing("channels:\"*\""), (Flags{0, 0, 0, 0})) << "a tag named *";
}

TEST(FilterEvaluate, AsksWhetherAValueIsMissing) {
  EXPECT_EQ(Passing("is_missing(age)"), (Flags{0, 0, 0, 1}));
  EXPECT_EQ(Passing("NOT is_missing(age)"), (Flags{1, 1, 1, 0}));
  EXPECT_EQ(Passing("-is_missing ( \"Age in years\" ) AND country = FR"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("is_missing(contact.segment)"), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("is_missing(home) OR is_missing(contact.stage)"), (Flags{0, 1, 1, 1}));
  ContactTable bare;
  bare.row_count = 2;
  EXPECT_THAT(Filter::Parse("is_missing(age)", Shoppers())->Evaluate(bare, {}), ElementsAre(1, 1));
}

// The two homes are 6.64 and 260.9 km from there; those of rows 2 and 4 are
// unknown.
TEST(FilterEvaluate, MeasuresTheDistanceToAPlace) {
  EXPECT_EQ(Passing("distance(home, 48.85, 2.35) < 50"), (Flags{1, 0, 0, 0}));
  EXPECT_EQ(Passing("distance(home,48.85,2.35)<=6.7"), (Flags{1, 0, 0, 0}));
  EXPECT_EQ(Passing("distance(home, 48.85, 2.35) < 6.6"), (Flags{0, 0, 0, 0}));
  EXPECT_EQ(Passing("distance( home , 48.85 , 2.35 ) > 50"), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("distance(home, \"48.85\", '2.35') >= 0"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("distance(home, 48.8, 2.3) <= 0"), (Flags{1, 0, 0, 0}));
  EXPECT_EQ(Passing("distance(home, -48.8, -177.7) > 2e4"), (Flags{1, 0, 0, 0})) << "antipodes";
  EXPECT_EQ(Passing("NOT distance(home, 48.85, 2.35) < 50"), (Flags{0, 0, 1, 0}))
      << "the distance of an unknown place is unknown";
  EXPECT_EQ(Passing("distance(home, 48.85, 2.35) < 50 OR is_missing(home)"), (Flags{1, 1, 0, 1}));
}

TEST(FilterEvaluate, UnknownStaysUnknownUnderNotAndUnequal) {
  EXPECT_EQ(Passing("age != 40"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("NOT age = 40"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("-age = 40"), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("NOT NOT age = 40"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("age = 40 OR contact.id = c4"), (Flags{0, 1, 0, 1}));
  EXPECT_EQ(Passing("NOT (age = 40 AND contact.id = c1)"), (Flags{1, 1, 1, 1}));
}

TEST(FilterEvaluate, ReadsIdSegmentAndStageOfTheContact) {
  EXPECT_EQ(Passing("contact.segment = \"s1\""), (Flags{1, 0, 0, 1}));
  EXPECT_EQ(Passing("contact.segment != s1"), (Flags{0, 1, 0, 0})) << "no segment is unknown";
  EXPECT_EQ(Passing("NOT contact.segment:*"), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("contact.stage = CUSTOMER"), (Flags{0, 1, 0, 0}));
  EXPECT_EQ(Passing("contact.stage:*"), (Flags{1, 1, 0, 1}));
  EXPECT_EQ(Passing("contact.id = c2 OR contact.id = c3"), (Flags{0, 1, 1, 0}));
}

TEST(FilterEvaluate, ReadsTheOrganisationThatAPersonBelongsTo) {
  const auto filter = Filter::Parse("contact.organization != bolt", Shoppers());
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_TRUE(filter->reads_organization());
  EXPECT_FALSE(Filter::Parse("age > 3", Shoppers())->reads_organization());
  ContactTable bare;
  bare.row_count = 3;
  const ContactFacts facts{.segments = {}, .stages = {}, .organizations = {"bolt", "", "cork"}};
  EXPECT_THAT(filter->Evaluate(bare, facts), ElementsAre(0, 0, 1)) << "none is unknown";
}

TEST(FilterEvaluate, TakesIdsFromTheTableAndEverythingElseAsUnknownWithoutFacts) {
  const auto by_id = Filter::Parse("contact.id = c2", Shoppers());
  EXPECT_THAT(by_id->Evaluate(FourShoppers(), {}), ElementsAre(0, 1, 0, 0));
  const auto by_segment = Filter::Parse("contact.segment = s1 OR age:*", Shoppers());
  EXPECT_THAT(by_segment->Evaluate(FourShoppers(), {}), ElementsAre(1, 1, 1, 0));
  ContactTable bare;
  bare.row_count = 2;
  EXPECT_THAT(by_id->Evaluate(bare, {}), ElementsAre(0, 0));
  EXPECT_THAT(Filter::Parse("NOT age:*", Shoppers())->Evaluate(bare, {}), ElementsAre(1, 1));
}

TEST(FilterEvaluate, TakesALevelOutsideTheSchemaAsUnknown) {
  ContactTable table;
  table.row_count = 1;
  table.columns.push_back(MakeColumn("loyalty", AttributeType::kOrdinal));
  Append(table.columns.back(), std::string("platinum"));
  EXPECT_THAT(Filter::Parse("loyalty >= low", Shoppers())->Evaluate(table, {}), ElementsAre(0));
  EXPECT_THAT(Filter::Parse("NOT loyalty >= low", Shoppers())->Evaluate(table, {}), ElementsAre(0));
}

TEST(FilterParse, SaysWhatItReads) {
  const auto filter = Filter::Parse(
      "(\"Age in years\" > 3 OR country = FR) AND age < 9 AND contact.segment = s1", Shoppers());
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_THAT(filter->attributes(), ElementsAre("age", "country"));
  EXPECT_TRUE(filter->reads_segment());
  EXPECT_FALSE(filter->passes_all());
  EXPECT_FALSE(filter->reads_id());
  EXPECT_FALSE(Filter::Parse("age > 3", Shoppers())->reads_segment());
  EXPECT_TRUE(Filter::Parse("age > 3 OR contact.id != c1", Shoppers())->reads_id());
}

TEST(FilterParse, SaysWhatFunctionsRead) {
  const auto filter =
      Filter::Parse("distance(home, 0, 0) < 9 AND is_missing(\"Age in years\")", Shoppers());
  EXPECT_THAT(filter->attributes(), ElementsAre("age", "home"));
  EXPECT_TRUE(Filter::Parse("is_missing(contact.segment)", Shoppers())->reads_segment());
}

TEST(FilterParse, TakesAFunctionsWordForAnAttributeWithoutItsParenthesis) {
  Schema schema;
  for (const char* id : {"distance", "is_missing", "is_missing_twice"}) {
    ASSERT_TRUE(schema.Add({.id = id, .type = AttributeType::kNumeric}).ok());
  }
  const auto filter = Filter::Parse(
      "distance < 3 AND is_missing = 1 AND is_missing(is_missing) AND is_missing_twice > 1",
      schema);
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_THAT(filter->attributes(), ElementsAre("distance", "is_missing", "is_missing_twice"));
}

TEST(FilterParse, PassesEverythingWhenEmpty) {
  for (const char* text : {"", "  \n\t"}) {
    const auto filter = Filter::Parse(text, Shoppers());
    ASSERT_TRUE(filter.ok());
    EXPECT_TRUE(filter->passes_all());
    EXPECT_THAT(filter->Evaluate(FourShoppers(), FourFacts()), ElementsAre(1, 1, 1, 1));
  }
}

TEST(FilterParse, TakesBlanksQuotesAndWordsAsPeopleWriteThem) {
  EXPECT_EQ(Passing(" ( age>=40 )AND(country=\"FR\" ) "), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("country = \"\\F\\R\""), (Flags{1, 0, 1, 0}));
  EXPECT_EQ(Passing("country = \"F\\\"R\""), (Flags{0, 0, 0, 0}));
  EXPECT_EQ(Passing("email = \"\""), (Flags{0, 0, 1, 0}));
  EXPECT_EQ(Passing("country = NOTE OR country = ORANGE"), (Flags{0, 0, 0, 0}));
  EXPECT_EQ(Passing("country = \"AND\""), (Flags{0, 0, 0, 0}));
}

TEST(FilterParse, RefusesToMixAndWithOr) {
  const std::string refusal =
      "filter, position 22: AND and OR are mixed; put parentheses around those that belong "
      "together";
  EXPECT_EQ(Refusal("age > 3 AND age < 99 OR country = FR"), refusal);
  EXPECT_THAT(Refusal("(age > 3 OR age < 9 AND country = FR)"), HasSubstr("are mixed"));
  EXPECT_EQ(Passing("(age > 30 AND age < 50) OR country = FR"), (Flags{1, 1, 1, 0}));
  EXPECT_EQ(Passing("age > 30 AND (age < 50 OR country = FR)"), (Flags{0, 1, 1, 0}));
}

TEST(FilterParse, SaysWhereAndWhatWasExpected) {
  EXPECT_EQ(Refusal("age >"),
            "filter, position 6: expected a number, a word, or a text between quotes that are "
            "closed");
  EXPECT_EQ(Refusal("age 3"),
            "filter, position 5: expected =, !=, <, <=, >, >= or : after the attribute (AND, OR "
            "and NOT are in capitals; the functions are distance and is_missing)");
  EXPECT_EQ(Refusal("age > 3 AND"),
            "filter, position 12: expected a comparison such as age >= 25, or a parenthesis");
  EXPECT_EQ(Refusal("age > 3 country = FR"),
            "filter, position 9: expected AND, OR (in capitals) or the end");
  EXPECT_EQ(Refusal("(age > 3"), "filter, position 9: expected AND, OR (in capitals) or )");
  EXPECT_EQ(Refusal("age > 3)"), "filter, position 8: expected AND, OR (in capitals) or the end");
  EXPECT_THAT(Refusal("country = \"FR"), HasSubstr("quotes that are closed"));
  EXPECT_THAT(Refusal("AND = 3"), HasSubstr("position 1: expected a comparison"));
}

TEST(FilterParse, NamesAnUnknownAttribute) {
  EXPECT_EQ(
      Refusal("age > 3 AND income > 9"),
      "filter, position 13: attribute \"income\" is not in the schema; use the id or the "
      "display name of one that is, or contact.id, contact.segment, contact.stage, "
      "contact.organization, contact.kind, contact.buying_role, contact.relation or another of "
      "the lifecycle");
  EXPECT_THAT(Refusal("contact.age = 3"), HasSubstr("\"contact.age\" is not in the schema"));
  EXPECT_THAT(Refusal(absl::StrCat("\"", std::string(300, 'x'), "\" = 3")),
              HasSubstr("position 1: attribute is not in the schema"));
}

TEST(FilterParse, SaysWhereAFunctionIsNotWrittenAsItShouldBe) {
  EXPECT_EQ(Refusal("is_missing()"), "filter, position 12: expected the name of an attribute");
  EXPECT_EQ(Refusal("is_missing(age"), "filter, position 15: expected ) after the attribute");
  EXPECT_EQ(Refusal("is_missing(age > 3)"), "filter, position 16: expected ) after the attribute");
  EXPECT_EQ(Refusal("is_missing(age) = true"),
            "filter, position 17: expected AND, OR (in capitals) or the end");
  EXPECT_EQ(
      Refusal("distance(home) < 9"),
      "filter, position 14: expected a comma, as in distance(attribute, latitude, longitude)");
  EXPECT_EQ(Refusal("distance(home, , 2.35) < 9"),
            "filter, position 16: expected degrees, as in distance(attribute, 48.85, 2.35)");
  EXPECT_EQ(
      Refusal("distance(home, 48.85) < 9"),
      "filter, position 21: expected a comma, as in distance(attribute, latitude, longitude)");
  EXPECT_EQ(Refusal("distance(home, 48.85, 2.35, 9)"),
            "filter, position 27: expected ) after the longitude");
  const std::string expected_km = "expected <, <=, > or >= and a number of kilometres";
  EXPECT_EQ(Refusal("distance(home, 48.85, 2.35)"), "filter, position 28: " + expected_km);
  EXPECT_EQ(Refusal("distance(home, 48.85, 2.35) = 9"), "filter, position 29: " + expected_km);
  EXPECT_EQ(Refusal("distance(home, 48.85, 2.35) != 9"), "filter, position 29: " + expected_km);
  EXPECT_EQ(Refusal("distance(home, 48.85, 2.35) < "),
            "filter, position 31: expected a number of kilometres");
  EXPECT_THAT(Refusal("age > 3 AND nearby(home) < 9"),
              HasSubstr("position 19: expected =, !=, <, <=, >, >= or : after the attribute"));
}

TEST(FilterParse, RefusesAPlaceThatIsNone) {
  EXPECT_EQ(Refusal("distance(age, 48.85, 2.35) < 9"),
            "filter, position 10: attribute \"age\" is NUMERIC; distance is measured from a "
            "LOCATION");
  EXPECT_THAT(Refusal("distance(place, 48.85, 2.35) < 9"),
              HasSubstr("position 10: attribute \"place\" is not in the schema"));
  EXPECT_THAT(Refusal("distance(contact.id, 48.85, 2.35) < 9"), HasSubstr("is not in the schema"));
  EXPECT_EQ(Refusal("distance(home, 90.1, 2.35) < 9"),
            "filter, position 16: expected a latitude in [-90, 90] degrees");
  EXPECT_EQ(Refusal("distance(home, 48.85, east) < 9"),
            "filter, position 23: expected a longitude in [-180, 180] degrees");
  EXPECT_EQ(Refusal("distance(home, 48.85, -180.5) < 9"),
            "filter, position 23: expected a longitude in [-180, 180] degrees");
  for (const char* km : {"-1", "nan", "inf", "50km"}) {
    EXPECT_EQ(Refusal(absl::StrCat("distance(home, 48.85, 2.35) < ", km)),
              "filter, position 31: expected a number of kilometres, 0 or more");
  }
}

TEST(FilterParse, RefusesAValueThatDoesNotFitWithoutEchoingIt) {
  const std::string expected_number =
      "filter, position 7: attribute \"age\" is NUMERIC; compare it with a number, such as 25 or "
      "-0.5";
  EXPECT_EQ(Refusal("age = secret"), expected_number);
  EXPECT_EQ(Refusal("age = nan"), expected_number);
  EXPECT_EQ(Refusal("age < inf"), expected_number);
  EXPECT_EQ(Refusal("country < FR"),
            "filter, position 9: attribute \"country\" is CATEGORICAL; compare it by = or !=");
  EXPECT_EQ(Refusal("age > 3 AND email > a"),
            "filter, position 19: attribute \"email\" is TEXT; compare it by = or !=");
  EXPECT_EQ(Refusal("loyalty > secret"),
            "filter, position 11: attribute \"loyalty\" is ORDINAL; compare it with one of its "
            "levels: low, medium, high");
  EXPECT_EQ(Refusal("channels = web"),
            "filter, position 10: attribute \"channels\" is SET; ask for one tag by channels:tag");
  const std::string expected_boolean =
      " attribute \"newsletter\" is BOOLEAN; compare it by = or != with true or false";
  EXPECT_EQ(Refusal("newsletter = secret"), "filter, position 14:" + expected_boolean);
  EXPECT_EQ(Refusal("newsletter < true"), "filter, position 12:" + expected_boolean);
  EXPECT_EQ(Refusal("first_visit > 31/01/2025"),
            "filter, position 15: attribute \"first_visit\" is DATE; compare it with a day, such "
            "as \"2025-01-31\" or today - 30d");
  EXPECT_EQ(Refusal("seen > secret"),
            "filter, position 8: attribute \"seen\" is TIMESTAMP; compare it with a day or an "
            "instant, such as \"2025-01-31\", today - 30d or \"2025-01-31T18:30:00Z\"");
  EXPECT_EQ(Refusal("home = secret"),
            "filter, position 6: attribute \"home\" is LOCATION; ask for distance(home, latitude, "
            "longitude) < km, or by home:* whether it is known");
  EXPECT_EQ(Refusal("age = *"),
            "filter, position 7: attribute \"age\" is NUMERIC; * stands after : only; put it in "
            "quotes to compare with it");
}

TEST(FilterParse, RefusesAnInstantThatIsInfinite) {
  EXPECT_THAT(Refusal("seen < infinite-future"), HasSubstr("position 8: attribute \"seen\""));
  EXPECT_THAT(Refusal("seen > infinite-past"), HasSubstr("compare it with a day or an instant"));
}

TEST(FilterParse, RefusesWhatDoesNotFitAFactOfTheContact) {
  EXPECT_EQ(Refusal("contact.stage = secret"),
            "filter, position 17: compare contact.stage with LEAD, PROSPECT or CUSTOMER");
  EXPECT_EQ(Refusal("contact.segment > s1"),
            "filter, position 17: compare contact.segment by = or !=, or ask for it by :*");
  EXPECT_EQ(Refusal("contact.stage = *"),
            "filter, position 17: compare contact.stage by = or !=, or ask for it by :*");
}

// ---- Limits.

std::string Nested(std::size_t depth, absl::string_view open = "(") {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) absl::StrAppend(&text, open);
  return absl::StrCat(text, "age > 30", std::string(depth, ')'));
}

TEST(FilterParse, RefusesWhatIsTooLongTooDeepOrTooMuch) {
  EXPECT_EQ(Passing(Nested(32)), (Flags{0, 1, 1, 0}));
  EXPECT_EQ(Refusal(Nested(33)), "filter, position 33: more than 32 parentheses are open");
  EXPECT_EQ(Refusal(Nested(33, "NOT (")),
            "filter, position 165: more than 32 parentheses are open");
  const std::vector<std::string> hundred(100, "age > 30");
  EXPECT_EQ(Passing(absl::StrJoin(hundred, " OR ")), (Flags{0, 1, 1, 0}));
  EXPECT_EQ(Refusal(absl::StrCat(absl::StrJoin(hundred, " OR "), " OR is_missing(age)")),
            "filter, position 1201: more than 100 comparisons");
  const std::string longest = absl::StrCat("country = \"", std::string(65'524, 'x'), "\"");
  ASSERT_EQ(longest.size(), 65'536u);
  EXPECT_EQ(Passing(longest), (Flags{0, 0, 0, 0}));
  EXPECT_EQ(Refusal(longest + " "),
            "filter, position 65537: the filter has 65537 bytes; send at most 65536");
}

TEST(FilterParse, SaysWhereTheTextIsNotUtf8) {
  EXPECT_EQ(Refusal("age = \xff\xfe"), "filter, position 7: not UTF-8; send the filter as UTF-8");
  EXPECT_EQ(Refusal("country = \"\xc3\xa9\" OR email = \xc3"),
            "filter, position 27: not UTF-8; send the filter as UTF-8");
}

TEST(FilterParse, TakesAnEvenNumberOfNegationsForNone) {
  EXPECT_EQ(Passing(absl::StrCat(std::string(60'000, '-'), "age > 30")), (Flags{0, 1, 1, 0}));
  EXPECT_EQ(Passing(absl::StrCat(std::string(60'001, '-'), "age > 30")), (Flags{1, 0, 0, 0}));
}

TEST(FilterParse, RefusesTheMonstrousAtOnceAndSaysWhere) {
  constexpr std::size_t kMegabyte = 1'000'000;
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(Refusal(Nested(10'000)), "filter, position 33: more than 32 parentheses are open");
  EXPECT_EQ(Refusal(Nested(10'000, "-(")),
            "filter, position 66: more than 32 parentheses are open");
  EXPECT_EQ(Refusal(std::string(10'000, '(')),
            "filter, position 33: more than 32 parentheses are open");
  const std::vector<std::string> many(kMegabyte / 12, "age > 30");
  for (const std::string& text :
       {absl::StrJoin(many, " AND "), std::string(kMegabyte, '('), std::string(kMegabyte, '-'),
        std::string(kMegabyte, '"'), std::string(kMegabyte, 'a'), Nested(kMegabyte / 2)}) {
    EXPECT_EQ(Refusal(text), absl::StrCat("filter, position 65537: the filter has ", text.size(),
                                          " bytes; send at most 65536"));
  }
  // The longest that are looked at.
  EXPECT_THAT(Refusal(absl::StrCat("\"", std::string(65'535, 'a'))),
              HasSubstr("position 1: expected a comparison"));
  EXPECT_THAT(Refusal(std::string(65'536, '-')), HasSubstr("position 65537: expected"));
  EXPECT_THAT(Refusal(std::string(65'536, 'a')), HasSubstr("position 65537: expected"));
  EXPECT_LT(std::chrono::steady_clock::now() - started,
            std::chrono::seconds(2) * CIBLE_TEST_PATIENCE);
}

}  // namespace
}  // namespace cible
