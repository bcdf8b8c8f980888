// Ids of what is sent without one: the hash of its content and the number of its
// occurrence in the stream, so that equal ones count and the same stream sent again
// changes nothing.

#ifndef CIBLE_SERVER_SERVICES_OCCURRENCE_IDS_H_
#define CIBLE_SERVER_SERVICES_OCCURRENCE_IDS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace cible {

// Of one stream; counts are read by key only.
class OccurrenceIds {
 public:
  using Hash = std::pair<std::uint64_t, std::uint64_t>;
  // Those that a message changes, as they will be once it is acknowledged.
  using Seen = absl::flat_hash_map<Hash, std::int64_t>;

  // "{32 hexadecimal digits}-{occurrence}", from 1.
  std::string IdOf(absl::string_view content, Seen& seen) const;

  // The message is acknowledged.
  void Keep(const Seen& seen);

 private:
  Seen counts_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_OCCURRENCE_IDS_H_
