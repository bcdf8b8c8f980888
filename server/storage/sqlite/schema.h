// The tables of the embedded store, and how a file written by an earlier
// version becomes one of this version.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_SCHEMA_H_
#define CIBLE_SERVER_STORAGE_SQLITE_SCHEMA_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/schema.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/store.h"

namespace cible {

// The version of the tables that this program reads and writes; kept in the
// file as `PRAGMA user_version`.
int StoreSchemaVersion();

// Whether the file is ours, and not newer than this program. Writes nothing.
// Errors: FAILED_PRECONDITION; DATA_LOSS for a file that is no database.
absl::Status CheckStoreVersion(Connection& connection);

// Applies the migrations that the file lacks, each in a transaction of its
// own; a new file gets them all. REQUIRES: CheckStoreVersion() passed.
absl::Status MigrateStore(Connection& connection);

// Kinds, stages, roles and legal bases as integers on disk.
std::int64_t ToColumn(ContactKind kind);
std::int64_t ToColumn(Stage stage);
ContactKind KindFromColumn(std::int64_t value);
Stage StageFromColumn(std::int64_t value);
std::int64_t ToColumn(LegalBasis basis);
std::int64_t ToColumn(BuyingRole role);
BuyingRole BuyingRoleFromColumn(std::int64_t value);
LegalBasis LegalBasisFromColumn(std::int64_t value);

// When a contact objected; 0 for not at all.
std::optional<Timestamp> ObjectionFromColumn(std::int64_t value);

// Times that may be absent, which are NULL.
std::optional<std::int64_t> ToColumn(std::optional<Timestamp> time);
std::optional<Timestamp> TimeFromColumn(const Query& row, int column);

// The columns from `column` on: give_time, expire_time, withdraw_time.
Consent ReadConsent(const Query& row, int column, std::string purpose, std::string channel);

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_SCHEMA_H_
