// From what is kept of contacts to columns: how a scan makes its blocks. Values that
// are stated come from their blobs (contact_values.h), those that are derived from
// what their events add up to (behaviour.h), as of a day.

#ifndef CIBLE_SERVER_STORAGE_ROW_DECODER_H_
#define CIBLE_SERVER_STORAGE_ROW_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

struct ValueEntry;

// Gathers rows under the columns of some attributes. A cell costs O(1)
// whatever the size of its dictionary, whose levels stand in the order of
// their first appearance.
class RowDecoder {
 public:
  // Without `as_of` what is derived is unknown.
  // REQUIRES: the attributes are distinct and outlive the decoder.
  explicit RowDecoder(absl::Span<const Attribute* const> attributes,
                      std::optional<AsOf> as_of = {});

  // Appends one row. Values of other attributes are passed over; those of
  // another type than the attribute has are unknown. `behaviour` is empty where
  // no event is recorded, and is not read unless reads_behaviour().
  // Errors: DATA_LOSS, after which the columns are not to be used.
  absl::Status Append(absl::string_view blob, absl::string_view behaviour = {});

  // Whether any attribute is derived from events.
  bool reads_behaviour() const { return reads_behaviour_; }

  // The columns of the rows appended since the last call, in the order of the
  // attributes.
  std::vector<Column> TakeColumns();

 private:
  struct Slot {
    const Attribute* attribute;
    std::size_t position;  // Among the columns to return.
    Column column;
    std::optional<BehaviourMeasure> measure;
    absl::flat_hash_map<std::string, std::uint32_t> codes;  // By level.
  };

  static void AppendKnown(const ValueEntry& entry, Slot& slot);
  static std::uint32_t CodeOf(absl::string_view level, std::vector<std::string>& dictionary,
                              Slot& slot);
  static void AppendMembers(const ValueEntry& entry, Slot& slot);

  const std::optional<AsOf> as_of_;
  std::vector<Slot> slots_;  // By attribute number, as entries are.
  bool reads_behaviour_ = false;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_ROW_DECODER_H_
