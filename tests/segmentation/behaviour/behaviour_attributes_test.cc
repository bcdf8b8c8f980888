#include "segmentation/behaviour/behaviour_attributes.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/match.h"
#include "tests/segmentation/behaviour/added_up.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

Event Visit(absl::string_view when) { return Made(EventType::kVisit, when); }

Event Priced(double unit_price, double list_price, Event event) {
  event.unit_price = unit_price;
  event.list_price = list_price;
  return event;
}

Event WithMargin(double margin, Event event) {
  event.margin = Millionths(margin);
  return event;
}

class BehaviourAttributesTest : public testing::Test {
 protected:
  std::optional<Value> ValueOf(const std::string& id, const std::vector<Event>& events) const {
    for (const Attribute& attribute : BehaviourAttributes(rules_.categories, "EUR")) {
      if (attribute.id != id) continue;
      AsOf as_of = as_of_;
      for (const ItemCategory& category : rules_.categories) {
        as_of.categories.push_back(category.id);
      }
      const auto measure = BehaviourMeasure::Of(attribute);
      if (measure.has_value()) return measure->ValueOf(AddedUp(events, rules_).behaviour(), as_of);
    }
    ADD_FAILURE() << "no attribute " << id;
    return std::nullopt;
  }

  double Number(const std::string& id, const std::vector<Event>& events) const {
    const auto value = ValueOf(id, events);
    EXPECT_TRUE(value.has_value()) << id << " is unknown";
    return value.has_value() ? std::get<double>(*value) : NAN;
  }

  bool IsKnown(const std::string& id, const std::vector<Event>& events) const {
    return ValueOf(id, events).has_value();
  }

  BehaviourRules rules_;
  AsOf as_of_{.day = Day("2026-06-30")};
};

TEST_F(BehaviourAttributesTest, RecencyIsTheDaysSinceTheLastPurchaseOrSignature) {
  EXPECT_EQ(Number("recency_days", {Purchase("2026-06-20", 5), Purchase("2026-06-01", 5)}), 10);
  EXPECT_EQ(Number("recency_days", {Purchase("2026-06-01", 5), SignedOrder("2026-06-29", 5)}), 1);
  EXPECT_EQ(Number("recency_days",
                   {Purchase("2026-06-20", 5), Visit("2026-06-29"), Return("2026-06-28", 5)}),
            10);
}

TEST_F(BehaviourAttributesTest, RecencyOfOneWhoOnlyVisitedIsTheTimeItIsKnown) {
  EXPECT_EQ(Number("recency_days", {Visit("2026-06-10"), Visit("2026-06-29")}), 20);
}

TEST_F(BehaviourAttributesTest, WhatIsDatedLaterHasJustHappened) {
  EXPECT_EQ(Number("recency_days", {Purchase("2026-07-01", 5)}), 0);
  EXPECT_EQ(Number("tenure_days", {Visit("2026-07-01")}), 0);
}

TEST_F(BehaviourAttributesTest, FrequencyIsTheNumberOfOrdersElseOfInstants) {
  EXPECT_EQ(Number("frequency", {Purchase("2026-06-01", 5, "A"), Purchase("2026-06-02", 5, "A"),
                                 Purchase("2026-06-01", 5, "B")}),
            2);
  EXPECT_EQ(
      Number("frequency", {Purchase("2026-06-01T10:00:00Z", 5), Purchase("2026-06-01T10:00:00Z", 5),
                           Purchase("2026-06-01T11:00:00Z", 5)}),
      2);
  EXPECT_EQ(Number("frequency", {Return("2026-06-01", 5, "A")}), 0);
  EXPECT_EQ(Number("frequency", {Visit("2026-06-01")}), 0);
}

TEST_F(BehaviourAttributesTest, MonetaryIsWhatOrdersBringAndNetPaidWhatWasPaid) {
  const std::vector<Event> events = {Purchase("2026-06-01", 100.10, "A"),
                                     Return("2026-06-02", 0.03, "A"),
                                     SignedOrder("2026-06-03", 50, "B")};
  EXPECT_DOUBLE_EQ(Number("monetary", events), 150.07);
  EXPECT_DOUBLE_EQ(Number("net_paid", events), 100.07);
  EXPECT_DOUBLE_EQ(Number("average_order", events), 75.035);
}

TEST_F(BehaviourAttributesTest, AReturnBeforeItsOrderMakesMoneyNegativeUntilTheOrderComes) {
  EXPECT_EQ(Number("monetary", {Return("2026-06-02", 30, "A")}), -30);
  EXPECT_EQ(Number("monetary", {Return("2026-06-02", 30, "A"), Purchase("2026-06-01", 100, "A")}),
            70);
}

TEST_F(BehaviourAttributesTest, ASignedOrderPaidLaterCountsOnce) {
  const std::vector<Event> events = {SignedOrder("2026-06-01", 1000, "A"),
                                     Purchase("2026-06-10", 900, "A")};
  EXPECT_EQ(Number("monetary", events), 900);
  EXPECT_EQ(Number("frequency", events), 1);
  EXPECT_EQ(Number("average_order", events), 900);
}

TEST_F(BehaviourAttributesTest, TheAverageOfNoOrderIsUnknown) {
  EXPECT_FALSE(IsKnown("average_order", {Visit("2026-06-01")}));
  EXPECT_FALSE(IsKnown("average_order", {Return("2026-06-01", 5)}));
}

TEST_F(BehaviourAttributesTest, TheShareOfLargeOrdersIsThatOfTheirRevenue) {
  rules_.large_order = Millionths(100);
  const auto share = [&](double amount) {
    return Number("large_order_share",
                  {Purchase("2026-06-01", amount, "A"), Purchase("2026-06-01", 50, "B")});
  };
  EXPECT_EQ(share(99.99), 0);
  EXPECT_DOUBLE_EQ(share(100), 100. / 150);
  EXPECT_DOUBLE_EQ(share(100.01), 100.01 / 150.01);
  EXPECT_FALSE(IsKnown("large_order_share", {Return("2026-06-01", 500)}));
}

TEST_F(BehaviourAttributesTest, TheMarginRateIsNetOfReturns) {
  const Event good = WithMargin(40, Purchase("2026-06-01", 100, "A"));
  const Event poor = WithMargin(10, Purchase("2026-06-01", 100, "B"));
  EXPECT_DOUBLE_EQ(Number("margin_rate", {good, poor}), 0.25);
  EXPECT_DOUBLE_EQ(Number("margin_rate", {good, poor, WithMargin(40, Return("2026-06-02", 100))}),
                   0.1);
  EXPECT_DOUBLE_EQ(Number("margin_rate", {good, Purchase("2026-06-01", 900, "A")}), 0.4);
  EXPECT_FALSE(IsKnown("margin_rate", {Purchase("2026-06-01", 100)}));
  EXPECT_FALSE(IsKnown("margin_rate", {good, WithMargin(40, Return("2026-06-02", 100))}));
}

TEST_F(BehaviourAttributesTest, FullPriceIsTheListPriceOrMore) {
  const std::vector<Event> events = {
      Priced(10, 10, Purchase("2026-06-01", 100)), Priced(11, 10, Purchase("2026-06-01", 50)),
      Priced(9.99, 10, Purchase("2026-06-01", 50)), Purchase("2026-06-01", 700)};
  EXPECT_DOUBLE_EQ(Number("full_price_share", events), 0.75);
  EXPECT_FALSE(IsKnown("full_price_share", {Purchase("2026-06-01", 700)}));
}

TEST_F(BehaviourAttributesTest, FirstAndLastPurchaseAreDatesOfTheZone) {
  rules_.time_zone = "Europe/Paris";
  const std::vector<Event> events = {Purchase("2026-03-28T23:30:00Z", 5), Purchase("2026-05-01", 5),
                                     Visit("2026-06-01"), Visit("2026-01-01"),
                                     Return("2026-06-02", 5)};
  EXPECT_EQ(ValueOf("first_purchase_date", events), Value(Day("2026-03-29")));
  EXPECT_EQ(ValueOf("last_purchase_date", events), Value(Day("2026-05-01")));
  EXPECT_FALSE(IsKnown("first_purchase_date", {Visit("2026-06-01")}));
  EXPECT_FALSE(IsKnown("last_purchase_date", {Visit("2026-06-01")}));
}

TEST_F(BehaviourAttributesTest, TenureIsTheDaysSinceTheFirstEventOfAnyType) {
  EXPECT_EQ(Number("tenure_days", {Purchase("2026-06-20", 5), Visit("2026-06-10")}), 20);
}

TEST_F(BehaviourAttributesTest, ChannelsAreThoseUsedAndTheFavouriteTheOneUsedMost) {
  const Event web = ByChannel("web", Visit("2026-06-01"));
  const Event shop = ByChannel("shop", Purchase("2026-06-01", 5));
  EXPECT_EQ(ValueOf("channels", {web, shop, web}), Value(StringSet{{"shop", "web"}}));
  EXPECT_EQ(ValueOf("favourite_channel", {web, shop, web}), Value(std::string("web")));
  // Of several the first in the alphabet.
  EXPECT_EQ(ValueOf("favourite_channel", {web, shop}), Value(std::string("shop")));
  EXPECT_EQ(ValueOf("channels", {Visit("2026-06-01")}), Value(StringSet{}));
  EXPECT_FALSE(IsKnown("favourite_channel", {Visit("2026-06-01")}));
}

TEST_F(BehaviourAttributesTest, TheLastNinetyDaysEndWithTheDayAskedFor) {
  const auto visits = [&](int age) {
    const std::string day = FormatDate(Date{as_of_.day.days - age});
    const double count = Number("visits_90d", {Visit(day)});
    EXPECT_EQ(Number("pages_90d", {Made(EventType::kPageView, day)}), count) << age;
    return count;
  };
  EXPECT_EQ(visits(0), 1);
  EXPECT_EQ(visits(89), 1);
  EXPECT_EQ(visits(90), 0);
  EXPECT_EQ(visits(91), 0);
  EXPECT_EQ(visits(-1), 0);
  EXPECT_EQ(Number("visits_90d", {Made(EventType::kPageView, "2026-06-30")}), 0);
}

TEST_F(BehaviourAttributesTest, EngagementHalvesWithEachHalfLife) {
  as_of_.half_life_days = 10;
  EXPECT_DOUBLE_EQ(Number("engagement", {Visit("2026-06-30")}), 1);
  EXPECT_DOUBLE_EQ(Number("engagement", {Visit("2026-06-20")}), 0.5);
  EXPECT_DOUBLE_EQ(Number("engagement", {Visit("2026-06-10")}), 0.25);
  EXPECT_DOUBLE_EQ(Number("engagement", {Visit("2026-07-01")}), 0);
  EXPECT_DOUBLE_EQ(Number("engagement", {Made(EventType::kDemo, "2026-06-20"),
                                         Made(EventType::kPageView, "2026-06-30")}),
                   5.2);
  EXPECT_DOUBLE_EQ(
      Number("engagement", {Made(EventType::kComplaint, "2026-06-30"),
                            Made(EventType::kCampaignSent, "2026-06-30"), Return("2026-06-30", 5)}),
      0);
}

TEST_F(BehaviourAttributesTest, SatisfactionIsTheMeanScore) {
  EXPECT_EQ(Number("satisfaction", {Made(EventType::kSatisfaction, "2026-06-01", 7),
                                    Made(EventType::kSatisfaction, "2026-06-02", 10),
                                    Made(EventType::kSatisfaction, "2026-06-03")}),
            8.5);
  EXPECT_FALSE(IsKnown("satisfaction", {Made(EventType::kSatisfaction, "2026-06-03")}));
  EXPECT_FALSE(IsKnown("satisfaction", {Purchase("2026-06-03", 7)}));
}

TEST_F(BehaviourAttributesTest, ReferralsAreCountedWhenever) {
  EXPECT_EQ(Number("referrals", {Made(EventType::kReferral, "2001-06-01"),
                                 Made(EventType::kReferral, "2026-07-01")}),
            2);
}

TEST_F(BehaviourAttributesTest, SignaturesAndReturnsAreCountedWhenever) {
  const std::vector<Event> events = {SignedOrder("2001-06-01", 5, "A"),
                                     SignedOrder("2026-06-01", 5, "A"), Purchase("2026-06-02", 5),
                                     Return("2026-07-03", 5, "A"), Visit("2026-06-01")};
  EXPECT_EQ(Number("signed_orders", events), 2);
  EXPECT_EQ(Number("returns", events), 1);
}

// What makes a prospect of a lead, and what makes it a warm one.
TEST_F(BehaviourAttributesTest, ContactsAndInterestAreTheEventsOfThoseKinds) {
  const std::vector<EventType> contacts = {
      EventType::kVisit,        EventType::kForm,     EventType::kBrochure,
      EventType::kSample,       EventType::kTrial,    EventType::kDemo,
      EventType::kComplaint,    EventType::kReferral, EventType::kCampaignAnswered,
      EventType::kSatisfaction, EventType::kCall,     EventType::kPurchase,
      EventType::kSignedOrder,  EventType::kReturn};
  const std::vector<EventType> interest = {EventType::kForm,   EventType::kBrochure,
                                           EventType::kSample, EventType::kTrial,
                                           EventType::kDemo,   EventType::kCampaignAnswered};
  for (int number = 1; number <= kLastEventType; ++number) {
    const auto type = static_cast<EventType>(number);
    const std::vector<Event> events = {Made(type, "2026-06-01"), Made(type, "2001-06-01")};
    const auto is_among = [&](const std::vector<EventType>& types) {
      return std::find(types.begin(), types.end(), type) != types.end();
    };
    EXPECT_EQ(Number("contacts_made", events), is_among(contacts) ? 2 : 0) << number;
    EXPECT_EQ(Number("interest_shown", events), is_among(interest) ? 2 : 0) << number;
    EXPECT_EQ(IsKnown("last_interest_date", events), is_among(interest)) << number;
  }
}

TEST_F(BehaviourAttributesTest, InterestIsLastShownOnADateOfTheZone) {
  rules_.time_zone = "Asia/Tokyo";
  EXPECT_EQ(ValueOf("last_interest_date",
                    {Made(EventType::kDemo, "2026-05-31T16:00:00Z"),
                     Made(EventType::kForm, "2026-05-31T14:59:59Z"), Visit("2026-06-20")}),
            Value(Day("2026-06-01")));
}

TEST_F(BehaviourAttributesTest, CategoriesHaveTheirOwnMoneyAndOrders) {
  rules_.categories = {{"wine", {"red*", "white"}}, {"cups", {"cup"}}};
  const std::vector<Event> events = {OfItem("red-1", Purchase("2026-06-01", 10, "A")),
                                     OfItem("white", Purchase("2026-06-01", 20, "B")),
                                     OfItem("white-1", Purchase("2026-06-01", 40, "C")),
                                     OfItem("red-1", Return("2026-06-02", 4, "A"))};
  EXPECT_EQ(Number("monetary_wine", events), 26);
  EXPECT_EQ(Number("frequency_wine", events), 2);
  EXPECT_EQ(Number("monetary_cups", events), 0);
  EXPECT_EQ(Number("frequency_cups", events), 0);
}

const std::vector<std::string>& Counts() {
  static const std::vector<std::string> counts = {
      "frequency",     "monetary",       "visits_90d", "pages_90d",
      "engagement",    "referrals",      "net_paid",   "monetary_all",
      "frequency_all", "interest_shown", "returns",    "signed_orders"};
  return counts;
}

TEST_F(BehaviourAttributesTest, OfAContactWithoutEventsAllIsUnknown) {
  rules_.categories = {{"all", {"*"}}};
  for (const Attribute& attribute : BehaviourAttributes(rules_.categories, "EUR")) {
    EXPECT_FALSE(IsKnown(attribute.id, {})) << attribute.id;
  }
}

TEST_F(BehaviourAttributesTest, WhereEventsAreCompleteNoEventsMeansThatNothingHappened) {
  as_of_.events_are_complete = true;
  rules_.categories = {{"all", {"*"}}};
  for (const std::string& id : Counts()) EXPECT_EQ(Number(id, {}), 0) << id;
  EXPECT_EQ(Number("contacts_made", {}), 0);
  EXPECT_EQ(ValueOf("channels", {}), Value(StringSet{}));
  for (const char* id : {"recency_days", "tenure_days", "average_order", "first_purchase_date",
                         "last_purchase_date", "favourite_channel", "satisfaction", "margin_rate",
                         "full_price_share", "large_order_share", "last_interest_date"}) {
    EXPECT_FALSE(IsKnown(id, {})) << id;
  }
}

// A model may read a category that the workspace had once: it is not 0 for everybody.
TEST_F(BehaviourAttributesTest, OfACategoryThatIsNoMoreNothingIsKnown) {
  Attribute attribute{.id = "monetary_wine",
                      .type = AttributeType::kNumeric,
                      .derived_from = "events/monetary/wine"};
  const auto measure = BehaviourMeasure::Of(attribute);
  ASSERT_TRUE(measure.has_value());
  const Behaviour behaviour =
      AddedUp({Made(EventType::kPurchase, "2026-06-01")}, rules_).behaviour();
  EXPECT_FALSE(measure->ValueOf(behaviour, as_of_).has_value());
  as_of_.categories = {"wine"};
  EXPECT_EQ(measure->ValueOf(behaviour, as_of_), Value(0.0));
}

TEST_F(BehaviourAttributesTest, AfterOneEventWhatWasNotRecordedDidNotHappen) {
  rules_.categories = {{"all", {"*"}}};
  const std::vector<Event> events = {Made(EventType::kComplaint, "2026-06-01")};
  for (const std::string& id : Counts()) EXPECT_EQ(Number(id, events), 0) << id;
  EXPECT_EQ(Number("recency_days", events), 29);
  EXPECT_EQ(Number("contacts_made", events), 1);
}

// --- The attributes themselves ------------------------------------------------

std::vector<std::string> Ids(const std::vector<Attribute>& attributes) {
  std::vector<std::string> ids;
  for (const Attribute& attribute : attributes) ids.push_back(attribute.id);
  return ids;
}

TEST(BehaviourAttributesList, HasTheIdsThatCallersKnow) {
  EXPECT_THAT(
      Ids(BehaviourAttributes({{"wine", {"red*"}}}, "EUR")),
      ElementsAre("recency_days", "frequency", "monetary", "average_order", "large_order_share",
                  "margin_rate", "full_price_share", "first_purchase_date", "last_purchase_date",
                  "tenure_days", "channels", "favourite_channel", "visits_90d", "pages_90d",
                  "engagement", "satisfaction", "referrals", "net_paid", "signed_orders", "returns",
                  "contacts_made", "interest_shown", "last_interest_date", "frequency_wine",
                  "monetary_wine"));
}

TEST(BehaviourAttributesList, FitsASchemaWithMoneyInTheWorkspacesCurrency) {
  Schema schema;
  for (const Attribute& attribute : BehaviourAttributes({{"wine", {}}, {"cups", {}}}, "CHF")) {
    EXPECT_EQ(schema.Add(attribute), absl::OkStatus());
    EXPECT_EQ(attribute.criterion, Criterion::kBehavioural);
    EXPECT_TRUE(IsDerived(attribute));
    if (absl::StartsWith(attribute.id, "monetary") || attribute.id == "net_paid") {
      EXPECT_EQ(attribute.unit, "CHF") << attribute.id;
    }
  }
  EXPECT_EQ(schema.Find("monetary_wine")->derived_from, "events/monetary/wine");
}

TEST(BehaviourMeasureOf, IsFoundByOriginAlsoUnderAnotherId) {
  Attribute attribute{.id = "frequency_2", .type = AttributeType::kNumeric};
  EXPECT_FALSE(BehaviourMeasure::Of(attribute).has_value());  // Stated.
  attribute.derived_from = "events/frequency";
  const auto measure = BehaviourMeasure::Of(attribute);
  ASSERT_TRUE(measure.has_value());
  const AddedUp sum({Purchase("2026-06-01", 5, "A")});
  EXPECT_EQ(measure->ValueOf(sum.behaviour(), {.day = Day("2026-06-30")}), Value(1.));
}

TEST(BehaviourMeasureOf, IsNoneForWhatThisVersionDoesNotKnow) {
  Attribute attribute{.id = "x", .type = AttributeType::kNumeric};
  for (const char* origin : {"events/luck", "events/", "events/tenure_days/wine",
                             "events/last_purchase_date", "people/luck"}) {
    attribute.derived_from = origin;
    EXPECT_FALSE(BehaviourMeasure::Of(attribute).has_value()) << origin;
    EXPECT_FALSE(DependsOnTheDay(attribute)) << origin;
  }
}

TEST(DayDependence, IsThatOfDatesWindowsAndAges) {
  std::vector<std::string> dependent;
  for (const Attribute& attribute : BehaviourAttributes({{"wine", {}}}, "EUR")) {
    if (DependsOnTheDay(attribute)) dependent.push_back(attribute.id);
  }
  EXPECT_THAT(dependent, ElementsAre("recency_days", "first_purchase_date", "last_purchase_date",
                                     "tenure_days", "visits_90d", "pages_90d", "engagement",
                                     "last_interest_date"));
  EXPECT_TRUE(DependsOnTheDay({.id = "birthday", .type = AttributeType::kDate}));
  EXPECT_FALSE(DependsOnTheDay({.id = "age", .type = AttributeType::kNumeric}));
}

TEST(BehaviourAttributesList, LeavesOutOfPersonasWhatTellsHowAContactStands) {
  for (const Attribute& attribute : BehaviourAttributes({}, "EUR")) {
    for (const char* id : {"signed_orders", "returns", "contacts_made", "interest_shown",
                           "last_interest_date", "net_paid"}) {
      EXPECT_TRUE(attribute.id != id || attribute.role == Role::kIgnored) << id;
    }
  }
}

// --- How they drift -----------------------------------------------------------

TEST(DriftOf, IsThatOfAgesEngagementAndWindows) {
  std::map<std::string, Drift> drifting;
  for (const Attribute& attribute : BehaviourAttributes({{"wine", {}}}, "EUR")) {
    const Drift drift = DriftOf(attribute);
    if (drift != Drift::kNone) drifting[attribute.id] = drift;
  }
  EXPECT_THAT(drifting, UnorderedElementsAre(Pair("recency_days", Drift::kDaysSince),
                                             Pair("tenure_days", Drift::kDaysSince),
                                             Pair("engagement", Drift::kHalving),
                                             Pair("visits_90d", Drift::kAny),
                                             Pair("pages_90d", Drift::kAny)));
}

TEST(DriftOf, IsNoneOfWhatIsStatedOrNotKnown) {
  EXPECT_EQ(DriftOf({.id = "engagement", .type = AttributeType::kNumeric}), Drift::kNone);
  EXPECT_EQ(DriftOf({.id = "birthday", .type = AttributeType::kDate}), Drift::kNone);
  for (const char* origin : {"events/luck", "people/luck"}) {
    EXPECT_EQ(DriftOf({.id = "x", .type = AttributeType::kNumeric, .derived_from = origin}),
              Drift::kNone);
  }
}

}  // namespace
}  // namespace cible
