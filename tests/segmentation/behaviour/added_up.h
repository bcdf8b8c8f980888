// Events that are short to write down, and what they add up to.

#ifndef CIBLE_TESTS_SEGMENTATION_BEHAVIOUR_ADDED_UP_H_
#define CIBLE_TESTS_SEGMENTATION_BEHAVIOUR_ADDED_UP_H_

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/event.h"
#include "segmentation/data/value.h"

namespace cible {

inline Date Day(absl::string_view text) {
  const auto day = ParseDate(text);
  EXPECT_TRUE(day.ok()) << text;
  return *day;
}

inline std::int64_t Millionths(double amount) {
  return std::llround(amount * static_cast<double>(kMoneyUnit));
}

// `when`: `2026-11-22`, a calendar date, or `2026-11-22T10:00:00+01:00`.
inline Event Made(EventType type, absl::string_view when, std::optional<double> amount = {},
                  std::string order = "") {
  Event event{.type = type, .order = std::move(order)};
  event.is_date = when.size() == 10;
  if (event.is_date) {
    event.time.micros = std::int64_t{Day(when).days} * 86'400'000'000;
  } else {
    absl::Time time;
    std::string error;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, when, &time, &error)) << when << error;
    event.time.micros = absl::ToUnixMicros(time);
  }
  if (amount.has_value()) event.amount = Millionths(*amount);
  return event;
}

inline Event Purchase(absl::string_view when, double amount, std::string order = "") {
  return Made(EventType::kPurchase, when, amount, std::move(order));
}

inline Event SignedOrder(absl::string_view when, double amount, std::string order = "") {
  return Made(EventType::kSignedOrder, when, amount, std::move(order));
}

inline Event Return(absl::string_view when, double amount, std::string order = "") {
  return Made(EventType::kReturn, when, amount, std::move(order));
}

inline Event ByChannel(std::string channel, Event event) {
  event.channel = std::move(channel);
  return event;
}

inline Event OfItem(std::string item, Event event) {
  event.item = std::move(item);
  return event;
}

// A behaviour with the orders that it is of, kept as a store keeps them.
class AddedUp {
 public:
  explicit AddedUp(BehaviourRules rules = {}) : rules_(std::move(rules)) {
    EXPECT_TRUE(absl::LoadTimeZone(rules_.time_zone, &zone_)) << rules_.time_zone;
  }
  AddedUp(const std::vector<Event>& events, BehaviourRules rules = {}) : AddedUp(std::move(rules)) {
    for (const Event& event : events) Add(event);
  }

  void Add(const Event& event) {
    behaviour_.Add(event, rules_, zone_, OrderOf(event));
    DropIfEmpty(event);
  }
  void Remove(const Event& event) {
    behaviour_.Remove(event, rules_, zone_, OrderOf(event));
    DropIfEmpty(event);
  }

  const Behaviour& behaviour() const { return behaviour_; }
  const std::map<std::string, OrderTotals>& orders() const { return orders_; }

 private:
  OrderTotals* OrderOf(const Event& event) {
    return IsOfAnOrder(event.type) ? &orders_[OrderKey(event)] : nullptr;
  }
  void DropIfEmpty(const Event& event) {
    const auto order = orders_.find(OrderKey(event));
    if (order != orders_.end() && order->second.is_empty()) orders_.erase(order);
  }

  BehaviourRules rules_;
  absl::TimeZone zone_;
  Behaviour behaviour_;
  std::map<std::string, OrderTotals> orders_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_BEHAVIOUR_ADDED_UP_H_
