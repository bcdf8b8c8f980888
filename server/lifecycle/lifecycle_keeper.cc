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
// How often one looks whether anything changed, and how soon what failed is tried again.
constexpr auto kLookAgain = std::chrono::milliseconds(500);
constexpr auto kTryAgain = std::chrono::milliseconds(10'000);
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
  std::mutex working;
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

absl::Status LifecycleKeeper::CatchUp(const std::string& workspace) {
  const std::shared_ptr<Turn> turn = TurnOf(workspace);
  const std::lock_guard lock(turn->working);
  absl::StatusOr<bool> worked = true;
  while (worked.ok() && *worked) {
    if (stopping_) return absl::CancelledError("the server stops");
    worked = Step(workspace);
  }
  return worked.status();
}

absl::StatusOr<bool> LifecycleKeeper::Step(const std::string& workspace) {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto rules = RulesOf(**snapshot, workspace);
  if (!rules.ok()) return rules.status();
  auto progress = (*snapshot)->ReadLifecycleProgress(workspace);
  if (!progress.ok()) return progress.status();
  if (progress->basis != (*rules)->basis) {
    const absl::Status walked = Walk(**rules, *progress);
    return walked.ok() ? absl::StatusOr<bool>(true) : walked;
  }
  const auto changes = (*snapshot)->Changes(workspace, progress->revision, block_rows_);
  if (!changes.ok()) return changes.status();
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

absl::Status LifecycleKeeper::Walk(const LifecycleRules& rules, LifecycleProgress progress) {
  if (progress.next_basis != rules.basis) {
    const auto snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    // What is written while it walks is looked at once more thereafter.
    progress = {
        .revision = (*snapshot)->revision(), .basis = progress.basis, .next_basis = rules.basis};
  }
  if (progress.walked_kind == ContactKind::kOrganization) {
    const absl::Status walked = WalkKind(rules, ContactKind::kOrganization, progress);
    if (!walked.ok()) return walked;
    progress.walked_kind = ContactKind::kPerson;
    progress.walked_key = 0;
  }
  if (absl::Status walked = WalkKind(rules, ContactKind::kPerson, progress); !walked.ok()) {
    return walked;
  }
  progress = {.revision = progress.revision, .basis = rules.basis};
  return Commit({.workspace = rules.workspace, .progress = progress});
}

// A block is read and classified while the one before is written.
absl::Status LifecycleKeeper::WalkKind(const LifecycleRules& rules, ContactKind kind,
                                       LifecycleProgress& progress) {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto walk = LifecycleWalk::Open(**snapshot, rules, kind, progress.walked_key, block_rows_);
  if (!walk.ok()) return walk.status();
  std::future<absl::Status> writing;
  const auto written = [&] { return writing.valid() ? writing.get() : absl::OkStatus(); };
  absl::Status status;
  while (status.ok()) {
    auto block = walk->Next();
    status = written();
    status.Update(block.status());
    if (stopping_) status.Update(absl::CancelledError("the server stops"));
    if (!status.ok() || !block->has_value()) break;
    progress.walked_key = (*block)->last_key;
    (*block)->put.progress = progress;
    writing = std::async(std::launch::async, [this, put = std::move((*block)->put)]() mutable {
      return Commit(std::move(put));
    });
  }
  status.Update(written());
  return status;
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
  Revision seen = -1;
  std::int64_t minute = -1;
  while (!stop.stop_requested()) {
    Revision revision = 0;
    const auto workspaces = Workspaces(&revision);
    const std::int64_t now = clock_.Now().micros / kMinuteMicros;
    absl::Status status = workspaces.status();
    if (workspaces.ok() && (revision != seen || now != minute)) {
      for (const std::string& workspace : *workspaces) {
        const absl::Status caught_up = CatchUp(workspace);
        if (caught_up.ok() || stopping_) continue;
        spdlog::error("workspaces/{}: lifecycles are not up to date for now: {}", workspace,
                      std::string(caught_up.message()));
        status.Update(caught_up);
      }
      seen = status.ok() ? revision : -1;
      minute = now;
    }
    wake.wait_for(lock, stop, status.ok() ? kLookAgain : kTryAgain, [] { return false; });
  }
}

}  // namespace cible
