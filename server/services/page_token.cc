#include "server/services/page_token.h"

#include <xxhash.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace cible {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 1000;
constexpr std::size_t kChecksumLength = 16;  // Hexadecimal digits.

// Of the position and the fields, each with its length, so that ("ab", "c")
// and ("a", "bc") differ.
std::string Checksum(absl::string_view position, ListFields fields) {
  std::string text = absl::StrCat(position.size(), ":", position);
  for (const absl::string_view field : fields) {
    absl::StrAppend(&text, field.size(), ":", field);
  }
  return absl::StrCat(absl::Hex(XXH3_64bits(text.data(), text.size()), absl::kZeroPad16));
}

}  // namespace

absl::StatusOr<int> PageSize(int requested) {
  if (requested < 0) {
    return absl::InvalidArgumentError(
        "page_size is negative; give 1 to 1000, or 0 for the default of 50");
  }
  return requested == 0 ? kDefaultPageSize : std::min(requested, kMaxPageSize);
}

std::string MakePageToken(absl::string_view position, ListFields fields) {
  return absl::WebSafeBase64Escape(absl::StrCat(Checksum(position, fields), position));
}

absl::StatusOr<std::string> ReadPageToken(absl::string_view token, ListFields fields) {
  if (token.empty()) return std::string();
  std::string content;
  if (absl::WebSafeBase64Unescape(token, &content) && content.size() >= kChecksumLength) {
    std::string position = content.substr(kChecksumLength);
    if (content.substr(0, kChecksumLength) == Checksum(position, fields)) return position;
  }
  return absl::InvalidArgumentError(
      "page_token is not of this list; send the next_page_token of the page before and leave the "
      "other fields as they were, or start again without one");
}

}  // namespace cible
