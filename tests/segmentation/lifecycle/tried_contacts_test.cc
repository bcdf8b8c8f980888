#include "segmentation/lifecycle/tried_contacts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/lifecycle/tried_behaviours.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

const Date kToday = Day("2026-01-01");

std::vector<std::string> Described(const EdgesByName& edges) {
  const Schema schema = ToldPolicySchema();
  const TriedContacts tried(edges, schema, kToday, 10'000);
  EXPECT_TRUE(tried.is_complete());
  const TriedRows rows = tried.Rows(0, static_cast<int>(tried.count()));
  std::vector<std::string> all;
  for (int row = 0; row < rows.table.row_count; ++row) all.push_back(tried.Describe(rows, row));
  return all;
}

TEST(TriedContacts, AreOnEverySideOfAnEdgeAndUnknown) {
  EXPECT_THAT(Described({{"income", {.numbers = {3}}}}),
              ElementsAre("income = 2", "income = 3", "income = 4", "income unknown", "income = 2",
                          "income = 3", "income = 4", "income unknown"));
}

TEST(TriedContacts, AreCombinedInEveryWay) {
  const auto all = Described({{"income", {.numbers = {3}}},
                              {"order_signed", {}},
                              {"contact.stage", {}},
                              {"contact.kind", {}}});
  EXPECT_EQ(all.size(), 2u * 4 * 3 * 4);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
  EXPECT_THAT(all, Contains("contact.kind = ORGANIZATION, contact.stage unknown, income = 4, "
                            "order_signed = false"));
}

TEST(TriedContacts, OfTheSameBehaviourAreOne) {
  const auto all = Described({{"frequency", {.numbers = {3}}}, {"contact.kind", {}}});
  EXPECT_THAT(all, ElementsAre("contact.kind = PERSON, frequency = 1",
                               "contact.kind = PERSON, frequency = 3",
                               "contact.kind = PERSON, frequency = 4",
                               "contact.kind = PERSON, frequency unknown",
                               "contact.kind = ORGANIZATION, frequency = 1",
                               "contact.kind = ORGANIZATION, frequency = 3",
                               "contact.kind = ORGANIZATION, frequency = 4",
                               "contact.kind = ORGANIZATION, frequency unknown"));
}

TEST(TriedContacts, HaveWhatTheirKindMayHave) {
  for (const std::string& contact : Described({{"contact.kind", {}},
                                               {"contact.organization", {}},
                                               {"contact.buying_role", {}},
                                               {"headcount_known", {.numbers = {2}}}})) {
    const bool is_person = contact.find("PERSON") != std::string::npos;
    EXPECT_EQ(is_person, contact.find("headcount_known unknown") != std::string::npos) << contact;
    if (is_person) continue;
    EXPECT_NE(contact.find("contact.buying_role unknown"), std::string::npos) << contact;
    EXPECT_NE(contact.find("contact.organization = no"), std::string::npos) << contact;
  }
}

TEST(TriedContacts, AreDescribedByDaysFromTodayOrByDate) {
  EXPECT_THAT(Described({{"demo_date", {.from_today = {0}}}}),
              testing::IsSupersetOf({"demo_date = today - 1d", "demo_date = today",
                                     "demo_date = today + 1d", "demo_date unknown"}));
  EXPECT_THAT(Described({{"demo_date", {.days = {kToday.days}}}}),
              testing::IsSupersetOf({"demo_date = 2025-12-31", "demo_date = 2026-01-02"}));
}

TEST(TriedContacts, AreDescribedBriefly) {
  std::string note;
  for (int i = 0; i < 40; ++i) note += "é";
  EXPECT_THAT(Described({{"note", {.texts = {note}}}}),
              Contains(absl::StrCat("note = \"", note.substr(0, 64), "...\"")));
  EXPECT_THAT(Described({{"note", {.texts = {"x" + note}}}}),
              Contains(absl::StrCat("note = \"x", note.substr(0, 62), "...\"")));
}

TEST(TriedContacts, OfTooManyAreAPart) {
  const Schema schema = ToldPolicySchema();
  const EdgesByName edges = {{"income", {.numbers = {1, 2, 3}}},
                             {"budget", {.numbers = {1, 2, 3}}}};
  const TriedContacts tried(edges, schema, kToday, 50);
  EXPECT_FALSE(tried.is_complete());
  EXPECT_EQ(tried.count(), 50);
}

// ---- Behaviours.

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
