#include "segmentation/models/rule_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

using testing::Each;
using testing::SizeIs;

std::vector<SegmentRule> Find(const PlantedContacts& planted, std::vector<double> weights = {},
                              const RuleSearchOptions& options = {}) {
  if (weights.empty()) weights.assign(planted.groups.size(), 1);
  return FindRules(planted.table, planted.schema, weights, planted.groups, 3, options);
}

MATCHER(IsFound, "") { return arg.found(); }

TEST(FindRules, DescribePlantedGroups) {
  const PlantedContacts planted = PlantContacts(3000, 0);
  const auto rules = Find(planted);
  ASSERT_THAT(rules, SizeIs(3));
  EXPECT_THAT(rules, Each(IsFound()));
  for (const SegmentRule& rule : rules) {
    EXPECT_EQ(FaultOfRule(rule, planted.schema), "");
    EXPECT_GT(rule.quality.precision, .95);
    EXPECT_GT(rule.quality.recall, .9);
    EXPECT_LT(rule.quality.precision_interval.low, rule.quality.precision);
    EXPECT_NEAR(rule.quality.contact_count, 1500, 150);
  }
}

// The quality is that of contacts the search never saw: on fresh contacts it
// lies within four standard errors.
TEST(FindRules, MeasureWhatHoldsForNewContacts) {
  const auto rules = Find(PlantContacts(3000, .3));
  const PlantedContacts fresh = PlantContacts(20'000, .3, 99);
  for (int group = 0; group < 3; ++group) {
    const auto rows = RowsOfRule(rules[group], fresh.schema, fresh.table);
    double inside = 0, covered = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      covered += rows[row];
      inside += rows[row] != 0 && fresh.groups[row] == group;
    }
    const RuleQuality& quality = rules[group].quality;
    const double error =
        std::sqrt(quality.precision * (1 - quality.precision) / (quality.recall * 500)) + .003;
    EXPECT_NEAR(inside / covered, quality.precision, 4 * error);
  }
}

TEST(FindRules, DoNotDependOnTheOrderOfRows) {
  const PlantedContacts planted = PlantContacts(1500);
  std::vector<int> order(planted.groups.size());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937_64(3));
  PlantedContacts shuffled{.schema = planted.schema, .table = SelectRows(planted.table, order)};
  for (const int row : order) shuffled.groups.push_back(planted.groups[row]);
  EXPECT_EQ(Find(shuffled), Find(planted));
}

TEST(FindRules, CountADuplicatedRowAsWeightTwo) {
  const PlantedContacts planted = PlantContacts(1000);
  PlantedContacts doubled = planted;
  std::vector<int> twice(2 * planted.groups.size());
  for (std::size_t i = 0; i < twice.size(); ++i) twice[i] = static_cast<int>(i / 2);
  doubled.table = SelectRows(planted.table, twice);
  doubled.groups.clear();
  for (const int row : twice) doubled.groups.push_back(planted.groups[row]);
  EXPECT_EQ(Find(doubled), Find(planted, std::vector<double>(planted.groups.size(), 2)));
}

TEST(FindRules, PassOverRowsOfWeightZero) {
  const PlantedContacts all = PlantContacts(1200);
  const PlantedContacts half = PlantContacts(600);
  std::vector<double> weights(1200, 0);
  std::fill_n(weights.begin(), 600, 1.0);
  EXPECT_EQ(Find(all, weights), Find(half));
}

TEST(FindRules, FindNoneWhereThereIsNoWeight) {
  const auto rules = Find(PlantContacts(300), std::vector<double>(300, 0));
  EXPECT_THAT(rules, SizeIs(3));
  EXPECT_THAT(rules, Each(testing::Not(IsFound())));
}

TEST(FindRules, FindNoneForASegmentOfOneOrOfNobody) {
  PlantedContacts planted = PlantContacts(500);
  std::fill(planted.groups.begin(), planted.groups.end(), 0);
  planted.groups[17] = 1;
  const auto rules = Find(planted);
  EXPECT_FALSE(rules[1].found());
  EXPECT_FALSE(rules[2].found());
}

TEST(FindRules, FindNoneWhereSegmentsAreChance) {
  PlantedContacts planted = PlantContacts(2000);
  std::mt19937_64 random(5);
  for (int& group : planted.groups) group = static_cast<int>(random() % 3);
  EXPECT_THAT(Find(planted), Each(testing::Not(IsFound())));
}

TEST(FindRules, FindNoneWithoutAttributesOrContacts) {
  EXPECT_FALSE(FindRules({}, {}, {}, {}, 1)[0].found());
  const std::vector<double> weights(50, 1);
  const std::vector<int> labels(50, 0);
  EXPECT_FALSE(FindRules({.row_count = 50}, {}, weights, labels, 1)[0].found());
}

// All values of group 1 are unknown: no condition can hold for them.
TEST(FindRules, FindNoneForASegmentOfWhichNothingIsKnown) {
  PlantedContacts planted = PlantContacts(1500, 0);
  for (Column& column : planted.table.columns) {
    for (std::size_t row = 0; row < planted.groups.size(); ++row) {
      if (planted.groups[row] == 1) column.validity[row] = 0;
    }
  }
  const auto rules = Find(planted);
  EXPECT_TRUE(rules[0].found());
  EXPECT_FALSE(rules[1].found());
}

TEST(FindRules, UseNeitherProtectedNorUnsaidAttributes) {
  PlantedContacts planted = PlantContacts(2000, 0);
  Attribute age = *planted.schema.Find("age");
  age.is_protected = true;
  ASSERT_TRUE(planted.schema.Update(age).ok());
  const auto rules =
      Find(planted, {},
           {.vocabulary = [](const Attribute& a, const std::string&) { return a.id != "visits"; }});
  EXPECT_THAT(rules, Each(IsFound()));
  for (const SegmentRule& rule : rules) {
    for (const RuleCondition& condition : rule.conditions) {
      EXPECT_NE(condition.attribute, "age");
      EXPECT_NE(condition.attribute, "visits");
    }
  }
}

// The segment is the one value at the end of the scale.
TEST(FindRules, FindAThresholdAtTheExtreme) {
  Schema schema;
  ASSERT_TRUE(schema.Add({.id = "spend", .type = AttributeType::kNumeric}).ok());
  ASSERT_TRUE(schema.Add({.id = "noise", .type = AttributeType::kNumeric}).ok());
  ContactTable table{.row_count = 1000};
  Numbers spend, noise;
  std::vector<int> labels;
  for (int row = 0; row < 1000; ++row) {
    labels.push_back(row % 20 == 0 ? 1 : 0);
    spend.values.push_back(labels.back() == 1 ? 1e9 : row);
    noise.values.push_back(row * 7919 % 1000);
  }
  const std::vector<std::uint8_t> known(1000, 1);
  table.columns = {{"spend", known, spend}, {"noise", known, noise}};
  const std::vector<double> weights(1000, 1);
  const auto rules = FindRules(table, schema, weights, labels, 2);
  ASSERT_TRUE(rules[1].found());
  EXPECT_EQ(rules[1].quality.precision, 1);
  EXPECT_EQ(rules[1].quality.recall, 1);
  EXPECT_EQ(rules[1].conditions.size(), 1);
  EXPECT_EQ(rules[1].conditions[0].attribute, "spend");
}

TEST(FindRules, SampleLargeTables) {
  const PlantedContacts planted = PlantContacts(6000);
  const auto rules = Find(planted, {}, {.row_limit = 2000});
  EXPECT_THAT(rules, Each(IsFound()));
  EXPECT_NEAR(rules[0].quality.contact_count, 1000, 150);
}

}  // namespace
}  // namespace cible
