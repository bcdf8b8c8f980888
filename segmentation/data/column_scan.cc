#include "segmentation/data/column_scan.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "segmentation/data/inference.h"
#include "segmentation/data/number_text.h"

namespace cible {
namespace {

constexpr int kFewestPhoneDigits = 9;
constexpr int kMostPhoneDigits = 15;

}  // namespace

ColumnScan ScanColumn(const std::vector<std::string>& cells) {
  ColumnScan scan;
  // Place in `markers` as -1, -2 ..., in `distinct` as 0, 1 ...
  absl::flat_hash_map<absl::string_view, std::int64_t> place_of;
  for (const std::string& cell : cells) {
    const absl::string_view text = TrimBlanks(cell);
    auto seen = place_of.find(text);
    if (seen == place_of.end()) {
      const bool missing = IsMissingMarker(text);
      const std::int64_t place =
          missing ? -1 - std::ssize(scan.markers) : std::ssize(scan.distinct);
      if (missing) scan.markers.emplace_back(std::string(text), 0);
      if (!missing) scan.distinct.push_back({text, 0});
      seen = place_of.emplace(text, place).first;
    }
    const std::int64_t place = seen->second;
    ++(place < 0 ? scan.markers[-1 - place].second : scan.distinct[place].count);
    ++(place < 0 ? scan.missing : scan.known);
  }
  std::sort(scan.markers.begin(), scan.markers.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return scan;
}

bool IsEmail(absl::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at == absl::string_view::npos) return false;
  const absl::string_view host = text.substr(at + 1);
  return host.find('@') == absl::string_view::npos && host.find('.') != absl::string_view::npos &&
         text.find(' ') == absl::string_view::npos;
}

bool IsPhoneNumber(absl::string_view text) {
  if (text.find_first_not_of("0123456789+ .-()/") != absl::string_view::npos) return false;
  const auto digits = std::count_if(text.begin(), text.end(), absl::ascii_isdigit);
  if (digits < kFewestPhoneDigits || digits > kMostPhoneDigits) return false;
  return text[0] == '+' || text[0] == '(' || text[0] == '0';
}

bool IsUuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(text[i])) return false;
  }
  return true;
}

bool IsUrl(absl::string_view text) {
  return absl::StartsWithIgnoreCase(text, "http://") ||
         absl::StartsWithIgnoreCase(text, "https://") || absl::StartsWithIgnoreCase(text, "www.");
}

bool IsDigitsOnly(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool HasLeadingZero(absl::string_view text) {
  return text.size() > 1 && text[0] == '0' && IsDigitsOnly(text);
}

}  // namespace cible
