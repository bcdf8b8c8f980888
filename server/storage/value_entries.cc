#include "server/storage/value_entries.h"

#include <bit>
#include <cstring>
#include <limits>

namespace cible {
namespace {

static_assert(std::endian::native == std::endian::little,
              "blobs are little-endian; on this machine numbers need their bytes reversed");

constexpr char kVersion = 1;
constexpr std::size_t kNumberBytes = sizeof(double);
constexpr int kWireBits = 3;

void PutVarint(std::uint64_t value, std::string& blob) {
  while (value >= 0x80) {
    blob.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  blob.push_back(static_cast<char>(value));
}

bool TakeVarint(absl::string_view& rest, std::uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// Small magnitudes of either sign become small numbers.
std::uint64_t ZigZag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

bool TakeZigZag(absl::string_view& rest, std::int64_t& value) {
  std::uint64_t folded = 0;
  if (!TakeVarint(rest, folded)) return false;
  value = static_cast<std::int64_t>(folded >> 1) ^ -static_cast<std::int64_t>(folded & 1);
  return true;
}

bool TakeDouble(absl::string_view& rest, double& value) {
  if (rest.size() < kNumberBytes) return false;
  std::memcpy(&value, rest.data(), kNumberBytes);
  rest.remove_prefix(kNumberBytes);
  return true;
}

bool TakeText(absl::string_view& rest, absl::string_view& text) {
  std::uint64_t length = 0;
  if (!TakeVarint(rest, length) || length > rest.size()) return false;
  text = rest.substr(0, length);
  rest.remove_prefix(length);
  return true;
}

void PutHead(int number, Wire wire, std::string& blob) {
  PutVarint(static_cast<std::uint64_t>(number) << kWireBits | static_cast<std::uint64_t>(wire),
            blob);
}

void PutDouble(double value, std::string& blob) {
  char bytes[kNumberBytes];
  std::memcpy(bytes, &value, kNumberBytes);
  blob.append(bytes, kNumberBytes);
}

void PutText(absl::string_view text, std::string& blob) {
  PutVarint(text.size(), blob);
  blob.append(text.data(), text.size());
}

bool FitsInt32(std::int64_t value) {
  return value >= std::numeric_limits<std::int32_t>::min() &&
         value <= std::numeric_limits<std::int32_t>::max();
}

}  // namespace

EntryReader::EntryReader(absl::string_view blob) : rest_(blob) {
  if (blob.empty()) return;
  sound_ = blob.front() == kVersion;
  rest_.remove_prefix(1);
}

bool EntryReader::Next() {
  if (!sound_ || rest_.empty()) return false;
  const absl::string_view whole = rest_;
  const int previous = entry_.number;
  std::uint64_t head = 0;
  sound_ = TakeVarint(rest_, head);
  const std::uint64_t number = head >> kWireBits;
  sound_ = sound_ && number > static_cast<std::uint64_t>(previous) &&
           number <= static_cast<std::uint64_t>(std::numeric_limits<int>::max());
  if (!sound_) return false;
  entry_ = ValueEntry{.number = static_cast<int>(number), .wire = static_cast<Wire>(head & 7)};
  sound_ = ReadPayload();
  entry_.as_bytes = whole.substr(0, whole.size() - rest_.size());
  return sound_;
}

bool EntryReader::ReadPayload() {
  switch (entry_.wire) {
    case Wire::kNumber: return TakeDouble(rest_, entry_.first);
    case Wire::kText: return TakeText(rest_, entry_.text);
    case Wire::kSet: return ReadSet();
    case Wire::kFalse:
    case Wire::kTrue: return true;
    case Wire::kDate: return TakeZigZag(rest_, entry_.integer) && FitsInt32(entry_.integer);
    case Wire::kInstant: return TakeZigZag(rest_, entry_.integer);
    case Wire::kPlace: return TakeDouble(rest_, entry_.first) && TakeDouble(rest_, entry_.second);
  }
  return false;
}

bool EntryReader::ReadSet() {
  // Every member takes a byte at least, so that a wild count ends here.
  if (!TakeVarint(rest_, entry_.members) || entry_.members > rest_.size()) return false;
  const absl::string_view members = rest_;
  absl::string_view member;
  for (std::uint64_t i = 0; i < entry_.members; ++i) {
    if (!TakeText(rest_, member)) return false;
  }
  entry_.text = members.substr(0, members.size() - rest_.size());
  return true;
}

absl::Status EntryReader::status() const {
  if (sound_) return absl::OkStatus();
  return absl::DataLossError(
      "the stored values of a contact cannot be read; restore the store from a backup");
}

absl::string_view TakeMember(absl::string_view& text) {
  absl::string_view member;
  TakeText(text, member);
  return member;
}

std::string ToText(absl::string_view text) { return std::string(text.data(), text.size()); }

StringSet ToSet(const ValueEntry& entry) {
  StringSet set;
  absl::string_view rest = entry.text;
  for (std::uint64_t i = 0; i < entry.members; ++i) set.members.push_back(ToText(TakeMember(rest)));
  return set;
}

std::string EmptyBlob() { return std::string(1, kVersion); }

void AppendNumber(int number, double value, std::string& blob) {
  PutHead(number, Wire::kNumber, blob);
  PutDouble(value, blob);
}

void AppendText(int number, absl::string_view text, std::string& blob) {
  PutHead(number, Wire::kText, blob);
  PutText(text, blob);
}

void AppendSet(int number, absl::Span<const absl::string_view> members, std::string& blob) {
  PutHead(number, Wire::kSet, blob);
  PutVarint(members.size(), blob);
  for (const absl::string_view member : members) PutText(member, blob);
}

void AppendBool(int number, bool value, std::string& blob) {
  PutHead(number, value ? Wire::kTrue : Wire::kFalse, blob);
}

void AppendDate(int number, Date date, std::string& blob) {
  PutHead(number, Wire::kDate, blob);
  PutVarint(ZigZag(date.days), blob);
}

void AppendInstant(int number, Timestamp instant, std::string& blob) {
  PutHead(number, Wire::kInstant, blob);
  PutVarint(ZigZag(instant.micros), blob);
}

void AppendPlace(int number, LatLng place, std::string& blob) {
  PutHead(number, Wire::kPlace, blob);
  PutDouble(place.latitude, blob);
  PutDouble(place.longitude, blob);
}

}  // namespace cible
