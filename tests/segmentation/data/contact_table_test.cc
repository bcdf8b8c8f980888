#include "segmentation/data/contact_table.h"

#include <gtest/gtest.h>

#include <limits>

namespace cible {
namespace {

Schema PeopleSchema() {
  Schema schema;
  EXPECT_TRUE(
      schema.Add({.id = "age", .display_name = "Age", .type = AttributeType::kNumeric}).ok());
  EXPECT_TRUE(schema.Add({.id = "city", .type = AttributeType::kCategorical}).ok());
  EXPECT_TRUE(schema.Add({.id = "channels", .type = AttributeType::kSet}).ok());
  EXPECT_TRUE(
      schema.Add({.id = "mood", .type = AttributeType::kOrdinal, .levels = {"low", "high"}}).ok());
  return schema;
}

TEST(Append, GivesBackWhatWasAppendedAndNothingForTheUnknown) {
  Column column = MakeColumn("channels", AttributeType::kSet);
  Append(column, StringSet{{"phone", "web"}});
  Append(column, std::nullopt);
  Append(column, StringSet{});
  EXPECT_EQ(Get(column, 0), Value(StringSet{{"phone", "web"}}));
  EXPECT_EQ(Get(column, 1), std::nullopt);
  EXPECT_EQ(Get(column, 2), Value(StringSet{}));
}

TEST(AppendRows, MergesDictionariesAndLeavesAbsentColumnsUnknown) {
  const Schema schema = PeopleSchema();
  ContactTable head = *TableFromValues({{"city", std::string("Lyon")}}, schema);
  const ContactTable tail =
      *TableFromValues({{"city", std::string("Nantes")}, {"age", 41.0}}, schema);
  AppendRows(head, tail);
  ASSERT_EQ(head.row_count, 2);
  EXPECT_EQ(Get(*head.Find("city"), 0), Value(std::string("Lyon")));
  EXPECT_EQ(Get(*head.Find("city"), 1), Value(std::string("Nantes")));
  EXPECT_EQ(Get(*head.Find("age"), 0), std::nullopt);
  EXPECT_EQ(Get(*head.Find("age"), 1), Value(41.0));
}

TEST(SelectRows, KeepsTheOrderAsked) {
  Column column = MakeColumn("channels", AttributeType::kSet);
  Append(column, StringSet{{"phone"}});
  Append(column, StringSet{{"mail", "web"}});
  const ContactTable table{.row_count = 2, .ids = {"a", "b"}, .columns = {column}};
  const ContactTable selected = SelectRows(table, {1, 0});
  EXPECT_EQ(selected.ids, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(Get(selected.columns[0], 0), Value(StringSet{{"mail", "web"}}));
  EXPECT_EQ(Get(selected.columns[0], 1), Value(StringSet{{"phone"}}));
}

TEST(TableFromValues, AcceptsTheDisplayName) {
  const auto table = TableFromValues({{"Age", 30.0}}, PeopleSchema());
  ASSERT_TRUE(table.ok());
  EXPECT_NE(table->Find("age"), nullptr);
}

TEST(TableFromValues, NamesTheUnknownAttributeAndNeverTheValue) {
  const auto table = TableFromValues({{"shoe_size", 30.0}}, PeopleSchema());
  EXPECT_EQ(table.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(table.status().message(),
            "attribute \"shoe_size\" is not in the schema; use the id or the display name of one "
            "that is");
}

TEST(CheckValue, RefusesNaNInfinityWrongTypesAndUndeclaredLevels) {
  const Schema schema = PeopleSchema();
  EXPECT_FALSE(CheckValue(std::numeric_limits<double>::quiet_NaN(), *schema.Find("age")).ok());
  EXPECT_FALSE(CheckValue(std::numeric_limits<double>::infinity(), *schema.Find("age")).ok());
  EXPECT_EQ(CheckValue(std::string("old"), *schema.Find("age")).message(),
            "attribute \"age\" is NUMERIC; expected a number");
  EXPECT_FALSE(CheckValue(std::string("middling"), *schema.Find("mood")).ok());
  EXPECT_TRUE(CheckValue(std::string("high"), *schema.Find("mood")).ok());
}

TEST(CheckTable, ReportsEachBadRowAndKeepsTheTable) {
  Column age = MakeColumn("age", AttributeType::kNumeric);
  Append(age, 30.0);
  Append(age, std::numeric_limits<double>::infinity());
  const ContactTable table{.row_count = 2, .ids = {"a", "a"}, .columns = {age}};
  std::vector<RowError> bad_rows;
  EXPECT_TRUE(CheckTable(table, PeopleSchema(), &bad_rows).ok());
  ASSERT_EQ(bad_rows.size(), 2u);
  EXPECT_EQ(bad_rows[0].row, 1);
  EXPECT_EQ(bad_rows[1].attribute, "age");
}

TEST(CheckTable, RefusesCodesOutsideTheDictionary) {
  Column city{.attribute = "city", .validity = {1}, .data = Codes{{3}, {"Lyon"}}};
  std::vector<RowError> bad_rows;
  EXPECT_EQ(
      CheckTable({.row_count = 1, .ids = {}, .columns = {city}}, PeopleSchema(), &bad_rows).code(),
      absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cible
