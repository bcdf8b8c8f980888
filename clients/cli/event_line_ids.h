// Ids of events that have none of their own: what their lines hold, and which of
// the equal lines of a file they are.

#ifndef CIBLE_CLIENTS_CLI_EVENT_LINE_IDS_H_
#define CIBLE_CLIENTS_CLI_EVENT_LINE_IDS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/csv.h"

namespace cible {

// "3f0c...-2": XXH3's 128 bits over the cells of a line, each with its length, as
// 32 hexadecimal digits, and the occurrence of such a line in the file, from 1. So
// a file gives the same ids whenever it is read and in whatever order its lines
// stand, and equal lines count each.
class EventLineIds {
 public:
  // `part` tells files apart whose equal lines are different events; empty: none.
  // The cells from position `column_count` on are left out.
  EventLineIds(absl::string_view part, int column_count);

  // The id of the next line of the file. O(bytes); some 40 bytes are kept of each
  // line that is unlike those before.
  std::string Next(const TextTable& text, int row);

 private:
  const std::uint64_t seed_;
  const std::size_t column_count_;
  std::string bytes_;  // Of the line.
  absl::flat_hash_map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> occurrences_;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_EVENT_LINE_IDS_H_
