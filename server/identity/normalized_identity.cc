#include "server/identity/normalized_identity.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "segmentation/data/inference.h"
#include "server/identity/phone_number.h"

namespace cible {
namespace {

// Case folded and composed; tabs and ends of lines are blanks, invisible
// characters go. Empty for what is not UTF-8.
std::string Folded(absl::string_view text, int options) {
  utf8proc_uint8_t* folded = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &folded,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD |
                                     UTF8PROC_IGNORE | UTF8PROC_STRIPCC | options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(folded, &std::free);
  if (length < 0) return "";
  return std::string(reinterpret_cast<const char*>(folded), static_cast<std::size_t>(length));
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isascii(static_cast<unsigned char>(c)); });
}

std::string CaseFolded(absl::string_view text, int options) {
  return IsAscii(text) ? absl::AsciiStrToLower(text) : Folded(text, options);
}

std::string NormalizedEmail(absl::string_view text) {
  const std::string folded = CaseFolded(text, 0);
  const absl::string_view address = absl::StripAsciiWhitespace(folded);
  const std::size_t at = address.rfind('@');
  const bool is_address = at != absl::string_view::npos && at > 0 && at + 1 < address.size();
  return is_address ? std::string(address) : "";
}

std::string NormalizedText(absl::string_view text) {
  const std::string folded = CaseFolded(text, UTF8PROC_COMPAT);
  return absl::StrJoin(absl::StrSplit(folded, absl::ByAnyChar(" \t\n\v\f\r"), absl::SkipEmpty()),
                       " ");
}

}  // namespace

std::string NormalizedIdentity(IdentityForm form, absl::string_view text,
                               const std::string& phone_region) {
  if (IsMissingMarker(text)) return "";
  switch (form) {
    case IdentityForm::kEmail: return NormalizedEmail(text);
    case IdentityForm::kPhone: return NormalizedPhoneNumber(text, phone_region);
    case IdentityForm::kNone:
    case IdentityForm::kText: break;
  }
  return NormalizedText(text);
}

}  // namespace cible
