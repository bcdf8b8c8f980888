#include "clients/cli/output/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cible {

std::string CountText(std::int64_t count) {
  std::string digits = absl::StrCat(count);
  const int first = digits[0] == '-' ? 1 : 0;
  for (int place = static_cast<int>(digits.size()) - 3; place > first; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), 1, ',');
  }
  return digits;
}

std::string CountedText(std::int64_t count, const std::string& noun) {
  return absl::StrCat(CountText(count), " ", noun, count == 1 ? "" : "s");
}

std::string ShareText(double share) {
  if (share > 0 && share < .001) return "<0.1 %";
  if (share < 1 && share > .999) return ">99.9 %";
  return absl::StrCat(FixedText(100 * share, 1), " %");
}

std::string FixedText(double number, int decimals) {
  std::string text = absl::StrFormat("%.*f", decimals, number);
  const bool is_zero = text.find_first_not_of("-0.") == std::string::npos;
  if (is_zero && text[0] == '-') text.erase(0, 1);
  return text;
}

std::string ExactText(double number) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
  return std::string(buffer, end);
}

std::string SecondsText(double seconds) {
  if (seconds < .05) return "<0.1 s";
  if (seconds < 10) return absl::StrCat(FixedText(seconds, 1), " s");
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return absl::StrCat(whole, " s");
  return absl::StrCat(whole / 60, " min ", whole % 60, " s");
}

std::string Bar(double fraction, int width) {
  if (!(fraction > 0)) return "";
  const auto length = static_cast<int>(std::lround(std::min(fraction, 1.) * width));
  std::string bar;
  for (int column = 0; column < std::max(length, 1); ++column) bar += "▇";
  return bar;
}

}  // namespace cible
