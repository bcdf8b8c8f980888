// The ideal customer and its likeness on a real list: whether a marketer would
// recognise the profile, and whether similarity finds the best customers among
// those it has not seen.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "segmentation/personas/ideal_customer_text.h"
#include "segmentation/personas/lookalikes.h"
#include "tests/acceptance/real_list.h"

namespace cible {
namespace {

constexpr Date kDay{16'500};  // 2015-03-06, after the last customer joined.

// 2,240 customers, their spend by product in two years.
class IdealCustomerTest : public testing::Test {
 protected:
  void SetUp() override {
    CIBLE_REQUIRE_REAL_LISTS();
    list_ = ReadRealList("marketing_campaign.csv", "", "");
    definition_ = ValueDefinitionOf(list_.schema);
    stages_.assign(static_cast<std::size_t>(list_.table.row_count), Stage::kCustomer);
  }

  RealList list_;
  ValueDefinition definition_;
  std::vector<Stage> stages_;
};

const ProfileStatement* Find(const std::vector<ProfileStatement>& statements,
                             const std::string& attribute) {
  const auto found = std::find_if(
      statements.begin(), statements.end(),
      [&](const ProfileStatement& each) { return each.condition.attribute == attribute; });
  return found == statements.end() ? nullptr : &*found;
}

TEST_F(IdealCustomerTest, AMarketerRecognisesTheProfile) {
  const IdealProfile profile =
      ProfileIdealCustomers(list_.table, list_.schema, stages_, definition_);
  std::printf("%s\n", DescribeIdealCustomer(profile, list_.schema, Language::kEnglish).c_str());
  ASSERT_TRUE(profile.best.has_value() && profile.worst.has_value());
  for (const FifthProfile* part : {&*profile.best, &*profile.worst}) {
    for (const ProfileStatement& each : part->statements) {
      std::printf("  %5.2f [%.2f, %.2f]  %s\n", each.lift.ratio, each.lift.interval.low,
                  each.lift.interval.high,
                  DescribeStatement(each, list_.schema, Language::kEnglish).c_str());
    }
    std::printf("\n");
  }
  EXPECT_EQ(profile.basis, ProfileBasis::kFull);
  EXPECT_EQ(profile.customer_count, 2240);
  EXPECT_NEAR(profile.best->count, 448, 5);
  EXPECT_GT(*profile.value_share, .4);
  const std::vector<ProfileStatement>& best = profile.best->statements;
  const ProfileStatement* const income = Find(best, "income");
  ASSERT_NE(income, nullptr);
  EXPECT_TRUE(income->condition.low.has_value());
  EXPECT_GT(income->lift.interval.low, 3);
  const ProfileStatement* const catalogue = Find(best, "numcatalogpurchases");
  ASSERT_NE(catalogue, nullptr);
  EXPECT_TRUE(catalogue->condition.low.has_value());
  const ProfileStatement* const children = Find(best, "kidhome");
  ASSERT_NE(children, nullptr);
  EXPECT_EQ(children->condition.high, 1);  // None.
  const ProfileStatement* const poor = Find(profile.worst->statements, "income");
  ASSERT_NE(poor, nullptr);
  EXPECT_TRUE(poor->condition.high.has_value());
  for (const ProfileStatement& each : best) {
    EXPECT_FALSE(IsPartOfValue(*list_.schema.Find(each.condition.attribute)));
  }
}

// The share of the ideal among the fifth of most similarity, by models that had
// not seen them, over the base rate: 5 is perfect, 1 is chance.
double HeldOutLift(const RealList& list, const Schema& schema, const std::vector<Stage>& stages,
                   const ValueDefinition& definition) {
  const CustomerList customers = CustomersIn(list.table, stages, definition);
  const Fifth best = *BestFifth(customers.values);
  const IdealSample sample = SampleOf(list.table, schema, customers, best, {}, 50'000);
  const std::vector<double> similarities = HeldOutSimilarities(sample, kDay);
  std::vector<std::size_t> order(similarities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return similarities[a] > similarities[b]; });
  double ideal = 0;
  const std::size_t fifth = order.size() / 5;
  for (std::size_t i = 0; i < fifth; ++i) ideal += sample.best.in[order[i]];
  const double share = ideal / static_cast<double>(fifth);
  const double base = sample.best.count / static_cast<double>(order.size());
  std::printf("ideal among the most similar fifth: %.3f, base rate %.3f, lift %.2f\n", share, base,
              share / base);
  return share / base;
}

TEST_F(IdealCustomerTest, SimilarityFindsTheBestAmongCustomersItHasNotSeen) {
  EXPECT_GT(HeldOutLift(list_, list_.schema, stages_, definition_), 3.5);
}

// What is known of someone who has bought nothing yet.
TEST_F(IdealCustomerTest, SimilarityFindsThemByWhatIsKnownOfLeadsAlone) {
  const Schema schema = Ignoring(
      list_.schema, {"NumDealsPurchases", "NumWebPurchases", "NumCatalogPurchases",
                     "NumStorePurchases", "Recency", "AcceptedCmp1", "AcceptedCmp2", "AcceptedCmp3",
                     "AcceptedCmp4", "AcceptedCmp5", "Response", "Complain", "Dt_Customer"});
  EXPECT_GT(HeldOutLift(list_, schema, stages_, definition_), 3.5);
}

}  // namespace
}  // namespace cible
