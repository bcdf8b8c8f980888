// The embedded store: one SQLite database in a data folder.
//
// One connection writes, on one thread; concurrent Commits share a transaction
// and its fsync (group commit), each in a savepoint so that one failing batch
// leaves the others alone. Readers have connections of their own, each a
// snapshot (WAL). The folder is locked against a second process.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_SQLITE_STORE_H_
#define CIBLE_SERVER_STORAGE_SQLITE_SQLITE_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/storage/store.h"

namespace cible {

enum class Durability {
  kFull,     // Survives power loss: synchronous=FULL.
  kRelaxed,  // Survives a crash of the process; the last commits may be lost
             // when the machine stops: synchronous=NORMAL.
};

// Opens DIR/cible.db, makes it and the folder where absent, and migrates it to
// this version.
//
// Errors: FAILED_PRECONDITION another process has the folder, or the file was
// written by a newer version; PERMISSION_DENIED; DATA_LOSS the file is
// corrupt.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& data_dir,
                                                       Durability durability);

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_SQLITE_STORE_H_
