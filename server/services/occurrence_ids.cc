#include "server/services/occurrence_ids.h"

#include <xxhash.h>

#include "absl/strings/str_cat.h"

namespace cible {

std::string OccurrenceIds::IdOf(absl::string_view content, Seen& seen) const {
  const XXH128_hash_t hash = XXH3_128bits(content.data(), content.size());
  const Hash key(hash.high64, hash.low64);
  const auto before = counts_.find(key);
  const auto [place, is_new] = seen.emplace(key, before == counts_.end() ? 0 : before->second);
  return absl::StrCat(absl::Hex(hash.high64, absl::kZeroPad16),
                      absl::Hex(hash.low64, absl::kZeroPad16), "-", ++place->second);
}

void OccurrenceIds::Keep(const Seen& seen) {
  for (const auto& [hash, count] : seen) counts_[hash] = count;
}

}  // namespace cible
