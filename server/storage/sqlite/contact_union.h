// What a merge of contacts does to the tables.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_CONTACT_UNION_H_
#define CIBLE_SERVER_STORAGE_SQLITE_CONTACT_UNION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "server/storage/sqlite/connection.h"

namespace cible {

// Gives `kept` all that belongs to `other`, and removes `other`: its last state
// and its history become history of `kept`, its provenances, consents, entries in
// the audit trail and redirects those of `kept`, and its id leads to `kept` from
// now on. Of two consents for one purpose and channel the later word counts. An
// objection of either is one of both. Assignments of `other` are the caller's to
// drop first. Within a transaction; both are keys of contacts of one workspace.
absl::Status UniteContacts(Connection& connection, std::int64_t kept, std::int64_t other);

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_CONTACT_UNION_H_
