#include "segmentation/personas/attribute_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/segmentation/personas/hand_made_facts.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ProfileAttributes, GiveFiguresOfSegmentAndPopulation) {
  HandMadeFacts facts(2);
  facts.AddNumber({.id = "age"}, {30, 50}, 10);
  facts.AddLevels({.id = "job"}, {{"a", {.7, .1}}, {"b", {.3, .9}}});
  facts.aggregates()[0].components[0].unknown = 7;
  const auto profiles = ProfileAttributes(facts.Facts());
  ASSERT_THAT(profiles, SizeIs(2));
  ASSERT_THAT(profiles[0], SizeIs(2));
  const AttributeProfile& age = profiles[0][0];
  EXPECT_EQ(age.attribute, "age");
  EXPECT_EQ(age.segment.known, 100);
  EXPECT_EQ(age.segment.unknown, 7);
  EXPECT_DOUBLE_EQ(*age.segment.mean, 30);
  EXPECT_DOUBLE_EQ(*age.segment.lower_quartile, 30 - 6.7);
  EXPECT_DOUBLE_EQ(*age.segment.median, 30);
  EXPECT_DOUBLE_EQ(*age.segment.upper_quartile, 30 + 6.7);
  EXPECT_DOUBLE_EQ(*age.population.mean, 40);
  const AttributeProfile& job = profiles[0][1];
  EXPECT_THAT(job.levels, ElementsAre("a", "b"));
  EXPECT_THAT(job.segment.shares, ElementsAre(.7, .3));
  EXPECT_DOUBLE_EQ(job.population.shares[0], .4);
  EXPECT_EQ(job.segment.mean, std::nullopt);
}

TEST(ProfileAttributes, GivePValuesOfDescriptorsAlone) {
  HandMadeFacts facts(2);
  facts.AddNumber({.id = "age"}, {30, 50}, 10);
  facts.AddNumber({.id = "height", .role = Role::kDescriptor}, {170, 180}, 10);
  facts.AddNumber({.id = "noise", .role = Role::kDescriptor}, {5, 5}, 1);
  facts.AddBoolean({.id = "owner", .role = Role::kDescriptor}, {.9, .1});
  facts.AddBoolean({.id = "won", .role = Role::kOutcome, .outcome_value = "1"}, {.9, .1});
  const auto profiles = ProfileAttributes(facts.Facts());
  EXPECT_EQ(profiles[0][0].p_value, std::nullopt);
  EXPECT_LT(*profiles[0][1].p_value, 1e-8);
  EXPECT_DOUBLE_EQ(*profiles[0][2].p_value, 1);
  EXPECT_LT(*profiles[0][3].p_value, 1e-8);
  EXPECT_EQ(profiles[0][4].p_value, std::nullopt);
}

// Two segments: both comparisons are the same, so a correction for two tests of
// equal p-values changes nothing, and a third, weaker test raises neither.
TEST(ProfileAttributes, CorrectForAllSegmentsAndDescriptors) {
  HandMadeFacts alone(2);
  alone.AddNumber({.id = "height", .role = Role::kDescriptor}, {170, 173}, 10);
  const double p = *ProfileAttributes(alone.Facts())[0][0].p_value;
  HandMadeFacts more(2);
  more.AddNumber({.id = "height", .role = Role::kDescriptor}, {170, 173}, 10);
  more.AddNumber({.id = "noise", .role = Role::kDescriptor}, {5, 5}, 1);
  EXPECT_NEAR(*ProfileAttributes(more.Facts())[0][0].p_value, 2 * p, 1e-12);
}

TEST(ProfileAttributes, SayNothingOfProtectedAttributes) {
  HandMadeFacts facts(2);
  facts.AddBoolean({.id = "sex", .is_protected = true}, {.9, .1});
  EXPECT_THAT(ProfileAttributes(facts.Facts())[0], IsEmpty());
}

TEST(ProfileAttributes, StandNothingKnownInASegment) {
  HandMadeFacts facts(2);
  facts.AddNumber({.id = "height", .role = Role::kDescriptor}, {170, 180}, 10);
  facts.AddLevels({.id = "job", .role = Role::kDescriptor}, {{"a", {.7, .1}}, {"b", {.3, .9}}});
  for (AttributeAggregates& aggregates : facts.aggregates()) {
    const std::size_t levels = aggregates.levels.size();
    aggregates.components[0] = {.unknown = 100, .level_weights = std::vector<double>(levels)};
  }
  const auto profiles = ProfileAttributes(facts.Facts());
  for (const AttributeProfile& profile : profiles[0]) {
    EXPECT_EQ(profile.segment.mean, std::nullopt);
    EXPECT_EQ(profile.segment.median, std::nullopt);
    EXPECT_THAT(profile.segment.shares, IsEmpty());
    EXPECT_EQ(profile.p_value, std::nullopt);
  }
}

TEST(ConversionOf, IsTheRateWithItsInterval) {
  HandMadeFacts facts(2);
  facts.AddBoolean({.id = "won", .role = Role::kOutcome, .outcome_value = "yes"}, {.4, .1});
  const auto conversion = ConversionOf(facts.Facts(), 0);
  ASSERT_TRUE(conversion.has_value());
  EXPECT_EQ(conversion->attribute, "won");
  EXPECT_EQ(conversion->known, 100);
  EXPECT_DOUBLE_EQ(conversion->converted, 40);
  EXPECT_DOUBLE_EQ(conversion->rate, .4);
  EXPECT_DOUBLE_EQ(conversion->population_rate, .25);
  EXPECT_NEAR(conversion->interval.low, .31, .005);
  EXPECT_NEAR(conversion->interval.high, .50, .005);
}

TEST(ConversionOf, CountsNoWhereNoIsSuccess) {
  HandMadeFacts facts(2);
  facts.AddBoolean({.id = "left", .role = Role::kOutcome, .outcome_value = "no"}, {.4, .1});
  EXPECT_DOUBLE_EQ(ConversionOf(facts.Facts(), 0)->rate, .6);
}

TEST(ConversionOf, ReadsLevelsAndZerosAndOnes) {
  HandMadeFacts levels(2);
  levels.AddLevels({.id = "state", .role = Role::kOutcome, .outcome_value = "Won"},
                   {{"lost", {.7, .5}}, {"won", {.3, .5}}});
  EXPECT_DOUBLE_EQ(ConversionOf(levels.Facts(), 0)->rate, .3);
  HandMadeFacts cases(2);
  cases.AddLevels({.id = "state", .role = Role::kOutcome, .outcome_value = "won"},
                  {{"lost", {.6, .5}}, {"won", {.3, .3}}, {"Won", {.1, .2}}});
  EXPECT_DOUBLE_EQ(ConversionOf(cases.Facts(), 0)->rate, .4);
  HandMadeFacts numbers(2);
  numbers.AddNumber({.id = "won", .role = Role::kOutcome, .outcome_value = "1"}, {.5, .5}, .5);
  EXPECT_DOUBLE_EQ(ConversionOf(numbers.Facts(), 0)->rate, .5);
}

TEST(ConversionOf, IsUnknownWhereNobodysOutcomeIsKnown) {
  HandMadeFacts facts(2);
  facts.AddBoolean({.id = "won", .role = Role::kOutcome, .outcome_value = "1"}, {.4, .1});
  facts.aggregates()[0].components[0] = {.unknown = 100, .level_weights = {0, 0}};
  const auto conversion = ConversionOf(facts.Facts(), 0);
  ASSERT_TRUE(conversion.has_value());
  EXPECT_EQ(conversion->known, 0);
  EXPECT_EQ(conversion->interval, (Interval{0, 1}));
}

TEST(ConversionOf, IsNullWithoutAnOutcome) {
  HandMadeFacts facts(2);
  facts.AddBoolean({.id = "won"}, {.4, .1});
  EXPECT_EQ(ConversionOf(facts.Facts(), 0), std::nullopt);
  HandMadeFacts amount(2);
  amount.AddNumber({.id = "revenue", .role = Role::kOutcome, .outcome_value = "1"}, {40, 10}, 5);
  EXPECT_EQ(ConversionOf(amount.Facts(), 0), std::nullopt);
}

}  // namespace
}  // namespace cible
