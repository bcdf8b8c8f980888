#include "segmentation/lifecycle/behaviour_draft.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace cible {

absl::int128 InMillionths(double amount) {
  constexpr double kMost = 1e30;  // Sums of a few fit.
  return absl::int128(
      std::round(std::clamp(amount, -kMost, kMost) * static_cast<double>(kMoneyUnit)));
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

bool BehaviourDraft::Sell(const Sale& sale) {
  const bool is_all = sale.signatures == Sale::kAsManyAsOrders;
  const std::int64_t signatures = is_all ? orders : sale.signatures;
  const std::int64_t purchases = sale.is_paid ? std::max<std::int64_t>(1, orders - signatures) : 0;
  const double net = sale.net * (sale.is_of_each ? static_cast<double>(orders) : 1);
  if (orders == 0) {
    if (sale == Sale()) return true;  // Nothing is sold.
    if (!sale.is_paid || sale.signatures != 0 || net >= 0) return false;
    Act(EventType::kReturn, last_age, 1);
  } else {
    const bool has_lines = purchases + signatures >= orders && (sale.is_paid || net <= 0);
    const bool is_apart = first_age != last_age;
    if (!has_lines || (is_apart && purchases + signatures < 2)) return false;
    const EventType first = signatures > 0 ? EventType::kSignedOrder : EventType::kPurchase;
    Act(first, first_age, 1);
    Act(EventType::kSignedOrder, last_age, signatures - 1);
    Act(EventType::kPurchase, last_age, signatures > 0 ? purchases : purchases - 1);
  }
  const double contract = sale.is_with_net ? sale.contract - net : sale.contract;
  const double total = net + (signatures > 0 ? contract : 0);
  behaviour.orders = orders;
  behaviour.net_paid = InMillionths(net);
  behaviour.monetary = InMillionths(total);
  // Of what is not of an order, money may have gone back as well.
  behaviour.revenue = orders > 0 ? InMillionths(total > 0 ? total : kUsualAmount) : 0;
  return true;
}

bool BehaviourDraft::Engage(double engagement) {
  constexpr double kTooOld = 20;  // Half-lives: a millionth is left.
  constexpr double kTooMuch = 1e15;
  const double missing = engagement - EngagementOf(behaviour, as_of);
  if (missing <= 0 || missing > kTooMuch) return false;
  const double whole = std::floor(missing);
  Act(EventType::kCustom, 0, static_cast<std::int64_t>(whole));
  if (missing == whole) return true;
  const double half_lives = -std::log2(missing - whole);
  if (half_lives > kTooOld) return true;
  Act(EventType::kCustom, static_cast<int>(std::lround(half_lives * as_of.half_life_days)), 1);
  return true;
}

}  // namespace cible
