#include "server/storage/sqlite/sqlite_store.h"

#include <sqlite3.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/sqlite/batch_writer.h"
#include "server/storage/sqlite/commit_queue.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/sqlite/data_folder.h"
#include "server/storage/sqlite/reader_pool.h"
#include "server/storage/sqlite/schema.h"
#include "server/storage/sqlite/snapshot.h"

namespace cible {
namespace {

constexpr int kReaderLimit = 8;

class SqliteStore : public Store {
 public:
  SqliteStore(std::unique_ptr<DataFolder> folder, std::unique_ptr<BatchWriter> writer,
              Durability durability)
      : folder_(std::move(folder)),
        durability_(durability),
        readers_(folder_->database(), kReaderLimit),
        commits_(std::move(writer), readers_) {}

  // The writer closes after the readers, so that it empties the log.
  ~SqliteStore() override { readers_.CloseIdle(); }

  absl::StatusOr<std::vector<OperationResult>> Commit(WriteBatch batch) override {
    return commits_.Commit(std::move(batch));
  }

  absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() override {
    return SqliteSnapshot::Open(readers_);
  }

  std::string Description() const override {
    return absl::StrCat("SQLite ", sqlite3_libversion(), ", durability ",
                        durability_ == Durability::kFull ? "full" : "relaxed");
  }

 private:
  // Destroyed from the last to the first: the folder is let go at the end.
  std::unique_ptr<DataFolder> folder_;
  const Durability durability_;
  ReaderPool readers_;
  CommitQueue commits_;
};

// Looks at every page: what a lying disk did to it is found now, not in the
// middle of a scan.
absl::Status CheckPages(Connection& connection) {
  Query query(connection, "PRAGMA quick_check(1)");
  if (query.Step() && query.Text(0) == "ok") return absl::OkStatus();
  return query.status().ok() ? StatusFromSqlite(SQLITE_CORRUPT) : query.status();
}

// SQLite keeps its old way of writing, without a word, where it cannot have a
// log; snapshots and writers would then block each other.
absl::Status UseLog(Connection& connection) {
  Query query(connection, "PRAGMA journal_mode=WAL");
  if (query.Step() && query.Text(0) == "wal") return absl::OkStatus();
  if (!query.status().ok()) return query.status();
  return absl::FailedPreconditionError(
      "the file system of the data folder cannot hold the store's log; choose a --data-dir on a "
      "local disk");
}

absl::Status Configure(Connection& connection, Durability durability) {
  if (absl::Status status = UseLog(connection); !status.ok()) return status;
  absl::Status status = connection.Execute(
      "PRAGMA cache_size=-65536;"             // 64 MB.
      "PRAGMA secure_delete=ON;"              // What is deleted is overwritten,
      "PRAGMA temp_store=MEMORY;"             // and is in no file besides.
      "PRAGMA journal_size_limit=67108864");  // A log that grew once is cut again.
  if (!status.ok()) return status;
  return connection.Execute(durability == Durability::kFull ? "PRAGMA synchronous=FULL"
                                                            : "PRAGMA synchronous=NORMAL");
}

absl::StatusOr<std::unique_ptr<BatchWriter>> OpenWriter(const DataFolder& folder,
                                                        Durability durability) {
  auto connection = Connection::Open(folder.database(), Connection::Access::kWrite);
  if (!connection.ok()) return connection.status();
  absl::Status status = CheckStoreVersion(**connection);
  if (status.ok() && folder.was_left_open()) status = CheckPages(**connection);
  if (status.ok()) status = Configure(**connection, durability);
  if (status.ok()) status = MigrateStore(**connection);
  if (!status.ok()) return status;
  // What was erased in the moment before a crash may still be in the log. Where
  // a backup reads it, the writer tries again (has_erased).
  (*connection)->EmptyLog().IgnoreError();
  return BatchWriter::Make(*std::move(connection));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& data_dir,
                                                       Durability durability) {
  auto folder = DataFolder::Open(data_dir);
  if (!folder.ok()) return folder.status();
  auto writer = OpenWriter(**folder, durability);
  if (!writer.ok()) return writer.status();
  return std::make_unique<SqliteStore>(*std::move(folder), *std::move(writer), durability);
}

}  // namespace cible
