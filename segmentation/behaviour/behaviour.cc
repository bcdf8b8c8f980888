#include "segmentation/behaviour/behaviour.h"

#include <algorithm>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace cible {
namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;

// Returns take away what they say, whichever way they say it.
bool IsToBeTurned(const Event& event) {
  return event.type == EventType::kReturn && event.amount.value_or(0) >= 0;
}

absl::int128 SignedAmount(const Event& event) {
  const absl::int128 amount = event.amount.value_or(0);
  return IsToBeTurned(event) ? -amount : amount;
}

// With its amount: what was sold at a loss and comes back is a loss less.
absl::int128 SignedMargin(const Event& event) {
  const absl::int128 margin = event.margin.value_or(0);
  return IsToBeTurned(event) ? -margin : margin;
}

// The element of a sorted list, made where there is none.
template <typename T, typename Before>
T& PlaceOf(std::vector<T>& list, T element, Before before) {
  const auto place = std::lower_bound(list.begin(), list.end(), element, before);
  if (place != list.end() && !before(element, *place)) return *place;
  return *list.insert(place, std::move(element));
}

// Adds to the count of an element of a sorted list, which holds those alone that have one.
template <typename T, typename Before>
void CountIn(std::vector<T>& list, T element, Before before, int sign) {
  auto place = std::lower_bound(list.begin(), list.end(), element, before);
  const bool is_there = place != list.end() && !before(element, *place);
  if (!is_there) place = list.insert(place, std::move(element));
  place->events += sign;
  if (place->events == 0) list.erase(place);
}

constexpr auto kBeforeDay = [](const Behaviour::DayCount& a, const Behaviour::DayCount& b) {
  return std::pair(a.day, a.type) < std::pair(b.day, b.type);
};
constexpr auto kBeforeChannel = [](const Behaviour::ChannelCount& a,
                                   const Behaviour::ChannelCount& b) {
  return a.channel < b.channel;
};
constexpr auto kBeforeCategory = [](const Behaviour::CategoryTotals& a,
                                    const Behaviour::CategoryTotals& b) { return a.id < b.id; };
constexpr auto kBeforeLines = [](const auto& a, const auto& b) { return a.first < b.first; };

}  // namespace

bool ItemCategory::Holds(absl::string_view item) const {
  const auto has = [this](absl::string_view each) {
    return std::binary_search(items.begin(), items.end(), each, std::less<absl::string_view>());
  };
  // One that ends in a `*` stands for a beginning alone.
  if (!absl::EndsWith(item, "*") && has(item)) return true;
  for (std::size_t size = 0; size <= item.size(); ++size) {
    if (has(absl::StrCat(item.substr(0, size), "*"))) return true;
  }
  return false;
}

Date DayOf(const Event& event, const absl::TimeZone& zone) {
  if (event.is_date) return Date{static_cast<std::int32_t>(event.time.micros / kDayMicros)};
  const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(event.time.micros), zone);
  return Date{static_cast<std::int32_t>(day - absl::CivilDay(1970, 1, 1))};
}

Behaviour::CategoryTotals& Behaviour::Category(const std::string& id) {
  return PlaceOf(categories, CategoryTotals{.id = id}, kBeforeCategory);
}

void Behaviour::Count(const Event& event, const BehaviourRules& rules, const absl::TimeZone& zone,
                      OrderTotals* order, int sign) {
  events += sign;
  CountIn(days, DayCount{DayOf(event, zone).days, event.type}, kBeforeDay, sign);
  if (!event.channel.empty()) CountIn(channels, ChannelCount{event.channel}, kBeforeChannel, sign);
  if (event.type == EventType::kSatisfaction && event.amount.has_value()) {
    scores += sign * absl::int128(*event.amount);
    scored += sign;
  }
  if (order != nullptr) {
    CountOrder(*order, rules, -1);
    CountLine(event, rules, *order, sign);
    CountOrder(*order, rules, 1);
  }
  std::erase_if(categories,
                [](const CategoryTotals& each) { return each.orders == 0 && each.monetary == 0; });
}

// Adds a line to its order, and what does not depend on the others to the whole.
void Behaviour::CountLine(const Event& event, const BehaviourRules& rules, OrderTotals& order,
                          int sign) {
  const absl::int128 amount = SignedAmount(event) * sign;
  const bool is_signature = event.type == EventType::kSignedOrder;
  switch (event.type) {
    case EventType::kPurchase: order.purchases += sign; break;
    case EventType::kSignedOrder: order.signatures += sign; break;
    default: order.returns += sign; break;
  }
  (is_signature ? order.contract : order.paid) += amount;
  if (!is_signature) net_paid += amount;
  if (event.margin.has_value() && event.amount.has_value()) {
    margin += SignedMargin(event) * sign;
    margin_base += amount;
  }
  if (event.type == EventType::kPurchase && event.unit_price.has_value() &&
      event.list_price.has_value()) {
    priced += amount;
    if (*event.unit_price >= *event.list_price) full_price += amount;
  }
  if (event.item.empty()) return;
  for (const ItemCategory& category : rules.categories) {
    if (!category.Holds(event.item)) continue;
    if (!is_signature) Category(category.id).monetary += amount;
    if (event.type == EventType::kReturn) continue;
    PlaceOf(order.categories, std::pair(category.id, std::int64_t{0}), kBeforeLines).second += sign;
  }
  std::erase_if(order.categories, [](const auto& each) { return each.second == 0; });
}

void Behaviour::CountOrder(const OrderTotals& order, const BehaviourRules& rules, int sign) {
  if (order.is_empty()) return;
  const absl::int128 value = order.value();
  monetary += value * sign;
  if (value > 0) revenue += value * sign;
  if (value > 0 && value >= rules.large_order) large_revenue += value * sign;
  if (order.is_order()) orders += sign;
  for (const auto& [category, lines] : order.categories) Category(category).orders += sign;
}

}  // namespace cible
