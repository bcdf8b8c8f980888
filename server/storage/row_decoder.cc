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

RowDecoder::RowDecoder(absl::Span<const Attribute* const> attributes, std::optional<AsOf> as_of,
                       const Schema* schema)
    : as_of_(as_of) {
  if (as_of_.has_value() && schema != nullptr) Borrow(attributes, *schema);
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const bool is_borrowed = std::any_of(borrowed_.begin(), borrowed_.end(),
                                         [&](const Borrowed& each) { return each.position == i; });
    if (!is_borrowed) AddSlot(*attributes[i], i);
  }
  std::sort(slots_.begin(), slots_.end(),
            [](const Slot& a, const Slot& b) { return a.attribute->number < b.attribute->number; });
}

void RowDecoder::AddSlot(const Attribute& attribute, std::size_t position) {
  slots_.push_back({.attribute = &attribute,
                    .position = position,
                    .column = MakeColumn(attribute.id, attribute.type),
                    .measure = BehaviourMeasure::Of(attribute),
                    .people_measure = PeopleMeasure::Of(attribute),
                    .codes = {}});
  if (!as_of_.has_value()) return;
  const bool reads_people = slots_.back().people_measure.has_value();
  reads_people_ = reads_people_ || reads_people;
  // What an organisation's people paid is added to its own.
  reads_behaviour_ = reads_behaviour_ || reads_people || slots_.back().measure.has_value();
}

void RowDecoder::Borrow(absl::Span<const Attribute* const> attributes, const Schema& schema) {
  std::vector<const Attribute*> sources;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const absl::string_view id = OrganizationSource(*attributes[i]);
    const Attribute* source = id.empty() ? nullptr : schema.Find(id);
    const bool fits = source != nullptr && source->id == id &&
                      source->type == attributes[i]->type && OrganizationSource(*source).empty();
    if (!fits) continue;
    sources.push_back(source);
    borrowed_.push_back({attributes[i], i});
  }
  // Of several that are derived from one the decoder makes a column each.
  if (!sources.empty()) organization_ = std::make_unique<RowDecoder>(sources, as_of_);
}

absl::Status RowDecoder::Append(const KeptContact& contact) {
  EntryReader reader(contact.values);
  bool has_entry = reader.Next();
  absl::StatusOr<Behaviour> behaviour = Behaviour();
  if (reads_behaviour_) behaviour = DecodeBehaviour(contact.behaviour);
  if (!behaviour.ok()) return behaviour.status();
  for (Slot& slot : slots_) {
    if (IsDerived(*slot.attribute)) {
      cible::Append(slot.column, DerivedValue(slot, contact, *behaviour));
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
  if (!reader.status().ok()) return reader.status();
  return AppendOfOrganization(contact.organization);
}

absl::Status RowDecoder::AppendOfOrganization(const KeptContact* organization) {
  if (organization_ == nullptr) return absl::OkStatus();
  if (organization != nullptr) return organization_->Append(*organization);
  for (Slot& slot : organization_->slots_) cible::Append(slot.column, std::nullopt);
  return absl::OkStatus();
}

std::optional<Value> RowDecoder::DerivedValue(const Slot& slot, const KeptContact& contact,
                                              const Behaviour& behaviour) const {
  if (!as_of_.has_value()) return std::nullopt;
  if (slot.measure.has_value()) return slot.measure->ValueOf(behaviour, *as_of_);
  if (!slot.people_measure.has_value() || contact.people == nullptr) return std::nullopt;
  return slot.people_measure->ValueOf(*contact.people, behaviour, *as_of_);
}

std::vector<Column> RowDecoder::TakeColumns() {
  std::vector<Column> columns(slots_.size() + borrowed_.size());
  for (Slot& slot : slots_) {
    columns[slot.position] =
        std::exchange(slot.column, MakeColumn(slot.attribute->id, slot.attribute->type));
    slot.codes.clear();
  }
  if (organization_ == nullptr) return columns;
  std::vector<Column> of_organizations = organization_->TakeColumns();
  for (std::size_t i = 0; i < borrowed_.size(); ++i) {
    Column& column = columns[borrowed_[i].position] = std::move(of_organizations[i]);
    column.attribute = borrowed_[i].attribute->id;
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
