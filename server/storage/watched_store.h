// A store that remembers when it last changed what is known of a contact, so that a
// cache in front of it never answers by what was known before an acknowledged write.
//
// Changes are counted. Whoever reads notes the count before it opens a snapshot;
// what it read holds as long as nothing about the contact was counted since.

#ifndef CIBLE_SERVER_STORAGE_WATCHED_STORE_H_
#define CIBLE_SERVER_STORAGE_WATCHED_STORE_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/storage/store.h"

namespace cible {

class WatchedStore : public Store {
 public:
  explicit WatchedStore(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  absl::StatusOr<std::vector<OperationResult>> Commit(WriteBatch batch) override;
  absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() override {
    return store_->OpenSnapshot();
  }
  std::string Description() const override { return store_->Description(); }

  // Changes counted so far. Every change up to here is in any snapshot that is
  // opened from now on.
  std::uint64_t change_count() const { return change_count_; }

  // Whether the contact with this key, or something that all contacts of its
  // workspace depend on, may have changed since. Contacts share their counts with
  // others: true may be said in vain, false never.
  bool MayHaveChanged(absl::string_view workspace, std::int64_t contact_key,
                      std::uint64_t since) const;

 private:
  void CountContact(std::int64_t contact_key);
  void CountWorkspace(absl::string_view workspace);

  static constexpr std::size_t kContactSlots = 1 << 14;
  static constexpr std::size_t kWorkspaceSlots = 1 << 8;

  const std::unique_ptr<Store> store_;
  std::atomic<std::uint64_t> change_count_ = 0;
  // The count at the last change of a contact or workspace of the slot.
  std::array<std::atomic<std::uint64_t>, kContactSlots> contacts_{};
  std::array<std::atomic<std::uint64_t>, kWorkspaceSlots> workspaces_{};
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_WATCHED_STORE_H_
