// The tables of the embedded store, and how a file written by an earlier
// version becomes one of this version.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_SCHEMA_H_
#define CIBLE_SERVER_STORAGE_SQLITE_SCHEMA_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/schema.h"
#include "server/storage/sqlite/connection.h"

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

// Kinds and stages as integers on disk.
std::int64_t ToColumn(ContactKind kind);
std::int64_t ToColumn(Stage stage);
ContactKind KindFromColumn(std::int64_t value);
Stage StageFromColumn(std::int64_t value);

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_SCHEMA_H_
