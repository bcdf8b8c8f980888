// What classifying contacts anew changes in the store.

#ifndef CIBLE_SERVER_LIFECYCLE_LIFECYCLE_CHANGES_H_
#define CIBLE_SERVER_LIFECYCLE_LIFECYCLE_CHANGES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/storage/store.h"

namespace cible {

// Of these contacts, by key, ascending. Those that may not be classified lose what was
// found of them; minors are looked at again the next day. O(keys).
absl::StatusOr<PutLifecycles> ClassifyKeys(Snapshot& snapshot, const LifecycleRules& rules,
                                           std::vector<std::int64_t> keys);

// Of all contacts of a kind, in key order, block by block.
class LifecycleWalk {
 public:
  // The snapshot and the rules outlive it.
  static absl::StatusOr<LifecycleWalk> Open(Snapshot& snapshot, const LifecycleRules& rules,
                                            ContactKind kind, std::int64_t after_key,
                                            int block_rows);
  LifecycleWalk(LifecycleWalk&&) noexcept;
  ~LifecycleWalk();

  // The next block's, and the key up to which contacts are done thereby; nullopt past
  // the last.
  struct Block {
    PutLifecycles put;
    std::int64_t last_key = 0;
  };
  absl::StatusOr<std::optional<Block>> Next();

 private:
  struct Parts;
  explicit LifecycleWalk(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_LIFECYCLE_LIFECYCLE_CHANGES_H_
