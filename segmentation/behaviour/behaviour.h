// What the events of one contact add up to, kept while they come.
//
// Everything in here is a sum or a count of whole numbers, so that an event can be
// taken out again as it was put in, and the result depends on the set of events
// alone: not on their order, nor on how they came. What depends on the day it is
// asked for (recency, the last 90 days, engagement) is worked out from counts by
// day, and never stored: behaviour_attributes.h.

#ifndef CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_H_
#define CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "segmentation/behaviour/event.h"
#include "segmentation/data/value.h"

namespace cible {

// Items that belong together, and are to be known each for themselves.
struct ItemCategory {
  std::string id;  // `[a-z][a-z0-9_]{0,30}`
  // Items of events, ascending; one that ends in `*` stands for all that begin so.
  std::vector<std::string> items;

  // O(bytes of the item x log items).
  bool Holds(absl::string_view item) const;
  bool operator==(const ItemCategory&) const = default;
};

// What a workspace says of how events are added up. A change of it means adding up
// all events anew.
struct BehaviourRules {
  std::string time_zone = "UTC";                // IANA; whose calendar days count.
  std::int64_t large_order = 500 * kMoneyUnit;  // From this value on an order is large.
  std::vector<ItemCategory> categories = {};    // Of ids of their own.
  bool operator==(const BehaviourRules&) const = default;
};

// The calendar day of an event in a zone: its date, where it is one.
Date DayOf(const Event& event, const absl::TimeZone& zone);

// What the lines of one order add up to.
struct OrderTotals {
  absl::int128 paid = 0;      // Purchases less returns.
  absl::int128 contract = 0;  // Signed.
  std::int64_t purchases = 0;
  std::int64_t signatures = 0;
  std::int64_t returns = 0;
  // Lines of purchases and signed orders by category; those that have none are not
  // listed. By ascending id.
  std::vector<std::pair<std::string, std::int64_t>> categories = {};

  // What the order brings: what was paid, or what was signed as long as nothing
  // was.
  absl::int128 value() const { return purchases > 0 ? paid : paid + contract; }
  // Returns alone make no order.
  bool is_order() const { return purchases + signatures > 0; }
  bool is_empty() const { return purchases + signatures + returns == 0; }
  bool operator==(const OrderTotals&) const = default;
};

std::string EncodeOrder(const OrderTotals& order);
// Errors: DATA_LOSS for bytes that are none.
absl::StatusOr<OrderTotals> DecodeOrder(absl::string_view bytes);

class Behaviour {
 public:
  struct CategoryTotals {
    std::string id;
    absl::int128 monetary = 0;  // What was paid for its items, less returns.
    std::int64_t orders = 0;
    bool operator==(const CategoryTotals&) const = default;
  };
  struct ChannelCount {
    std::string channel;
    std::int64_t events = 0;
    bool operator==(const ChannelCount&) const = default;
  };
  struct DayCount {
    std::int32_t day = 0;
    EventType type = EventType::kCustom;
    std::int64_t events = 0;
    bool operator==(const DayCount&) const = default;
  };

  // Adds an event, or takes one away that was added. `order` is that of the event
  // (OrderKey), as it is without or with it; it is changed alike. Other events
  // pass null. O(log days + categories), and O(days) for the first event of a day.
  // REQUIRES: the zone is that of the rules.
  void Add(const Event& event, const BehaviourRules& rules, const absl::TimeZone& zone,
           OrderTotals* order) {
    Count(event, rules, zone, order, 1);
  }
  void Remove(const Event& event, const BehaviourRules& rules, const absl::TimeZone& zone,
              OrderTotals* order) {
    Count(event, rules, zone, order, -1);
  }

  bool is_empty() const { return events == 0; }

  std::int64_t events = 0;
  std::int64_t orders = 0;                 // That are orders: of purchases or signed.
  absl::int128 monetary = 0;               // Values of orders; returns without one as well.
  absl::int128 net_paid = 0;               // Purchases less returns.
  absl::int128 revenue = 0;                // Values of orders above 0,
  absl::int128 large_revenue = 0;          // and of large ones among them.
  absl::int128 margin = 0;                 // Of lines whose margin is known,
  absl::int128 margin_base = 0;            // and what they bring.
  absl::int128 full_price = 0;             // Purchases at the list price or above,
  absl::int128 priced = 0;                 // of those whose list price is known.
  absl::int128 scores = 0;                 // Of satisfaction,
  std::int64_t scored = 0;                 // by so many events.
  std::vector<CategoryTotals> categories;  // Ascending by id; those with events.
  std::vector<ChannelCount> channels;      // Ascending.
  std::vector<DayCount> days;              // Ascending by day, then type.

  bool operator==(const Behaviour&) const = default;

 private:
  void Count(const Event& event, const BehaviourRules& rules, const absl::TimeZone& zone,
             OrderTotals* order, int sign);
  void CountLine(const Event& event, const BehaviourRules& rules, OrderTotals& order, int sign);
  void CountOrder(const OrderTotals& order, const BehaviourRules& rules, int sign);
  CategoryTotals& Category(const std::string& id);
};

// A version byte, then varints; equal behaviours give equal bytes.
std::string EncodeBehaviour(const Behaviour& behaviour);
// No bytes: no events. Errors: DATA_LOSS for bytes that are none.
absl::StatusOr<Behaviour> DecodeBehaviour(absl::string_view bytes);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_BEHAVIOUR_BEHAVIOUR_H_
