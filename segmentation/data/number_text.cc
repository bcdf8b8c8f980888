#include "segmentation/data/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace cible {
namespace {

// In UTF-8: no-break, narrow no-break and thin space.
constexpr std::array<absl::string_view, 3> kWideBlanks = {"\xC2\xA0", "\xE2\x80\xAF",
                                                          "\xE2\x80\x89"};
constexpr std::array<absl::string_view, 12> kCurrencies = {
    "$", "€", "£", "¥", "₹", "EUR", "USD", "GBP", "CHF", "CAD", "JPY", "INR"};
constexpr std::size_t kGroupSize = 3;

std::optional<double> ParsePlain(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "+") && absl::StartsWith(text, "-")) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

bool ConsumeCurrency(absl::string_view& text) {
  for (const absl::string_view currency : kCurrencies) {
    if (absl::StartsWithIgnoreCase(text, currency)) {
      text.remove_prefix(currency.size());
      return true;
    }
    if (absl::EndsWithIgnoreCase(text, currency)) {
      text.remove_suffix(currency.size());
      return true;
    }
  }
  return false;
}

// Sign, then what is left without currency and percent sign. The sign may
// stand on either side of the currency: -$5, $-5.
absl::string_view StripAround(absl::string_view text, bool& negative) {
  const auto consume_sign = [&] {
    if (absl::ConsumePrefix(&text, "-") || absl::ConsumePrefix(&text, "\xE2\x88\x92")) {
      negative = true;
    } else {
      absl::ConsumePrefix(&text, "+");
    }
  };
  consume_sign();
  if (!absl::ConsumeSuffix(&text, "%") && ConsumeCurrency(text)) {
    text = TrimBlanks(text);
    if (!negative) consume_sign();
  }
  return TrimBlanks(text);
}

// Length of the blank or apostrophe that separates groups here; 0 if none.
std::size_t GroupBlank(absl::string_view text) {
  if (text[0] == ' ' || text[0] == '\'') return 1;
  if (absl::StartsWith(text, "\xE2\x80\x99")) return 3;
  for (const absl::string_view blank : kWideBlanks) {
    if (absl::StartsWith(text, blank)) return blank.size();
  }
  return 0;
}

// Blanks that separate groups of thousands become ','-less "_" marks, so that
// what is left is digits, "_", "," and "."; empty when anything else occurs.
std::string Skeleton(absl::string_view text) {
  std::string skeleton;
  while (!text.empty()) {
    if (absl::ascii_isdigit(text[0]) || text[0] == '.' || text[0] == ',') {
      skeleton.push_back(text[0]);
      text.remove_prefix(1);
    } else if (const std::size_t length = GroupBlank(text); length > 0) {
      skeleton.push_back('_');
      text.remove_prefix(length);
    } else {
      return "";
    }
  }
  return skeleton;
}

// "12,345,678": a group of one to three digits, then groups of three.
bool IsGrouped(absl::string_view whole, char separator) {
  const std::size_t first = whole.find(separator);
  if (first == 0 || first > kGroupSize) return false;
  for (std::size_t at = first; at < whole.size(); at += kGroupSize + 1) {
    if (whole[at] != separator || at + kGroupSize >= whole.size()) return false;
    const absl::string_view group = whole.substr(at + 1, kGroupSize);
    if (!std::all_of(group.begin(), group.end(), absl::ascii_isdigit)) return false;
  }
  return true;
}

bool IsDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

// Which of "," and "." is the decimal mark of the skeleton; 0 when it has
// none, '?' when one mark followed by three digits leaves it open.
char DecimalCharacter(absl::string_view skeleton) {
  const std::size_t comma = skeleton.rfind(',');
  const std::size_t point = skeleton.rfind('.');
  if (comma == absl::string_view::npos && point == absl::string_view::npos) return 0;
  if (comma != absl::string_view::npos && point != absl::string_view::npos) {
    return comma > point ? ',' : '.';
  }
  const char mark = comma != absl::string_view::npos ? ',' : '.';
  const std::size_t at = comma != absl::string_view::npos ? comma : point;
  if (std::count(skeleton.begin(), skeleton.end(), mark) > 1) return 0;
  const bool has_blanks = skeleton.find('_') != absl::string_view::npos;
  if (!has_blanks && skeleton[0] != '0' && IsGrouped(skeleton, mark)) return '?';
  return at + 1 == skeleton.size() && mark == ',' ? 0 : mark;
}

// Drops the separator of thousands, which must stand where one can.
bool Ungroup(std::string& whole) {
  for (const char separator : {'_', ',', '.'}) {
    if (whole.find(separator) == std::string::npos) continue;
    if (!IsGrouped(whole, separator)) return false;
    whole.erase(std::remove(whole.begin(), whole.end(), separator), whole.end());
  }
  return IsDigits(whole);
}

std::optional<double> ParseWritten(absl::string_view text, DecimalMark mark) {
  bool negative = false;
  text = StripAround(TrimBlanks(text), negative);
  const std::string skeleton = Skeleton(text);
  if (skeleton.empty()) return std::nullopt;
  char decimal = DecimalCharacter(skeleton);
  if (decimal == '?') {
    const bool is_comma = skeleton.find(',') != std::string::npos;
    decimal = is_comma == (mark == DecimalMark::kComma) ? (is_comma ? ',' : '.') : '\0';
  }
  const std::size_t at = decimal == 0 ? std::string::npos : skeleton.rfind(decimal);
  std::string whole = skeleton.substr(0, at);
  const std::string fraction = at == std::string::npos ? "" : skeleton.substr(at + 1);
  if (!Ungroup(whole) || !IsDigits(fraction) || (whole.empty() && fraction.empty())) {
    return std::nullopt;
  }
  const std::optional<double> number =
      ParsePlain((whole.empty() ? "0" : whole) + "." + (fraction.empty() ? "0" : fraction));
  return number && negative ? -*number : number;
}

}  // namespace

absl::string_view TrimBlanks(absl::string_view text) {
  for (;;) {
    text = absl::StripAsciiWhitespace(text);
    if (text.empty() || (absl::ascii_isascii(text.front()) && absl::ascii_isascii(text.back()))) {
      return text;
    }
    const std::size_t before = text.size();
    for (const absl::string_view blank : kWideBlanks) {
      absl::ConsumePrefix(&text, blank);
      absl::ConsumeSuffix(&text, blank);
    }
    if (text.size() == before) return text;
  }
}

std::optional<double> ParseNumber(absl::string_view text, DecimalMark mark) {
  if (mark == DecimalMark::kPoint) {
    if (const std::optional<double> plain = ParsePlain(text)) return plain;
  }
  if (const std::optional<double> written = ParseWritten(text, mark)) return written;
  return mark == DecimalMark::kComma ? ParsePlain(text) : std::nullopt;
}

std::optional<DecimalMark> ProvenDecimalMark(absl::string_view text) {
  bool negative = false;
  const std::string skeleton = Skeleton(StripAround(TrimBlanks(text), negative));
  if (skeleton.find(',') == std::string::npos) return std::nullopt;
  switch (DecimalCharacter(skeleton)) {
    case ',': return DecimalMark::kComma;
    case '?': return std::nullopt;
    default: return DecimalMark::kPoint;
  }
}

std::string FormatNumber(double number) {
  const double size = std::abs(number);
  const bool plain = number == 0 || (size >= 1e-5 && size < 1e15);
  std::array<char, 64> text;
  const auto [end, error] = plain ? std::to_chars(text.data(), text.data() + text.size(), number,
                                                  std::chars_format::fixed)
                                  : std::to_chars(text.data(), text.data() + text.size(), number);
  return std::string(text.data(), end);
}

}  // namespace cible
