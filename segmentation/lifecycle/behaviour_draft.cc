#include "segmentation/lifecycle/behaviour_draft.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace cible {

absl::int128 InMillionths(double amount) {
  return absl::int128(std::round(amount * static_cast<double>(kMoneyUnit)));
}

void BehaviourDraft::Act(EventType type, int age, std::int64_t count) {
  if (count <= 0) return;
  const std::int32_t day = as_of.day.days - age;
  auto& days = behaviour.days;
  const auto at = std::find_if(days.begin(), days.end(), [&](const Behaviour::DayCount& each) {
    return std::tie(each.day, each.type) >= std::tie(day, type);
  });
  if (at != days.end() && at->day == day && at->type == type) {
    at->events += count;
  } else {
    days.insert(at, {.day = day, .type = type, .events = count});
  }
  behaviour.events += count;
}

bool BehaviourDraft::Sell(Sale sale, SaleAmount amount) {
  const bool is_usual = sale == Sale::kPaid && amount.value == kUsualAmount;
  if (orders == 0) return is_usual && !amount.is_of_each_order;  // Once: nothing is sold.
  if (sale == Sale::kBoth && orders < 2) return false;
  const EventType first = sale == Sale::kPaid ? EventType::kPurchase : EventType::kSignedOrder;
  const EventType others = sale == Sale::kSigned ? EventType::kSignedOrder : EventType::kPurchase;
  Act(first, first_age, 1);
  Act(others, last_age, orders - 1);
  const double each = amount.is_of_each_order ? static_cast<double>(orders) : 1;
  const double total = amount.value * each;
  if (total <= 0) Act(EventType::kReturn, last_age, 1);
  const double contract = sale == Sale::kBoth ? kUsualAmount : 0;
  behaviour.orders = orders;
  behaviour.net_paid = sale == Sale::kSigned ? 0 : InMillionths(total);
  behaviour.monetary = InMillionths(total + contract);
  behaviour.revenue = std::max<absl::int128>(0, behaviour.monetary);
  return true;
}

bool BehaviourDraft::Engage(double engagement) {
  constexpr double kTooOld = 20;  // Half-lives: a millionth is left.
  const double missing = engagement - EngagementOf(behaviour, as_of);
  if (missing <= 0) return false;
  const double whole = std::floor(missing);
  Act(EventType::kCustom, 0, static_cast<std::int64_t>(whole));
  if (missing == whole) return true;
  const double half_lives = -std::log2(missing - whole);
  if (half_lives > kTooOld) return true;
  Act(EventType::kCustom, static_cast<int>(std::lround(half_lives * as_of.half_life_days)), 1);
  return true;
}

}  // namespace cible
