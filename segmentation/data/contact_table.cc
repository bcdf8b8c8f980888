#include "segmentation/data/contact_table.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace cible {
namespace {

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::uint32_t CodeOf(absl::string_view level, std::vector<std::string>& dictionary) {
  const auto code = std::find(dictionary.begin(), dictionary.end(), level) - dictionary.begin();
  if (code == std::ssize(dictionary)) dictionary.emplace_back(level);
  return static_cast<std::uint32_t>(code);
}

// One unknown cell.
void AppendUnknown(Column& column) {
  column.validity.push_back(0);
  std::visit(Overloaded{[](Codes& c) { c.codes.push_back(0); },
                        [](Sets& s) { s.ends.push_back(s.ends.empty() ? 0 : s.ends.back()); },
                        [](auto& d) { d.values.emplace_back(); }},
             column.data);
}

void AppendKnown(Column& column, const Value& value) {
  column.validity.push_back(1);
  std::visit(Overloaded{[&](Numbers& d) { d.values.push_back(std::get<double>(value)); },
                        [&](Codes& d) {
                          d.codes.push_back(CodeOf(std::get<std::string>(value), d.dictionary));
                        },
                        [&](Sets& d) {
                          const auto begin = static_cast<std::ptrdiff_t>(d.members.size());
                          for (const std::string& member : std::get<StringSet>(value).members) {
                            d.members.push_back(CodeOf(member, d.dictionary));
                          }
                          std::sort(d.members.begin() + begin, d.members.end());
                          d.ends.push_back(static_cast<std::uint32_t>(d.members.size()));
                        },
                        [&](Bits& d) { d.values.push_back(std::get<bool>(value) ? 1 : 0); },
                        [&](Days& d) { d.values.push_back(std::get<Date>(value).days); },
                        [&](Micros& d) { d.values.push_back(std::get<Timestamp>(value).micros); },
                        [&](Locations& d) { d.values.push_back(std::get<LatLng>(value)); },
                        [&](Texts& d) { d.values.push_back(std::get<std::string>(value)); }},
             column.data);
}

// Maps codes of `from` to codes of `into`, adding what is new.
std::vector<std::uint32_t> MergeDictionaries(const std::vector<std::string>& from,
                                             std::vector<std::string>& into) {
  std::unordered_map<std::string, std::uint32_t> index;
  for (const std::string& level : into) index.emplace(level, index.size());
  std::vector<std::uint32_t> mapping;
  mapping.reserve(from.size());
  for (const std::string& level : from) {
    const auto [place, is_new] = index.emplace(level, index.size());
    if (is_new) into.push_back(level);
    mapping.push_back(place->second);
  }
  return mapping;
}

void AppendData(Codes& head, const Codes& tail) {
  const std::vector<std::uint32_t> mapping = MergeDictionaries(tail.dictionary, head.dictionary);
  // An unknown cell may hold a code outside an empty dictionary.
  for (const std::uint32_t code : tail.codes) {
    head.codes.push_back(code < mapping.size() ? mapping[code] : 0);
  }
}

void AppendData(Sets& head, const Sets& tail) {
  const std::vector<std::uint32_t> mapping = MergeDictionaries(tail.dictionary, head.dictionary);
  std::uint32_t begin = 0;
  for (const std::uint32_t end : tail.ends) {
    const auto first = static_cast<std::ptrdiff_t>(head.members.size());
    for (; begin < end; ++begin) head.members.push_back(mapping[tail.members[begin]]);
    std::sort(head.members.begin() + first, head.members.end());
    head.ends.push_back(static_cast<std::uint32_t>(head.members.size()));
  }
}

template <typename Data>
void AppendData(Data& head, const Data& tail) {
  head.values.insert(head.values.end(), tail.values.begin(), tail.values.end());
}

void AppendColumn(Column& head, const Column& tail) {
  head.validity.insert(head.validity.end(), tail.validity.begin(), tail.validity.end());
  std::visit(
      [&](auto& data) { AppendData(data, std::get<std::decay_t<decltype(data)>>(tail.data)); },
      head.data);
}

template <typename T>
std::vector<T> Pick(const std::vector<T>& values, const std::vector<int>& rows) {
  std::vector<T> picked;
  picked.reserve(rows.size());
  for (const int row : rows) picked.push_back(values[static_cast<std::size_t>(row)]);
  return picked;
}

Sets PickSets(const Sets& sets, const std::vector<int>& rows) {
  Sets picked{.members = {}, .ends = {}, .dictionary = sets.dictionary};
  for (const int row : rows) {
    const std::uint32_t begin = row == 0 ? 0 : sets.ends[static_cast<std::size_t>(row) - 1];
    const std::uint32_t end = sets.ends[static_cast<std::size_t>(row)];
    picked.members.insert(picked.members.end(), sets.members.begin() + begin,
                          sets.members.begin() + end);
    picked.ends.push_back(static_cast<std::uint32_t>(picked.members.size()));
  }
  return picked;
}

bool HoldsType(const Value& value, AttributeType type) {
  switch (type) {
    case AttributeType::kNumeric: return std::holds_alternative<double>(value);
    case AttributeType::kCategorical:
    case AttributeType::kOrdinal:
    case AttributeType::kText: return std::holds_alternative<std::string>(value);
    case AttributeType::kSet: return std::holds_alternative<StringSet>(value);
    case AttributeType::kBoolean: return std::holds_alternative<bool>(value);
    case AttributeType::kDate: return std::holds_alternative<Date>(value);
    case AttributeType::kTimestamp: return std::holds_alternative<Timestamp>(value);
    case AttributeType::kLocation: return std::holds_alternative<LatLng>(value);
  }
  return false;
}

absl::string_view Expected(AttributeType type) {
  switch (type) {
    case AttributeType::kNumeric: return "a number";
    case AttributeType::kCategorical:
    case AttributeType::kText: return "text";
    case AttributeType::kOrdinal: return "one of its levels, as text";
    case AttributeType::kSet: return "a set of tags";
    case AttributeType::kBoolean: return "true or false";
    case AttributeType::kDate: return "a date";
    case AttributeType::kTimestamp: return "an instant";
    case AttributeType::kLocation: return "a latitude and a longitude";
  }
  return "";
}

absl::Status Impossible(const Attribute& attribute, absl::string_view expected) {
  return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute.id, "\" is ",
                                                 Name(attribute.type), "; expected ", expected));
}

bool IsPlace(LatLng place) {
  return std::abs(place.latitude) <= 90 && std::abs(place.longitude) <= 180;
}

bool IsLevel(const std::string& level, const Attribute& attribute) {
  return std::find(attribute.levels.begin(), attribute.levels.end(), level) !=
         attribute.levels.end();
}

std::size_t Length(const ColumnData& data) {
  return std::visit(Overloaded{[](const Codes& d) { return d.codes.size(); },
                               [](const Sets& d) { return d.ends.size(); },
                               [](const auto& d) { return d.values.size(); }},
                    data);
}

bool MembersAreSound(const Sets& sets) {
  std::uint32_t previous = 0;
  for (const std::uint32_t end : sets.ends) {
    if (end < previous || end > sets.members.size()) return false;
    previous = end;
  }
  return std::all_of(sets.members.begin(), sets.members.end(),
                     [&](std::uint32_t code) { return code < sets.dictionary.size(); });
}

bool CodesAreSound(const Codes& codes, const std::vector<std::uint8_t>& validity) {
  for (std::size_t row = 0; row < codes.codes.size(); ++row) {
    if (validity[row] && codes.codes[row] >= codes.dictionary.size()) return false;
  }
  return true;
}

// Lengths and codes, without which no cell can be read.
absl::Status CheckShape(const Column& column, int row_count) {
  const auto rows = static_cast<std::size_t>(row_count);
  if (column.validity.size() != rows || Length(column.data) != rows) {
    return absl::InvalidArgumentError(absl::StrCat("column \"", column.attribute, "\" has ",
                                                   Length(column.data), " cells; the table has ",
                                                   row_count, " rows"));
  }
  const auto* codes = std::get_if<Codes>(&column.data);
  const auto* sets = std::get_if<Sets>(&column.data);
  if ((codes && !CodesAreSound(*codes, column.validity)) || (sets && !MembersAreSound(*sets))) {
    return absl::InvalidArgumentError(
        absl::StrCat("column \"", column.attribute,
                     "\" has codes outside its dictionary; send the dictionary whole"));
  }
  return absl::OkStatus();
}

// Columns whose every cell is possible by its type alone are not looked at.
bool NeedsCellChecks(const Attribute& attribute) {
  return attribute.type == AttributeType::kNumeric || attribute.type == AttributeType::kOrdinal ||
         attribute.type == AttributeType::kLocation;
}

absl::Status CheckIds(const ContactTable& table, std::vector<RowError>* bad_rows) {
  if (table.ids.empty()) return absl::OkStatus();
  if (table.ids.size() != static_cast<std::size_t>(table.row_count)) {
    return absl::InvalidArgumentError(absl::StrCat("the table has ", table.ids.size(), " ids and ",
                                                   table.row_count,
                                                   " rows; send one a row or none"));
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (int row = 0; row < table.row_count; ++row) {
    if (!seen.insert(table.ids[static_cast<std::size_t>(row)]).second) {
      bad_rows->push_back({row, "", "repeats the id of an earlier row; send each contact once"});
    }
  }
  return absl::OkStatus();
}

}  // namespace

const Column* ContactTable::Find(absl::string_view attribute) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& c) { return c.attribute == attribute; });
  return found == columns.end() ? nullptr : &*found;
}

Column MakeColumn(absl::string_view attribute, AttributeType type) {
  Column column{.attribute = std::string(attribute), .validity = {}, .data = {}};
  switch (type) {
    case AttributeType::kNumeric: column.data = Numbers{}; break;
    case AttributeType::kCategorical:
    case AttributeType::kOrdinal: column.data = Codes{}; break;
    case AttributeType::kSet: column.data = Sets{}; break;
    case AttributeType::kBoolean: column.data = Bits{}; break;
    case AttributeType::kDate: column.data = Days{}; break;
    case AttributeType::kTimestamp: column.data = Micros{}; break;
    case AttributeType::kLocation: column.data = Locations{}; break;
    case AttributeType::kText: column.data = Texts{}; break;
  }
  return column;
}

void Append(Column& column, const std::optional<Value>& value) {
  if (value.has_value()) {
    AppendKnown(column, *value);
  } else {
    AppendUnknown(column);
  }
}

std::optional<Value> Get(const Column& column, int row) {
  const auto i = static_cast<std::size_t>(row);
  if (!column.validity[i]) return std::nullopt;
  return std::visit(Overloaded{[&](const Codes& d) { return Value(d.dictionary[d.codes[i]]); },
                               [&](const Sets& d) {
                                 StringSet set;
                                 for (std::uint32_t m = i == 0 ? 0 : d.ends[i - 1]; m < d.ends[i];
                                      ++m) {
                                   set.members.push_back(d.dictionary[d.members[m]]);
                                 }
                                 std::sort(set.members.begin(), set.members.end());
                                 return Value(std::move(set));
                               },
                               [&](const Bits& d) { return Value(d.values[i] != 0); },
                               [&](const Days& d) { return Value(Date{d.values[i]}); },
                               [&](const Micros& d) { return Value(Timestamp{d.values[i]}); },
                               [&](const auto& d) { return Value(d.values[i]); }},
                    column.data);
}

void AppendRows(ContactTable& head, const ContactTable& tail) {
  if (head.row_count == 0 && head.columns.empty()) {
    head = tail;
    return;
  }
  for (Column& column : head.columns) {
    if (const Column* more = tail.Find(column.attribute)) {
      AppendColumn(column, *more);
    } else {
      for (int row = 0; row < tail.row_count; ++row) AppendUnknown(column);
    }
  }
  for (const Column& column : tail.columns) {
    if (head.Find(column.attribute) != nullptr) continue;
    Column added{.attribute = column.attribute, .validity = {}, .data = {}};
    std::visit([&](const auto& data) { added.data = std::decay_t<decltype(data)>{}; }, column.data);
    for (int row = 0; row < head.row_count; ++row) AppendUnknown(added);
    AppendColumn(added, column);
    head.columns.push_back(std::move(added));
  }
  head.ids.insert(head.ids.end(), tail.ids.begin(), tail.ids.end());
  head.row_count += tail.row_count;
}

void ReserveRows(ContactTable& table, std::size_t row_count) {
  for (Column& column : table.columns) {
    column.validity.reserve(row_count);
    std::visit(Overloaded{[&](Codes& d) { d.codes.reserve(row_count); },
                          [&](Sets& d) { d.ends.reserve(row_count); },
                          [&](auto& d) { d.values.reserve(row_count); }},
               column.data);
  }
}

ContactTable SelectRows(const ContactTable& table, const std::vector<int>& rows) {
  ContactTable selected;
  selected.row_count = static_cast<int>(rows.size());
  if (!table.ids.empty()) selected.ids = Pick(table.ids, rows);
  for (const Column& column : table.columns) {
    Column picked{
        .attribute = column.attribute, .validity = Pick(column.validity, rows), .data = {}};
    std::visit(
        Overloaded{[&](const Codes& d) {
                     picked.data = Codes{Pick(d.codes, rows), d.dictionary};
                   },
                   [&](const Sets& d) { picked.data = PickSets(d, rows); },
                   [&]<typename Data>(const Data& d) { picked.data = Data{Pick(d.values, rows)}; }},
        column.data);
    selected.columns.push_back(std::move(picked));
  }
  return selected;
}

absl::StatusOr<ContactTable> TableFromValues(const std::vector<NamedValue>& values,
                                             const Schema& schema) {
  ContactTable table;
  table.row_count = 1;
  for (const NamedValue& named : values) {
    const Attribute* attribute = schema.Find(named.attribute);
    if (attribute == nullptr) return NotInSchema(named.attribute);
    if (table.Find(attribute->id) != nullptr) return GivenTwice(*attribute);
    if (absl::Status status = CheckValue(named.value, *attribute); !status.ok()) return status;
    Column column = MakeColumn(attribute->id, attribute->type);
    Append(column, named.value);
    table.columns.push_back(std::move(column));
  }
  return table;
}

absl::Status NotInSchema(absl::string_view attribute) {
  return absl::InvalidArgumentError(
      absl::StrCat("attribute \"", attribute,
                   "\" is not in the schema; use the id or the display name of one that is"));
}

absl::Status GivenTwice(const Attribute& attribute) {
  return absl::InvalidArgumentError(
      absl::StrCat("attribute \"", attribute.id, "\" is given twice; give it once"));
}

absl::Status CheckValue(const Value& value, const Attribute& attribute) {
  if (!HoldsType(value, attribute.type)) return Impossible(attribute, Expected(attribute.type));
  if (const auto* number = std::get_if<double>(&value); number && !std::isfinite(*number)) {
    return Impossible(attribute, "a finite number; leave it out when it is not known");
  }
  if (const auto* place = std::get_if<LatLng>(&value); place && !IsPlace(*place)) {
    return Impossible(attribute, "a latitude in [-90, 90] and a longitude in [-180, 180]");
  }
  if (attribute.type == AttributeType::kOrdinal &&
      !IsLevel(std::get<std::string>(value), attribute)) {
    return Impossible(attribute, "one of its declared levels");
  }
  return absl::OkStatus();
}

absl::Status CheckTable(const ContactTable& table, const Schema& schema,
                        std::vector<RowError>* bad_rows) {
  if (absl::Status status = CheckIds(table, bad_rows); !status.ok()) return status;
  std::unordered_set<std::string> seen;
  for (const Column& column : table.columns) {
    const Attribute* attribute = schema.Find(column.attribute);
    if (attribute == nullptr || attribute->id != column.attribute) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", column.attribute, "\" is not an attribute of the schema"));
    }
    if (!seen.insert(column.attribute).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", column.attribute, "\" is sent twice"));
    }
    if (MakeColumn("", attribute->type).data.index() != column.data.index()) {
      return Impossible(*attribute, absl::StrCat("a column of ", Name(attribute->type), " cells"));
    }
    if (absl::Status status = CheckShape(column, table.row_count); !status.ok()) return status;
    for (int row = 0; NeedsCellChecks(*attribute) && row < table.row_count; ++row) {
      const std::optional<Value> value = Get(column, row);
      if (!value.has_value()) continue;
      if (absl::Status status = CheckValue(*value, *attribute); !status.ok()) {
        bad_rows->push_back({row, column.attribute, std::string(status.message())});
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace cible
