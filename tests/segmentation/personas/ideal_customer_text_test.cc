#include "segmentation/personas/ideal_customer_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/segmentation/personas/planted_customers.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

IdealProfile TestProfile() {
  IdealProfile profile;
  profile.basis = ProfileBasis::kFull;
  profile.customer_count = 1200;
  profile.best = FifthProfile{.count = 240, .threshold = 90, .value = 120.4, .other_value = 40};
  profile.best->statements = {{.condition = {.attribute = "turnover", .low = 60},
                               .share = .996,
                               .other_share = .25,
                               .lift = {4, {3, 5}}},
                              {.condition = {.attribute = "plan",
                                             .test = RuleCondition::Test::kOneOf,
                                             .levels = {"premium"}},
                               .share = .5,
                               .other_share = .1,
                               .lift = {5, {3, 8}}}};
  profile.value_share = .43;
  return profile;
}

TEST(DescribeStatement, GivesBothShares) {
  const Schema schema = PlantCustomers(1).schema;
  const ProfileStatement statement = TestProfile().best->statements[0];
  EXPECT_EQ(DescribeStatement(statement, schema, Language::kEnglish),
            "Annual revenue of 60 or more – 99.6% of them, 25% of the others");
  EXPECT_EQ(DescribeStatement(statement, schema, Language::kFrench),
            "Chiffre d'affaires\u202f: 60 ou plus – 99,6\u202f% d'entre eux, 25\u202f% des autres");
}

TEST(DescribeIdealCustomer, SaysWhatTheyBringAndWhatSetsThemApart) {
  EXPECT_EQ(
      DescribeIdealCustomer(TestProfile(), PlantCustomers(1).schema, Language::kEnglish),
      "The best fifth, 240 of 1,200 customers, bring 120 a year each on average, the others "
      "40. Theirs is 43% of the value of all. What sets them apart most: annual revenue of 60 or "
      "more (99.6% of them, 25% of the others) and plan “premium” (50% against 10%).");
}

TEST(DescribeIdealCustomer, SaysHowSureItIsAndWhomItLeavesOut) {
  const Schema schema = PlantCustomers(1).schema;
  IdealProfile profile = TestProfile();
  profile.basis = ProfileBasis::kDirectional;
  profile.customer_count = 40;
  profile.unknown_value_count = 1;
  profile.best->statements.clear();
  const std::string text = DescribeIdealCustomer(profile, schema, Language::kEnglish);
  EXPECT_THAT(text, HasSubstr("Nothing that is known sets them apart for sure."));
  EXPECT_THAT(text, HasSubstr("With 40 customers of known value this is a direction and no more"));
  EXPECT_THAT(text, HasSubstr("Of 1 customer the value is not known"));
  profile.best = std::nullopt;
  EXPECT_THAT(DescribeIdealCustomer(profile, schema, Language::kFrench),
              HasSubstr("Sur 40 clients, trop ont la même valeur"));
}

TEST(DescribeShares, AreInPerCent) {
  const ShareMeans means{.attribute = "full", .best = .71, .others = .48};
  EXPECT_EQ(DescribeFullPrice(means, Language::kEnglish),
            "At full price: 71% of what the best buy, 48% of what the others buy");
  EXPECT_EQ(DescribeLargeOrders(means, Language::kFrench),
            "En commandes importantes\u202f: 71\u202f% du chiffre d'affaires des meilleurs, "
            "48\u202f% de celui des autres");
}

TEST(DescribeLookalikes, SaysWhatToKnow) {
  const Schema schema = PlantCustomers(1).schema;
  Lookalikes found;
  EXPECT_THAT(DescribeLookalikes(found, schema, Language::kEnglish),
              ElementsAre("0 customers of known value: too few for a profile, which takes 30, and "
                          "75 to be full."));
  found.basis = ProfileBasis::kDirectional;
  found.customer_count = 50;
  EXPECT_THAT(DescribeLookalikes(found, schema, Language::kEnglish),
              ElementsAre(HasSubstr("Too many of 50 customers are worth the same")));
  found.ideal_count = 10;
  EXPECT_THAT(DescribeLookalikes(found, schema, Language::kEnglish),
              ElementsAre("Every contact is a customer already: there is nobody to compare."));
  found.candidate_count = 5;
  found.tells_nothing = true;
  found.unknown_of_candidates = {"turnover", "plan"};
  const auto notices = DescribeLookalikes(found, schema, Language::kEnglish);
  ASSERT_THAT(notices, SizeIs(4));
  EXPECT_EQ(
      notices[3],
      "Known of customers, but of nobody else, and without a part in it: annual revenue and plan.");
}

}  // namespace
}  // namespace cible
