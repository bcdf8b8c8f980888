#include "server/wire/utf8.h"

#include <utf8proc.h>

#include <cstdint>
#include <cstring>

namespace cible {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080;

// How many bytes at the start are ASCII, at least: whole words only.
std::size_t AsciiPrefix(absl::string_view text) {
  std::size_t length = 0;
  for (std::uint64_t word; length + sizeof word <= text.size(); length += sizeof word) {
    std::memcpy(&word, text.data() + length, sizeof word);
    if (word & kHighBits) break;
  }
  return length;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(AsciiPrefix(text));
    if (text.empty()) return true;
    utf8proc_int32_t codepoint;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &codepoint);
    if (length <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

}  // namespace cible
