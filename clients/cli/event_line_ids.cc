#include "clients/cli/event_line_ids.h"

#include <xxhash.h>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

// Low byte first, on every machine.
void AppendLength(std::size_t length, std::string& bytes) {
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<char>(length >> shift & 0xFF));
  }
}

}  // namespace

EventLineIds::EventLineIds(absl::string_view part, int column_count)
    : seed_(part.empty() ? 0 : XXH3_64bits(part.data(), part.size())),
      column_count_(static_cast<std::size_t>(column_count)) {}

std::string EventLineIds::Next(const TextTable& text, int row) {
  bytes_.clear();
  for (std::size_t column = 0; column < column_count_; ++column) {
    const std::string& cell = text.columns[column][static_cast<std::size_t>(row)];
    AppendLength(cell.size(), bytes_);
    bytes_ += cell;
  }
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes_.data(), bytes_.size(), seed_);
  return absl::StrCat(absl::Hex(hash.high64, absl::kZeroPad16),
                      absl::Hex(hash.low64, absl::kZeroPad16), "-",
                      ++occurrences_[{hash.high64, hash.low64}]);
}

}  // namespace cible
