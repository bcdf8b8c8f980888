#include "server/storage/row_decoder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/storage/value_entries.h"

namespace cible {
namespace {

bool Holds(Wire wire, AttributeType type) {
  switch (type) {
    case AttributeType::kNumeric: return wire == Wire::kNumber;
    case AttributeType::kCategorical:
    case AttributeType::kOrdinal:
    case AttributeType::kText: return wire == Wire::kText;
    case AttributeType::kSet: return wire == Wire::kSet;
    case AttributeType::kBoolean: return wire == Wire::kFalse || wire == Wire::kTrue;
    case AttributeType::kDate: return wire == Wire::kDate;
    case AttributeType::kTimestamp: return wire == Wire::kInstant;
    case AttributeType::kLocation: return wire == Wire::kPlace;
  }
  return false;
}

template <typename Data>
auto& ValuesOf(Column& column) {
  return std::get<Data>(column.data).values;
}

}  // namespace

RowDecoder::RowDecoder(absl::Span<const Attribute* const> attributes, std::optional<AsOf> as_of)
    : as_of_(as_of) {
  for (const Attribute* attribute : attributes) {
    slots_.push_back({.attribute = attribute,
                      .position = slots_.size(),
                      .column = MakeColumn(attribute->id, attribute->type),
                      .measure = BehaviourMeasure::Of(*attribute),
                      .codes = {}});
    reads_behaviour_ = reads_behaviour_ || (as_of_.has_value() && slots_.back().measure);
  }
  std::sort(slots_.begin(), slots_.end(),
            [](const Slot& a, const Slot& b) { return a.attribute->number < b.attribute->number; });
}

absl::Status RowDecoder::Append(absl::string_view blob, absl::string_view behaviour) {
  EntryReader reader(blob);
  bool has_entry = reader.Next();
  absl::StatusOr<Behaviour> derived_from = Behaviour();
  if (reads_behaviour_) derived_from = DecodeBehaviour(behaviour);
  if (!derived_from.ok()) return derived_from.status();
  for (Slot& slot : slots_) {
    if (IsDerived(*slot.attribute)) {
      std::optional<Value> value;
      if (as_of_.has_value() && slot.measure) value = slot.measure->ValueOf(*derived_from, *as_of_);
      cible::Append(slot.column, value);
      continue;
    }
    while (has_entry && reader.entry().number < slot.attribute->number) has_entry = reader.Next();
    if (has_entry && reader.entry().number == slot.attribute->number &&
        Holds(reader.entry().wire, slot.attribute->type)) {
      AppendKnown(reader.entry(), slot);
    } else {
      cible::Append(slot.column, std::nullopt);
    }
  }
  return reader.status();
}

std::vector<Column> RowDecoder::TakeColumns() {
  std::vector<Column> columns(slots_.size());
  for (Slot& slot : slots_) {
    columns[slot.position] =
        std::exchange(slot.column, MakeColumn(slot.attribute->id, slot.attribute->type));
    slot.codes.clear();
  }
  return columns;
}

void RowDecoder::AppendKnown(const ValueEntry& entry, Slot& slot) {
  Column& column = slot.column;
  column.validity.push_back(1);
  switch (slot.attribute->type) {
    case AttributeType::kNumeric: ValuesOf<Numbers>(column).push_back(entry.first); break;
    case AttributeType::kCategorical:
    case AttributeType::kOrdinal: {
      auto& [codes, dictionary] = std::get<Codes>(column.data);
      codes.push_back(CodeOf(entry.text, dictionary, slot));
      break;
    }
    case AttributeType::kSet: AppendMembers(entry, slot); break;
    case AttributeType::kBoolean:
      ValuesOf<Bits>(column).push_back(entry.wire == Wire::kTrue ? 1 : 0);
      break;
    case AttributeType::kDate:
      ValuesOf<Days>(column).push_back(static_cast<std::int32_t>(entry.integer));
      break;
    case AttributeType::kTimestamp: ValuesOf<Micros>(column).push_back(entry.integer); break;
    case AttributeType::kLocation:
      ValuesOf<Locations>(column).push_back({entry.first, entry.second});
      break;
    case AttributeType::kText: ValuesOf<Texts>(column).push_back(ToText(entry.text)); break;
  }
}

std::uint32_t RowDecoder::CodeOf(absl::string_view level, std::vector<std::string>& dictionary,
                                 Slot& slot) {
  const auto known = slot.codes.find(level);
  if (known != slot.codes.end()) return known->second;
  const auto code = static_cast<std::uint32_t>(dictionary.size());
  dictionary.push_back(ToText(level));
  slot.codes.emplace(dictionary.back(), code);
  return code;
}

void RowDecoder::AppendMembers(const ValueEntry& entry, Slot& slot) {
  auto& [members, ends, dictionary] = std::get<Sets>(slot.column.data);
  const auto begin = static_cast<std::ptrdiff_t>(members.size());
  absl::string_view rest = entry.text;
  for (std::uint64_t i = 0; i < entry.members; ++i) {
    members.push_back(CodeOf(TakeMember(rest), dictionary, slot));
  }
  std::sort(members.begin() + begin, members.end());
  ends.push_back(static_cast<std::uint32_t>(members.size()));
}

}  // namespace cible
