#include "segmentation/data/text_parsing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "segmentation/data/date_text.h"
#include "segmentation/data/inference.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

constexpr std::size_t kMaxIdBytes = 128;

absl::string_view Expected(AttributeType type) {
  switch (type) {
    case AttributeType::kNumeric: return "a number";
    case AttributeType::kBoolean: return "yes or no";
    case AttributeType::kDate: return "a date such as 2026-11-22";
    case AttributeType::kTimestamp: return "a date and time such as 2026-11-22T08:30:00Z";
    case AttributeType::kLocation:
      return "\"latitude,longitude\" in degrees, such as \"48.85,2.35\"";
    case AttributeType::kOrdinal: return "one of its declared levels";
    case AttributeType::kCategorical:
    case AttributeType::kSet:
    case AttributeType::kText: return "text";
  }
  return "";
}

std::string WrongCell(const Attribute& attribute) {
  return absl::StrCat("attribute \"", attribute.id, "\" is ", Name(attribute.type), "; expected ",
                      Expected(attribute.type));
}

DecimalMark MarkOf(const Attribute& attribute) {
  return attribute.format == "decimal_comma" ? DecimalMark::kComma : DecimalMark::kPoint;
}

DateOrder OrderOf(const Attribute& attribute) {
  return attribute.format == "month_first" ? DateOrder::kMonthFirst : DateOrder::kDayFirst;
}

StringSet ParseSet(absl::string_view text) {
  StringSet set;
  for (const absl::string_view part : absl::StrSplit(text, '|')) {
    const absl::string_view member = TrimBlanks(part);
    if (!member.empty()) set.members.emplace_back(member);
  }
  std::sort(set.members.begin(), set.members.end());
  set.members.erase(std::unique(set.members.begin(), set.members.end()), set.members.end());
  return set;
}

// The declared level of this name, as it was declared.
const std::string* FindLevel(absl::string_view text, const Attribute& attribute) {
  const auto& levels = attribute.levels;
  auto found = std::find(levels.begin(), levels.end(), text);
  if (found == levels.end()) {
    found = std::find_if(levels.begin(), levels.end(), [&](const std::string& level) {
      return absl::EqualsIgnoreCase(level, text);
    });
  }
  return found == levels.end() ? nullptr : &*found;
}

// A known cell; nullopt when it is not of the attribute's type.
std::optional<Value> ParseKnown(absl::string_view text, const Attribute& attribute) {
  switch (attribute.type) {
    case AttributeType::kNumeric: return ParseNumber(text, MarkOf(attribute));
    case AttributeType::kBoolean: return ParseBoolean(text);
    case AttributeType::kLocation: return ParseLocation(text);
    case AttributeType::kSet: return ParseSet(text);
    case AttributeType::kCategorical:
    case AttributeType::kText: return std::string(text);
    case AttributeType::kOrdinal: {
      const std::string* level = FindLevel(text, attribute);
      return level == nullptr ? std::nullopt : std::optional<Value>(*level);
    }
    case AttributeType::kDate:
    case AttributeType::kTimestamp: {
      const std::optional<DateText> date = ParseDateText(text, OrderOf(attribute));
      if (!date) return std::nullopt;
      if (attribute.type == AttributeType::kDate) return DayOf(date->instant);
      return date->instant;
    }
  }
  return std::nullopt;
}

// One column on its way: cells are read once per distinct text where texts
// repeat (levels, sets), each for itself elsewhere.
class ColumnParser {
 public:
  explicit ColumnParser(const Attribute& attribute)
      : attribute_(attribute), column_(MakeColumn(attribute.id, attribute.type)) {}

  Column Parse(const std::vector<std::string>& cells, std::vector<RowError>& errors) {
    column_.validity.reserve(cells.size());
    for (std::size_t row = 0; row < cells.size(); ++row) {
      const absl::string_view text = TrimBlanks(cells[row]);
      // Most cells are known: see whether they read before asking what is amiss.
      if (!MayBeMarker(text) && AppendKnown(text)) continue;
      if (!IsMissingMarker(text)) {
        if (AppendKnown(text)) continue;
        errors.push_back({static_cast<int>(row), attribute_.id, WrongCell(attribute_)});
      }
      Append(column_, std::nullopt);
    }
    return std::move(column_);
  }

 private:
  // Whether a text that reads as the type could be a marker nevertheless: only
  // where any text is a value, and this one is not known to be a level.
  bool MayBeMarker(absl::string_view text) const {
    switch (attribute_.type) {
      case AttributeType::kCategorical:
      case AttributeType::kOrdinal: return !code_of_.contains(text);
      case AttributeType::kSet:
      case AttributeType::kText: return true;
      default: return false;
    }
  }

  bool AppendKnown(absl::string_view text) {
    if (auto* codes = std::get_if<Codes>(&column_.data)) return AppendLevel(text, *codes);
    if (auto* sets = std::get_if<Sets>(&column_.data)) return AppendTags(text, *sets);
    const std::optional<Value> value = ParseKnown(text, attribute_);
    if (value) Append(column_, value);
    return value.has_value();
  }

  bool AppendLevel(absl::string_view text, Codes& codes) {
    auto seen = code_of_.find(text);
    if (seen == code_of_.end()) {
      const std::optional<Value> level = ParseKnown(text, attribute_);
      if (!level) return false;
      seen = code_of_.emplace(text, CodeOf(std::get<std::string>(*level), codes.dictionary)).first;
    }
    codes.codes.push_back(seen->second);
    column_.validity.push_back(1);
    return true;
  }

  bool AppendTags(absl::string_view text, Sets& sets) {
    const auto begin = static_cast<std::ptrdiff_t>(sets.members.size());
    for (const std::string& tag : ParseSet(text).members) {
      sets.members.push_back(CodeOf(tag, sets.dictionary));
    }
    std::sort(sets.members.begin() + begin, sets.members.end());
    sets.ends.push_back(static_cast<std::uint32_t>(sets.members.size()));
    column_.validity.push_back(1);
    return true;
  }

  // Place of the level in the dictionary, where it is added if it is new.
  std::uint32_t CodeOf(const std::string& level, std::vector<std::string>& dictionary) {
    const auto [place, is_new] =
        place_of_.try_emplace(level, static_cast<std::uint32_t>(dictionary.size()));
    if (is_new) dictionary.push_back(level);
    return place->second;
  }

  const Attribute& attribute_;
  Column column_;
  absl::flat_hash_map<std::string, std::uint32_t> code_of_;   // By text of the cell.
  absl::flat_hash_map<std::string, std::uint32_t> place_of_;  // By level or tag.
};

Column ParsePair(const Attribute& attribute, const std::vector<std::string>& latitudes,
                 const std::vector<std::string>& longitudes, std::vector<RowError>& errors) {
  Column column = MakeColumn(attribute.id, attribute.type);
  for (std::size_t row = 0; row < latitudes.size(); ++row) {
    if (IsMissingMarker(latitudes[row]) || IsMissingMarker(longitudes[row])) {
      Append(column, std::nullopt);
      continue;
    }
    const std::optional<Value> place =
        ParseLocation(absl::StrCat(latitudes[row], ";", longitudes[row]));
    if (!place) {
      errors.push_back({static_cast<int>(row), attribute.id,
                        absl::StrCat("attribute \"", attribute.id,
                                     "\" is LOCATION; expected a latitude in [-90, 90] and a "
                                     "longitude in [-180, 180]")});
    }
    Append(column, place);
  }
  return column;
}

absl::string_view WhyNoId(absl::string_view id) {
  if (IsMissingMarker(id)) return "the id is missing";
  if (id.size() > kMaxIdBytes) return "the id is longer than 128 bytes";
  if (std::any_of(id.begin(), id.end(), [](char c) { return absl::ascii_iscntrl(c); })) {
    return "the id holds a control character";
  }
  return "";
}

int PositionOf(absl::string_view name, const std::vector<std::string>& header) {
  const auto found = std::find(header.begin(), header.end(), name);
  return found == header.end() ? -1 : static_cast<int>(found - header.begin());
}

// Where each attribute of the table comes from.
struct Source {
  const Attribute* attribute;
  int column;  // -1 for a pair.
  std::optional<ColumnPair> pair;
};

absl::StatusOr<std::vector<Source>> FindSources(const std::vector<std::string>& header,
                                                const Schema& schema, int id_position,
                                                bool needs_attributes) {
  std::vector<Source> sources;
  for (int i = 0; i < static_cast<int>(header.size()); ++i) {
    const Attribute* attribute = i == id_position ? nullptr : schema.Find(header[i]);
    if (attribute == nullptr) continue;
    for (const Source& other : sources) {
      if (other.attribute != attribute) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("columns \"", header[other.column], "\" and \"", header[i],
                       "\" both give attribute \"", attribute->id, "\"; keep one of them"));
    }
    sources.push_back({attribute, i, std::nullopt});
  }
  for (const Attribute& attribute : schema.attributes()) {
    if (const auto pair = FindLocationPair(attribute, header)) {
      sources.push_back({&attribute, -1, pair});
    }
  }
  if (!sources.empty() || !needs_attributes) return sources;
  if (schema.empty()) {
    return absl::InvalidArgumentError(
        "the file tells nothing about the contacts: beside their ids, every column is blank. Give "
        "a file with at least one attribute");
  }
  return absl::InvalidArgumentError(
      "no column of the file is an attribute of the schema; check the header, or infer a schema "
      "from this file");
}

// Leaves out the rows in error.
void DropBadRows(ParsedTable& parsed) {
  std::vector<bool> bad(static_cast<std::size_t>(parsed.table.row_count));
  for (const RowError& error : parsed.errors) bad[static_cast<std::size_t>(error.row)] = true;
  for (int row = 0; row < parsed.table.row_count; ++row) {
    if (!bad[static_cast<std::size_t>(row)]) parsed.source_rows.push_back(row);
  }
  if (!parsed.errors.empty()) parsed.table = SelectRows(parsed.table, parsed.source_rows);
  std::stable_sort(parsed.errors.begin(), parsed.errors.end(),
                   [](const RowError& a, const RowError& b) { return a.row < b.row; });
}

void ParseIds(const std::vector<std::string>& cells, ParsedTable& parsed) {
  for (std::size_t row = 0; row < cells.size(); ++row) {
    parsed.table.ids.emplace_back(TrimBlanks(cells[row]));
    const absl::string_view reason = WhyNoId(parsed.table.ids.back());
    if (!reason.empty()) parsed.errors.push_back({static_cast<int>(row), "", std::string(reason)});
  }
}

}  // namespace

std::optional<bool> ParseBoolean(absl::string_view text) {
  constexpr std::array<absl::string_view, 9> kYes = {"1",   "yes", "true", "y",  "t",
                                                     "oui", "o",   "vrai", "1.0"};
  constexpr std::array<absl::string_view, 8> kNo = {"0", "no",  "false", "n",
                                                    "f", "non", "faux",  "0.0"};
  const auto is = [&](absl::string_view word) { return absl::EqualsIgnoreCase(text, word); };
  if (std::any_of(kYes.begin(), kYes.end(), is)) return true;
  if (std::any_of(kNo.begin(), kNo.end(), is)) return false;
  return std::nullopt;
}

std::optional<LatLng> ParseLocation(absl::string_view text) {
  const bool by_semicolon = text.find(';') != absl::string_view::npos;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, by_semicolon ? ';' : ',');
  if (parts.size() != 2) return std::nullopt;
  const auto latitude = ParseNumber(TrimBlanks(parts[0]));
  const auto longitude = ParseNumber(TrimBlanks(parts[1]));
  if (!latitude || !longitude || std::abs(*latitude) > 90 || std::abs(*longitude) > 180) {
    return std::nullopt;
  }
  return LatLng{*latitude, *longitude};
}

std::optional<ColumnPair> FindLocationPair(const Attribute& attribute,
                                           const std::vector<std::string>& header) {
  if (attribute.type != AttributeType::kLocation) return std::nullopt;
  const absl::string_view name = attribute.display_name;
  if (PositionOf(name, header) >= 0 || PositionOf(attribute.id, header) >= 0) return std::nullopt;
  for (std::size_t comma = name.find(','); comma != name.npos; comma = name.find(',', comma + 1)) {
    const int latitude = PositionOf(name.substr(0, comma), header);
    const int longitude = PositionOf(name.substr(comma + 1), header);
    if (latitude >= 0 && longitude >= 0) return ColumnPair{latitude, longitude};
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<Value>> ParseCell(absl::string_view text, const Attribute& attribute) {
  text = TrimBlanks(text);
  if (IsMissingMarker(text)) return std::nullopt;
  std::optional<Value> value = ParseKnown(text, attribute);
  if (!value) return absl::InvalidArgumentError(WrongCell(attribute));
  return value;
}

absl::StatusOr<ParsedTable> ParseTable(const TextTable& text, const Schema& schema,
                                       const std::string& id_column, bool needs_attributes) {
  const int id_position = id_column.empty() ? -1 : PositionOf(id_column, text.header);
  if (!id_column.empty() && id_position < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the id column \"", id_column, "\" is not in the header; name one of its columns"));
  }
  const auto sources = FindSources(text.header, schema, id_position, needs_attributes);
  if (!sources.ok()) return sources.status();
  ParsedTable parsed;
  parsed.table.row_count = text.row_count();
  if (id_position >= 0) ParseIds(text.columns[id_position], parsed);
  for (const Source& source : *sources) {
    parsed.table.columns.push_back(
        source.pair
            ? ParsePair(*source.attribute, text.columns[source.pair->latitude],
                        text.columns[source.pair->longitude], parsed.errors)
            : ColumnParser(*source.attribute).Parse(text.columns[source.column], parsed.errors));
  }
  DropBadRows(parsed);
  return parsed;
}

std::string FormatValue(const Value& value) {
  struct Formatter {
    std::string operator()(double number) const { return FormatNumber(number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const StringSet& set) const {
      // A closing mark keeps an empty set from reading as unknown.
      const std::string tags = absl::StrJoin(set.members, "|");
      return IsMissingMarker(tags) ? tags + "|" : tags;
    }
    std::string operator()(bool yes) const { return yes ? "yes" : "no"; }
    std::string operator()(Date date) const { return FormatDate(date); }
    std::string operator()(Timestamp timestamp) const { return FormatTimestamp(timestamp); }
    std::string operator()(LatLng place) const {
      return absl::StrCat(FormatNumber(place.latitude), ",", FormatNumber(place.longitude));
    }
  };
  return std::visit(Formatter{}, value);
}

}  // namespace cible
