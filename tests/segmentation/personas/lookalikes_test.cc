#include "segmentation/personas/lookalikes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/segmentation/personas/planted_customers.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Lookalikes FindIn(const PlantedCustomers& planted, const LookalikeOptions& options = {}) {
  return FindLookalikes(planted.table, planted.schema, planted.stages,
                        ValueDefinitionOf(planted.schema), kCustomerDay, options);
}

double TurnoverOf(const PlantedCustomers& planted, int row) {
  return std::get<double>(*Get(*planted.table.Find("turnover"), row));
}

TEST(Lookalikes, AreLeadsLikeTheBestCustomers) {
  const PlantedCustomers planted = PlantCustomers(2000, 1000);
  const Lookalikes found = FindIn(planted, {.limit = 50});
  EXPECT_EQ(found.basis, ProfileBasis::kFull);
  EXPECT_EQ(found.customer_count, 2000);
  EXPECT_EQ(found.ideal_count, 400);
  EXPECT_EQ(found.candidate_count, 1000);
  ASSERT_THAT(found.nearest, SizeIs(50));
  for (const Lookalike& lookalike : found.nearest) {
    EXPECT_GE(lookalike.row, 2000);
    EXPECT_GT(lookalike.similarity, .8);
    EXPECT_GT(TurnoverOf(planted, lookalike.row), 50);
    EXPECT_EQ(std::get<std::string>(*Get(*planted.table.Find("plan"), lookalike.row)), "premium");
  }
  EXPECT_TRUE(std::is_sorted(
      found.nearest.begin(), found.nearest.end(),
      [](const Lookalike& a, const Lookalike& b) { return a.similarity > b.similarity; }));
}

TEST(Lookalikes, ReasonsSumToTheLogitAndNameNothingThatIsBarred) {
  PlantedCustomers planted = PlantCustomers(500, 200);
  planted.Add({.id = "later", .type = AttributeType::kNumeric, .known_at = KnownAt::kCustomer},
              [&](int row) -> Value { return TurnoverOf(planted, row); });
  planted.Add({.id = "secret",
               .type = AttributeType::kNumeric,
               .sensitive = true,
               .sensitive_feature = true},
              [&](int row) -> Value { return TurnoverOf(planted, row); });
  for (const Lookalike& lookalike : FindIn(planted).nearest) {
    double sum = 0;
    std::set<std::string> named;
    for (const Reason& reason : lookalike.reasons) {
      sum += reason.contribution;
      named.insert(reason.attribute);
    }
    EXPECT_NEAR(sum, std::log(lookalike.similarity / (1 - lookalike.similarity)), 1e-9);
    for (const char* const barred : {"margin", "later", "secret"})
      EXPECT_FALSE(named.count(barred));
  }
}

TEST(Lookalikes, TheCurveReachesEverybodyAndFallsOff) {
  const Lookalikes found = FindIn(PlantCustomers(2000, 1000));
  ASSERT_THAT(found.reach, SizeIs(9));
  EXPECT_EQ(found.reach.front().contact_count, 10);
  EXPECT_EQ(found.reach.back().contact_count, 1000);
  EXPECT_EQ(found.reach.back().share, 1);
  for (std::size_t i = 1; i < found.reach.size(); ++i) {
    EXPECT_LT(found.reach[i].similarity, found.reach[i - 1].similarity);
    EXPECT_GT(found.reach[i].contact_count, found.reach[i - 1].contact_count);
    // Those who learnt from half of the customers are never as sure as all.
    EXPECT_TRUE(found.reach[i].ideal_share.has_value() || i < 3) << i;
  }
  // The best tenth of leads are like customers most of whom are ideal; all
  // customers are at least as similar as the least similar lead, about.
  ASSERT_TRUE(found.reach[3].ideal_share.has_value());
  EXPECT_GT(*found.reach[3].ideal_share, .8);
  EXPECT_NEAR(*found.reach.back().ideal_share, .2, .03);
}

// Similarity that knows nothing must not look as if it did: a model that has seen
// the customers tells them apart, one that has not does not.
TEST(Lookalikes, TheCurveIsHeldOut) {
  PlantedCustomers planted = PlantCustomers(400, 400);
  for (const char* const real : {"turnover", "plan"}) {
    planted.Update(real, [](Attribute& a) { a.role = Role::kIgnored; });
  }
  for (const ReachPoint& point : FindIn(planted).reach) {
    if (point.ideal_share.has_value() && point.share >= .2) {
      EXPECT_NEAR(*point.ideal_share, .2, .12) << point.share;
    }
  }
}

TEST(Lookalikes, NamesOnlyAsManyAndAsSimilarAsAskedFor) {
  const PlantedCustomers planted = PlantCustomers(500, 300);
  EXPECT_THAT(FindIn(planted, {.limit = 7}).nearest, SizeIs(7));
  const Lookalikes similar = FindIn(planted, {.limit = 300, .min_similarity = .5});
  ASSERT_FALSE(similar.nearest.empty());
  EXPECT_LT(similar.nearest.size(), 300u);
  EXPECT_GE(similar.nearest.back().similarity, .5);
  EXPECT_EQ(similar.reach.back().contact_count, 300);
  EXPECT_THAT(FindIn(planted, {.limit = 300, .min_similarity = 1}).nearest, IsEmpty());
}

TEST(Lookalikes, TiesGoByIdAndTheOrderOfRowsDoesNotMatter) {
  const PlantedCustomers planted = PlantCustomers(400, 200);
  std::vector<int> rows(600);
  std::iota(rows.begin(), rows.end(), 0);
  std::sort(rows.begin(), rows.end(), [](int a, int b) { return Key(4, a) < Key(4, b); });
  const PlantedCustomers shuffled = planted.InOrder(rows);
  const Lookalikes one = FindIn(planted, {.limit = 200});
  const Lookalikes other = FindIn(shuffled, {.limit = 200});
  ASSERT_EQ(one.nearest.size(), other.nearest.size());
  for (std::size_t i = 0; i < one.nearest.size(); ++i) {
    EXPECT_EQ(planted.table.ids[static_cast<std::size_t>(one.nearest[i].row)],
              shuffled.table.ids[static_cast<std::size_t>(other.nearest[i].row)]);
    EXPECT_EQ(one.nearest[i].similarity, other.nearest[i].similarity);
  }
  EXPECT_EQ(one.reach, other.reach);
}

TEST(Lookalikes, SaysWhatOnlyOneSideKnows) {
  PlantedCustomers planted = PlantCustomers(200, 100);
  planted.Add({.id = "tier", .type = AttributeType::kCategorical},
              [&](int row) -> std::optional<Value> {
                if (row >= 200) return std::nullopt;
                return std::string(TurnoverOf(planted, row) > 70 ? "gold" : "plain");
              });
  planted.Add({.id = "form", .type = AttributeType::kNumeric}, [](int row) -> std::optional<Value> {
    if (row < 200) return std::nullopt;
    return row * 1.;
  });
  const Lookalikes found = FindIn(planted);
  EXPECT_THAT(found.unknown_of_candidates, ElementsAre("tier"));
  EXPECT_THAT(found.unknown_of_customers, ElementsAre("form"));
  for (const Reason& reason : found.nearest.front().reasons) {
    EXPECT_NE(reason.attribute, "tier");
    EXPECT_NE(reason.attribute, "form");
  }
}

TEST(Lookalikes, AreHonestWithFewOrWithNobody) {
  const Lookalikes few = FindIn(PlantCustomers(29, 50));
  EXPECT_EQ(few.basis, ProfileBasis::kTooFew);
  EXPECT_EQ(few.candidate_count, 50);
  EXPECT_THAT(few.nearest, IsEmpty());
  EXPECT_THAT(few.reach, IsEmpty());
  const Lookalikes some = FindIn(PlantCustomers(40, 50));
  EXPECT_EQ(some.basis, ProfileBasis::kDirectional);
  EXPECT_EQ(some.ideal_count, 8);
  // Held near the base rate of .2 for want of ideal customers.
  for (const Lookalike& lookalike : some.nearest) EXPECT_LT(lookalike.similarity, .6);
  const Lookalikes nobody = FindIn(PlantCustomers(100, 0));
  EXPECT_EQ(nobody.candidate_count, 0);
  EXPECT_THAT(nobody.nearest, IsEmpty());
  EXPECT_THAT(nobody.reach, IsEmpty());
  PlantedCustomers same = PlantCustomers(100, 10);
  for (double& value : std::get<Numbers>(same.table.columns.back().data).values) value = 1;
  EXPECT_EQ(FindIn(same).ideal_count, 0);
  EXPECT_THAT(FindIn(same).nearest, IsEmpty());
}

TEST(Lookalikes, SaysThatNothingTells) {
  PlantedCustomers planted = PlantCustomers(200, 20);
  for (const char* const attribute : {"turnover", "plan", "noise", "channel", "joined"}) {
    planted.Update(attribute, [](Attribute& a) { a.role = Role::kIgnored; });
  }
  const Lookalikes found = FindIn(planted);
  EXPECT_TRUE(found.tells_nothing);
  EXPECT_THAT(found.reach, SizeIs(1));
  EXPECT_NEAR(found.nearest.front().similarity, .2, 1e-9);
  EXPECT_EQ(found.nearest.front().row, 200);  // The first by id.
}

TEST(Lookalikes, OfVeryManyCustomersASampleIsLearntFrom) {
  const PlantedCustomers planted = PlantCustomers(2000, 100);
  const Lookalikes found = FindIn(planted, {.most_customers = 600});
  EXPECT_EQ(found.customer_count, 600);
  EXPECT_NEAR(found.ideal_count, 120, 40);  // 4 standard deviations.
  EXPECT_GT(found.nearest.front().similarity, .8);
}

}  // namespace
}  // namespace cible
