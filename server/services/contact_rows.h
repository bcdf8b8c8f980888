// Contacts of an import that come as messages, one a contact.

#ifndef CIBLE_SERVER_SERVICES_CONTACT_ROWS_H_
#define CIBLE_SERVER_SERVICES_CONTACT_ROWS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

struct ContactRow {
  std::string id;  // Empty: the contact has no name.
  // As sent; nullopt: not said.
  std::optional<ContactKind> kind;
  std::optional<Stage> stage;
  std::string values;                       // See contact_values.h.
  std::optional<std::string> organization;  // Id.
  std::optional<BuyingRole> buying_role;
};

// What could be read. Of a bad row the first error is reported, in the order of
// the rows.
struct ContactRows {
  std::vector<ContactRow> rows;
  std::vector<int> source_rows;  // For each of `rows`, its position in the message.
  std::vector<RowError> errors;
};

// Checks names, kinds, stages, organisations, roles and values, as those of an update; a row with
// an etag is refused, since an import compares none, and of two rows with one name the later is.
// Output-only fields are passed over. O(values). Errors: INVALID_ARGUMENT for more than 65,536
// contacts.
absl::StatusOr<ContactRows> ReadContactRows(
    const google::protobuf::RepeatedPtrField<v1::Contact>& contacts, const std::string& workspace,
    const Schema& schema);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CONTACT_ROWS_H_
