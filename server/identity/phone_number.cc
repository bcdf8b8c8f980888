#include "server/identity/phone_number.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "absl/strings/ascii.h"

namespace cible {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t kFewestDigits = 6;
constexpr std::size_t kLongest = 250;  // What the library reads at most.
// Stands for no region; numbers need their country code then.
constexpr char kNoRegion[] = "ZZ";

// Digits of other scripts, full-width ones say, are digits.
std::string DigitsOf(std::string text) {
  const bool is_ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isascii(static_cast<unsigned char>(c));
  });
  if (!is_ascii) PhoneNumberUtil::GetInstance()->NormalizeDigitsOnly(&text);
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  return digits;
}

bool IsNobodys(const std::string& digits) {
  return digits.size() < kFewestDigits || digits.find_first_not_of(digits[0]) == std::string::npos;
}

}  // namespace

bool IsPhoneRegion(absl::string_view region) {
  static const auto* const regions = [] {
    auto* supported = new std::set<std::string>;
    PhoneNumberUtil::GetInstance()->GetSupportedRegions(supported);
    return supported;
  }();
  return regions->contains(std::string(region));
}

std::string NormalizedPhoneNumber(absl::string_view text, const std::string& region) {
  if (text.size() > kLongest) return "";
  const std::string digits = DigitsOf(std::string(text));
  if (IsNobodys(digits)) return "";
  PhoneNumber number;
  const auto error = PhoneNumberUtil::GetInstance()->Parse(
      std::string(text), region.empty() ? kNoRegion : region, &number);
  if (error != PhoneNumberUtil::NO_PARSING_ERROR) return digits;
  std::string formatted;
  PhoneNumberUtil::GetInstance()->Format(number, PhoneNumberUtil::E164, &formatted);
  if (number.has_extension()) formatted += ";ext=" + number.extension();
  return formatted;
}

}  // namespace cible
