#include "segmentation/personas/customer_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Marked {
  const char* id;
  ValueMark value;
  double days = 365.25;
};

Schema SchemaOf(const std::vector<Marked>& marked) {
  Schema schema;
  for (const Marked& each : marked) {
    EXPECT_TRUE(schema
                    .Add({.id = each.id,
                          .display_name = each.id,
                          .type = AttributeType::kNumeric,
                          .value = each.value,
                          .value_days = each.days})
                    .ok());
  }
  return schema;
}

ContactTable TableOf(const std::vector<std::string>& ids,
                     const std::vector<std::vector<std::optional<double>>>& rows) {
  ContactTable table{.row_count = static_cast<int>(rows.size())};
  for (std::size_t column = 0; column < ids.size(); ++column) {
    table.columns.push_back(MakeColumn(ids[column], AttributeType::kNumeric));
    for (const auto& row : rows) {
      Append(table.columns.back(), row[column] ? std::optional<Value>(*row[column]) : std::nullopt);
    }
  }
  return table;
}

TEST(ValueDefinitionOf, MarginComesBeforeRevenue) {
  const Schema schema = SchemaOf({{"sales", ValueMark::kRevenue},
                                  {"margin", ValueMark::kMargin, 730.5},
                                  {"full", ValueMark::kFullPriceShare},
                                  {"large", ValueMark::kLargeOrderShare},
                                  {"age", ValueMark::kNone}});
  const ValueDefinition definition = ValueDefinitionOf(schema);
  EXPECT_TRUE(definition.is_margin);
  EXPECT_THAT(definition.parts, ElementsAre(ValueDefinition::Part{"margin", .5}));
  EXPECT_EQ(definition.full_price_share, "full");
  EXPECT_EQ(definition.large_order_share, "large");
  EXPECT_TRUE(IsPartOfValue(*schema.Find("sales")));
  EXPECT_TRUE(IsPartOfValue(*schema.Find("large")));
  EXPECT_FALSE(IsPartOfValue(*schema.Find("age")));
}

TEST(ValueDefinitionOf, RevenueCountsWhereNoMarginIsMarked) {
  const ValueDefinition definition =
      ValueDefinitionOf(SchemaOf({{"wine", ValueMark::kRevenue}, {"meat", ValueMark::kRevenue}}));
  EXPECT_FALSE(definition.is_margin);
  EXPECT_THAT(definition.parts,
              ElementsAre(ValueDefinition::Part{"wine", 1}, ValueDefinition::Part{"meat", 1}));
  EXPECT_THAT(ValueDefinitionOf(SchemaOf({{"age", ValueMark::kNone}})).parts, IsEmpty());
}

TEST(CustomerValues, AddsPartsBroughtToAYearAndKnowsWhatItDoesNotKnow) {
  const Schema schema =
      SchemaOf({{"wine", ValueMark::kRevenue, 730.5}, {"meat", ValueMark::kRevenue}});
  const ContactTable table =
      TableOf({"wine", "meat"}, {{100, 10}, {100, std::nullopt}, {-40, 0}, {1e308, 1.7e308}});
  EXPECT_THAT(CustomerValues(table, ValueDefinitionOf(schema)),
              ElementsAre(60., std::nullopt, -20., std::nullopt));
  // A part that the table lacks is known of nobody.
  EXPECT_THAT(CustomerValues(TableOf({"wine"}, {{100}}), ValueDefinitionOf(schema)),
              ElementsAre(std::nullopt));
  EXPECT_THAT(CustomerValues(table, {}),
              ElementsAre(std::nullopt, std::nullopt, std::nullopt, std::nullopt));
}

TEST(IsCustomer, GoesByTheStageAndElseByWhatWasPaid) {
  EXPECT_TRUE(IsCustomer(Stage::kCustomer, std::nullopt));
  EXPECT_TRUE(IsCustomer(Stage::kCustomer, -5.));
  EXPECT_TRUE(IsCustomer(Stage::kUnknown, .01));
  EXPECT_FALSE(IsCustomer(Stage::kUnknown, 0.));
  EXPECT_FALSE(IsCustomer(Stage::kUnknown, std::nullopt));
  EXPECT_FALSE(IsCustomer(Stage::kLead, 100.));
  EXPECT_FALSE(IsCustomer(Stage::kProspect, 100.));
}

TEST(DescribeDefinition, NamesThePartsInTheLanguage) {
  const Schema schema = SchemaOf({{"mnt_wines", ValueMark::kNone}});
  EXPECT_EQ(DescribeDefinition(ValueDefinitionOf(schema), schema, Language::kEnglish), "");
  const Schema spend = SchemaOf({{"mnt_wines", ValueMark::kRevenue},
                                 {"mnt_meat", ValueMark::kRevenue},
                                 {"mnt_fish", ValueMark::kRevenue}});
  EXPECT_EQ(DescribeDefinition(ValueDefinitionOf(spend), spend, Language::kEnglish),
            "Revenue a year: wine spend, meat spend and fish spend");
  EXPECT_EQ(DescribeDefinition(ValueDefinitionOf(spend), spend, Language::kFrench),
            "Chiffre d'affaires par an\u202f: dépenses en vin, dépenses en viande et dépenses en "
            "poisson");
  const Schema margin = SchemaOf({{"margin", ValueMark::kMargin}});
  EXPECT_EQ(DescribeDefinition(ValueDefinitionOf(margin), margin, Language::kEnglish),
            "Net margin a year: margin");
}

TEST(SummariseValues, GivesMeanVarianceAndLowerMedian) {
  EXPECT_EQ(SummariseValues({}), ValueSummary{});
  EXPECT_EQ(SummariseValues({7}),
            (ValueSummary{.known = 1, .mean = 7, .variance = 0, .median = 7}));
  EXPECT_EQ(SummariseValues({4, 1, 3, 8}),
            (ValueSummary{.known = 4, .mean = 4, .variance = 26. / 3, .median = 3}));
}

// Of 1, 3, 4, 8: t of 3 degrees of freedom at .975 is 3.182446, times
// sqrt(26 / 3 / 4) = 1.471960.
TEST(MeanInterval, IsStudents) {
  const auto interval = MeanInterval(SummariseValues({4, 1, 3, 8}));
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, 4 - 4.684434, 1e-5);
  EXPECT_NEAR(interval->high, 4 + 4.684434, 1e-5);
  EXPECT_EQ(MeanInterval(SummariseValues({4})), std::nullopt);
  EXPECT_EQ(MeanInterval(SummariseValues({})), std::nullopt);
}

}  // namespace
}  // namespace cible
