// Keeps what is found of stored contacts that of the present.
//
// Contacts are classified anew when they change, in the order of the changes; when they
// are due, by the index of due days; and all of them, organisations before persons, when
// the rules change: the policy, the personas, the workspace. How far that has come stands
// in the store, so that a restart goes on where the server stopped. A thread does so
// within a second; whoever reads lifecycles calls CatchUp first, and so never reads what
// was before a write that is acknowledged.

#ifndef CIBLE_SERVER_LIFECYCLE_LIFECYCLE_KEEPER_H_
#define CIBLE_SERVER_LIFECYCLE_LIFECYCLE_KEEPER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/clock.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"

namespace cible {

// Contacts in one commit, which other writers wait for some milliseconds.
inline constexpr int kLifecycleBlock = 4096;

// Of one workspace, who may wait at a time for contacts to be classified: they hold
// threads that others need.
inline constexpr int kMostWaiting = 8;

// Thread-safe. Calls block: store threads only.
class LifecycleKeeper {
 public:
  // All of these outlive it.
  LifecycleKeeper(Store& store, const ModelRegistry& registry, const Clock& clock,
                  int block_rows = kLifecycleBlock);
  ~LifecycleKeeper();

  using CancelledFn = std::function<bool()>;

  // Returns when all contacts of the workspace are classified by its rules as they were
  // written before, and all that is due by now is done; what is written meanwhile is left.
  // O(contacts changed or due), of the workspace after its rules changed; one look into
  // the store when there is nothing.
  // Errors: those of ReadLifecycleRules and of the store; CANCELLED after Stop(), or when
  // `cancelled` says so; UNAVAILABLE when kMostWaiting wait already.
  absl::Status CatchUp(const std::string& workspace, const CancelledFn& cancelled = {});

  // The rules of the workspace now, compiled once as long as they are the same.
  absl::StatusOr<std::shared_ptr<const LifecycleRules>> RulesOf(Snapshot& snapshot,
                                                                const std::string& workspace);

  // Catches up with all workspaces as they change and as time goes by until asked to
  // stop: for a thread of its own.
  void KeepUp(std::stop_token stop);

  // Ends what catches up, soon and for good.
  void Stop() { stopping_ = true; }

 private:
  struct Turn;

  std::shared_ptr<Turn> TurnOf(const std::string& workspace);
  // Whether all that was written up to a revision, and is due, is done. 0: up to now,
  // which is put there.
  absl::StatusOr<bool> IsCurrent(const std::string& workspace, Revision* target);
  // Waits for its turn, and works until all up to the revision is done.
  absl::Status Work(const std::string& workspace, Turn& turn, Revision target,
                    const CancelledFn& cancelled);
  // Does the next part of what is to be done; whether there was any.
  absl::StatusOr<bool> Step(const std::string& workspace, Revision target,
                            const CancelledFn& cancelled);
  // All contacts, by other rules than before, until these are others again.
  absl::Status Walk(const LifecycleRules& rules, LifecycleProgress progress,
                    const CancelledFn& cancelled);
  // Whether it came to the end.
  absl::StatusOr<bool> WalkKind(const LifecycleRules& rules, ContactKind kind,
                                LifecycleProgress& progress, const CancelledFn& cancelled);
  // Whether the workspace has no other rules by now: a walk by these would be in vain.
  bool IsStill(const LifecycleRules& rules);
  absl::Status CheckGoesOn(const CancelledFn& cancelled) const;
  absl::Status Commit(PutLifecycles put);
  void Complain(const std::string& workspace, const absl::Status& status, std::string& last) const;
  absl::StatusOr<std::vector<std::string>> Workspaces(Revision* revision);

  Store& store_;
  const ModelRegistry& registry_;
  const Clock& clock_;
  const int block_rows_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Turn>> turns_;  // By workspace. Guarded by mutex_.
};

}  // namespace cible

#endif  // CIBLE_SERVER_LIFECYCLE_LIFECYCLE_KEEPER_H_
