// The connections that snapshots read through: a bounded number, opened when
// first needed and kept.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_READER_POOL_H_
#define CIBLE_SERVER_STORAGE_SQLITE_READER_POOL_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/storage/sqlite/connection.h"

namespace cible {

// Thread-safe. Outlives the connections it lends.
class ReaderPool {
 public:
  ReaderPool(std::string path, int limit);

  // A connection outside any transaction, its caller's until given back.
  // Waits for one when all are lent.
  // Errors: UNAVAILABLE when none came back for 30 s.
  absl::StatusOr<std::unique_ptr<Connection>> Borrow();
  void GiveBack(std::unique_ptr<Connection> connection);

  // Calls `act` while no connection is lent: waits for those that are, and lets
  // others wait meanwhile, which is why the patience should be short. Returns
  // whether it was called. One thread at a time.
  bool WhileIdle(std::chrono::milliseconds patience, const std::function<void()>& act);

  // Closes the idle connections.
  void CloseIdle();

 private:
  const std::string path_;
  const int limit_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::condition_variable all_returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // Guarded by mutex_.
  int lent_ = 0;                                   // Guarded by mutex_.
  bool paused_ = false;                            // Guarded by mutex_.
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_READER_POOL_H_
