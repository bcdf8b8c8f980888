// A store whose disk can be full, and in whose commits a test can step.

#ifndef CIBLE_TESTS_SERVER_TRAINING_FILLING_STORE_H_
#define CIBLE_TESTS_SERVER_TRAINING_FILLING_STORE_H_

#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/storage/store.h"

namespace cible {

// The store below, until its disk is full.
class FillingStore : public Store {
 public:
  explicit FillingStore(Store& store) : store_(store) {}

  absl::StatusOr<std::vector<OperationResult>> Commit(WriteBatch batch) override {
    if (at_commit) at_commit(batch);
    if (commits_left.fetch_sub(1) > 0) return store_.Commit(std::move(batch));
    return absl::ResourceExhaustedError("the disk of the data folder is full");
  }
  absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() override {
    if (at_snapshot) at_snapshot();
    return store_.OpenSnapshot();
  }
  std::string Description() const override { return store_.Description(); }

  std::atomic<int> commits_left = std::numeric_limits<int>::max();
  std::function<void(const WriteBatch&)> at_commit;  // Before it.
  std::function<void()> at_snapshot;                 // Likewise.

 private:
  Store& store_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_SERVER_TRAINING_FILLING_STORE_H_
