#include "segmentation/behaviour/behaviour.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace cible {
namespace {

constexpr char kVersion = 1;
constexpr std::int64_t kDayMicros = 86'400'000'000;

// --- Bytes ------------------------------------------------------------------

void PutUnsigned(absl::uint128 value, std::string& bytes) {
  for (; value >= 0x80; value >>= 7) {
    bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(value & 0x7f) | 0x80));
  }
  bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(value)));
}

// Zigzag, so that small numbers of either sign are short.
void Put(absl::int128 value, std::string& bytes) {
  const absl::uint128 magnitude = absl::uint128(value) << 1;
  PutUnsigned(value < 0 ? ~magnitude : magnitude, bytes);
}

void PutText(absl::string_view text, std::string& bytes) {
  PutUnsigned(text.size(), bytes);
  bytes.append(text.data(), text.size());
}

// Reads what was put; once it could not, all is zero and empty.
class Reader {
 public:
  explicit Reader(absl::string_view bytes) : rest_(bytes) {}

  absl::int128 Integer() {
    const absl::uint128 coded = Unsigned();
    const absl::uint128 magnitude = coded >> 1;
    return static_cast<absl::int128>((coded & 1) != 0 ? ~magnitude : magnitude);
  }
  std::int64_t Count() { return static_cast<std::int64_t>(Integer()); }
  std::string Text() {
    const absl::uint128 size = Unsigned();
    if (size > rest_.size()) {
      sound_ = false;
      return {};
    }
    const std::string text(rest_.substr(0, static_cast<std::size_t>(size)));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return text;
  }
  // Of a list of which every element takes at least a byte.
  std::size_t Size() {
    const absl::uint128 size = Unsigned();
    if (size > rest_.size()) sound_ = false;
    return sound_ ? static_cast<std::size_t>(size) : 0;
  }
  unsigned char Byte() {
    sound_ = sound_ && !rest_.empty();
    if (!sound_) return 0;
    const auto byte = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    return byte;
  }
  void Expect(unsigned char byte) { sound_ = Byte() == byte && sound_; }
  // So many days after another.
  std::int32_t DayAfter(std::int32_t day) {
    using Days = std::numeric_limits<std::int32_t>;
    const absl::int128 later = Integer();
    sound_ = sound_ && later >= absl::int128(Days::min()) - day &&
             later <= absl::int128(Days::max()) - day;
    return sound_ ? static_cast<std::int32_t>(later + day) : 0;
  }
  EventType Type() {
    const int type = Byte();
    sound_ = sound_ && type >= 1 && type <= kLastEventType;
    return sound_ ? static_cast<EventType>(type) : EventType::kCustom;
  }
  bool at_end() const { return sound_ && rest_.empty(); }

 private:
  absl::uint128 Unsigned() {
    absl::uint128 value = 0;
    for (int shift = 0; sound_ && !rest_.empty() && shift < 128; shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_[0]);
      rest_.remove_prefix(1);
      value |= absl::uint128(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    sound_ = false;
    return 0;
  }

  absl::string_view rest_;
  bool sound_ = true;
};

absl::Status Unreadable() {
  return absl::DataLossError(
      "what a contact's events add up to cannot be read; restore the store from a backup");
}

// --- Sums -------------------------------------------------------------------

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

std::string EncodeOrder(const OrderTotals& order) {
  std::string bytes(1, kVersion);
  Put(order.paid, bytes);
  Put(order.contract, bytes);
  for (const std::int64_t count : {order.purchases, order.signatures, order.returns}) {
    Put(count, bytes);
  }
  PutUnsigned(order.categories.size(), bytes);
  for (const auto& [category, lines] : order.categories) {
    PutText(category, bytes);
    Put(lines, bytes);
  }
  return bytes;
}

absl::StatusOr<OrderTotals> DecodeOrder(absl::string_view bytes) {
  Reader reader(bytes);
  reader.Expect(kVersion);
  OrderTotals order;
  order.paid = reader.Integer();
  order.contract = reader.Integer();
  for (std::int64_t* count : {&order.purchases, &order.signatures, &order.returns}) {
    *count = reader.Count();
  }
  order.categories.resize(reader.Size());
  for (auto& [category, lines] : order.categories) {
    category = reader.Text();
    lines = reader.Count();
  }
  if (!reader.at_end()) return Unreadable();
  return order;
}

std::string EncodeBehaviour(const Behaviour& behaviour) {
  std::string bytes(1, kVersion);
  for (const std::int64_t count : {behaviour.events, behaviour.orders, behaviour.scored}) {
    Put(count, bytes);
  }
  for (const absl::int128 sum : {behaviour.monetary, behaviour.net_paid, behaviour.revenue,
                                 behaviour.large_revenue, behaviour.margin, behaviour.margin_base,
                                 behaviour.full_price, behaviour.priced, behaviour.scores}) {
    Put(sum, bytes);
  }
  PutUnsigned(behaviour.categories.size(), bytes);
  for (const auto& [id, monetary, orders] : behaviour.categories) {
    PutText(id, bytes);
    Put(monetary, bytes);
    Put(orders, bytes);
  }
  PutUnsigned(behaviour.channels.size(), bytes);
  for (const auto& [channel, events] : behaviour.channels) {
    PutText(channel, bytes);
    Put(events, bytes);
  }
  PutUnsigned(behaviour.days.size(), bytes);
  std::int64_t last_day = 0;
  for (const auto& [day, type, events] : behaviour.days) {
    Put(day - last_day, bytes);
    bytes.push_back(static_cast<char>(type));
    Put(events, bytes);
    last_day = day;
  }
  return bytes;
}

absl::StatusOr<Behaviour> DecodeBehaviour(absl::string_view bytes) {
  Behaviour behaviour;
  if (bytes.empty()) return behaviour;
  Reader reader(bytes);
  reader.Expect(kVersion);
  for (std::int64_t* count : {&behaviour.events, &behaviour.orders, &behaviour.scored}) {
    *count = reader.Count();
  }
  for (absl::int128* sum : {&behaviour.monetary, &behaviour.net_paid, &behaviour.revenue,
                            &behaviour.large_revenue, &behaviour.margin, &behaviour.margin_base,
                            &behaviour.full_price, &behaviour.priced, &behaviour.scores}) {
    *sum = reader.Integer();
  }
  behaviour.categories.resize(reader.Size());
  for (auto& [id, monetary, orders] : behaviour.categories) {
    id = reader.Text();
    monetary = reader.Integer();
    orders = reader.Count();
  }
  behaviour.channels.resize(reader.Size());
  for (auto& [channel, events] : behaviour.channels) {
    channel = reader.Text();
    events = reader.Count();
  }
  behaviour.days.resize(reader.Size());
  std::int32_t last_day = 0;
  for (auto& [day, type, events] : behaviour.days) {
    day = reader.DayAfter(last_day);
    type = reader.Type();
    events = reader.Count();
    last_day = day;
  }
  if (!reader.at_end()) return Unreadable();
  return behaviour;
}

}  // namespace cible
