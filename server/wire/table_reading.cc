// TableFromProto, declared in contact_wire.h.

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "segmentation/data/storable.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"
#include "server/wire/packed_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

// The first error of each bad row.
using RowErrors = std::map<int, RowError>;

// One column while it is read.
struct Reading {
  const v1::ContactColumn& message;
  const Attribute& attribute;
  std::vector<std::uint8_t> validity;
  RowErrors& errors;

  int row_count() const { return static_cast<int>(validity.size()); }
  std::string what() const { return absl::StrCat("the cells of attribute \"", attribute.id, "\""); }

  void Refuse(int row, absl::string_view expected) const {
    errors.try_emplace(row, RowError{row, attribute.id,
                                     absl::StrCat("attribute \"", attribute.id, "\" is ",
                                                  Name(attribute.type), "; expected ", expected)});
  }

  absl::Status CheckLength(std::size_t cells) const {
    if (cells == validity.size()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute.id, "\" has ", cells,
                                                   " cells; the table has ", row_count(),
                                                   " rows. Send one cell a row"));
  }
};

// Copies one cell a row; those that are known and not sound are refused.
template <typename Data, typename Cells, typename Sound>
absl::StatusOr<ColumnData> ReadCells(const Reading& reading, const Cells& cells, Sound sound,
                                     absl::string_view expected) {
  const absl::Status length = reading.CheckLength(static_cast<std::size_t>(cells.size()));
  if (!length.ok()) return length;
  Data data;
  data.values.assign(cells.data(), cells.data() + cells.size());
  // Without a way out of the loop, so that it runs on many at once.
  std::uint64_t unsound = 0;
  for (const auto& value : data.values) unsound += sound(value) ? 0 : 1;
  if (unsound == 0) return data;
  for (std::size_t row = 0; row < data.values.size(); ++row) {
    if (reading.validity[row] && !sound(data.values[row])) {
      reading.Refuse(static_cast<int>(row), expected);
    }
  }
  return data;
}

absl::StatusOr<ColumnData> ReadNumbers(const Reading& reading) {
  return ReadCells<Numbers>(
      reading, reading.message.numbers().values(), [](double x) { return std::isfinite(x); },
      "a finite number; leave it out when it is not known");
}

absl::StatusOr<ColumnData> ReadDays(const Reading& reading) {
  return ReadCells<Days>(
      reading, reading.message.days().values(),
      [](std::int32_t days) { return IsInCalendar(Date{days}); }, "a day of the years 1 to 9999");
}

absl::StatusOr<ColumnData> ReadMicros(const Reading& reading) {
  return ReadCells<Micros>(
      reading, reading.message.micros().values(),
      [](std::int64_t micros) { return IsInCalendar(Timestamp{micros}); },
      "an instant of the years 1 to 9999");
}

absl::StatusOr<ColumnData> ReadLocations(const Reading& reading) {
  const v1::Locations& message = reading.message.locations();
  if (message.latitudes_size() != message.longitudes_size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(reading.what(), " have ", message.latitudes_size(), " latitudes and ",
                     message.longitudes_size(), " longitudes; send one of each a row"));
  }
  std::vector<LatLng> places;
  places.reserve(reading.validity.size());
  for (int i = 0; i < message.latitudes_size(); ++i) {
    places.push_back({message.latitudes(i), message.longitudes(i)});
  }
  return ReadCells<Locations>(
      reading, places,
      [](LatLng place) {
        return std::abs(place.latitude) <= 90 && std::abs(place.longitude) <= 180;
      },
      "a latitude in [-90, 90] and a longitude in [-180, 180]");
}

absl::StatusOr<ColumnData> ReadBits(const Reading& reading) {
  const std::string& bits = reading.message.bits();
  if (bits.size() == BytesOfBits(reading.row_count())) {
    return Bits{UnpackBits(bits, reading.row_count())};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "attribute \"", reading.attribute.id, "\" has ", bits.size(), " bytes of bits; a table of ",
      reading.row_count(), " rows needs ", BytesOfBits(reading.row_count())));
}

constexpr absl::string_view kPlainText =
    "UTF-8 text of 1 to 65536 bytes without control characters; leave it out when it is not known";
static_assert(kMaxTextBytes == 65'536);

bool IsPlainText(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxTextBytes && IsUtf8(text) &&
         !HasControlCharacters(text);
}

absl::StatusOr<ColumnData> ReadTexts(const Reading& reading) {
  const auto texts = PackedTexts::Read(reading.message.texts(), reading.what());
  if (!texts.ok()) return texts.status();
  const absl::Status length = reading.CheckLength(static_cast<std::size_t>(texts->size()));
  if (!length.ok()) return length;
  Texts data;
  data.values.resize(reading.validity.size());
  for (int row = 0; row < texts->size(); ++row) {
    const auto i = static_cast<std::size_t>(row);
    const absl::string_view text = (*texts)[row];
    if (!reading.validity[i]) continue;
    if (!IsPlainText(text)) {
      reading.Refuse(row, kPlainText);
    } else {
      data.values[i] = std::string(text);
    }
  }
  return data;
}

// A dictionary as sent, made one without repetitions and without entries that
// no cell may hold.
struct Levels {
  std::vector<std::string> dictionary;
  std::vector<int> place;      // Of each entry sent, in `dictionary`; -1: no cell may hold it.
  absl::string_view expected;  // Of a cell that holds one of those.

  // Whether every code stays what it is.
  bool is_as_sent() const { return dictionary.size() == place.size(); }
};

absl::StatusOr<Levels> ReadLevels(const Reading& reading, const v1::Texts& message) {
  const auto texts = PackedTexts::Read(
      message, absl::StrCat("the levels of attribute \"", reading.attribute.id, "\""));
  if (!texts.ok()) return texts.status();
  const bool ordinal = reading.attribute.type == AttributeType::kOrdinal;
  const absl::flat_hash_set<absl::string_view> declared(reading.attribute.levels.begin(),
                                                        reading.attribute.levels.end());
  Levels levels{.expected = ordinal ? "one of its declared levels" : kPlainText};
  absl::flat_hash_map<absl::string_view, int> places;
  for (int i = 0; i < texts->size(); ++i) {
    const absl::string_view text = (*texts)[i];
    const bool sound = ordinal ? declared.contains(text) : IsPlainText(text);
    if (!sound) {
      levels.place.push_back(-1);
      continue;
    }
    const auto [place, is_new] = places.emplace(text, levels.dictionary.size());
    if (is_new) levels.dictionary.emplace_back(text);
    levels.place.push_back(place->second);
  }
  return levels;
}

absl::Status OutsideDictionary(const Reading& reading) {
  return absl::InvalidArgumentError(
      absl::StrCat("attribute \"", reading.attribute.id,
                   "\" has codes outside its dictionary; send the dictionary whole"));
}

absl::StatusOr<ColumnData> ReadCodes(const Reading& reading) {
  absl::StatusOr<std::vector<std::uint32_t>> sent =
      UnpackCodes(reading.message.codes(), reading.what());
  if (!sent.ok()) return sent.status();
  if (absl::Status length = reading.CheckLength(sent->size()); !length.ok()) return length;
  absl::StatusOr<Levels> levels = ReadLevels(reading, reading.message.codes().dictionary());
  if (!levels.ok()) return levels.status();
  std::uint32_t largest = 0;
  for (const std::uint32_t code : *sent) largest = std::max(largest, code);
  if (levels->is_as_sent() && largest < levels->place.size()) {
    return Codes{*std::move(sent), std::move(levels->dictionary)};
  }
  Codes data{std::vector<std::uint32_t>(sent->size()), std::move(levels->dictionary)};
  for (std::size_t row = 0; row < sent->size(); ++row) {
    if (!reading.validity[row]) continue;
    if ((*sent)[row] >= levels->place.size()) return OutsideDictionary(reading);
    const int place = levels->place[(*sent)[row]];
    if (place < 0) {
      reading.Refuse(static_cast<int>(row), levels->expected);
    } else {
      data.codes[row] = static_cast<std::uint32_t>(place);
    }
  }
  return data;
}

// Appends the members [begin, end) as one row, ascending and each once. False
// when one is no tag that a cell may hold, or they are too many.
bool AppendMembers(const std::vector<std::uint32_t>& sent, std::uint32_t begin, std::uint32_t end,
                   const Levels& levels, Sets& data) {
  const auto first = static_cast<std::ptrdiff_t>(data.members.size());
  bool sound = true;
  for (; sound && begin < end; ++begin) {
    const int place = levels.place[sent[begin]];
    sound = place >= 0;
    if (sound) data.members.push_back(static_cast<std::uint32_t>(place));
  }
  const auto row = data.members.begin() + first;
  std::sort(row, data.members.end());
  data.members.erase(std::unique(row, data.members.end()), data.members.end());
  std::size_t bytes = 0;
  for (auto member = row; member != data.members.end(); ++member) {
    bytes += data.dictionary[*member].size();
  }
  return sound && bytes <= kMaxTextBytes &&
         data.members.size() - static_cast<std::size_t>(first) <= kMaxTags;
}

absl::StatusOr<ColumnData> ReadSets(const Reading& reading) {
  const v1::Sets& message = reading.message.sets();
  absl::StatusOr<std::vector<std::uint32_t>> sent = UnpackCodes(message.members(), reading.what());
  if (!sent.ok()) return sent.status();
  if (!AreEnds(message.ends(), sent->size())) {
    return absl::InvalidArgumentError(
        absl::StrCat(reading.what(), " have ends that descend or do not end with the members"));
  }
  const absl::Status length = reading.CheckLength(static_cast<std::size_t>(message.ends_size()));
  if (!length.ok()) return length;
  absl::StatusOr<Levels> levels = ReadLevels(reading, message.members().dictionary());
  if (!levels.ok()) return levels.status();
  for (const std::uint32_t code : *sent) {
    if (code >= levels->place.size()) return OutsideDictionary(reading);
  }
  Sets data{.members = {}, .ends = {}, .dictionary = std::move(levels->dictionary)};
  std::uint32_t begin = 0;
  for (int row = 0; row < message.ends_size(); begin = message.ends(row++)) {
    const bool known = reading.validity[static_cast<std::size_t>(row)];
    if (known && !AppendMembers(*sent, begin, message.ends(row), *levels, data)) {
      reading.Refuse(row,
                     "at most 1000 tags that are UTF-8 text without control characters, not empty, "
                     "and of 65536 bytes together at most");
    }
    data.ends.push_back(static_cast<std::uint32_t>(data.members.size()));
  }
  return data;
}

// What a column of the type is sent as.
struct Form {
  v1::ContactColumn::DataCase data;
  absl::string_view name;
  absl::StatusOr<ColumnData> (*read)(const Reading&);
};

Form FormOf(AttributeType type) {
  switch (type) {
    case AttributeType::kNumeric: return {v1::ContactColumn::kNumbers, "numbers", ReadNumbers};
    case AttributeType::kCategorical:
    case AttributeType::kOrdinal: return {v1::ContactColumn::kCodes, "codes", ReadCodes};
    case AttributeType::kSet: return {v1::ContactColumn::kSets, "sets", ReadSets};
    case AttributeType::kBoolean: return {v1::ContactColumn::kBits, "bits", ReadBits};
    case AttributeType::kDate: return {v1::ContactColumn::kDays, "days", ReadDays};
    case AttributeType::kTimestamp: return {v1::ContactColumn::kMicros, "micros", ReadMicros};
    case AttributeType::kLocation: break;
    case AttributeType::kText: return {v1::ContactColumn::kTexts, "texts", ReadTexts};
  }
  return {v1::ContactColumn::kLocations, "locations", ReadLocations};
}

absl::StatusOr<std::vector<std::uint8_t>> ReadValidity(const v1::ContactColumn& message,
                                                       const Attribute& attribute, int row_count) {
  if (message.validity().empty()) {
    return std::vector<std::uint8_t>(static_cast<std::size_t>(row_count), 1);
  }
  if (message.validity().size() == BytesOfBits(row_count)) {
    return UnpackBits(message.validity(), row_count);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("attribute \"", attribute.id, "\" has ", message.validity().size(),
                   " bytes of validity; a table of ", row_count, " rows needs ",
                   BytesOfBits(row_count), ", or none when all cells are known"));
}

absl::StatusOr<Column> ReadColumn(const v1::ContactColumn& message, const Schema& schema,
                                  int row_count, RowErrors& errors) {
  const Attribute* attribute = schema.Find(message.attribute());
  if (attribute == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("attribute \"", message.attribute(),
                     "\" is not in the schema; use the id or the display name of one that is"));
  }
  const Form form = FormOf(attribute->type);
  if (message.data_case() != form.data) {
    return absl::InvalidArgumentError(
        absl::StrCat("attribute \"", attribute->id, "\" is ", Name(attribute->type),
                     " in the schema; send its column as ", form.name, ", or change the schema"));
  }
  auto validity = ReadValidity(message, *attribute, row_count);
  if (!validity.ok()) return validity.status();
  Reading reading{message, *attribute, *std::move(validity), errors};
  absl::StatusOr<ColumnData> data = form.read(reading);
  if (!data.ok()) return data.status();
  return Column{attribute->id, std::move(reading.validity), *std::move(data)};
}

absl::StatusOr<std::vector<std::string>> ReadIds(const v1::Texts& message, int row_count,
                                                 TableIds wanted, RowErrors& errors) {
  const auto texts = PackedTexts::Read(message, "the ids");
  if (!texts.ok()) return texts.status();
  std::vector<std::string> ids;
  if (texts->size() == 0) return ids;
  if (texts->size() != row_count) {
    return absl::InvalidArgumentError(absl::StrCat("the table has ", texts->size(), " ids and ",
                                                   row_count, " rows; send one a row or none"));
  }
  if (wanted == TableIds::kPassedOver) return ids;
  absl::flat_hash_set<absl::string_view> seen;
  for (int row = 0; row < row_count; ++row) {
    const absl::string_view id = (*texts)[row];
    ids.emplace_back(id);
    if (absl::Status status = CheckContactId(id); !status.ok()) {
      errors.try_emplace(row, RowError{row, "", std::string(status.message())});
    } else if (!seen.insert(id).second) {
      errors.try_emplace(
          row, RowError{row, "", "repeats the id of an earlier row; send each contact once"});
    }
  }
  return ids;
}

absl::Status ReadOrganizations(const v1::Texts& message, int row_count, RowErrors& errors,
                               std::vector<std::string>* organizations) {
  const auto texts = PackedTexts::Read(message, "the organizations");
  if (!texts.ok()) return texts.status();
  if (texts->size() == 0) return absl::OkStatus();
  if (texts->size() != row_count) {
    return absl::InvalidArgumentError(
        absl::StrCat("the table has ", texts->size(), " organizations and ", row_count,
                     " rows; send one a row, empty where none is said, or none at all"));
  }
  for (int row = 0; row < row_count; ++row) {
    const absl::string_view id = (*texts)[row];
    organizations->emplace_back(id);
    const absl::Status sound = id.empty() ? absl::OkStatus() : CheckContactId(id);
    if (sound.ok()) continue;
    errors.try_emplace(row, RowError{row, "", absl::StrCat("the organisation: ", sound.message())});
  }
  return absl::OkStatus();
}

absl::Status ReadBuyingRoles(const std::string& message, int row_count, RowErrors& errors,
                             std::vector<BuyingRole>* buying_roles) {
  if (message.empty()) return absl::OkStatus();
  if (message.size() != static_cast<std::size_t>(row_count)) {
    return absl::InvalidArgumentError(absl::StrCat("the table has ", message.size(),
                                                   " buying_roles and ", row_count,
                                                   " rows; send one byte a row or none"));
  }
  for (int row = 0; row < row_count; ++row) {
    const auto role =
        static_cast<int>(static_cast<std::uint8_t>(message[static_cast<std::size_t>(row)]));
    buying_roles->push_back(BuyingRoleFromProto(static_cast<v1::BuyingRole>(role)));
    if (v1::BuyingRole_IsValid(role)) continue;
    errors.try_emplace(
        row, RowError{row, "",
                      "the buying role is none that this server knows; send 0 for not said, or 1 "
                      "to 3"});
  }
  return absl::OkStatus();
}

template <typename T>
std::vector<T> Pick(const std::vector<T>& values, const std::vector<int>& rows) {
  std::vector<T> picked;
  if (values.empty()) return picked;
  for (const int row : rows) picked.push_back(values[static_cast<std::size_t>(row)]);
  return picked;
}

absl::StatusOr<ContactTable> ReadTable(const v1::ContactTable& message, const Schema& schema,
                                       TableIds ids_wanted, RowErrors& errors) {
  if (message.row_count() > static_cast<std::uint32_t>(kMaxTableRows)) {
    return absl::InvalidArgumentError(absl::StrCat("the table has ", message.row_count(),
                                                   " rows; send at most ", kMaxTableRows,
                                                   " at a time"));
  }
  ContactTable table{.row_count = static_cast<int>(message.row_count())};
  auto ids = ReadIds(message.ids(), table.row_count, ids_wanted, errors);
  if (!ids.ok()) return ids.status();
  table.ids = *std::move(ids);
  absl::flat_hash_set<std::string> seen;
  for (const v1::ContactColumn& column_message : message.columns()) {
    auto column = ReadColumn(column_message, schema, table.row_count, errors);
    if (!column.ok()) return column.status();
    if (!seen.insert(column->attribute).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("attribute \"", column->attribute, "\" is sent twice; send it once"));
    }
    table.columns.push_back(*std::move(column));
  }
  return table;
}

}  // namespace

absl::StatusOr<TableFromWire> TableFromProto(const v1::ContactTable& message, const Schema& schema,
                                             TableIds ids) {
  RowErrors errors;
  absl::StatusOr<ContactTable> table = ReadTable(message, schema, ids, errors);
  if (!table.ok()) return table.status();
  TableFromWire result{.row_count = table->row_count};
  absl::Status status =
      ReadOrganizations(message.organizations(), result.row_count, errors, &result.organizations);
  if (status.ok()) {
    status =
        ReadBuyingRoles(message.buying_roles(), result.row_count, errors, &result.buying_roles);
  }
  if (!status.ok()) return status;
  result.source_rows.resize(static_cast<std::size_t>(table->row_count));
  std::iota(result.source_rows.begin(), result.source_rows.end(), 0);
  if (!errors.empty()) {
    std::erase_if(result.source_rows, [&](int row) { return errors.contains(row); });
  }
  for (auto& [row, error] : errors) result.errors.push_back(std::move(error));
  if (result.errors.empty()) {
    result.table = *std::move(table);
    return result;
  }
  result.table = SelectRows(*table, result.source_rows);
  result.organizations = Pick(result.organizations, result.source_rows);
  result.buying_roles = Pick(result.buying_roles, result.source_rows);
  return result;
}

}  // namespace cible
