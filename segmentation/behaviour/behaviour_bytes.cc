// Behaviours and orders as bytes; declared in behaviour.h.

#include <limits>

#include "segmentation/behaviour/behaviour.h"

namespace cible {
namespace {

constexpr unsigned char kVersion = 1;

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

}  // namespace

std::string EncodeOrder(const OrderTotals& order) {
  std::string bytes(1, static_cast<char>(kVersion));
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
  std::string bytes(1, static_cast<char>(kVersion));
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
