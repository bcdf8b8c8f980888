#include "segmentation/personas/market.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "segmentation/personas/customer_value.h"

namespace cible {
namespace {

Schema MarketSchema() {
  Schema schema;
  EXPECT_TRUE(schema
                  .Add({.id = "brand",
                        .display_name = "Brand",
                        .type = AttributeType::kCategorical,
                        .competitor_level = "other"})
                  .ok());
  EXPECT_TRUE(schema
                  .Add({.id = "bought",
                        .display_name = "Bought",
                        .type = AttributeType::kBoolean,
                        .role = Role::kOutcome,
                        .outcome_value = "true"})
                  .ok());
  return schema;
}

struct Market {
  ContactTable table{.row_count = 0,
                     .ids = {},
                     .columns = {MakeColumn("brand", AttributeType::kCategorical),
                                 MakeColumn("bought", AttributeType::kBoolean)}};
  std::vector<Stage> stages;
  std::vector<std::optional<double>> values;
  std::vector<int> components;

  void Add(int component, Stage stage, std::optional<Value> brand = {},
           std::optional<double> value = {}, std::optional<Value> bought = {}) {
    Append(table.columns[0], brand);
    Append(table.columns[1], bought);
    ++table.row_count;
    stages.push_back(stage);
    values.push_back(value);
    components.push_back(component);
  }
  std::vector<MarketCounts> Counted(const Schema& schema, int component_count) const {
    return CountMarket(table, schema, stages, values, components, component_count);
  }
};

TEST(CountMarket, CountsEveryContactOnce) {
  Market market;
  const std::string other = "other", none = "none";
  market.Add(0, Stage::kCustomer, other);         // A customer, wherever else they buy.
  market.Add(0, Stage::kUnknown, none, 12.);      // No stage, but brought something.
  market.Add(0, Stage::kLead, other);             // Competitor's, open.
  market.Add(0, Stage::kLead, none, {}, false);   // Lost: not open.
  market.Add(0, Stage::kProspect, std::nullopt);  // Unknown, open.
  market.Add(0, Stage::kUnknown, none, 0.);       // Brought nothing, no stage: not open.
  market.Add(0, Stage::kLead, none, 50.);         // Recorded as a lead: not a customer.
  market.Add(1, Stage::kCustomer);
  market.Add(-1, Stage::kCustomer);  // In no segment.
  EXPECT_EQ(
      market.Counted(MarketSchema(), 2),
      (std::vector<MarketCounts>{
          {.customers = 2, .competitor = 1, .non_consumers = 3, .unknown = 1, .open_leads = 3},
          {.customers = 1}}));
}

TEST(CountMarket, KnowsNobodysBrandWhereNothingIsMarkedOrTheColumnIsAbsent) {
  Market market;
  market.Add(0, Stage::kLead, std::string("other"));
  EXPECT_EQ(market.Counted(Schema(), 1)[0], (MarketCounts{.unknown = 1, .open_leads = 1}));
  market.table.columns.clear();
  EXPECT_EQ(market.Counted(MarketSchema(), 1)[0], (MarketCounts{.unknown = 1, .open_leads = 1}));
}

TEST(CountMarket, ReadsABooleanAsTrueAndFalse) {
  Schema schema;
  ASSERT_TRUE(schema
                  .Add({.id = "rival",
                        .display_name = "Rival",
                        .type = AttributeType::kBoolean,
                        .competitor_level = "true"})
                  .ok());
  ContactTable table{.row_count = 2, .ids = {}, .columns = {}};
  table.columns = {MakeColumn("rival", AttributeType::kBoolean)};
  Append(table.columns[0], true);
  Append(table.columns[0], false);
  const std::vector<Stage> stages(2, Stage::kUnknown);
  const std::vector<std::optional<double>> values(2);
  EXPECT_EQ(CountMarket(table, schema, stages, values, std::vector<int>{0, 0}, 1)[0],
            (MarketCounts{.competitor = 1, .non_consumers = 1}));
}

TEST(CheckWinnableShares, RefusesWhatIsNoShareAndNamesTheField) {
  EXPECT_TRUE(CheckWinnableShares({}).ok());
  EXPECT_TRUE(CheckWinnableShares({.non_consumers = 0, .competitor = 1}).ok());
  for (const double wrong : {-.1, 1.01, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(CheckWinnableShares({.non_consumers = wrong}),
              absl::InvalidArgumentError("winnable_non_consumer_share must lie in 0 to 1; 0.1 says "
                                         "that one in ten can be won"));
    EXPECT_EQ(CheckWinnableShares({.competitor = wrong}).message().substr(0, 24),
              "winnable_competitor_shar");
  }
}

constexpr MarketCounts kCounts{.customers = 100, .competitor = 40, .non_consumers = 200};

TEST(PotentialOf, AddsTheWinnableParts) {
  const MarketPotential market = PotentialOf(kCounts, {.non_consumers = .1, .competitor = .05}, .5);
  EXPECT_DOUBLE_EQ(market.potential.value(), 100 + 20 + 2);
  EXPECT_FALSE(market.estimated);
  EXPECT_EQ(DescribePotential(market, true, Language::kEnglish),
            "100 customers + 10% of 200 who do not buy from competitors + 5% of 40 customers of "
            "competitors = 122.");
  EXPECT_EQ(
      DescribePotential(market, true, Language::kFrench),
      "100 clients + 10\u202f% de 200 contacts qui n'achètent pas chez un concurrent + 5\u202f% de "
      "40 clients de concurrents = 122.");
}

TEST(PotentialOf, EstimatesWhatWasNotEntered) {
  const MarketPotential market = PotentialOf(kCounts, {.non_consumers = .1}, .25);
  EXPECT_TRUE(market.estimated);
  EXPECT_DOUBLE_EQ(market.potential.value(), 100 + 20 + 10);
  EXPECT_EQ(market.shares.competitor, .25);
  // Nobody buys from a competitor: no estimate matters.
  EXPECT_FALSE(
      PotentialOf({.customers = 1, .non_consumers = 5}, {.non_consumers = .1}, .25).estimated);
}

TEST(PotentialOf, IsUnknownWhereAShareThatMattersIs) {
  const MarketPotential market = PotentialOf(kCounts, {.competitor = .5}, std::nullopt);
  EXPECT_FALSE(market.potential.has_value());
  EXPECT_EQ(DescribePotential(market, true, Language::kEnglish),
            "100 customers + an unknown share of 200 who do not buy from competitors + 50% of 40 "
            "customers of competitors: the sum is not known. Say which share can be won "
            "(--winnable-non-consumers, --winnable-competitors), or record an outcome and train "
            "again: it is then estimated.");
  EXPECT_EQ(PotentialOf({.customers = 7}, {}, std::nullopt).potential, 7);
}

TEST(PotentialOf, IsUnknownWhereOthersAreRecordedOfWhomNothingIsKnown) {
  const MarketPotential market = PotentialOf({.customers = 7, .unknown = 3}, {}, .5);
  EXPECT_FALSE(market.potential.has_value());
  EXPECT_FALSE(market.estimated);
  const std::string text = DescribePotential(market, false, Language::kEnglish);
  EXPECT_EQ(text.find("7 customers. Of 3 others it is not known"), 0u) << text;
  EXPECT_NE(text.find("competitor_level"), std::string::npos);
  EXPECT_EQ(DescribePotential(market, true, Language::kEnglish).find("competitor_level"),
            std::string::npos);
}

TEST(DescribeUniverse, SaysWhoIsCountedAndWhen) {
  const Date day = *ParseDate("2026-11-23");
  EXPECT_EQ(DescribeUniverse(2240, ContactKind::kPerson, day, Language::kEnglish),
            "the 2,240 persons recorded in this workspace on 2026-11-23 who belong to a persona; "
            "nobody else is counted");
  EXPECT_EQ(DescribeUniverse(1, ContactKind::kOrganization, day, Language::kEnglish).substr(0, 18),
            "the 1 organisation");
}

}  // namespace
}  // namespace cible
