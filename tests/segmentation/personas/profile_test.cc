#include "segmentation/personas/profile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/segmentation/personas/hand_made_facts.h"

namespace cible {
namespace {

const Trait& OnlyTrait(const SegmentProfile& profile) {
  EXPECT_EQ(profile.traits.size(), 1u);
  return profile.traits.at(0);
}

// Two halves of 100 with means 2 and 0 and unit variance: the population has
// mean 1 and variance 2, and the difference of the segment and everyone is
// half that of the two independent halves.
TEST(ProfileSegments, MeasuresNumbersByStandardisedMeanDifference) {
  HandMadeFacts made(2);
  made.AddNumber({.id = "visits"}, {2, 0});
  const Trait trait = OnlyTrait(ProfileSegments(made.Facts())[0]);
  const double margin = 1.959963984540054 * .5 * std::sqrt(1 / 100. + 1 / 100.) / std::sqrt(2.);
  EXPECT_NEAR(trait.effect, 1 / std::sqrt(2.), 1e-12);
  EXPECT_NEAR(trait.effect_low, trait.effect - margin, 1e-12);
  EXPECT_NEAR(trait.effect_high, trait.effect + margin, 1e-12);
  EXPECT_EQ(trait.segment_value, 2);
  EXPECT_EQ(trait.population_value, 1);
  EXPECT_TRUE(trait.is_claim);
  EXPECT_FALSE(trait.descriptor);
}

TEST(ProfileSegments, MeasuresAmountsOnTheLogScale) {
  HandMadeFacts made(2);
  made.AddNumber({.id = "spend"}, {100, 10}, 1000);
  EXPECT_LT(OnlyTrait(ProfileSegments(made.Facts())[0]).strength, .1);
  made.UseLogScale("spend");
  const Trait trait = OnlyTrait(ProfileSegments(made.Facts())[0]);
  EXPECT_GT(trait.strength, .9);
  EXPECT_EQ(trait.segment_value, 100);
}

TEST(ProfileSegments, ClaimsNothingWhoseMeansContradictTheLogScale) {
  HandMadeFacts made(2);
  made.AddNumber({.id = "spend"}, {100, 10});
  made.UseLogScale("spend");
  made.aggregates()[0].components[0].log_mean = 0;
  made.aggregates()[0].population.log_mean = 1;
  made.aggregates()[0].population.log_variance = 1;
  const Trait trait = OnlyTrait(ProfileSegments(made.Facts())[0]);
  EXPECT_LT(trait.effect, -.5);
  EXPECT_FALSE(trait.is_claim);
}

// Wilson's interval of 70 in 100 is (.6042, .7810).
TEST(ProfileSegments, MeasuresLevelsByLiftWithWilsonsInterval) {
  HandMadeFacts made(2);
  made.AddLevels({.id = "channel"}, {{"web", {.7, .1}}, {"shop", {.3, .9}}});
  const SegmentProfile profile = ProfileSegments(made.Facts())[0];
  ASSERT_EQ(profile.traits.size(), 2u);  // Both are claims.
  const Trait& web = profile.traits[0].level == "web" ? profile.traits[0] : profile.traits[1];
  EXPECT_NEAR(web.effect, .7 / .4, 1e-12);
  EXPECT_NEAR(web.effect_low, .6042 / .4, 2e-4);
  EXPECT_NEAR(web.effect_high, .7810 / .4, 2e-4);
  EXPECT_NEAR(web.strength, 2 * (std::asin(std::sqrt(.7)) - std::asin(std::sqrt(.4))), 1e-12);
  EXPECT_TRUE(web.is_claim);
}

TEST(ProfileSegments, ShowsOneLevelWhenNoneIsAClaim) {
  HandMadeFacts made(2);
  made.AddLevels({.id = "channel"}, {{"web", {.5, .5}}, {"shop", {.5, .4}}, {"fair", {0, .1}}});
  made.aggregates()[0].components[0].known = 5;
  for (double& weight : made.aggregates()[0].components[0].level_weights) weight /= 20;
  EXPECT_FALSE(OnlyTrait(ProfileSegments(made.Facts())[0]).is_claim);
}

TEST(ProfileSegments, TellsBooleansByTheirTrueShare) {
  HandMadeFacts made(2);
  made.AddBoolean({.id = "newsletter"}, {.1, .7});
  EXPECT_EQ(OnlyTrait(ProfileSegments(made.Facts())[0]).level, "true");
  EXPECT_FALSE(IsMore(OnlyTrait(ProfileSegments(made.Facts())[0])));
}

TEST(ProfileSegments, ClaimsNothingOfFewerThanTenContacts) {
  HandMadeFacts made(2, 9);
  made.AddNumber({.id = "visits"}, {50, 0});
  made.AddBoolean({.id = "newsletter"}, {1, 0});
  const std::vector<SegmentProfile> profiles = ProfileSegments(made.Facts());
  for (const Trait& trait : profiles[0].traits) EXPECT_FALSE(trait.is_claim);
}

TEST(ProfileSegments, ClaimsNothingBelowHalfAStandardDeviation) {
  HandMadeFacts made(2, 10000);
  made.AddNumber({.id = "visits"}, {.9, 0});
  EXPECT_FALSE(OnlyTrait(ProfileSegments(made.Facts())[0]).is_claim);
}

// A degree of latitude is 111.2 km. Everyone is 111.6 km from 1.5 degrees north.
TEST(ProfileSegments, MeasuresPlacesByTheDistanceOfTheirCentres) {
  HandMadeFacts made(2);
  made.AddPlace({.display_name = "home"}, {{.5, 0}, {2.5, 0}}, 10);
  const Trait trait = ProfileSegments(made.Facts())[0].traits[0];
  EXPECT_NEAR(trait.effect * trait.population_value, 111.19, .01);
  EXPECT_NEAR(trait.effect, 1 / std::hypot(1, 10 / 111.19), 1e-3);
  EXPECT_LT(trait.effect_low, trait.effect);
  EXPECT_GT(trait.effect_high, trait.effect);
  EXPECT_EQ(trait.strength, trait.effect);
  EXPECT_TRUE(trait.is_claim);
}

// In the middle of the others: the centres are one, the distances are not.
TEST(ProfileSegments, TellsASegmentInTheMiddleFromThoseAroundIt) {
  HandMadeFacts made(3);
  made.AddPlace({.display_name = "home"}, {{0, 0}, {-3, 0}, {3, 0}}, 5);
  const Trait trait = ProfileSegments(made.Facts())[0].traits[0];
  EXPECT_NEAR(trait.effect, 0, 1e-6);
  EXPECT_GT(trait.strength, .9);
  EXPECT_TRUE(trait.is_claim);
}

TEST(ProfileSegments, PutsTheStrongestFirstAndDescriptorsApart) {
  HandMadeFacts made(2);
  made.AddNumber({.id = "visits"}, {1, 0});
  made.AddNumber({.id = "age", .role = Role::kDescriptor}, {50, 20});
  const SegmentProfile profile = ProfileSegments(made.Facts())[1];
  ASSERT_EQ(profile.traits.size(), 2u);
  EXPECT_EQ(profile.traits[0].attribute, "age");
  EXPECT_TRUE(profile.traits[0].descriptor);
  EXPECT_EQ(profile.size, 100);
  EXPECT_EQ(profile.share, .5);
  EXPECT_EQ(profile.component, 1);
}

TEST(ProfileSegments, LeavesProtectedAttributesOut) {
  HandMadeFacts made(2);
  made.AddLevels({.id = "gender", .is_protected = true}, {{"f", {.9, .1}}, {"m", {.1, .9}}});
  EXPECT_TRUE(ProfileSegments(made.Facts())[0].traits.empty());
}

TEST(ProfileSegments, StaysFiniteWhereNothingVariesOrIsKnown) {
  HandMadeFacts made(2);
  made.AddNumber({.id = "constant"}, {3, 3}, 0);
  made.AddNumber({.id = "unheard"}, {1, 0});
  made.aggregates()[1].components[0] = {.unknown = 100};
  made.AddBoolean({.id = "never"}, {0, 0});
  made.AddNumber({.id = "huge"}, {1e300, 0});
  made.aggregates()[3].population.variance = std::numeric_limits<double>::max();
  for (const SegmentProfile& profile : ProfileSegments(made.Facts())) {
    EXPECT_EQ(profile.traits.size(), 4u);
    for (const Trait& trait : profile.traits) {
      EXPECT_TRUE(std::isfinite(trait.effect) && std::isfinite(trait.strength)) << trait.attribute;
      EXPECT_TRUE(std::isfinite(trait.effect_low) && std::isfinite(trait.effect_high));
      EXPECT_TRUE(std::isfinite(trait.segment_value)) << trait.attribute;
    }
  }
}

TEST(ProfileSegments, OneSegmentDiffersFromNobody) {
  HandMadeFacts made(1);
  made.AddNumber({.id = "visits"}, {4});
  made.AddBoolean({.id = "newsletter"}, {.3});
  const std::vector<SegmentProfile> profiles = ProfileSegments(made.Facts());
  for (const Trait& trait : profiles[0].traits) {
    EXPECT_EQ(trait.strength, 0);
    EXPECT_FALSE(trait.is_claim);
  }
}

}  // namespace
}  // namespace cible
