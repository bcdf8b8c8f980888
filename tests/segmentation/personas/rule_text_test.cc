#include "segmentation/personas/rule_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cible {
namespace {

using enum RuleCondition::Test;

Schema TestSchema() {
  Schema schema;
  const auto add = [&](Attribute attribute) {
    if (attribute.display_name.empty()) attribute.display_name = attribute.id;
    EXPECT_TRUE(schema.Add(attribute).ok());
  };
  add({.id = "age", .type = AttributeType::kNumeric, .birth = Birth::kAge});
  add({.id = "balance", .type = AttributeType::kNumeric, .unit = "EUR"});
  add({.id = "contact", .type = AttributeType::kCategorical});
  add({.id = "job", .type = AttributeType::kCategorical});
  add({.id = "size", .type = AttributeType::kOrdinal, .levels = {"S", "M", "L"}});
  add({.id = "channels", .type = AttributeType::kSet});
  add({.id = "housing", .type = AttributeType::kBoolean});
  add({.id = "joined", .type = AttributeType::kDate});
  add({.id = "won", .type = AttributeType::kBoolean, .role = Role::kOutcome, .outcome_value = "1"});
  add({.id = "gender", .type = AttributeType::kCategorical});
  add({.id = "debts", .type = AttributeType::kNumeric});
  return schema;
}

std::string InEnglish(const std::vector<RuleCondition>& conditions) {
  return DescribeRule({.conditions = conditions}, TestSchema(), Language::kEnglish);
}
std::string InFrench(const std::vector<RuleCondition>& conditions) {
  return DescribeRule({.conditions = conditions}, TestSchema(), Language::kFrench);
}

TEST(DescribeRule, SaysConditionsInWords) {
  const RuleCondition young{.attribute = "age", .high = 35, .whole = true};
  const RuleCondition mobile{.attribute = "contact", .test = kOneOf, .levels = {"cellular"}};
  EXPECT_EQ(InEnglish({young, mobile}), "Age under 35, contact by mobile phone");
  EXPECT_EQ(InFrench({young, mobile}), "Âge : moins de 35, contact sur téléphone mobile");
}

TEST(DescribeRule, SaysEveryKindOfCondition) {
  EXPECT_EQ(InEnglish({{.attribute = "age", .low = 25, .high = 35, .whole = true}}),
            "Age 25 to 34");
  EXPECT_EQ(InEnglish({{.attribute = "age", .low = 25, .high = 26, .whole = true}}), "Age 25");
  EXPECT_EQ(InEnglish({{.attribute = "balance", .low = 1500.5}}),
            "Account balance of €1,500.5 or more");
  EXPECT_EQ(InEnglish({{.attribute = "balance", .low = -10, .high = 20}}),
            "Account balance from €-10 to under €20");
  EXPECT_EQ(InEnglish({{.attribute = "job", .test = kOneOf, .levels = {"a", "b", "c d"}}}),
            "Occupation “a”, “b” or “c d”");
  EXPECT_EQ(InEnglish({{.attribute = "job", .test = kNoneOf, .levels = {"a"}}}),
            "Occupation other than “a”");
  EXPECT_EQ(InEnglish({{.attribute = "size", .low = 1}}), "Size at least “M”");
  EXPECT_EQ(InEnglish({{.attribute = "size", .high = 2}}), "Size at most “M”");
  EXPECT_EQ(InEnglish({{.attribute = "size", .low = 2, .high = 3}}), "Size “L”");
  EXPECT_EQ(InEnglish({{.attribute = "size", .low = 0, .high = 2}}), "Size “S” to “M”");
  EXPECT_EQ(InEnglish({{.attribute = "channels", .test = kHasTag, .levels = {"web"}}}),
            "“web” among channels used");
  EXPECT_EQ(InEnglish({{.attribute = "channels", .test = kLacksTag, .levels = {"web"}}}),
            "No “web” among channels used");
  EXPECT_EQ(InEnglish({{.attribute = "housing", .test = kOneOf, .levels = {"true"}}}),
            "Home loan: yes");
  EXPECT_EQ(InEnglish({{.attribute = "joined", .low = 0, .high = 31}}),
            "“joined” on 1970-01-01 or later, before 1970-02-01");
  EXPECT_EQ(InEnglish({{.attribute = "joined", .high = 31}}), "“joined” before 1970-02-01");
  EXPECT_EQ(InEnglish({{.attribute = "joined", .low = 31}}), "“joined” on 1970-02-01 or later");
  EXPECT_EQ(InEnglish({{.attribute = "age", .low = 35}}), "Age of 35 or more");
  EXPECT_EQ(InEnglish({{.attribute = "housing", .test = kOneOf, .levels = {"false"}}}),
            "Home loan: no");
}

TEST(DescribeRule, SaysThatThereIsNone) {
  EXPECT_EQ(InEnglish({}), "No short rule describes these contacts.");
  EXPECT_EQ(InFrench({}), "Aucune règle courte ne décrit ces contacts.");
  EXPECT_EQ(DescribeRuleQuality({}, Language::kEnglish), "");
}

TEST(DescribeRuleQuality, NeverRoundsToAll) {
  SegmentRule rule{.conditions = {{.attribute = "age", .high = 35}}};
  rule.quality.precision = .9964;
  rule.quality.recall = 1;
  EXPECT_EQ(DescribeRuleQuality(rule, Language::kEnglish),
            "99.6% of those it selects belong here; it finds 100% of all who do.");
}

TEST(MayBeSaidInRule, WhatTextsMaySay) {
  const Schema schema = TestSchema();
  EXPECT_TRUE(MayBeSaidInRule(*schema.Find("age"), ""));
  EXPECT_TRUE(MayBeSaidInRule(*schema.Find("job"), "student"));
  EXPECT_FALSE(MayBeSaidInRule(*schema.Find("job"), "unemployed"));
  EXPECT_FALSE(MayBeSaidInRule(*schema.Find("gender"), ""));
  EXPECT_FALSE(MayBeSaidInRule(*schema.Find("debts"), ""));
}

TEST(DescribeConversion, SaysRateIntervalAndPopulation) {
  const Schema schema = TestSchema();
  Conversion conversion{.attribute = "won",
                        .known = 100,
                        .converted = 40,
                        .rate = .4,
                        .interval = {.31, .5},
                        .population_known = 200,
                        .population_rate = .25};
  EXPECT_EQ(DescribeConversion(conversion, schema, Language::kEnglish),
            "“won”: 40% (95% interval 31% to 50%), against 25% for everyone.");
  conversion.interval = {.391, .411};
  EXPECT_EQ(DescribeConversion(conversion, schema, Language::kFrench),
            "« won » : 40,0 % (intervalle à 95 % : 39,1 % à "
            "41,1 %), contre 25,0 % pour l'ensemble.");
  conversion.known = 0;
  conversion.interval = {0, 1};
  EXPECT_EQ(DescribeConversion(conversion, schema, Language::kEnglish),
            "“won”: not known of anyone here; 25% for everyone.");
}

}  // namespace
}  // namespace cible
