#include "segmentation/data/text_parsing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <set>

#include "segmentation/data/date_text.h"
#include "segmentation/data/inference.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

using Cells = std::vector<std::string>;

Attribute Of(AttributeType type, std::string format = "") {
  Attribute attribute{.id = "thing", .display_name = "thing", .type = type};
  if (type == AttributeType::kOrdinal) attribute.levels = {"low", "mid", "high"};
  attribute.format = std::move(format);
  return attribute;
}

std::optional<Value> Parse(absl::string_view text, const Attribute& attribute) {
  const auto value = ParseCell(text, attribute);
  EXPECT_TRUE(value.ok()) << text;
  return value.ok() ? *value : std::nullopt;
}

TextTable Table(const Cells& header, const std::vector<Cells>& rows) {
  TextTable table{.header = header, .columns = std::vector<Cells>(header.size()), .lines = {}};
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) table.columns[i].push_back(row[i]);
    table.lines.push_back(static_cast<std::int64_t>(table.lines.size()) + 2);
  }
  return table;
}

TEST(ParseNumber, ReadsNumbersAsPeopleWriteThem) {
  const std::vector<std::pair<absl::string_view, double>> numbers = {{"1234.5", 1234.5},
                                                                     {"1 234,5", 1234.5},
                                                                     {"1,234.50", 1234.5},
                                                                     {"1.234,50", 1234.5},
                                                                     {"12 %", 12},
                                                                     {"17850.0", 17850},
                                                                     {"$1,234", 1234},
                                                                     {"-$5.20", -5.2},
                                                                     {"$-5", -5},
                                                                     {"1 234,50 €", 1234.5},
                                                                     {"EUR 12", 12},
                                                                     {"1'234'567", 1234567},
                                                                     {"+3", 3},
                                                                     {"-0,5", -0.5},
                                                                     {"2e6", 2e6},
                                                                     {"1,234,567", 1234567},
                                                                     {"0,125", 0.125},
                                                                     {",5", 0.5},
                                                                     {"1\xC2\xA0"
                                                                      "234",
                                                                      1234},
                                                                     {"007", 7}};
  for (const auto& [text, number] : numbers) EXPECT_EQ(ParseNumber(text), number) << text;
}

TEST(ParseNumber, RefusesWhatIsNoNumber) {
  for (const absl::string_view text :
       {"", "abc", "12a", "1,23,4", "12 34", "1.2.3", "inf", "nan", "-", "--5", "+-5", "1e999",
        "0x10", "1,2345,678", "$", "2012-09-04", "12 %%"}) {
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
  }
}

TEST(ParseNumber, LetsTheColumnDecideOneCommaBeforeThreeDigits) {
  EXPECT_EQ(ParseNumber("1,234"), 1234);
  EXPECT_EQ(ParseNumber("1,234", DecimalMark::kComma), 1.234);
  EXPECT_EQ(ParseNumber("1.234", DecimalMark::kComma), 1234);
  EXPECT_EQ(ParseNumber("1.5", DecimalMark::kComma), 1.5);
  EXPECT_EQ(ProvenDecimalMark("1,234"), std::nullopt);
  EXPECT_EQ(ProvenDecimalMark("1,5"), DecimalMark::kComma);
  EXPECT_EQ(ProvenDecimalMark("1,234.5"), DecimalMark::kPoint);
}

TEST(ParseDateText, ReadsManyFormats) {
  for (const absl::string_view text :
       {"2026-11-22", "2026/11/22", "20261122", "22/11/2026", "22-11-2026", "22.11.2026",
        "22.11.26", "11/22/2026", "22 Nov 2026", "Nov 22, 2026", "22 novembre 2026", "22-Nov-26"}) {
    const auto date = ParseDateText(text);
    ASSERT_TRUE(date) << text;
    EXPECT_EQ(FormatDate(DayOf(date->instant)), "2026-11-22") << text;
    EXPECT_FALSE(date->has_time) << text;
  }
}

TEST(ParseDateText, ReadsTheMonthsOfBothLanguages) {
  EXPECT_EQ(FormatDate(DayOf(ParseDateText("3 août 2020")->instant)), "2020-08-03");
  EXPECT_EQ(FormatDate(DayOf(ParseDateText("3 juin 2020")->instant)), "2020-06-03");
  EXPECT_EQ(FormatDate(DayOf(ParseDateText("3 juillet 2020")->instant)), "2020-07-03");
  EXPECT_EQ(FormatDate(DayOf(ParseDateText("3 décembre 2020")->instant)), "2020-12-03");
}

TEST(ParseDateText, TakesTheDayFirstUnlessToldOtherwise) {
  EXPECT_EQ(FormatDate(DayOf(ParseDateText("03/04/2026")->instant)), "2026-04-03");
  EXPECT_EQ(FormatDate(DayOf(ParseDateText("03/04/2026", DateOrder::kMonthFirst)->instant)),
            "2026-03-04");
  EXPECT_EQ(Parse("03/04/2026", Of(AttributeType::kDate, "month_first")),
            Value(*ParseDate("2026-03-04")));
}

TEST(ParseDateText, ReadsTimesAndZones) {
  const auto at = [](absl::string_view text) {
    return FormatTimestamp(ParseDateText(text)->instant);
  };
  EXPECT_EQ(at("2010-12-01 08:26:00"), "2010-12-01T08:26:00Z");
  EXPECT_EQ(at("2010-12-01T08:26:00.5+02:00"), "2010-12-01T06:26:00.500000Z");
  EXPECT_EQ(at("12/1/2010 8:26 PM"), "2010-01-12T20:26:00Z");
  EXPECT_EQ(at("1969-12-31 23:59:59"), "1969-12-31T23:59:59Z");
  EXPECT_FALSE(ParseDateText("2010-12-01 00:00:00")->has_time);
}

// "2010-12-01" is a day, "2010-12-01 00:00" its midnight, wherever that is.
TEST(ParseDateText, TellsWhetherTimeAndOffsetAreWritten) {
  const auto written = [](absl::string_view text) {
    const auto date = ParseDateText(text);
    return std::pair(date->writes_time, date->writes_offset);
  };
  EXPECT_EQ(written("2010-12-01"), std::pair(false, false));
  EXPECT_EQ(written("20101201"), std::pair(false, false));
  EXPECT_EQ(written("2010-12-01 00:00"), std::pair(true, false));
  EXPECT_EQ(written("1/12/2010 8:26 PM"), std::pair(true, false));
  for (const absl::string_view text :
       {"2010-12-01T00:00:00Z", "2010-12-01 08:26 UTC", "2010-12-01T08:26:00.5+02:00",
        "2010-12-01 08:26-0530", "2010-12-01 8:26 PM+00:00"}) {
    EXPECT_EQ(written(text), std::pair(true, true)) << text;
  }
}

TEST(ParseDateText, RefusesDaysThatDoNotExist) {
  for (const absl::string_view text : {"2026-02-30", "31/04/2026", "13/13/2026", "2026-11-22 25:00",
                                       "2026-11-22x", "1/2", "12", "0004-01-01", "22/11/026"}) {
    EXPECT_FALSE(ParseDateText(text)) << text;
  }
}

TEST(ParseCell, ReadsBooleansSetsPlacesAndLevels) {
  EXPECT_EQ(Parse("OUI", Of(AttributeType::kBoolean)), Value(true));
  EXPECT_EQ(Parse("0", Of(AttributeType::kBoolean)), Value(false));
  EXPECT_EQ(Parse("web| mail |web", Of(AttributeType::kSet)), Value(StringSet{{"mail", "web"}}));
  EXPECT_EQ(Parse("|", Of(AttributeType::kSet)), Value(StringSet{}));
  EXPECT_EQ(Parse("48.85, 2.35", Of(AttributeType::kLocation)), Value(LatLng{48.85, 2.35}));
  EXPECT_EQ(Parse("HIGH", Of(AttributeType::kOrdinal)), Value(std::string("high")));
}

TEST(ParseCell, TakesMissingMarkersForUnknownWhateverTheType) {
  for (const AttributeType type :
       {AttributeType::kNumeric, AttributeType::kText, AttributeType::kSet, AttributeType::kOrdinal,
        AttributeType::kDate}) {
    EXPECT_EQ(Parse("N/A", Of(type)), std::nullopt);
    EXPECT_EQ(Parse(" \xC2\xA0", Of(type)), std::nullopt);
  }
}

TEST(ParseCell, SaysWhatItExpectedAndNeverTheValue) {
  const auto message = [](AttributeType type, absl::string_view text) {
    return std::string(ParseCell(text, Of(type)).status().message());
  };
  EXPECT_EQ(message(AttributeType::kNumeric, "secret"),
            "attribute \"thing\" is NUMERIC; expected a number");
  EXPECT_EQ(message(AttributeType::kDate, "secret"),
            "attribute \"thing\" is DATE; expected a date such as 2026-11-22");
  EXPECT_EQ(message(AttributeType::kOrdinal, "secret"),
            "attribute \"thing\" is ORDINAL; expected one of its declared levels");
  EXPECT_EQ(message(AttributeType::kLocation, "91,0"),
            "attribute \"thing\" is LOCATION; expected \"latitude,longitude\" in degrees, such as "
            "\"48.85,2.35\"");
}

Schema PeopleSchema() {
  Schema schema;
  EXPECT_TRUE(
      schema.Add({.id = "age", .display_name = "Age", .type = AttributeType::kNumeric}).ok());
  EXPECT_TRUE(schema.Add({.id = "city", .type = AttributeType::kCategorical}).ok());
  EXPECT_TRUE(
      schema.Add({.id = "location", .display_name = "lat,lng", .type = AttributeType::kLocation})
          .ok());
  EXPECT_TRUE(
      schema.Add({.id = "mood", .type = AttributeType::kOrdinal, .levels = {"low", "high"}}).ok());
  return schema;
}

TEST(ParseTable, LeavesOutBadRowsWholeAndSaysWhy) {
  const TextTable text = Table({"id", "Age", "city", "mood"}, {{"a", "30", "Lyon", "low"},
                                                               {"b", "old", "Lyon", "so so"},
                                                               {"", "31", "Metz", "high"},
                                                               {"d", "", "Metz", "HIGH"}});
  const auto parsed = ParseTable(text, PeopleSchema(), "id");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->table.ids, (Cells{"a", "d"}));
  EXPECT_EQ(parsed->source_rows, (std::vector<int>{0, 3}));
  EXPECT_EQ(Get(*parsed->table.Find("age"), 1), std::nullopt);
  EXPECT_EQ(Get(*parsed->table.Find("city"), 1), Value(std::string("Metz")));
  EXPECT_EQ(Get(*parsed->table.Find("mood"), 1), Value(std::string("high")));
  ASSERT_EQ(parsed->errors.size(), 3u);
  EXPECT_EQ(parsed->errors[0].row, 1);
  EXPECT_EQ(parsed->errors[0].attribute, "age");
  EXPECT_EQ(parsed->errors[1].attribute, "mood");
  EXPECT_EQ(parsed->errors[2].reason, "the id is missing");
}

TEST(ParseTable, MakesOnePlaceOfTwoColumns) {
  const TextTable text = Table({"lng", "lat"}, {{"2.35", "48.85"}, {"2.35", ""}, {"2.35", "99"}});
  const auto parsed = ParseTable(text, PeopleSchema(), "");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(Get(*parsed->table.Find("location"), 0), Value(LatLng{48.85, 2.35}));
  EXPECT_EQ(Get(*parsed->table.Find("location"), 1), std::nullopt);
  ASSERT_EQ(parsed->errors.size(), 1u);
  EXPECT_EQ(parsed->errors[0].reason,
            "attribute \"location\" is LOCATION; expected a latitude in [-90, 90] and a longitude "
            "in [-180, 180]");
}

TEST(ParseTable, SaysWhatDoesNotFitTheSchema) {
  const Schema schema = PeopleSchema();
  EXPECT_EQ(ParseTable(Table({"Age"}, {{"1"}}), schema, "key").status().message(),
            "the id column \"key\" is not in the header; name one of its columns");
  EXPECT_EQ(ParseTable(Table({"shoe"}, {{"1"}}), schema, "").status().message(),
            "no column of the file is an attribute of the schema; check the header, or infer a "
            "schema from this file");
  EXPECT_EQ(ParseTable(Table({"Age", "age"}, {{"1", "2"}}), schema, "").status().message(),
            "columns \"Age\" and \"age\" both give attribute \"age\"; keep one of them");
}

TEST(ParseTable, RefusesIdsThatCannotBeNames) {
  const auto parsed = ParseTable(
      Table({"id", "Age"}, {{std::string(129, 'x'), "1"}, {"a\tb", "2"}}), PeopleSchema(), "id");
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->errors.size(), 2u);
  EXPECT_EQ(parsed->errors[0].reason, "the id is longer than 128 bytes");
  EXPECT_EQ(parsed->errors[1].reason, "the id holds a control character");
}

TEST(FormatValue, WritesNumbersWithoutExponentWherePeopleWould) {
  EXPECT_EQ(FormatValue(100000.0), "100000");
  EXPECT_EQ(FormatValue(0.1), "0.1");
  EXPECT_EQ(FormatValue(-3.0), "-3");
  EXPECT_EQ(FormatValue(1e300), "1e+300");
  EXPECT_EQ(FormatValue(true), "yes");
  EXPECT_EQ(FormatValue(LatLng{48.85, -2}), "48.85,-2");
}

void ReadsBack(const Value& value, AttributeType type) {
  const auto parsed = ParseCell(FormatValue(value), Of(type));
  RC_ASSERT(parsed.ok());
  RC_ASSERT(*parsed == std::optional<Value>(value));
}

TEST(FormatValue, ReadsBackAsTheSameValue) {
  EXPECT_TRUE(rc::check("numbers", [](double number) {
    RC_PRE(std::isfinite(number));
    ReadsBack(number, AttributeType::kNumeric);
  }));
  EXPECT_TRUE(rc::check("dates", [] {
    ReadsBack(Date{*rc::gen::inRange(-354'285, 2'932'896)}, AttributeType::kDate);
  }));
  EXPECT_TRUE(rc::check("timestamps", [] {
    const auto second = *rc::gen::inRange<std::int64_t>(-30'000'000'000, 200'000'000'000);
    ReadsBack(Timestamp{second * 1'000'000 + *rc::gen::inRange(0, 1'000'000)},
              AttributeType::kTimestamp);
  }));
  EXPECT_TRUE(rc::check("places", [] {
    ReadsBack(LatLng{*rc::gen::inRange(-9'000'000, 9'000'001) / 1e5,
                     *rc::gen::inRange(-18'000'000, 18'000'001) / 1e5},
              AttributeType::kLocation);
  }));
  EXPECT_TRUE(rc::check("sets", [] {
    const auto tag = rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
    const auto tags = *rc::gen::container<std::set<std::string>>(tag);
    ReadsBack(StringSet{{tags.begin(), tags.end()}}, AttributeType::kSet);
  }));
}

// A set of the one tag "na" is known; "na" alone would read as unknown.
TEST(FormatValue, KeepsSetsApartFromTheUnknown) {
  EXPECT_EQ(Parse(FormatValue(StringSet{{"na"}}), Of(AttributeType::kSet)),
            Value(StringSet{{"na"}}));
  EXPECT_EQ(FormatValue(StringSet{}), "|");
}

TEST(IsMissingMarker, KnowsTheUsualMarkersInAnyCase) {
  for (const absl::string_view text :
       {"", " ", "NA", "n/a", "Unknown", "NULL", "nan", "Select", "?", "-", "--", ".", "#N/A",
        "Non renseigné", "\\N", "n/c", "N.C.", "non communiqué"}) {
    EXPECT_TRUE(IsMissingMarker(text)) << text;
  }
  for (const absl::string_view text :
       {"none", "None", "0", "other", "no", "NC", "-1", "A", "selected"}) {
    EXPECT_FALSE(IsMissingMarker(text)) << text;
  }
}

}  // namespace
}  // namespace cible
