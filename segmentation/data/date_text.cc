#include "segmentation/data/date_text.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr absl::CivilSecond kEpoch(1970, 1, 1);
constexpr std::size_t kLongestDate = 48;

// Beginnings that tell the months apart, in English and French ("juin" and
// "juillet" are June and July).
struct MonthName {
  absl::string_view beginning;
  int month;
};
constexpr std::array<MonthName, 21> kMonthNames = {
    {{"jan", 1}, {"feb", 2}, {"fev", 2},  {"fév", 2},  {"mar", 3},  {"apr", 4},  {"avr", 4},
     {"may", 5}, {"mai", 5}, {"juin", 6}, {"jun", 6},  {"juil", 7}, {"jul", 7},  {"aug", 8},
     {"aou", 8}, {"aoû", 8}, {"sep", 9},  {"oct", 10}, {"nov", 11}, {"dec", 12}, {"déc", 12}}};

// A part of a date: a number with its digits counted, or a month by name.
struct Part {
  int number = 0;
  int digits = 0;
  bool is_month_name = false;
};

std::optional<int> ReadDigits(absl::string_view& text, std::size_t least, std::size_t most) {
  std::size_t length = 0;
  int number = 0;
  while (length < text.size() && length < most && absl::ascii_isdigit(text[length])) {
    number = number * 10 + (text[length++] - '0');
  }
  if (length < least) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool IsLetter(char c) { return absl::ascii_isalpha(c) || !absl::ascii_isascii(c); }

std::optional<Part> ReadMonthName(absl::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), IsLetter);
  const absl::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  if (word.size() < 3) return std::nullopt;
  for (const MonthName& name : kMonthNames) {
    if (!absl::StartsWithIgnoreCase(word, name.beginning)) continue;
    text.remove_prefix(word.size());
    return Part{name.month, 0, true};
  }
  return std::nullopt;
}

std::optional<Part> ReadPart(absl::string_view& text) {
  const std::size_t before = text.size();
  if (const auto number = ReadDigits(text, 1, 8)) {
    return Part{*number, static_cast<int>(before - text.size()), false};
  }
  return ReadMonthName(text);
}

// "/", "-", "." or blanks with an optional comma.
bool ConsumeSeparator(absl::string_view& text) {
  const std::size_t before = text.size();
  if (!absl::ConsumePrefix(&text, "/") && !absl::ConsumePrefix(&text, "-")) {
    absl::ConsumePrefix(&text, ".");
    absl::ConsumePrefix(&text, ",");
    text = absl::StripLeadingAsciiWhitespace(text);
  }
  return text.size() < before;
}

struct Day {
  int year = 0;
  int month = 0;
  int day = 0;
  std::optional<DateOrder> proven_order;
};

int FullYear(const Part& part) {
  if (part.digits > 2) return part.number;
  return part.number < 69 ? 2000 + part.number : 1900 + part.number;
}

// Of two numbers before or after the year, which is the month.
Day Arrange(int first, int second, int year, DateOrder order) {
  if (first > 12 && second <= 12) return {year, second, first, DateOrder::kDayFirst};
  if (second > 12 && first <= 12) return {year, first, second, DateOrder::kMonthFirst};
  if (order == DateOrder::kMonthFirst) return {year, first, second, std::nullopt};
  return {year, second, first, std::nullopt};
}

std::optional<Day> ReadDay(absl::string_view& text, DateOrder order) {
  const auto first = ReadPart(text);
  if (!first) return std::nullopt;
  if (first->digits == 8) {
    return Day{first->number / 10000, first->number / 100 % 100, first->number % 100, std::nullopt};
  }
  if (!ConsumeSeparator(text)) return std::nullopt;
  const auto second = ReadPart(text);
  if (!second || !ConsumeSeparator(text)) return std::nullopt;
  const auto third = ReadPart(text);
  if (!third || third->is_month_name) return std::nullopt;
  if (first->digits == 4) return Day{first->number, second->number, third->number, std::nullopt};
  if (third->digits != 2 && third->digits != 4) return std::nullopt;
  if (first->digits > 2 || second->digits > 2) return std::nullopt;
  const int year = FullYear(*third);
  if (first->is_month_name) return Day{year, first->number, second->number, std::nullopt};
  if (second->is_month_name) return Day{year, second->number, first->number, std::nullopt};
  return Arrange(first->number, second->number, year, order);
}

std::int64_t ReadFraction(absl::string_view& text) {
  std::int64_t micros = 0;
  std::int64_t unit = kMicrosPerSecond / 10;
  while (!text.empty() && absl::ascii_isdigit(text[0])) {
    micros += (text[0] - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return micros;
}

// "AM" and "PM" turn the hour; true when it makes sense.
bool ApplyHalfDay(absl::string_view& text, int& hour) {
  text = absl::StripLeadingAsciiWhitespace(text);
  const bool pm = absl::StartsWithIgnoreCase(text, "pm");
  if (!pm && !absl::StartsWithIgnoreCase(text, "am")) return true;
  text.remove_prefix(2);
  if (hour < 1 || hour > 12) return false;
  hour = hour % 12 + (pm ? 12 : 0);
  return true;
}

struct Offset {
  int seconds = 0;  // East of UTC.
  bool is_written = false;
};

// "Z", "+02:00", "+0200", "UTC", or none.
std::optional<Offset> ReadOffset(absl::string_view& text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  if (absl::ConsumePrefix(&text, "Z") || absl::ConsumePrefix(&text, "UTC")) return Offset{0, true};
  const bool east = absl::StartsWith(text, "+");
  if (!east && !absl::StartsWith(text, "-")) return Offset();
  text.remove_prefix(1);
  const auto hours = ReadDigits(text, 2, 2);
  absl::ConsumePrefix(&text, ":");
  const auto minutes = text.empty() ? std::optional<int>(0) : ReadDigits(text, 2, 2);
  if (!hours || !minutes || *hours > 15 || *minutes > 59) return std::nullopt;
  return Offset{(east ? 1 : -1) * (*hours * 3600 + *minutes * 60), true};
}

struct TimeOfDay {
  std::int64_t micros = 0;  // Since midnight UTC.
  bool writes_offset = false;
};

// A time at the end of the text.
std::optional<TimeOfDay> ReadTime(absl::string_view text) {
  const auto hour_read = ReadDigits(text, 1, 2);
  if (!hour_read || !absl::ConsumePrefix(&text, ":")) return std::nullopt;
  int hour = *hour_read;
  const auto minute = ReadDigits(text, 2, 2);
  if (!minute) return std::nullopt;
  int second = 0;
  std::int64_t micros = 0;
  if (absl::ConsumePrefix(&text, ":")) {
    const auto second_read = ReadDigits(text, 2, 2);
    if (!second_read) return std::nullopt;
    second = *second_read;
    if (absl::ConsumePrefix(&text, ".")) micros = ReadFraction(text);
  }
  if (!ApplyHalfDay(text, hour)) return std::nullopt;
  const auto offset = ReadOffset(text);
  if (!offset || !text.empty() || hour > 23 || *minute > 59 || second > 59) return std::nullopt;
  const int seconds = hour * 3600 + *minute * 60 + second - offset->seconds;
  return TimeOfDay{seconds * kMicrosPerSecond + micros, offset->is_written};
}

}  // namespace

std::optional<DateText> ParseDateText(absl::string_view text, DateOrder order) {
  text = TrimBlanks(text);
  if (text.size() < 6 || text.size() > kLongestDate) return std::nullopt;
  const auto day = ReadDay(text, order);
  if (!day || day->year < 1000 || day->year > 9999) return std::nullopt;
  const absl::CivilDay civil(day->year, day->month, day->day);
  // CivilDay carries over; a day that moved does not exist.
  if (civil.month() != day->month || civil.day() != day->day) return std::nullopt;
  DateText parsed{.instant = {(absl::CivilSecond(civil) - kEpoch) * kMicrosPerSecond},
                  .has_time = false,
                  .writes_time = false,
                  .writes_offset = false,
                  .proven_order = day->proven_order};
  if (text.empty()) return parsed;
  if (text[0] != 'T' && text[0] != ' ' && text[0] != ',') return std::nullopt;
  text.remove_prefix(1);
  const auto time = ReadTime(absl::StripLeadingAsciiWhitespace(text));
  if (!time) return std::nullopt;
  parsed.instant.micros += time->micros;
  parsed.has_time = time->micros != 0;
  parsed.writes_time = true;
  parsed.writes_offset = time->writes_offset;
  return parsed;
}

std::string FormatTimestamp(Timestamp timestamp) {
  const Date day = DayOf(timestamp);
  std::int64_t rest = timestamp.micros - day.days * (86'400 * kMicrosPerSecond);
  const std::int64_t micros = rest % kMicrosPerSecond;
  rest /= kMicrosPerSecond;
  std::string text = absl::StrCat(
      FormatDate(day), absl::StrFormat("T%02d:%02d:%02d", rest / 3600, rest / 60 % 60, rest % 60));
  if (micros != 0) absl::StrAppend(&text, absl::StrFormat(".%06d", micros));
  return text + "Z";
}

}  // namespace cible
