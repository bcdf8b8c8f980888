#include "segmentation/models/profile_aggregates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

namespace cible {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

constexpr Date kAsOf{20'000};

using Cells = std::vector<std::optional<Value>>;

// Summaries of one attribute whose cells are given.
AttributeAggregates Summarise(Attribute attribute, const Cells& cells, std::vector<int> labels = {},
                              std::vector<double> weights = {}) {
  labels.resize(cells.size(), 0);
  weights.resize(cells.size(), 1);
  attribute.id = "a";
  ContactTable table{.row_count = static_cast<int>(cells.size())};
  table.columns.push_back(MakeColumn("a", attribute.type));
  for (const auto& cell : cells) Append(table.columns[0], cell);
  Schema schema;
  EXPECT_TRUE(schema.Add(attribute).ok());
  return SummariseAttributes(table, schema, kAsOf, weights, labels, 2).at(0);
}

TEST(SummariseAttributes, CountsTheUnknownAndTheUnlabelledInThePopulationOnly) {
  const auto summary =
      Summarise({.type = AttributeType::kNumeric}, {1., std::nullopt, 5., 9.}, {0, 0, 1, -1});
  EXPECT_EQ(summary.population.known, 3);
  EXPECT_EQ(summary.population.unknown, 1);
  EXPECT_EQ(summary.components[0].known, 1);
  EXPECT_EQ(summary.components[0].unknown, 1);
  EXPECT_EQ(summary.components[1].mean, 5);
  EXPECT_EQ(summary.population.mean, 5);
}

TEST(SummariseAttributes, CountsAContactOfWeightTwoAsTwo) {
  const auto weighted = Summarise({.type = AttributeType::kNumeric}, {1., 4., 7.}, {}, {2, 1, 1});
  const auto repeated = Summarise({.type = AttributeType::kNumeric}, {4., 1., 7., 1.});
  EXPECT_DOUBLE_EQ(weighted.population.mean, repeated.population.mean);
  EXPECT_DOUBLE_EQ(weighted.population.variance, repeated.population.variance);
  EXPECT_EQ(weighted.population.quantiles, repeated.population.quantiles);
}

TEST(SummariseAttributes, GivesQuantilesThatOccur) {
  Cells cells;
  for (int value = 100; value >= 1; --value) cells.emplace_back(static_cast<double>(value));
  const auto summary = Summarise({.type = AttributeType::kNumeric}, cells);
  EXPECT_THAT(summary.population.quantiles, ElementsAre(1, 5, 25, 50, 75, 95, 100));
  EXPECT_DOUBLE_EQ(summary.population.variance, (100. * 100 - 1) / 12);
  EXPECT_TRUE(summary.components[1].quantiles.empty());
}

// ln(1 + x) of -5 (as 0), 0 and e^3 - 1 are 0, 0 and 3.
TEST(SummariseAttributes, GivesTheMomentsOfNumbersOnTheLogScale) {
  const auto summary = Summarise({.type = AttributeType::kNumeric}, {-5., 0., std::exp(3) - 1});
  EXPECT_DOUBLE_EQ(summary.population.log_mean, 1);
  EXPECT_DOUBLE_EQ(summary.population.log_variance, 2);
}

TEST(SummariseAttributes, KeepsTheVarianceOfSmallDifferencesAroundALargeMean) {
  const auto summary = Summarise({.type = AttributeType::kNumeric}, {1e9 + 1, 1e9 + 2, 1e9 + 3});
  EXPECT_NEAR(summary.population.variance, 2. / 3, 1e-6);
}

// 0.1 ten times over is not 1: the segment was said to lie 2.2 standard
// deviations below everyone, all of whom have 3.
TEST(SummariseAttributes, FindsNoSpreadInAConstant) {
  Cells cells(37, 3.);
  std::vector<int> labels(37);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = i % 3 == 0;
  const auto summary = Summarise({.type = AttributeType::kNumeric}, cells, labels);
  for (const AttributeSummary& each :
       {summary.population, summary.components[0], summary.components[1]}) {
    EXPECT_EQ(each.mean, 3);
    EXPECT_EQ(each.variance, 0);
    EXPECT_EQ(each.log_mean, std::log1p(3));
    EXPECT_EQ(each.log_variance, 0);
  }
}

// Of weight 0 together they have no mean, which was no number.
TEST(SummariseAttributes, StaysFiniteForContactsThatDoNotCount) {
  const auto summary =
      Summarise({.type = AttributeType::kNumeric}, {1., 2., 5.}, {0, 0, 1}, {0, 0, 1});
  EXPECT_EQ(summary.components[0].mean, 0);
  EXPECT_EQ(summary.population.mean, 5);
}

TEST(SummariseAttributes, ReachesTheLastQuantileWithWeightsThatRound) {
  const auto summary = Summarise({.type = AttributeType::kNumeric}, {1., 2., 3.}, {}, {.1, .2, .3});
  ASSERT_EQ(summary.population.quantiles.size(), 7u);
  EXPECT_EQ(summary.population.quantiles.back(), 3);
}

TEST(SummariseAttributes, CountsDatesInDaysBeforeTheDayAsked) {
  const auto days = Summarise({.type = AttributeType::kDate}, {Date{19'990}, Date{20'010}});
  EXPECT_EQ(days.population.quantiles.front(), -10);
  EXPECT_EQ(days.population.quantiles.back(), 10);
  const auto instant = Summarise({.type = AttributeType::kTimestamp},
                                 {Timestamp{19'990 * std::int64_t{86'400'000'000}}});
  EXPECT_EQ(instant.population.mean, 10);
}

TEST(SummariseAttributes, OrdersLevelsByWeightAndThenByName) {
  const auto summary = Summarise({.type = AttributeType::kCategorical},
                                 {"web", "shop", "phone", "shop"}, {0, 0, 1, 1});
  EXPECT_THAT(summary.levels, ElementsAre("shop", "phone", "web"));
  EXPECT_THAT(summary.population.level_weights, ElementsAre(2, 1, 1));
  EXPECT_THAT(summary.components[0].level_weights, ElementsAre(1, 0, 1));
}

TEST(SummariseAttributes, KeepsAtMostTwoHundredLevels) {
  Cells cells;
  for (int level = 0; level < 300; ++level) cells.emplace_back(std::to_string(level));
  cells.emplace_back("299");
  const auto summary = Summarise({.type = AttributeType::kCategorical}, cells);
  EXPECT_EQ(summary.levels.size(), 200u);
  EXPECT_EQ(summary.levels[0], "299");
  EXPECT_EQ(summary.population.level_weights.size(), 200u);
  EXPECT_EQ(summary.population.known, 301);
}

TEST(SummariseAttributes, KeepsTheOrderOfOrdinalLevelsWhateverTheDictionary) {
  const Attribute mood{.type = AttributeType::kOrdinal, .levels = {"low", "fair", "high"}};
  const auto summary = Summarise(mood, {"high", "low", "high"});
  EXPECT_THAT(summary.levels, ElementsAre("low", "fair", "high"));
  EXPECT_THAT(summary.population.level_weights, ElementsAre(1, 0, 2));
  EXPECT_THAT(summary.population.mean, DoubleEq(4. / 3));
}

TEST(SummariseAttributes, TellsAnEmptySetFromAnUnknownOne) {
  const auto summary =
      Summarise({.type = AttributeType::kSet},
                {StringSet{{"mail", "web"}}, StringSet{}, std::nullopt, StringSet{{"web"}}});
  EXPECT_EQ(summary.population.known, 3);
  EXPECT_THAT(summary.levels, ElementsAre("web", "mail"));
  EXPECT_THAT(summary.population.level_weights, ElementsAre(2, 1));
}

TEST(SummariseAttributes, GivesBooleansAShareAndBothLevels) {
  const auto summary = Summarise({.type = AttributeType::kBoolean}, {true, true, false, true});
  EXPECT_THAT(summary.levels, ElementsAre("false", "true"));
  EXPECT_THAT(summary.population.level_weights, ElementsAre(1, 3));
  EXPECT_DOUBLE_EQ(summary.population.mean, .75);
  EXPECT_DOUBLE_EQ(summary.population.variance, .1875);
}

TEST(SummariseAttributes, FindsTheCentreAcrossTheAntimeridian) {
  const auto summary =
      Summarise({.type = AttributeType::kLocation}, {LatLng{0, 179}, LatLng{0, -179}});
  EXPECT_NEAR(std::abs(summary.population.longitude), 180, 1e-9);
  EXPECT_NEAR(summary.population.latitude, 0, 1e-9);
  EXPECT_NEAR(summary.population.radius_km, 111.195, .001);
}

TEST(SummariseAttributes, KeepsNothingOfTextsButHowManyAreKnown) {
  const auto summary = Summarise({.type = AttributeType::kText, .role = Role::kDescriptor},
                                 {"a remark", std::nullopt});
  EXPECT_EQ(summary.population.known, 1);
  EXPECT_TRUE(summary.levels.empty());
}

TEST(SummariseAttributes, LeavesOutIdentityIgnoredAndAbsentAttributes) {
  Schema schema;
  ASSERT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric}).ok());
  ASSERT_TRUE(
      schema.Add({.id = "mail", .type = AttributeType::kText, .role = Role::kIdentity}).ok());
  ASSERT_TRUE(
      schema.Add({.id = "x", .type = AttributeType::kNumeric, .role = Role::kIgnored}).ok());
  ASSERT_TRUE(schema.Add({.id = "absent", .type = AttributeType::kNumeric}).ok());
  const ContactTable table =
      *TableFromValues({{"age", 30.}, {"mail", std::string("m")}, {"x", 1.}}, schema);
  const auto summaries =
      SummariseAttributes(table, schema, kAsOf, std::vector<double>{1}, std::vector<int>{0}, 1);
  ASSERT_EQ(summaries.size(), 1u);
  EXPECT_EQ(summaries[0].attribute, "age");
}

}  // namespace
}  // namespace cible
