#include "segmentation/lifecycle/tried_behaviours.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/segmentation/behaviour/added_up.h"

namespace cible {
namespace {

const Date kToday = Day("2026-01-01");

const std::vector<EdgesByMeasure> kMeasures = {
    {{"frequency", {.numbers = {3}}}, {"signed_orders", {.numbers = {2}}}},
    {{"first_purchase_date", {.from_today = {-90}}}, {"recency_days", {.numbers = {30}}}},
    {{"net_paid", {.numbers = {0}}}, {"monetary", {.numbers = {50}}}, {"returns", {}}},
    {{"average_order", {.numbers = {200}}}, {"large_order_share", {.numbers = {.4}}}},
    {{"engagement", {.numbers = {8}}}, {"visits_90d", {.numbers = {4}}}},
    {{"frequency/wine", {.numbers = {2}}}, {"monetary/wine", {.numbers = {20}}}},
    {{"channels", {.texts = {"web"}}}, {"satisfaction", {.numbers = {4}}}, {"referrals", {}}},
    {{"contacts_made", {}}, {"interest_shown", {}}, {"last_interest_date", {.from_today = {-30}}}}};

// What events could not add up to.
std::string FaultOf(const Behaviour& behaviour) {
  std::int64_t events = 0, lines = 0;
  for (std::size_t i = 0; i < behaviour.days.size(); ++i) {
    const Behaviour::DayCount& day = behaviour.days[i];
    events += day.events;
    if (day.type == EventType::kPurchase || day.type == EventType::kSignedOrder) {
      lines += day.events;
    }
    if (day.events <= 0) return "a day without events";
    if (day.day > kToday.days) return "something that has not happened yet";
    if (i == 0) continue;
    const Behaviour::DayCount& before = behaviour.days[i - 1];
    if (std::pair(before.day, before.type) >= std::pair(day.day, day.type)) return "days unsorted";
  }
  if (events != behaviour.events) return "events and days differ";
  if (lines < behaviour.orders) return "orders without a line";
  if ((lines > 0) != (behaviour.orders > 0)) return "lines without an order";
  if (behaviour.large_revenue > behaviour.revenue) return "more than all is large";
  return "";
}

TEST(BehavioursAt, AreWhatEventsCouldAddUpTo) {
  for (const EdgesByMeasure& measures : kMeasures) {
    const TriedBehaviours tried = BehavioursAt(measures, {.day = kToday}, 100'000);
    EXPECT_TRUE(tried.is_complete) << measures.begin()->first;
    EXPECT_GT(tried.behaviours.size(), 3u);
    EXPECT_TRUE(tried.behaviours.back().is_empty());
    for (const Behaviour& behaviour : tried.behaviours) EXPECT_EQ(FaultOf(behaviour), "");
  }
}

// Of each measure alone: the values at the edge, next to it, and unknown.
TEST(BehavioursAt, ReachTheEdgesOfEveryMeasure) {
  for (const Attribute& attribute : BehaviourAttributes({}, "")) {
    const std::string measure = attribute.derived_from.substr(std::string("events/").size());
    const bool is_share = measure.ends_with("_share") || measure == "margin_rate";
    const double edge = is_share ? .4 : 3;
    const Edges edges{.numbers = {edge}, .from_today = {-3}, .texts = {"web"}};
    std::map<std::int64_t, int> sides;
    const AsOf as_of{.day = kToday};
    for (const Behaviour& behaviour : BehavioursAt({{measure, edges}}, as_of, 100'000).behaviours) {
      const auto value = BehaviourMeasure::Of(attribute)->ValueOf(behaviour, as_of);
      ++sides[SideOf(value, edges, kToday)];
    }
    const bool is_of_tags =
        attribute.type == AttributeType::kSet || attribute.type == AttributeType::kCategorical;
    EXPECT_EQ(sides.size(), is_of_tags ? 3u : 4u) << measure;
  }
}

TEST(BehavioursAt, OfTooManyAreAPart) {
  const TriedBehaviours tried = BehavioursAt(kMeasures[1], {.day = kToday}, 10);
  EXPECT_FALSE(tried.is_complete);
  EXPECT_LE(tried.behaviours.size(), 11u);
}

}  // namespace
}  // namespace cible
