// Stored contacts as messages.

#ifndef CIBLE_SERVER_SERVICES_STORED_CONTACT_H_
#define CIBLE_SERVER_SERVICES_STORED_CONTACT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cible/v1/contact.pb.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "server/storage/store.h"

namespace cible {

// Everything but the assignments. `table` holds the values, in row `row`.
void ContactToProto(const std::string& workspace, const ContactRecord& record,
                    const ContactTable& table, int row, const Schema& schema, v1::Contact* message);

// The same, of a record with its values; derived ones as of the day, and without
// one none.
// Errors: DATA_LOSS for values that cannot be read.
absl::Status RecordToProto(Snapshot& snapshot, const std::string& workspace,
                           const ContactRecord& record, const Schema& schema,
                           const std::optional<AsOf>& as_of, v1::Contact* message);

// Adds the assignments, one a segmentation that has an active model.
// Errors: those of the store; DATA_LOSS for a segmentation that cannot be read.
absl::Status AddAssignments(Snapshot& snapshot, const std::string& workspace,
                            absl::Span<const std::string> ids,
                            absl::Span<v1::Contact* const> messages);

// Adds the names that lead to the contacts, by key, since contacts were merged.
absl::Status AddFormerNames(Snapshot& snapshot, const std::string& workspace,
                            absl::Span<const std::int64_t> keys,
                            absl::Span<v1::Contact* const> messages);

// Fills the messages with the contacts that these ids lead to: assignments,
// provenance and consents, in force or not at the time, included; derived
// attributes are as of that time.
// Errors: NOT_FOUND when there is none of an id; those of the others.
absl::Status ReadContacts(Snapshot& snapshot, const std::string& workspace,
                          absl::Span<const std::string> ids, const Schema& schema, Timestamp now,
                          absl::Span<v1::Contact* const> messages);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_STORED_CONTACT_H_
