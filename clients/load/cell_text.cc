#include "clients/load/cell_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace cible::load {
namespace {

constexpr std::array<absl::string_view, 18> kUnknown = {
    "na",      "n/a",     "n.a.",     "#n/a",      "<na>",      "nan",
    "nat",     "null",    "nil",      "\\n",       "unknown",   "unk",
    "missing", "inconnu", "inconnue", "undefined", "(unknown)", "non renseigné"};

template <std::size_t n>
bool IsOneOf(absl::string_view text, const std::array<absl::string_view, n>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](absl::string_view word) { return absl::EqualsIgnoreCase(text, word); });
}

std::optional<double> ParseNumber(absl::string_view text) {
  if (absl::StartsWith(text, "+")) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::optional<double> ParseNumber(absl::string_view text, const v1::Attribute& attribute) {
  if (attribute.format() != "decimal_comma") return ParseNumber(text);
  return ParseNumber(absl::StrReplaceAll(text, {{",", "."}}));
}

std::optional<bool> ParseFlag(absl::string_view text) {
  constexpr std::array<absl::string_view, 9> kYes = {"1",   "yes", "true", "y",  "t",
                                                     "oui", "o",   "vrai", "1.0"};
  constexpr std::array<absl::string_view, 8> kNo = {"0", "no",  "false", "n",
                                                    "f", "non", "faux",  "0.0"};
  if (IsOneOf(text, kYes)) return true;
  if (IsOneOf(text, kNo)) return false;
  return std::nullopt;
}

bool ParseLevel(absl::string_view text, const v1::Attribute& attribute, v1::AttributeValue& value) {
  for (const std::string& level : attribute.levels()) {
    if (!absl::EqualsIgnoreCase(level, text)) continue;
    value.set_text(level);
    return true;
  }
  return false;
}

bool ParseTags(absl::string_view text, v1::StringSet& set) {
  for (const absl::string_view part : absl::StrSplit(text, '|')) {
    const absl::string_view tag = absl::StripAsciiWhitespace(part);
    if (!tag.empty()) set.add_members(std::string(tag));
  }
  return true;
}

bool ParsePlace(absl::string_view text, v1::LatLng& place) {
  const char separator = absl::StrContains(text, ";") ? ';' : ',';
  const std::vector<absl::string_view> parts = absl::StrSplit(text, separator);
  if (parts.size() != 2) return false;
  const auto latitude = ParseNumber(absl::StripAsciiWhitespace(parts[0]));
  const auto longitude = ParseNumber(absl::StripAsciiWhitespace(parts[1]));
  if (!latitude || !longitude) return false;
  place.set_latitude(*latitude);
  place.set_longitude(*longitude);
  return std::abs(*latitude) <= 90 && std::abs(*longitude) <= 180;
}

// 2026-11-22, alone or followed by a time, UTC unless it says another zone.
std::optional<absl::Time> ParseInstant(absl::string_view text) {
  absl::Time time;
  std::string error;
  for (const char* format : {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%E*S%Ez", "%Y-%m-%dT%H:%M:%E*S",
                             "%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"}) {
    if (absl::ParseTime(format, text, &time, &error)) return time;
  }
  return std::nullopt;
}

bool ParseDay(absl::string_view text, v1::Date& date) {
  const std::optional<absl::Time> time = ParseInstant(text);
  if (!time) return false;
  const absl::CivilDay day = absl::ToCivilDay(*time, absl::UTCTimeZone());
  date.set_year(static_cast<int>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return true;
}

bool ParseTimestamp(absl::string_view text, google::protobuf::Timestamp& instant) {
  const std::optional<absl::Time> time = ParseInstant(text);
  if (!time) return false;
  const std::int64_t seconds = absl::ToUnixSeconds(*time);
  instant.set_seconds(seconds);
  instant.set_nanos(
      static_cast<int>(absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(seconds))));
  return true;
}

bool IsOnlyMarks(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '-' || c == '?' || c == '.' || c == '_'; });
}

}  // namespace

bool IsUnknownCell(absl::string_view text) { return IsOnlyMarks(text) || IsOneOf(text, kUnknown); }

bool ParseCellText(absl::string_view text, const v1::Attribute& attribute,
                   v1::AttributeValue& value) {
  switch (attribute.type()) {
    case v1::ATTRIBUTE_TYPE_NUMERIC: {
      const auto number = ParseNumber(text, attribute);
      value.set_number(number.value_or(0));
      return number.has_value();
    }
    case v1::ATTRIBUTE_TYPE_BOOLEAN: {
      const auto flag = ParseFlag(text);
      value.set_flag(flag.value_or(false));
      return flag.has_value();
    }
    case v1::ATTRIBUTE_TYPE_ORDINAL: return ParseLevel(text, attribute, value);
    case v1::ATTRIBUTE_TYPE_SET: return ParseTags(text, *value.mutable_set());
    case v1::ATTRIBUTE_TYPE_DATE: return ParseDay(text, *value.mutable_date());
    case v1::ATTRIBUTE_TYPE_TIMESTAMP: return ParseTimestamp(text, *value.mutable_instant());
    case v1::ATTRIBUTE_TYPE_LOCATION: return ParsePlace(text, *value.mutable_location());
    default: value.set_text(std::string(text)); return true;
  }
}

absl::string_view ExpectedText(v1::AttributeType type) {
  switch (type) {
    case v1::ATTRIBUTE_TYPE_NUMERIC: return "a number";
    case v1::ATTRIBUTE_TYPE_BOOLEAN: return "yes or no";
    case v1::ATTRIBUTE_TYPE_ORDINAL: return "one of its declared levels";
    case v1::ATTRIBUTE_TYPE_DATE: return "a date such as 2026-11-22";
    case v1::ATTRIBUTE_TYPE_TIMESTAMP: return "a date and time such as 2026-11-22T08:30:00Z";
    case v1::ATTRIBUTE_TYPE_LOCATION: return "\"latitude,longitude\" in degrees";
    default: return "text";
  }
}

}  // namespace cible::load
