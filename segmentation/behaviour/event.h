// What contacts do: one dated act each.

#ifndef CIBLE_SEGMENTATION_BEHAVIOUR_EVENT_H_
#define CIBLE_SEGMENTATION_BEHAVIOUR_EVENT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "segmentation/data/value.h"

namespace cible {

// The integers are on disk.
enum class EventType : std::uint8_t {
  kPurchase = 1,
  kSignedOrder = 2,
  kReturn = 3,  // Or a cancellation: money that goes back.
  kVisit = 4,
  kPageView = 5,
  kForm = 6,
  kBrochure = 7,
  kSample = 8,
  kTrial = 9,
  kDemo = 10,
  kCampaignSent = 11,
  kCampaignOpened = 12,
  kCampaignClicked = 13,
  kCampaignAnswered = 14,
  kComplaint = 15,
  kSatisfaction = 16,
  kReferral = 17,
  kCall = 18,
  kCustom = 19,
};

inline constexpr int kLastEventType = static_cast<int>(EventType::kCustom);

// Money is counted in millionths of the workspace's currency, so that sums do not
// depend on the order of what is added.
inline constexpr std::int64_t kMoneyUnit = 1'000'000;

struct Event {
  std::string id;  // Of its own among those of its contact.
  EventType type = EventType::kCustom;
  // When it happened. Where only the calendar date is known, midnight UTC of it.
  Timestamp time;
  bool is_date = false;
  // Purchases, signed orders and returns: the order that they are lines of; empty:
  // all that happened at one instant is one order.
  std::string order;
  // In millionths. Purchases, signed orders: what is paid; returns: what goes back,
  // whatever its sign; SATISFACTION: the score, on a scale of the caller's.
  std::optional<std::int64_t> amount;
  std::optional<std::int64_t> margin;  // What of the amount is left after costs; its sign with it.
  std::optional<double> quantity;
  std::optional<double> unit_price;
  std::optional<double> list_price;  // Of a unit, before any discount.
  std::string item;
  std::string channel;
  std::string source;
  std::string campaign;
  std::string custom_type;  // kCustom: what it is.

  bool operator==(const Event&) const = default;
};

// Whether it is a line of an order.
inline bool IsOfAnOrder(EventType type) {
  return type == EventType::kPurchase || type == EventType::kSignedOrder ||
         type == EventType::kReturn;
}

// What an order is known by among those of its contact: its id, or the instant of
// those lines that have none.
std::string OrderKey(const Event& event);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_BEHAVIOUR_EVENT_H_
