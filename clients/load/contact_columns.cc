#include "clients/load/contact_columns.h"

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/civil_time.h"

namespace cible::load {
namespace {

using Cell = const v1::AttributeValue*;  // nullptr: not known.

constexpr absl::CivilDay kEpoch(1970, 1, 1);
constexpr std::int64_t kMicrosPerSecond = 1'000'000;

void AddText(const std::string& text, v1::Texts& texts) {
  texts.mutable_data()->append(text);
  texts.add_ends(static_cast<std::uint32_t>(texts.data().size()));
}

void SetBit(std::size_t row, std::string& bits) {
  bits[row / 8] = static_cast<char>(bits[row / 8] | (1 << (row % 8)));
}

std::string NoBits(std::size_t rows) { return std::string((rows + 7) / 8, '\0'); }

// Codes in the making: the width is known only when the dictionary is.
class CodeWriter {
 public:
  void Add(const std::string& text) {
    const auto [place, is_new] =
        places_.try_emplace(text, static_cast<std::uint32_t>(places_.size()));
    if (is_new) AddText(text, dictionary_);
    codes_.push_back(place->second);
  }
  void AddNothing() { codes_.push_back(0); }
  std::size_t size() const { return codes_.size(); }

  void WriteTo(v1::Codes& codes) {
    // A code under a cleared validity bit still needs an entry to point at.
    if (places_.empty() && !codes_.empty()) AddText("", dictionary_);
    const std::uint32_t width = places_.size() <= 0x100 ? 1 : places_.size() <= 0x10000 ? 2 : 4;
    for (const std::uint32_t code : codes_) {
      for (std::uint32_t byte = 0; byte < width; ++byte) {
        codes.mutable_codes()->push_back(static_cast<char>(code >> (8 * byte)));
      }
    }
    codes.set_width(width);
    *codes.mutable_dictionary() = dictionary_;
  }

 private:
  absl::flat_hash_map<std::string, std::uint32_t> places_;
  std::vector<std::uint32_t> codes_;
  v1::Texts dictionary_;
};

void WriteLevels(const std::vector<Cell>& cells, v1::Codes& codes) {
  CodeWriter writer;
  for (const Cell cell : cells) cell == nullptr ? writer.AddNothing() : writer.Add(cell->text());
  writer.WriteTo(codes);
}

void WriteSets(const std::vector<Cell>& cells, v1::Sets& sets) {
  CodeWriter writer;
  for (const Cell cell : cells) {
    if (cell != nullptr) {
      for (const std::string& member : cell->set().members()) writer.Add(member);
    }
    sets.add_ends(static_cast<std::uint32_t>(writer.size()));
  }
  writer.WriteTo(*sets.mutable_members());
}

void WriteBits(const std::vector<Cell>& cells, std::string& bits) {
  bits = NoBits(cells.size());
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (cells[row] != nullptr && cells[row]->flag()) SetBit(row, bits);
  }
}

std::int32_t DayNumber(const v1::Date& date) {
  return static_cast<std::int32_t>(absl::CivilDay(date.year(), date.month(), date.day()) - kEpoch);
}

std::int64_t MicrosOf(const google::protobuf::Timestamp& instant) {
  return instant.seconds() * kMicrosPerSecond + instant.nanos() / 1000;
}

void WriteCells(v1::AttributeType type, const std::vector<Cell>& cells, v1::ContactColumn& column) {
  const v1::AttributeValue unknown;
  const auto each = [&](const auto& add) {
    for (const Cell cell : cells) add(cell == nullptr ? unknown : *cell);
  };
  switch (type) {
    case v1::ATTRIBUTE_TYPE_CATEGORICAL:
    case v1::ATTRIBUTE_TYPE_ORDINAL: return WriteLevels(cells, *column.mutable_codes());
    case v1::ATTRIBUTE_TYPE_SET: return WriteSets(cells, *column.mutable_sets());
    case v1::ATTRIBUTE_TYPE_BOOLEAN: return WriteBits(cells, *column.mutable_bits());
    case v1::ATTRIBUTE_TYPE_DATE:
      return each([&days = *column.mutable_days()](const v1::AttributeValue& value) {
        days.add_values(value.has_date() ? DayNumber(value.date()) : 0);
      });
    case v1::ATTRIBUTE_TYPE_TIMESTAMP:
      return each([&micros = *column.mutable_micros()](const v1::AttributeValue& value) {
        micros.add_values(MicrosOf(value.instant()));
      });
    case v1::ATTRIBUTE_TYPE_LOCATION:
      return each([&places = *column.mutable_locations()](const v1::AttributeValue& value) {
        places.add_latitudes(value.location().latitude());
        places.add_longitudes(value.location().longitude());
      });
    case v1::ATTRIBUTE_TYPE_TEXT:
      return each([&texts = *column.mutable_texts()](const v1::AttributeValue& value) {
        AddText(value.text(), texts);
      });
    default:
      return each([&numbers = *column.mutable_numbers()](const v1::AttributeValue& value) {
        numbers.add_values(value.number());
      });
  }
}

std::string ValidityOf(const std::vector<Cell>& cells) {
  std::string bits = NoBits(cells.size());
  bool all_known = true;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (cells[row] == nullptr) {
      all_known = false;
    } else {
      SetBit(row, bits);
    }
  }
  return all_known ? "" : bits;
}

// What each row knows of each attribute, by attribute id; attributes of which no
// row knows anything are not there.
using CellsByAttribute = absl::flat_hash_map<std::string, std::vector<Cell>>;

CellsByAttribute CollectCells(const ContactSet& set, const std::vector<std::size_t>& indexes) {
  CellsByAttribute cells;
  for (std::size_t row = 0; row < indexes.size(); ++row) {
    for (const v1::AttributeValue& value : set.contacts[indexes[row]].attributes()) {
      std::vector<Cell>& column = cells[value.attribute()];
      column.resize(indexes.size(), nullptr);
      column[row] = &value;
    }
  }
  return cells;
}

}  // namespace

v1::ContactTable ToColumns(const ContactSet& set, const std::vector<std::size_t>& indexes,
                           bool with_ids) {
  v1::ContactTable table;
  table.set_row_count(static_cast<std::uint32_t>(indexes.size()));
  if (with_ids && !set.ids.empty()) {
    for (const std::size_t index : indexes) AddText(set.ids[index], *table.mutable_ids());
  }
  const CellsByAttribute cells = CollectCells(set, indexes);
  for (const v1::Attribute& attribute : set.schema.attributes()) {
    const auto found = cells.find(attribute.id());
    if (found == cells.end()) continue;
    v1::ContactColumn& column = *table.add_columns();
    column.set_attribute(attribute.id());
    column.set_validity(ValidityOf(found->second));
    WriteCells(attribute.type(), found->second, column);
  }
  return table;
}

}  // namespace cible::load
