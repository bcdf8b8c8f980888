// From what is kept of contacts to columns: how a scan makes its blocks. Values that
// are stated come from their blobs (contact_values.h), those that are derived from
// what their events add up to (behaviour.h), or from what is kept of their
// organisation or of their persons (organization_attributes.h), as of a day.

#ifndef CIBLE_SERVER_STORAGE_ROW_DECODER_H_
#define CIBLE_SERVER_STORAGE_ROW_DECODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

struct ValueEntry;

// What is kept of a contact and of those it has to do with, as far as a decoder
// reads it. Everything outlives its use.
struct KeptContact {
  absl::string_view values;
  absl::string_view behaviour = {};           // Empty: no event is recorded.
  const KeptContact* organization = nullptr;  // That a person belongs to; null: none.
  const People* people = nullptr;             // Of an organisation; null: of a person.
};

// Gathers rows under the columns of some attributes. A cell costs O(1)
// whatever the size of its dictionary, whose levels stand in the order of
// their first appearance.
class RowDecoder {
 public:
  // Without `as_of` what is derived is unknown; so is what is derived from an
  // organisation's attribute that `schema` does not have.
  // REQUIRES: the attributes are distinct; they and the schema outlive the decoder.
  explicit RowDecoder(absl::Span<const Attribute* const> attributes, std::optional<AsOf> as_of = {},
                      const Schema* schema = nullptr);

  // Appends one row. Values of other attributes are passed over; those of
  // another type than the attribute has are unknown. What the following say is not
  // read is not needed.
  // Errors: DATA_LOSS, after which the columns are not to be used.
  absl::Status Append(const KeptContact& contact);
  absl::Status Append(absl::string_view blob, absl::string_view behaviour = {}) {
    return Append(KeptContact{.values = blob, .behaviour = behaviour});
  }

  // Whether any attribute is derived from events.
  bool reads_behaviour() const { return reads_behaviour_; }
  // From an attribute of the organisation; from one of its events.
  bool reads_organization() const { return organization_ != nullptr; }
  bool reads_organization_behaviour() const {
    return reads_organization() && organization_->reads_behaviour();
  }
  // From people.
  bool reads_people() const { return reads_people_; }

  const std::optional<AsOf>& as_of() const { return as_of_; }

  // The columns of the rows appended since the last call, in the order of the
  // attributes.
  std::vector<Column> TakeColumns();

 private:
  struct Slot {
    const Attribute* attribute;
    std::size_t position;  // Among the columns to return.
    Column column;
    std::optional<BehaviourMeasure> measure;
    std::optional<PeopleMeasure> people_measure;
    absl::flat_hash_map<std::string, std::uint32_t> codes;  // By level.
  };

  // A column that the decoder of the organisation makes under another name.
  struct Borrowed {
    const Attribute* attribute;
    std::size_t position;
  };

  void AddSlot(const Attribute& attribute, std::size_t position);
  void Borrow(absl::Span<const Attribute* const> attributes, const Schema& schema);
  absl::Status AppendOfOrganization(const KeptContact* organization);
  std::optional<Value> DerivedValue(const Slot& slot, const KeptContact& contact,
                                    const Behaviour& behaviour) const;
  static void AppendKnown(const ValueEntry& entry, Slot& slot);
  static std::uint32_t CodeOf(absl::string_view level, std::vector<std::string>& dictionary,
                              Slot& slot);
  static void AppendMembers(const ValueEntry& entry, Slot& slot);

  std::optional<AsOf> as_of_;
  std::vector<Slot> slots_;  // By attribute number, as entries are.
  bool reads_behaviour_ = false;
  bool reads_people_ = false;
  std::vector<Borrowed> borrowed_;
  std::unique_ptr<RowDecoder> organization_;  // Makes their columns; null: there are none.
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_ROW_DECODER_H_
