// AttributeIdFromHeader, declared in schema.h; apart because it needs Unicode.

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "segmentation/data/schema.h"

namespace cible {
namespace {

// Room is left for a collision suffix within the 63 characters of an id.
constexpr std::size_t kMaxSlugLength = 56;

// Case folded, accents dropped: "Énergie" gives "energie".
std::string FoldUnicode(absl::string_view text) {
  utf8proc_uint8_t* folded = nullptr;
  const utf8proc_ssize_t length =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &folded,
                   static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                  UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(folded, &std::free);
  if (length < 0) return std::string(text);
  return std::string(reinterpret_cast<const char*>(folded), static_cast<std::size_t>(length));
}

std::string Slug(absl::string_view header) {
  std::string slug;
  for (const char c : FoldUnicode(header)) {
    if (absl::ascii_isalnum(c)) {
      slug.push_back(absl::ascii_tolower(c));
    } else if (!slug.empty() && slug.back() != '_') {
      slug.push_back('_');
    }
    if (slug.size() == kMaxSlugLength) break;
  }
  while (!slug.empty() && slug.back() == '_') slug.pop_back();
  if (slug.empty()) return "column";
  return absl::ascii_isdigit(slug[0]) ? absl::StrCat("a_", slug) : slug;
}

}  // namespace

std::string AttributeIdFromHeader(absl::string_view header, absl::Span<const std::string> taken) {
  const std::string slug = Slug(header);
  std::string id = slug;
  for (int suffix = 2; std::find(taken.begin(), taken.end(), id) != taken.end(); ++suffix) {
    id = absl::StrCat(slug, "_", suffix);
  }
  return id;
}

}  // namespace cible
