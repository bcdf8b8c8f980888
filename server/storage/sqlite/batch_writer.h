// What each operation does to the tables. A transaction holds several
// batches, each of which takes effect whole or not at all.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_BATCH_WRITER_H_
#define CIBLE_SERVER_STORAGE_SQLITE_BATCH_WRITER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/store.h"

namespace cible {

// The only writer of a database; one thread at a time.
//
//   Begin, any number of Apply, Commit. After an error of Begin or Commit
//   nothing was written and the writer is ready for the next Begin.
class BatchWriter {
 public:
  using Results = std::vector<OperationResult>;

  static absl::StatusOr<std::unique_ptr<BatchWriter>> Make(std::unique_ptr<Connection> connection);

  absl::Status Begin();

  // Errors: the batch's own, after which it has no effect and the others of
  // the transaction stay. When in_transaction() is false thereafter, all of
  // them were rolled back.
  absl::StatusOr<Results> Apply(const WriteBatch& batch);

  absl::Status Commit();

  bool in_transaction() const { return connection_->in_transaction(); }
  Connection& connection() { return *connection_; }

 private:
  using Result = absl::StatusOr<OperationResult>;
  struct StoredContact;
  struct StoredResource;

  BatchWriter(std::unique_ptr<Connection> connection, Revision last_revision);

  // Unless it was written before, by its request.
  absl::StatusOr<Results> ApplyOnce(const WriteBatch& batch);
  absl::StatusOr<Results> ApplyOperations(const WriteBatch& batch);
  Result Apply(const PutContact& put, Timestamp time);
  Result Apply(const DeleteContact& removal, Timestamp time);
  Result Apply(const PutAssignments& put, Timestamp time);
  Result Apply(const DropAssignments& drop, Timestamp time);
  Result Apply(const PutResource& put, Timestamp time);
  Result Apply(const DeleteResource& removal, Timestamp time);

  absl::StatusOr<StoredContact> FindContact(std::int64_t workspace, const std::string& id);
  Result CreateContact(const PutContact& put, std::int64_t workspace, Timestamp time);
  Result UpdateContact(const PutContact& put, std::int64_t workspace, const StoredContact& stored,
                       Timestamp time);
  absl::StatusOr<StoredResource> FindResource(const ResourceKey& key);

  // The number that stands for the name, given now if it has none.
  absl::StatusOr<std::int64_t> NumberOfWorkspace(const std::string& workspace);
  absl::StatusOr<std::int64_t> NumberOfSegmentation(const std::string& workspace,
                                                    const std::string& segmentation);
  void Forget(Revision last_revision);

  std::unique_ptr<Connection> connection_;
  Revision committed_revision_;
  Revision last_revision_;
  // Names to numbers, as this transaction sees them.
  std::map<std::string, std::int64_t> workspaces_;
  std::map<std::pair<std::string, std::string>, std::int64_t> segmentations_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_BATCH_WRITER_H_
