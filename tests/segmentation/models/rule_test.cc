#include "segmentation/models/rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "segmentation/data/filter.h"

namespace cible {
namespace {

using testing::ElementsAre;
using enum RuleCondition::Test;

Schema TestSchema() {
  Schema schema;
  const auto add = [&](const Attribute& attribute) { EXPECT_TRUE(schema.Add(attribute).ok()); };
  add({.id = "age", .type = AttributeType::kNumeric});
  add({.id = "job", .type = AttributeType::kCategorical});
  add({.id = "size", .type = AttributeType::kOrdinal, .levels = {"S", "M", "L", "X \"L\""}});
  add({.id = "channels", .type = AttributeType::kSet});
  add({.id = "loan", .type = AttributeType::kBoolean});
  add({.id = "joined", .type = AttributeType::kDate});
  add({.id = "seen", .type = AttributeType::kTimestamp});
  add({.id = "home", .type = AttributeType::kLocation});
  return schema;
}

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

// Values about every threshold of the rules below, and nothing known last.
ContactTable TestTable(const Schema& schema) {
  ContactTable table;
  for (const Attribute& attribute : schema.attributes()) {
    table.columns.push_back(MakeColumn(attribute.id, attribute.type));
  }
  const char* const jobs[] = {"blue-collar", "say \"hi\"", "back\\slash", "in two words", "été"};
  for (int row = 0; row < 60; ++row) {
    const std::vector<Value> values = {
        row * .5 - 3,
        std::string(jobs[row % 5]),
        std::string(schema.Find("size")->levels[row % 4]),
        StringSet{row % 3 == 0   ? std::vector<std::string>{"web"}
                  : row % 3 == 1 ? std::vector<std::string>{"a b", "web"}
                                 : std::vector<std::string>{}},
        row % 2 == 0,
        Date{row - 20},
        Timestamp{(row - 20) * kMicrosPerDay / 3},
        LatLng{48, 2}};
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool known = (row + static_cast<int>(i)) % 7 != 0;
      Append(table.columns[i], known ? std::optional<Value>(values[i]) : std::nullopt);
    }
    ++table.row_count;
  }
  for (Column& column : table.columns) Append(column, std::nullopt);
  ++table.row_count;
  return table;
}

struct RuleCase {
  std::vector<RuleCondition> conditions;
  std::string filter;
};

const RuleCase kRules[] = {
    {{{.attribute = "age", .low = 2}}, "age >= 2"},
    {{{.attribute = "age", .high = -0.5}}, "age < -0.5"},
    {{{.attribute = "age", .low = -1, .high = 1234567.25}}, "age >= -1 AND age < 1234567.25"},
    {{{.attribute = "age", .low = 0.1 + 0.2}}, "age >= 0.30000000000000004"},
    {{{.attribute = "age", .high = 1e300}}, "age < 1e+300"},
    {{{.attribute = "job", .test = kOneOf, .levels = {"say \"hi\""}}}, R"(job = "say \"hi\"")"},
    {{{.attribute = "job", .test = kOneOf, .levels = {"back\\slash", "in two words", "été"}}},
     R"((job = "back\\slash" OR job = "in two words" OR job = "été"))"},
    {{{.attribute = "job", .test = kNoneOf, .levels = {"blue-collar", "été"}}},
     R"(job != "blue-collar" AND job != "été")"},
    {{{.attribute = "size", .low = 1}}, R"(size >= "M")"},
    {{{.attribute = "size", .high = 2}}, R"(size <= "M")"},
    {{{.attribute = "size", .low = 3, .high = 4}}, R"(size >= "X \"L\"" AND size <= "X \"L\"")"},
    {{{.attribute = "channels", .test = kHasTag, .levels = {"a b"}}}, R"(channels:"a b")"},
    {{{.attribute = "channels", .test = kLacksTag, .levels = {"web"}}}, R"(NOT channels:"web")"},
    {{{.attribute = "loan", .test = kOneOf, .levels = {"false"}}}, "loan = false"},
    {{{.attribute = "joined", .low = -3, .high = 5}},
     R"(joined >= "1969-12-29" AND joined < "1970-01-06")"},
    {{{.attribute = "seen", .low = -1}}, R"(seen >= "1969-12-31")"},
    {{{.attribute = "loan", .test = kOneOf, .levels = {"true"}},
      {.attribute = "job", .test = kOneOf, .levels = {"blue-collar", "été"}},
      {.attribute = "channels", .test = kLacksTag, .levels = {"a b"}}},
     R"(loan = true AND (job = "blue-collar" OR job = "été") AND NOT channels:"a b")"},
};

TEST(RuleFilter, SelectsExactlyTheRowsOfTheRule) {
  const Schema schema = TestSchema();
  const ContactTable table = TestTable(schema);
  for (const RuleCase& each : kRules) {
    const SegmentRule rule{.conditions = each.conditions};
    EXPECT_EQ(FaultOfRule(rule, schema), "") << each.filter;
    const std::string text = FilterOfRule(rule, schema);
    EXPECT_EQ(text, each.filter);
    const auto filter = Filter::Parse(text, schema);
    ASSERT_TRUE(filter.ok()) << filter.status();
    EXPECT_EQ(filter->Evaluate(table, {}), RowsOfRule(rule, schema, table)) << text;
  }
}

TEST(RowsOfRule, AreNoneWhereTheColumnIsAbsent) {
  const Schema schema = TestSchema();
  ContactTable table = TestTable(schema);
  std::erase_if(table.columns, [](const Column& column) { return column.attribute == "age"; });
  const auto rows = RowsOfRule({.conditions = {{.attribute = "age", .low = -100}}}, schema, table);
  EXPECT_THAT(rows, testing::Each(0));
}

TEST(RowsOfRule, PassOverWhatUnknownCellsHold) {
  const Schema schema = TestSchema();
  ContactTable table{.row_count = 2};
  table.columns.push_back({"age", {1, 0}, Numbers{{50, 50}}});
  table.columns.push_back({"job", {1, 0}, Codes{{0, 99}, {"été"}}});
  const SegmentRule rule{.conditions = {{.attribute = "age", .low = 0},
                                        {.attribute = "job", .test = kOneOf, .levels = {"été"}}}};
  EXPECT_THAT(RowsOfRule(rule, schema, table), ElementsAre(1, 0));
}

TEST(FaultOfRule, NamesWhatIsWrong) {
  const Schema schema = TestSchema();
  const RuleCondition adult{.attribute = "age", .low = 18};
  const auto fault = [&](const RuleCondition& condition) {
    SegmentRule rule;
    rule.conditions.push_back(condition);
    return std::string(FaultOfRule(rule, schema));
  };
  EXPECT_EQ(FaultOfRule({}, schema), "");
  EXPECT_EQ(FaultOfRule({.conditions = {adult, adult, adult, adult}}, schema),
            "a rule has too many conditions");
  EXPECT_EQ(fault({.attribute = "nobody", .low = 1}),
            "a rule names an attribute that is not in its schema");
  const std::string misfit = "a condition of a rule does not fit its attribute";
  EXPECT_EQ(fault({.attribute = "age"}), misfit);
  EXPECT_EQ(fault({.attribute = "age", .low = 2, .high = 1}), misfit);
  EXPECT_EQ(fault({.attribute = "age", .low = std::numeric_limits<double>::quiet_NaN()}), misfit);
  EXPECT_EQ(fault({.attribute = "age", .test = kOneOf, .levels = {"18"}}), misfit);
  EXPECT_EQ(fault({.attribute = "size", .low = 4}), misfit);
  EXPECT_EQ(fault({.attribute = "size", .high = .5}), misfit);
  EXPECT_EQ(fault({.attribute = "loan", .test = kOneOf, .levels = {"perhaps"}}), misfit);
  EXPECT_EQ(fault({.attribute = "job", .test = kOneOf}), misfit);
  EXPECT_EQ(fault({.attribute = "channels", .test = kHasTag, .levels = {"a", "b"}}), misfit);
  EXPECT_EQ(fault({.attribute = "home", .low = 1}), misfit);
  EXPECT_EQ(fault({.attribute = "joined", .low = 1e9}), misfit);
  SegmentRule rule{.conditions = {adult}};
  rule.quality.precision = 1.5;
  EXPECT_EQ(FaultOfRule(rule, schema), "the quality of a rule is not a share");
}

TEST(MayBeInRule, ExcludesWhatMustNotBeTold) {
  const Attribute plain{.id = "age", .type = AttributeType::kNumeric};
  EXPECT_TRUE(MayBeInRule(plain));
  const auto with = [&](auto change) {
    Attribute attribute = plain;
    change(attribute);
    return MayBeInRule(attribute);
  };
  EXPECT_FALSE(with([](Attribute& a) { a.is_protected = true; }));
  EXPECT_FALSE(with([](Attribute& a) { a.sensitive = a.sensitive_feature = true; }));
  EXPECT_FALSE(with([](Attribute& a) { a.role = Role::kOutcome; }));
  EXPECT_FALSE(with([](Attribute& a) { a.role = Role::kIdentity; }));
  EXPECT_FALSE(with([](Attribute& a) { a.consequence_of_outcome = true; }));
  EXPECT_FALSE(with([](Attribute& a) { a.type = AttributeType::kLocation; }));
  EXPECT_TRUE(with([](Attribute& a) { a.role = Role::kDescriptor; }));
}

}  // namespace
}  // namespace cible
