#include "segmentation/behaviour/behaviour.h"

#include <gmock/gmock.h>

#include <limits>

#include "absl/strings/str_cat.h"
#include "tests/segmentation/behaviour/added_up.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

absl::int128 Money(double amount) { return Millionths(amount); }

Date DayIn(const std::string& zone_name, const Event& event) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(zone_name, &zone)) << zone_name;
  return DayOf(event, zone);
}

Date DayOfVisit(const std::string& zone, absl::string_view when) {
  return DayIn(zone, Made(EventType::kVisit, when));
}

// --- Days -------------------------------------------------------------------

TEST(DayOfEvent, OfAnInstantIsTheZonesAndOfADateIsItself) {
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-01-15T22:59:59Z"), Day("2026-01-15"));
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-01-15T23:00:00Z"), Day("2026-01-16"));
  EXPECT_EQ(DayOfVisit("UTC", "2026-01-15T23:00:00Z"), Day("2026-01-15"));
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-01-15"), Day("2026-01-15"));
  EXPECT_EQ(DayOfVisit("Pacific/Honolulu", "2026-01-15"), Day("2026-01-15"));
}

// Paris is an hour before UTC in winter, two in summer, from 2026-03-29 01:00 UTC to
// 2026-10-25 01:00 UTC.
TEST(DayOfEvent, FollowsTheClocksAsTheyChange) {
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-03-28T22:30:00Z"), Day("2026-03-28"));
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-03-29T00:59:59Z"), Day("2026-03-29"));
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-03-29T21:59:59Z"), Day("2026-03-29"));
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-03-29T22:00:00Z"), Day("2026-03-30"));
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-10-24T22:00:00Z"), Day("2026-10-25"));
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-10-25T22:59:59Z"), Day("2026-10-25"));
  EXPECT_EQ(DayOfVisit("Europe/Paris", "2026-10-25T23:00:00Z"), Day("2026-10-26"));
}

// On 2018-11-04 São Paulo's clocks went from 23:59:59 to 01:00; Samoa had no
// 2011-12-30 at all.
TEST(DayOfEvent, IsThatOfTheCalendarWhereMidnightOrTheWholeDayIsMissing) {
  EXPECT_EQ(DayOfVisit("America/Sao_Paulo", "2018-11-04T02:59:59Z"), Day("2018-11-03"));
  EXPECT_EQ(DayOfVisit("America/Sao_Paulo", "2018-11-04T03:00:00Z"), Day("2018-11-04"));
  EXPECT_EQ(DayOfVisit("America/Sao_Paulo", "2018-11-05T01:59:59Z"), Day("2018-11-04"));
  EXPECT_EQ(DayOfVisit("Pacific/Apia", "2011-12-30T09:59:59Z"), Day("2011-12-29"));
  EXPECT_EQ(DayOfVisit("Pacific/Apia", "2011-12-30T10:00:00Z"), Day("2011-12-31"));
  EXPECT_EQ(DayOfVisit("Pacific/Apia", "2011-12-30"), Day("2011-12-30"));
}

TEST(DayOfEvent, IsRightBefore1970) {
  EXPECT_EQ(DayOfVisit("UTC", "1969-12-31T23:59:59Z"), Day("1969-12-31"));
  EXPECT_EQ(DayOfVisit("UTC", "1969-12-31"), Day("1969-12-31"));
  EXPECT_EQ(DayOfVisit("UTC", "1970-01-01"), Day("1970-01-01"));
}

// --- Orders -----------------------------------------------------------------

TEST(OrderKeyOfEvent, IsTheOrderOrElseTheInstantOrTheDate) {
  const Event at_midnight = Purchase("2026-03-01T00:00:00Z", 1);
  const Event on_the_day = Purchase("2026-03-01", 1);
  EXPECT_NE(OrderKey(at_midnight), OrderKey(on_the_day));
  EXPECT_EQ(OrderKey(at_midnight), OrderKey(Return("2026-03-01T01:00:00+01:00", 1)));
  EXPECT_NE(OrderKey(at_midnight), OrderKey(Purchase("2026-03-01T00:00:01Z", 1)));
  EXPECT_EQ(OrderKey(Purchase("2026-03-01", 1, "A")), OrderKey(Return("2026-05-01", 1, "A")));
  // An order may be called as instants are written.
  EXPECT_NE(OrderKey(Purchase("2026-05-01", 1, OrderKey(at_midnight))), OrderKey(at_midnight));
}

TEST(AddedUpOrders, AreCountedByOrderWhateverTheirLines) {
  const AddedUp sum({Purchase("2026-03-01", 10, "A"), Purchase("2026-03-02", 20, "A"),
                     Purchase("2026-03-02", 5, "B")});
  EXPECT_EQ(sum.behaviour().orders, 2);
  EXPECT_EQ(sum.behaviour().monetary, Money(35));
  EXPECT_THAT(sum.orders(), SizeIs(2));
}

TEST(AddedUpOrders, OfNoIdAreCountedByInstant) {
  const AddedUp sum({Purchase("2026-03-01T10:00:00Z", 10), Purchase("2026-03-01T10:00:00Z", 20),
                     Purchase("2026-03-01T10:00:01Z", 5), Purchase("2026-03-01", 1),
                     Purchase("2026-03-01", 2)});
  EXPECT_EQ(sum.behaviour().orders, 3);
}

TEST(AddedUpOrders, AReturnBeforeItsOrderGivesWhatItGivesAfterIt) {
  const Event bought = Purchase("2026-03-01", 100, "A");
  const Event returned = Return("2026-03-05", 30, "A");
  AddedUp first({returned});
  EXPECT_EQ(first.behaviour().orders, 0);
  EXPECT_EQ(first.behaviour().monetary, Money(-30));
  EXPECT_EQ(first.behaviour().revenue, 0);
  first.Add(bought);
  const AddedUp last({bought, returned});
  EXPECT_EQ(first.behaviour(), last.behaviour());
  EXPECT_EQ(first.behaviour().orders, 1);
  EXPECT_EQ(first.behaviour().monetary, Money(70));
  EXPECT_EQ(first.behaviour().revenue, Money(70));
}

TEST(AddedUpOrders, AReturnOfAnotherOrderIsNoOrder) {
  const AddedUp sum({Purchase("2026-03-01", 100, "A"), Return("2026-03-05", 30, "C-A")});
  EXPECT_EQ(sum.behaviour().orders, 1);
  EXPECT_EQ(sum.behaviour().monetary, Money(70));
  EXPECT_EQ(sum.behaviour().net_paid, Money(70));
  EXPECT_EQ(sum.behaviour().revenue, Money(100));
}

TEST(AddedUpOrders, AReturnGoesBackWhateverItsSign) {
  EXPECT_EQ(AddedUp({Return("2026-03-05", 30, "A")}).behaviour(),
            AddedUp({Return("2026-03-05", -30, "A")}).behaviour());
}

TEST(AddedUpOrders, OneSignedThenPaidCountsOnce) {
  AddedUp sum({SignedOrder("2026-03-01", 1000, "A")});
  EXPECT_EQ(sum.behaviour().monetary, Money(1000));
  EXPECT_EQ(sum.behaviour().net_paid, 0);
  sum.Add(Purchase("2026-04-01", 400, "A"));
  EXPECT_EQ(sum.behaviour().monetary, Money(400));
  sum.Add(Purchase("2026-05-01", 500, "A"));
  EXPECT_EQ(sum.behaviour().orders, 1);
  EXPECT_EQ(sum.behaviour().monetary, Money(900));
  EXPECT_EQ(sum.behaviour().net_paid, Money(900));
  EXPECT_EQ(sum.behaviour().revenue, Money(900));
}

TEST(AddedUpOrders, ACancellationOfASignedOrderTakesItBack) {
  const AddedUp sum({SignedOrder("2026-03-01", 1000, "A"), Return("2026-03-02", 1000, "A")});
  EXPECT_EQ(sum.behaviour().monetary, 0);
  EXPECT_EQ(sum.behaviour().net_paid, Money(-1000));
  EXPECT_EQ(sum.behaviour().orders, 1);
}

TEST(AddedUpOrders, AreLargeFromTheThresholdOnByWhatTheyBring) {
  const auto large = [](std::vector<Event> events) {
    return AddedUp(events, {.large_order = Millionths(500)}).behaviour().large_revenue;
  };
  EXPECT_EQ(large({Purchase("2026-03-01", 499.99, "A")}), 0);
  EXPECT_EQ(large({Purchase("2026-03-01", 500, "A")}), Money(500));
  EXPECT_EQ(large({Purchase("2026-03-01", 300, "A"), Purchase("2026-03-01", 201, "A")}),
            Money(501));
  EXPECT_EQ(large({Purchase("2026-03-01", 501, "A"), Return("2026-03-09", 2, "A")}), 0);
  EXPECT_EQ(AddedUp({Return("2026-03-09", 2, "A")}, {.large_order = 0}).behaviour().large_revenue,
            0);
}

// --- Margins ----------------------------------------------------------------

Event WithMargin(double margin, Event event) {
  event.margin = Millionths(margin);
  return event;
}

TEST(AddedUpMargins, AreOfLinesWhoseMarginIsKnown) {
  const AddedUp sum(
      {WithMargin(4, Purchase("2026-03-01", 10, "A")), Purchase("2026-03-01", 90, "A")});
  EXPECT_EQ(sum.behaviour().margin, Money(4));
  EXPECT_EQ(sum.behaviour().margin_base, Money(10));
}

TEST(AddedUpMargins, AReturnTakesBackTheMarginInEitherWayOfWritingIt) {
  for (const double sign : {1., -1.}) {
    const AddedUp sum({WithMargin(4, Purchase("2026-03-01", 10, "A")),
                       WithMargin(4 * sign, Return("2026-03-02", 10 * sign, "A"))});
    EXPECT_EQ(sum.behaviour().margin, 0) << sign;
    EXPECT_EQ(sum.behaviour().margin_base, 0) << sign;
  }
}

// It once took the loss away a second time.
TEST(AddedUpMargins, AReturnOfWhatWasSoldAtALossTakesBackTheLoss) {
  for (const double sign : {1., -1.}) {
    const AddedUp sum({WithMargin(-2, Purchase("2026-03-01", 10, "A")),
                       WithMargin(-2 * sign, Return("2026-03-02", 10 * sign, "A"))});
    EXPECT_EQ(sum.behaviour().margin, 0) << sign;
  }
}

TEST(AddedUpSums, HoldTheLargestAmountsOfEitherSign) {
  Event most = Purchase("2026-03-01", 0, "A");
  most.amount = std::numeric_limits<std::int64_t>::max();
  Event least = Return("2026-03-01", 0, "A");
  least.amount = std::numeric_limits<std::int64_t>::min();
  const AddedUp sum({most, most, least});
  EXPECT_EQ(sum.behaviour().net_paid, absl::int128(*most.amount) - 1);
  EXPECT_EQ(*DecodeBehaviour(EncodeBehaviour(sum.behaviour())), sum.behaviour());
}

// --- Categories, channels, days ----------------------------------------------

TEST(ItemCategoryItems, AreHeldExactlyOrByTheirBeginning) {
  const ItemCategory category{"wine", {"red*", "white"}};
  EXPECT_TRUE(category.Holds("red"));
  EXPECT_TRUE(category.Holds("red-2024"));
  EXPECT_TRUE(category.Holds("white"));
  EXPECT_FALSE(category.Holds("white-2024"));
  EXPECT_FALSE(category.Holds("Red"));
  EXPECT_FALSE(category.Holds("re"));
  EXPECT_TRUE((ItemCategory{"all", {"*"}}).Holds("anything"));
}

TEST(AddedUpCategories, CountOrdersOnceAndWhatWasPaidForTheirItems) {
  const BehaviourRules rules{.categories = {{"wine", {"red*", "white"}}, {"white", {"white"}}}};
  const AddedUp sum(
      {OfItem("red-1", Purchase("2026-03-01", 10, "A")),
       OfItem("white", Purchase("2026-03-01", 20, "A")), OfItem("cup", Purchase("2026-03-01", 5)),
       OfItem("white", Return("2026-03-02", 3, "B")), OfItem("white", SignedOrder("2026-03-03", 9)),
       Purchase("2026-03-01", 40, "A")},
      rules);
  const auto& categories = sum.behaviour().categories;
  ASSERT_THAT(categories, SizeIs(2));
  EXPECT_EQ(categories[0], (Behaviour::CategoryTotals{"white", Money(17), 2}));
  EXPECT_EQ(categories[1], (Behaviour::CategoryTotals{"wine", Money(27), 2}));
}

TEST(AddedUpChannels, AreThoseOfEventsThatStayed) {
  const Event by_web = ByChannel("web", Made(EventType::kVisit, "2026-03-01"));
  const Event by_shop = ByChannel("shop", Purchase("2026-03-01", 1));
  AddedUp sum({by_web, by_shop, by_web});
  EXPECT_THAT(sum.behaviour().channels,
              ElementsAre(Behaviour::ChannelCount{"shop", 1}, Behaviour::ChannelCount{"web", 2}));
  sum.Remove(by_shop);
  EXPECT_THAT(sum.behaviour().channels, ElementsAre(Behaviour::ChannelCount{"web", 2}));
}

TEST(AddedUpEvents, TakenOutOneByOneLeaveNothing) {
  const BehaviourRules rules{.categories = {{"wine", {"red*"}}}};
  const std::vector<Event> events = {
      ByChannel("web", OfItem("red", Purchase("2026-03-01", 600, "A"))),
      SignedOrder("2026-03-01", 40, "A"),
      OfItem("red", Return("2026-03-02", 5, "A")),
      Made(EventType::kVisit, "2026-03-04T10:00:00Z"),
      Made(EventType::kSatisfaction, "2026-03-04", 7),
      WithMargin(4, Purchase("2026-03-01", 10))};
  AddedUp sum(events, rules);
  for (const Event& event : events) sum.Remove(event);
  EXPECT_EQ(sum.behaviour(), Behaviour());
  EXPECT_TRUE(sum.behaviour().is_empty());
  EXPECT_THAT(sum.orders(), IsEmpty());
}

// --- Bytes ------------------------------------------------------------------

Behaviour OfEverything() {
  Event full = WithMargin(4, OfItem("red", Purchase("2026-03-01", 600, "A")));
  full.unit_price = 10;
  full.list_price = 10;
  return AddedUp({ByChannel("web", full), ByChannel("été", SignedOrder("2026-04-01", 40, "B")),
                  Return("1969-12-31", 1e9, "C"), Made(EventType::kVisit, "2026-03-04T10:00:00Z"),
                  Made(EventType::kSatisfaction, "2026-03-04", 7)},
                 {.categories = {{"wine", {"red*"}}}})
      .behaviour();
}

OrderTotals OrderOfEverything() {
  return {.paid = -absl::int128(Millionths(1e9)),
          .contract = Millionths(3),
          .purchases = 300,
          .signatures = 2,
          .returns = 1,
          .categories = {{"red", 2}, {"wine", 129}}};
}

TEST(EncodedBehaviour, IsReadAsItWasWritten) {
  EXPECT_EQ(*DecodeBehaviour(EncodeBehaviour(OfEverything())), OfEverything());
  EXPECT_EQ(*DecodeBehaviour(EncodeBehaviour(Behaviour())), Behaviour());
  EXPECT_EQ(*DecodeBehaviour(""), Behaviour());
  EXPECT_EQ(*DecodeOrder(EncodeOrder(OrderOfEverything())), OrderOfEverything());
  EXPECT_EQ(*DecodeOrder(EncodeOrder({})), OrderTotals());
}

TEST(EncodedBehaviour, HoldsTheLargestSums) {
  Behaviour behaviour;
  behaviour.monetary = absl::Int128Max();
  behaviour.net_paid = absl::Int128Min();
  behaviour.events = std::numeric_limits<std::int64_t>::max();
  behaviour.days = {{std::numeric_limits<std::int32_t>::min(), EventType::kVisit, 1},
                    {std::numeric_limits<std::int32_t>::max(), EventType::kCustom, 1}};
  EXPECT_EQ(*DecodeBehaviour(EncodeBehaviour(behaviour)), behaviour);
}

TEST(EncodedBehaviour, CutShortAnywhereIsDataLoss) {
  const std::string behaviour = EncodeBehaviour(OfEverything());
  for (std::size_t size = 1; size < behaviour.size(); ++size) {
    const auto read = DecodeBehaviour(absl::string_view(behaviour).substr(0, size));
    EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << size;
  }
  const std::string order = EncodeOrder(OrderOfEverything());
  for (std::size_t size = 0; size < order.size(); ++size) {
    const auto read = DecodeOrder(absl::string_view(order).substr(0, size));
    EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << size;
  }
}

TEST(EncodedBehaviour, FollowedByMoreIsDataLoss) {
  const auto read = DecodeBehaviour(EncodeBehaviour(OfEverything()) + '\0');
  EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(read.status().message(),
            "what a contact's events add up to cannot be read; restore the store from a backup");
  EXPECT_FALSE(DecodeOrder(EncodeOrder(OrderOfEverything()) + '\0').ok());
}

// Lists are never longer than the bytes, whatever their size is said to be.
TEST(EncodedBehaviour, WithAnyByteChangedIsRefusedOrReadWithinBounds) {
  const std::string behaviour = EncodeBehaviour(OfEverything());
  for (std::size_t at = 0; at < behaviour.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string bytes = behaviour;
      bytes[at] = static_cast<char>(byte);
      const auto read = DecodeBehaviour(bytes);
      if (!read.ok()) {
        EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss);
        continue;
      }
      EXPECT_LE(read->categories.size() + read->channels.size() + read->days.size(), bytes.size());
      EXPECT_EQ(*DecodeBehaviour(EncodeBehaviour(*read)), *read) << at << " " << byte;
    }
  }
  const std::string order = EncodeOrder(OrderOfEverything());
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string bytes = order;
      bytes[at] = static_cast<char>(byte);
      const auto read = DecodeOrder(bytes);
      if (read.ok()) {
        EXPECT_LE(read->categories.size(), bytes.size());
      }
    }
  }
}

// Adding up such days once left the range of numbers.
TEST(EncodedBehaviour, WithDaysOutsideTheCalendarOrOfNoTypeIsDataLoss) {
  Behaviour behaviour;
  behaviour.days = {{1, EventType::kVisit, 1}};
  const std::string bytes = EncodeBehaviour(behaviour);
  const std::string head = bytes.substr(0, bytes.size() - 4);
  ASSERT_EQ(bytes, head + absl::StrCat("\x01", "\x02\x04\x02"));
  const std::string far = "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01";  // 2^63 - 1.
  for (const std::string& days :
       {absl::StrCat("\x02", far, "\x04\x02", far, "\x04\x02"),
        absl::StrCat("\x01", "\x02\x14\x02"), std::string("\x01\x02\x00\x02", 4),
        absl::StrCat("\x01", "\xfe\xff\xff\xff\x1f\x04\x02")}) {
    EXPECT_EQ(DecodeBehaviour(head + days).status().code(), absl::StatusCode::kDataLoss);
  }
}

}  // namespace
}  // namespace cible
