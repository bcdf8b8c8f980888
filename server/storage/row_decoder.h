// From the blobs of contacts (contact_values.h) to columns: how a scan makes
// its blocks.

#ifndef CIBLE_SERVER_STORAGE_ROW_DECODER_H_
#define CIBLE_SERVER_STORAGE_ROW_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

struct ValueEntry;

// Gathers rows under the columns of some attributes. A cell costs O(1)
// whatever the size of its dictionary, whose levels stand in the order of
// their first appearance.
class RowDecoder {
 public:
  // REQUIRES: the attributes are distinct and outlive the decoder.
  explicit RowDecoder(absl::Span<const Attribute* const> attributes);

  // Appends one row. Values of other attributes are passed over; those of
  // another type than the attribute has are unknown.
  // Errors: DATA_LOSS, after which the columns are not to be used.
  absl::Status Append(absl::string_view blob);

  // The columns of the rows appended since the last call, in the order of the
  // attributes.
  std::vector<Column> TakeColumns();

 private:
  struct Slot {
    const Attribute* attribute;
    std::size_t position;  // Among the columns to return.
    Column column;
    absl::flat_hash_map<std::string, std::uint32_t> codes;  // By level.
  };

  static void AppendKnown(const ValueEntry& entry, Slot& slot);
  static std::uint32_t CodeOf(absl::string_view level, std::vector<std::string>& dictionary,
                              Slot& slot);
  static void AppendMembers(const ValueEntry& entry, Slot& slot);

  std::vector<Slot> slots_;  // By attribute number, as entries are.
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_ROW_DECODER_H_
