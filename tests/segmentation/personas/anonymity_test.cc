#include "segmentation/personas/anonymity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "segmentation/personas/attribute_profile.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WithheldAmong, HidesFewAndWhatWouldTellThem) {
  EXPECT_THAT(WithheldAmong({{50., 40., 30.}}, 10), ElementsAre(0, 0, 0));
  // 4 alone is the total less the others: 30 goes too.
  EXPECT_THAT(WithheldAmong({{50., 4., 30.}}, 10), ElementsAre(0, 1, 1));
  // 4 and 3 together are 7, which the total would tell.
  EXPECT_THAT(WithheldAmong({{50., 4., 3., 30.}}, 10), ElementsAre(0, 1, 1, 1));
  EXPECT_THAT(WithheldAmong({{50., 6., 5.}}, 10), ElementsAre(0, 1, 1));
  // Nobody is nobody.
  EXPECT_THAT(WithheldAmong({{50., 0., 30.}}, 10), ElementsAre(0, 0, 0));
  EXPECT_THAT(WithheldAmong({{4.}}, 10), ElementsAre(1));
  EXPECT_THAT(WithheldAmong({}, 10), IsEmpty());
}

TEST(WithheldAmong, HidesWhatWouldTellWhatIsWithheldForAnotherReason) {
  EXPECT_THAT(WithheldAmong({{50., 40., 30.}}, 10, {0, 0, 1}), ElementsAre(0, 0, 1));
  EXPECT_THAT(WithheldAmong({{50., 0., 30.}}, 10, {0, 1, 0}), ElementsAre(0, 1, 0));
  EXPECT_THAT(WithheldAmong({{50., 4., 30., 3.}}, 10, {0, 0, 0, 1}), ElementsAre(0, 1, 1, 1));
  // What rounding leaves of a difference is nobody.
  EXPECT_THAT(WithheldAmong({{50., 1e-13, 30.}}, 10), ElementsAre(0, 0, 0));
}

TEST(WithheldMarkets, HidesWhatWouldTellAPart) {
  const std::vector<MarketCounts> markets = {{.customers = 50, .unknown = 20},
                                             {.customers = 4, .unknown = 20},
                                             {.customers = 30, .unknown = 20}};
  EXPECT_THAT(WithheldMarkets(markets, 4), ElementsAre(0, 0, 0));
  EXPECT_THAT(WithheldMarkets(markets, 10), ElementsAre(0, 1, 1));
  EXPECT_THAT(WithheldMarkets(markets, 4, {1, 0, 0}), ElementsAre(1, 0, 0));
}

// Two segments of 100 and 60: levels web 70 + 40, shop 27 + 17, fax 3 + 3.
struct Facts {
  Schema schema;
  std::vector<AttributeAggregates> aggregates;
  SegmentFacts facts;
};

AttributeSummary Levels(std::vector<double> weights) {
  AttributeSummary summary{.level_weights = std::move(weights)};
  for (const double weight : summary.level_weights) summary.known += weight;
  return summary;
}

AttributeSummary Number(double known, double mean) {
  return {.known = known,
          .mean = mean,
          .variance = 1,
          .quantiles = {mean, mean, mean, mean, mean, mean, mean}};
}

std::unique_ptr<Facts> MakeFacts(std::vector<AttributeAggregates> aggregates,
                                 const std::vector<Attribute>& attributes) {
  auto facts = std::make_unique<Facts>();
  for (const Attribute& attribute : attributes) {
    EXPECT_TRUE(facts->schema.Add(attribute).ok());
  }
  facts->aggregates = std::move(aggregates);
  facts->facts.schema = &facts->schema;
  facts->facts.aggregates = &facts->aggregates;
  facts->facts.shares = {.625, .375};
  return facts;
}

TEST(TellableOf, LeavesOutRareLevelsAndWhatWouldTellThem) {
  const auto made = MakeFacts({{.attribute = "channel",
                                .levels = {"web", "shop", "fax"},
                                .population = Levels({110, 44, 6}),
                                .components = {Levels({70, 27, 3}), Levels({40, 17, 3})}}},
                              {{.id = "channel", .type = AttributeType::kCategorical}});
  const TellableFacts tellable = TellableOf(made->facts, {{100., 60.}}, 10);
  EXPECT_THAT(tellable.withheld, ElementsAre(0, 0));
  // Without "fax" the others would be 3: "shop" goes with it.
  EXPECT_THAT(tellable.aggregates[0].levels, ElementsAre("web"));
  EXPECT_THAT(tellable.aggregates[0].components[1].level_weights, ElementsAre(40));
  EXPECT_EQ(tellable.aggregates[0].components[1].known, 60);
}

TEST(TellableOf, TellsNothingOfASegmentOfFewNorOfTheOneThatHidesIt) {
  const auto made = MakeFacts({{.attribute = "age",
                                .population = Number(160, 40),
                                .components = {Number(155, 41), Number(5, 20)}}},
                              {{.id = "age", .type = AttributeType::kNumeric}});
  const TellableFacts tellable = TellableOf(made->facts, {{155., 5.}}, 10);
  EXPECT_THAT(tellable.withheld, ElementsAre(1, 1));
  for (const AttributeSummary& summary : tellable.aggregates[0].components) {
    EXPECT_EQ(summary.known, 0);
    EXPECT_TRUE(summary.quantiles.empty());
  }
  EXPECT_EQ(tellable.aggregates[0].population.known, 160);
}

// Of large segments too, where an attribute is known of few.
TEST(TellableOf, TellsNoFigureOfAnAttributeKnownOfFew) {
  const auto made = MakeFacts({{.attribute = "age",
                                .population = Number(94, 40),
                                .components = {Number(90, 41), Number(4, 20)}},
                               {.attribute = "visits",
                                .population = Number(160, 3),
                                .components = {Number(100, 2), Number(60, 4)}}},
                              {{.id = "age", .type = AttributeType::kNumeric},
                               {.id = "visits", .type = AttributeType::kNumeric}});
  const TellableFacts tellable = TellableOf(made->facts, {{100., 60.}}, 10);
  EXPECT_THAT(tellable.withheld, ElementsAre(0, 0));
  EXPECT_EQ(tellable.aggregates[0].components[1].known, 0);
  EXPECT_EQ(tellable.aggregates[0].components[0].known, 0);
  EXPECT_EQ(tellable.aggregates[1].components[1].mean, 4);
}

// Three segments: 6 are withheld, and the 40 that hide them. What both have together
// is everyone's less the first's.
TEST(TellableOf, LeavesOutLevelsThatADifferenceWouldTell) {
  const auto made =
      MakeFacts({{.attribute = "channel",
                  .levels = {"web", "shop", "fax"},
                  .population = Levels({90, 35, 21}),
                  .components = {Levels({60, 25, 15}), Levels({2, 3, 1}), Levels({28, 7, 5})}},
                 {.attribute = "offers",
                  .levels = {"false", "true"},
                  .population = Levels({102, 44}),
                  .components = {Levels({60, 40}), Levels({6, 0}), Levels({36, 4})}},
                 {.attribute = "wine",
                  .levels = {"false", "true"},
                  .population = Levels({90, 56}),
                  .components = {Levels({60, 40}), Levels({3, 3}), Levels({27, 13})}}},
                {{.id = "channel", .type = AttributeType::kCategorical},
                 {.id = "offers", .type = AttributeType::kBoolean},
                 {.id = "wine", .type = AttributeType::kBoolean}});
  const TellableFacts tellable = TellableOf(made->facts, {{100., 6., 40.}}, 10);
  EXPECT_THAT(tellable.withheld, ElementsAre(0, 1, 1));
  // 6 by fax; and without it 6 others.
  EXPECT_THAT(tellable.aggregates[0].levels, ElementsAre("web"));
  EXPECT_THAT(tellable.aggregates[0].population.level_weights, ElementsAre(90));
  EXPECT_THAT(tellable.aggregates[0].components[0].level_weights, ElementsAre(60));
  // 4 of them want offers: a level cannot go alone.
  EXPECT_EQ(tellable.aggregates[1].population.known, 0);
  EXPECT_EQ(tellable.aggregates[1].components[0].known, 0);
  // 16 of them want wine.
  EXPECT_EQ(tellable.aggregates[2].population.known, 146);
  EXPECT_EQ(tellable.aggregates[2].components[0].known, 100);
}

// 3 contacts of whom it is known are in no segment.
TEST(TellableOf, HidesContactsOfNoSegment) {
  const auto made = MakeFacts({{.attribute = "age",
                                .population = Number(163, 40),
                                .components = {Number(100, 41), Number(60, 38)}}},
                              {{.id = "age", .type = AttributeType::kNumeric}});
  const TellableFacts tellable = TellableOf(made->facts, {{100., 60.}}, 10);
  EXPECT_EQ(tellable.aggregates[0].components[0].known, 100);
  EXPECT_EQ(tellable.aggregates[0].components[1].known, 0);
  EXPECT_EQ(TellableOf(made->facts, {{100., 60.}}, 3).aggregates[0].components[1].known, 60);
}

// Of 25 contacts in no segment `successes` succeeded; 40 and 30 of the segments' did.
bool TellsRates(double successes) {
  const auto part = [](double known, double converted) {
    AttributeSummary summary = Number(known, converted / known);
    summary.variance = summary.mean * (1 - summary.mean);
    return summary;
  };
  const auto made = MakeFacts({{.attribute = "bought",
                                .population = part(185, 70 + successes),
                                .components = {part(100, 40), part(60, 30)}}},
                              {{.id = "bought",
                                .type = AttributeType::kNumeric,
                                .role = Role::kOutcome,
                                .outcome_value = "1"}});
  return !TellableOf(made->facts, {{100., 60.}}, 10).aggregates.empty();
}

TEST(TellableOf, TellsNoRateThatWouldTellOfFewOutsideTheSegments) {
  EXPECT_TRUE(TellsRates(12));
  EXPECT_FALSE(TellsRates(4));
  EXPECT_FALSE(TellsRates(21));
}

TEST(TellableOf, TellsNoRateOfFewSuccesses) {
  const auto made = MakeFacts({{.attribute = "bought",
                                .levels = {"no", "yes"},
                                .population = Levels({120, 40}),
                                .components = {Levels({63, 37}), Levels({57, 3})}}},
                              {{.id = "bought",
                                .type = AttributeType::kCategorical,
                                .role = Role::kOutcome,
                                .outcome_value = "yes"}});
  ASSERT_TRUE(ConversionOf(made->facts, 0).has_value());
  EXPECT_THAT(TellableOf(made->facts, {{100., 60.}}, 10).aggregates, IsEmpty());
  EXPECT_EQ(TellableOf(made->facts, {{100., 60.}}, 3).aggregates.size(), 1);
}

ProfileStatement Statement(double part, double part_known, double others, double others_known) {
  return {.part = {part, part_known}, .others = {others, others_known}};
}

TEST(TellableOf, LeavesOutStatementsOfFewCustomers) {
  IdealProfile profile{.customer_count = 100, .unknown_value_count = 3};
  profile.best = FifthProfile{.count = 20,
                              .threshold = 812.5,
                              .statements = {Statement(15, 20, 30, 80), Statement(18, 20, 30, 80),
                                             Statement(12, 20, 5, 80)}};
  profile.full_price = ShareMeans{.best_known = 4, .others_known = 40};
  const auto told = TellableOf(profile, 5);
  ASSERT_TRUE(told.has_value());
  // 2 of the best do not meet the second.
  ASSERT_EQ(told->best->statements.size(), 2);
  EXPECT_EQ(told->best->statements[1].part.count, 12);
  EXPECT_EQ(told->unknown_value_count, 0);
  EXPECT_EQ(told->best->threshold, 0);  // One customer's value.
  EXPECT_FALSE(told->full_price.has_value());
  EXPECT_FALSE(TellableOf(profile, 21).has_value());
  EXPECT_EQ(TellableOf(profile, 0)->best->statements.size(), 3);
  EXPECT_EQ(TellableOf(profile, 0)->best->threshold, 812.5);
}

}  // namespace
}  // namespace cible
