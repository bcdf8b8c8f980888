#include "server/lifecycle/lifecycle_keeper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <optional>
#include <utility>

#include "server/lifecycle/lifecycle_changes.h"
#include "server/rpc/thread_scheduling.h"
#include "server/storage/collections.h"

namespace cible {
namespace {

// As low as tables (rpc_server.cc): those whom somebody waits for go first.
constexpr int kNiceness = 10;
// How often one looks whether anything changed; what failed is tried again at the next
// change, and every minute.
constexpr auto kLookAgain = std::chrono::milliseconds(500);
constexpr auto kLookForTurn = std::chrono::milliseconds(20);
constexpr std::int64_t kMinuteMicros = 60'000'000;  // Days begin with one, in any zone.
constexpr int kMostWorkspaces = 1 << 20;

std::vector<std::int64_t> KeysOf(const std::vector<Change>& changes) {
  std::vector<std::int64_t> keys;
  for (const Change& change : changes) {
    if (!change.deleted) keys.push_back(change.key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

// Of one workspace: one at a time works for it.
struct LifecycleKeeper::Turn {
  std::timed_mutex working;
  std::atomic<int> waiting = 0;
  std::mutex reading;
  std::shared_ptr<const LifecycleRules> rules;  // Null: not read yet. Guarded by `reading`.
};

LifecycleKeeper::LifecycleKeeper(Store& store, const ModelRegistry& registry, const Clock& clock,
                                 int block_rows)
    : store_(store), registry_(registry), clock_(clock), block_rows_(block_rows) {}

LifecycleKeeper::~LifecycleKeeper() = default;

std::shared_ptr<LifecycleKeeper::Turn> LifecycleKeeper::TurnOf(const std::string& workspace) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Turn>& turn = turns_[workspace];
  if (turn == nullptr) turn = std::make_shared<Turn>();
  return turn;
}

absl::StatusOr<std::shared_ptr<const LifecycleRules>> LifecycleKeeper::RulesOf(
    Snapshot& snapshot, const std::string& workspace) {
  const auto basis = ReadLifecycleBasis(snapshot, registry_, workspace);
  if (!basis.ok()) return basis.status();
  const Timestamp now = clock_.Now();
  const std::shared_ptr<Turn> turn = TurnOf(workspace);
  const std::lock_guard lock(turn->reading);
  const auto& kept = turn->rules;
  if (kept != nullptr && kept->basis == *basis && kept->as_of.day == DayIn(kept->time_zone, now)) {
    return kept;
  }
  auto rules = ReadLifecycleRules(snapshot, registry_, workspace, now);
  if (!rules.ok()) return rules.status();
  turn->rules = std::make_shared<const LifecycleRules>(*std::move(rules));
  return turn->rules;
}

absl::Status LifecycleKeeper::CheckGoesOn(const CancelledFn& cancelled) const {
  if (stopping_) return absl::CancelledError("the server stops");
  if (cancelled && cancelled()) return absl::CancelledError("the caller has gone");
  return absl::OkStatus();
}

absl::StatusOr<bool> LifecycleKeeper::IsCurrent(const std::string& workspace, Revision* target) {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto rules = RulesOf(**snapshot, workspace);
  if (!rules.ok()) return rules.status();
  if (*target == 0) *target = (*snapshot)->revision();
  const auto progress = (*snapshot)->ReadLifecycleProgress(workspace);
  if (!progress.ok()) return progress.status();
  if (progress->basis != (*rules)->basis) return false;
  const auto changes = (*snapshot)->Changes(workspace, progress->revision, 1);
  if (!changes.ok()) return changes.status();
  if (!changes->empty() && changes->front().revision <= *target) return false;
  const auto due = (*snapshot)->DueLifecycles(workspace, (*rules)->as_of.day.days, 1);
  if (!due.ok()) return due.status();
  return due->empty();
}

absl::Status LifecycleKeeper::CatchUp(const std::string& workspace, const CancelledFn& cancelled) {
  if (absl::Status goes_on = CheckGoesOn(cancelled); !goes_on.ok()) return goes_on;
  Revision target = 0;
  const auto current = IsCurrent(workspace, &target);
  if (!current.ok()) return current.status();
  if (*current) return absl::OkStatus();
  const std::shared_ptr<Turn> turn = TurnOf(workspace);
  if (turn->waiting >= kMostWaiting) {
    return absl::UnavailableError(
        "the workspace's contacts are being classified, and others wait for that already; try "
        "again in a moment");
  }
  ++turn->waiting;
  const absl::Status status = Work(workspace, *turn, target, cancelled);
  --turn->waiting;
  return status;
}

absl::Status LifecycleKeeper::Work(const std::string& workspace, Turn& turn, Revision target,
                                   const CancelledFn& cancelled) {
  std::unique_lock lock(turn.working, std::defer_lock);
  while (!lock.try_lock_for(kLookForTurn)) {
    if (absl::Status goes_on = CheckGoesOn(cancelled); !goes_on.ok()) return goes_on;
  }
  absl::StatusOr<bool> worked = true;
  while (worked.ok() && *worked) {
    if (absl::Status goes_on = CheckGoesOn(cancelled); !goes_on.ok()) return goes_on;
    worked = Step(workspace, target, cancelled);
  }
  return worked.status();
}

absl::StatusOr<bool> LifecycleKeeper::Step(const std::string& workspace, Revision target,
                                           const CancelledFn& cancelled) {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto rules = RulesOf(**snapshot, workspace);
  if (!rules.ok()) return rules.status();
  auto progress = (*snapshot)->ReadLifecycleProgress(workspace);
  if (!progress.ok()) return progress.status();
  if (progress->basis != (*rules)->basis) {
    const absl::Status walked = Walk(**rules, *progress, cancelled);
    return walked.ok() ? absl::StatusOr<bool>(true) : walked;
  }
  auto changes = (*snapshot)->Changes(workspace, progress->revision, block_rows_);
  if (!changes.ok()) return changes.status();
  if (!changes->empty() && changes->front().revision > target) changes->clear();
  std::vector<std::int64_t> keys = KeysOf(*changes);
  if (changes->empty()) {
    auto due = (*snapshot)->DueLifecycles(workspace, (*rules)->as_of.day.days, block_rows_);
    if (!due.ok()) return due.status();
    keys = *std::move(due);
    std::sort(keys.begin(), keys.end());
    if (keys.empty()) return false;
  }
  auto put = ClassifyKeys(**snapshot, **rules, std::move(keys));
  if (!put.ok()) return put.status();
  if (!changes->empty()) {
    progress->revision = changes->back().revision;
    put->progress = *progress;
  }
  const absl::Status committed = Commit(*std::move(put));
  return committed.ok() ? absl::StatusOr<bool>(true) : committed;
}

absl::Status LifecycleKeeper::Walk(const LifecycleRules& rules, LifecycleProgress progress,
                                   const CancelledFn& cancelled) {
  if (progress.next_basis != rules.basis) {
    const auto snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    // What is written while it walks is looked at once more thereafter.
    progress = {
        .revision = (*snapshot)->revision(), .basis = progress.basis, .next_basis = rules.basis};
  }
  if (progress.walked_kind == ContactKind::kOrganization) {
    const auto ended = WalkKind(rules, ContactKind::kOrganization, progress, cancelled);
    if (!ended.ok() || !*ended) return ended.status();
    progress.walked_kind = ContactKind::kPerson;
    progress.walked_key = 0;
  }
  const auto ended = WalkKind(rules, ContactKind::kPerson, progress, cancelled);
  if (!ended.ok() || !*ended) return ended.status();
  progress = {.revision = progress.revision, .basis = rules.basis};
  return Commit({.workspace = rules.workspace, .progress = progress});
}

// A block is read and classified while the one before is written.
absl::StatusOr<bool> LifecycleKeeper::WalkKind(const LifecycleRules& rules, ContactKind kind,
                                               LifecycleProgress& progress,
                                               const CancelledFn& cancelled) {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto walk = LifecycleWalk::Open(**snapshot, rules, kind, progress.walked_key, block_rows_);
  if (!walk.ok()) return walk.status();
  std::future<absl::Status> writing;
  const auto written = [&] { return writing.valid() ? writing.get() : absl::OkStatus(); };
  bool ended = false;
  absl::Status status;
  while (status.ok()) {
    auto block = walk->Next();
    status = written();
    status.Update(block.status());
    status.Update(CheckGoesOn(cancelled));
    if (!status.ok()) break;
    ended = !block->has_value();
    if (ended || !IsStill(rules)) break;
    progress.walked_key = (*block)->last_key;
    (*block)->put.progress = progress;
    writing = std::async(std::launch::async, [this, put = std::move((*block)->put)]() mutable {
      return Commit(std::move(put));
    });
  }
  status.Update(written());
  if (!status.ok()) return status;
  return ended;
}

bool LifecycleKeeper::IsStill(const LifecycleRules& rules) {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return true;
  const auto basis = ReadLifecycleBasis(**snapshot, registry_, rules.workspace);
  return !basis.ok() || *basis == rules.basis;
}

absl::Status LifecycleKeeper::Commit(PutLifecycles put) {
  WriteBatch batch{.operations = {}, .time = clock_.Now()};
  batch.operations.emplace_back(std::move(put));
  return store_.Commit(std::move(batch)).status();
}

absl::StatusOr<std::vector<std::string>> LifecycleKeeper::Workspaces(Revision* revision) {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  *revision = (*snapshot)->revision();
  const auto resources =
      (*snapshot)->List("", WorkspaceKey("").collection, "", "", kMostWorkspaces);
  if (!resources.ok()) return resources.status();
  std::vector<std::string> ids;
  for (const Resource& resource : *resources) ids.push_back(resource.key.id);
  return ids;
}

void LifecycleKeeper::KeepUp(std::stop_token stop) {
  BeNice(kNiceness);
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  std::map<std::string, std::string> complaints;  // The last of each workspace.
  Revision seen = -1;
  std::int64_t minute = -1;
  while (!stop.stop_requested()) {
    Revision revision = 0;
    const auto workspaces = Workspaces(&revision);
    const std::int64_t now = clock_.Now().micros / kMinuteMicros;
    if (workspaces.ok() && (revision != seen || now != minute)) {
      for (const std::string& workspace : *workspaces) {
        const absl::Status status = CatchUp(workspace, [&] { return stop.stop_requested(); });
        Complain(workspace, status, complaints[workspace]);
      }
      seen = revision;
      minute = now;
    }
    wake.wait_for(lock, stop, kLookAgain, [] { return false; });
  }
}

// Once, until it is another: a workspace whose contacts cannot be classified is looked at
// all the same.
void LifecycleKeeper::Complain(const std::string& workspace, const absl::Status& status,
                               std::string& last) const {
  std::string message(status.ok() || stopping_ ? "" : status.message());
  if (!message.empty() && message != last) {
    spdlog::error("workspaces/{}: lifecycles are not up to date for now: {}", workspace, message);
  }
  last = std::move(message);
}

}  // namespace cible
