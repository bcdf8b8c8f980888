// Group commit: the one thread that writes. Batches that wait at the same
// moment share a transaction and its fsync; each caller is answered once it is
// durable.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_COMMIT_QUEUE_H_
#define CIBLE_SERVER_STORAGE_SQLITE_COMMIT_QUEUE_H_

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/sqlite/batch_writer.h"
#include "server/storage/sqlite/reader_pool.h"
#include "server/storage/store.h"

namespace cible {

// Thread-safe. No linger: while one group is written the next one gathers, so
// an idle store answers at once and a busy one shares more.
class CommitQueue {
 public:
  // The readers outlive it.
  CommitQueue(std::unique_ptr<BatchWriter> writer, ReaderPool& readers);

  // Writes what is queued, then closes the writer, which empties the log when
  // no reader is left. REQUIRES: no Commit() starts any more.
  ~CommitQueue();

  // As Store::Commit.
  absl::StatusOr<std::vector<OperationResult>> Commit(WriteBatch batch);

 private:
  // A caller that waits; lives on its stack.
  struct Waiter {
    WriteBatch batch;
    absl::StatusOr<std::vector<OperationResult>> results;
    bool done = false;
    std::condition_variable answered;
  };
  using Group = std::vector<Waiter*>;

  void Run();
  std::optional<Group> NextGroup();
  void Write(const Group& group);
  absl::Status TryWrite(const Group& group);
  void Answer(const Group& group);
  void ClearErased();
  void CheckpointWhenDue();

  ReaderPool& readers_;
  std::unique_ptr<BatchWriter> writer_;                // Of thread_ only, and the next too:
  std::chrono::steady_clock::time_point clear_again_;  // no sooner than then.
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Waiter*> queue_;  // Guarded by mutex_.
  bool stopping_ = false;      // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_COMMIT_QUEUE_H_
