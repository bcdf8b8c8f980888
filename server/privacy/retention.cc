#include "server/privacy/retention.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "cible/storage/v1/resources.pb.h"
#include "segmentation/behaviour/behaviour.h"
#include "server/lifecycle/block_classification.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

using storage::v1::StoredRetention;

constexpr std::int64_t kDayMicros = 86'400'000'000;
// Contacts erased in one commit, which others wait for.
constexpr std::size_t kBatch = 256;
// Blocks read from one view of the store, which keeps its log from shrinking.
constexpr int kBlocksAView = 16;
// How often one looks whether a day has passed.
constexpr auto kLookAgain = std::chrono::milliseconds(1'000);

struct Due {
  std::vector<std::pair<std::string, Revision>> contacts;
  std::vector<std::int64_t> keys = {};  // Of the contacts.
  std::int64_t examined = 0;
  std::int64_t after_key = 0;  // Where to go on.
  bool at_end = false;
};

int DaysOf(const v1::Workspace& workspace) {
  return workspace.retention_days() == 0 ? kDefaultRetentionDays : workspace.retention_days();
}

Timestamp SilentSince(Timestamp now, int days) { return {now.micros - days * kDayMicros}; }

bool IsSubject(Stage stage) { return stage == Stage::kLead || stage == Stage::kProspect; }

void TakeDue(const ContactBlock& block, Timestamp silent_since, Due& due) {
  for (std::size_t row = 0; row < block.records.size(); ++row) {
    const ContactRecord& contact = block.records[row];
    if (!IsSubject(contact.stage)) continue;
    ++due.examined;
    if (contact.update_time >= silent_since) continue;
    due.contacts.emplace_back(contact.id, contact.revision);
    due.keys.push_back(contact.key);
  }
  due.after_key = block.keys.back();
}

// Nobody who is a customer by the company's own policy, by its organisation or by a
// person's word is erased, whatever stage was imported: they are classified here and now,
// whether or not they may be profiled. Without a policy that works nobody is erased.
absl::Status LeaveOutCustomers(Snapshot& snapshot, const std::string& workspace, Timestamp now,
                               Due& due) {
  if (due.keys.empty()) return absl::OkStatus();
  auto rules = ReadStandingRules(snapshot, workspace, now);
  if (!rules.ok()) return rules.status();
  rules->left_out = {.objecting = false};
  ScanRequest request = LifecycleScan(*rules);
  request.keys = due.keys;
  std::set<std::int64_t> customers;
  const absl::Status status = snapshot.Scan(request, [&](const ContactBlock& block) {
    const auto standings = ClassifyBlock(snapshot, *rules, block);
    if (!standings.ok()) return standings.status();
    for (std::size_t row = 0; row < standings->size(); ++row) {
      const bool is_customer = (*standings)[row].state.relation() == Relation::kCustomer;
      if (is_customer) customers.insert(block.keys[row]);
    }
    return absl::OkStatus();
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < due.keys.size(); ++i) {
    if (customers.contains(due.keys[i])) continue;
    if (kept != i) due.contacts[kept] = std::move(due.contacts[i]);
    ++kept;
  }
  due.contacts.resize(kept);
  return status;
}

// Who has bought is a customer, whatever the stage says that was recorded.
absl::Status LeaveOutBuyers(Snapshot& snapshot, const std::string& workspace, Due& due) {
  std::vector<std::string> ids;
  for (const auto& [id, revision] : due.contacts) ids.push_back(id);
  const auto records = snapshot.Lookup(workspace, ids);
  if (!records.ok()) return records.status();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!(*records)[i].has_value()) continue;
    const auto behaviour = DecodeBehaviour((*records)[i]->behaviour);
    if (!behaviour.ok()) return behaviour.status();
    if (behaviour->orders > 0) continue;
    if (kept != i) due.contacts[kept] = std::move(due.contacts[i]);
    ++kept;
  }
  due.contacts.resize(kept);
  return absl::OkStatus();
}

// Those due in the next blocks.
absl::StatusOr<Due> FindDue(Store& store, const std::string& workspace, Timestamp silent_since,
                            Timestamp now, std::int64_t after_key) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto scan =
      (*snapshot)->OpenScan({.workspace = workspace,
                             .passed_over = {.objecting = false},  // Theirs end as well.
                             .after_key = after_key});
  if (!scan.ok()) return scan.status();
  Due due{.contacts = {}, .after_key = after_key};
  for (int blocks = 0; blocks < kBlocksAView && due.contacts.size() < kBatch; ++blocks) {
    const auto block = (*scan)->Next();
    if (!block.ok()) return block.status();
    due.at_end = !block->has_value();
    if (due.at_end) break;
    TakeDue(**block, silent_since, due);
  }
  absl::Status status = LeaveOutCustomers(**snapshot, workspace, now, due);
  if (status.ok()) status = LeaveOutBuyers(**snapshot, workspace, due);
  if (!status.ok()) return status;
  return due;
}

// Erases those that are as they were when they were found; returns how many.
absl::StatusOr<std::int64_t> Erase(Store& store, const std::string& workspace,
                                   absl::Span<const std::pair<std::string, Revision>> due,
                                   Timestamp time) {
  std::vector<Operation> erasures;
  for (const auto& [id, revision] : due) {
    erasures.emplace_back(DeleteContact{workspace, id, revision});
  }
  while (!erasures.empty()) {
    const absl::Status status = store
                                    .Commit({.operations = erasures,
                                             .time = time,
                                             .request = {},
                                             .author = Author{"cible-server", "Retention"}})
                                    .status();
    if (status.ok()) break;
    const std::optional<int> changed = FailedOperation(status);  // Or erased, meanwhile.
    if (!changed.has_value()) return status;
    erasures.erase(erasures.begin() + *changed);
  }
  return std::ssize(erasures);
}

absl::StatusOr<v1::Workspace> ReadWorkspace(Store& store, const std::string& workspace) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto stored =
      ReadStored<storage::v1::StoredWorkspace>(**snapshot, WorkspaceKey(workspace), "workspace");
  if (!stored.ok()) return stored.status();
  return std::move(*stored->message.mutable_workspace());
}

// What was recorded of the last run; nothing before the first.
absl::StatusOr<StoredRetention> ReadRecord(Store& store, const std::string& workspace) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto stored = ReadStored<StoredRetention>(**snapshot, RetentionKey(workspace), "report");
  if (absl::IsNotFound(stored.status())) return StoredRetention();
  if (!stored.ok()) return stored.status();
  return std::move(stored->message);
}

absl::Status Record(Store& store, const std::string& workspace, const StoredRetention& record,
                    Timestamp time) {
  PutResource write{RetentionKey(workspace), record.SerializeAsString(), {}};
  return store.Commit({.operations = {std::move(write)}, .time = time}).status();
}

// Whether the rule has been in the workspace for a day.
absl::StatusOr<bool> MayErase(StoredRetention& record, Timestamp now) {
  if (!record.has_start_time()) TimestampToProto(now, record.mutable_start_time());
  const auto start = TimestampFromProto(record.start_time());
  if (!start.ok()) return start.status();
  return now.micros - start->micros >= kDayMicros;
}

}  // namespace

RetentionRule::RetentionRule(Store& store, const Clock& clock, std::function<void()> erased)
    : store_(store), clock_(clock), erased_(std::move(erased)) {}

absl::Status RetentionRule::Run(const std::string& workspace) {
  const auto settings = ReadWorkspace(store_, workspace);
  if (!settings.ok()) return settings.status();
  const int days = DaysOf(*settings);
  if (days == kNoRetention) return absl::OkStatus();
  auto record = ReadRecord(store_, workspace);
  if (!record.ok()) return record.status();
  const Timestamp now = clock_.Now();
  const auto may_erase = MayErase(*record, now);
  if (!may_erase.ok()) return may_erase.status();
  if (!*may_erase) return Record(store_, workspace, *record, now);
  v1::RetentionReport* report = record->mutable_report();
  report->set_examined_count(0);
  report->set_erased_count(0);
  report->clear_error();
  TimestampToProto(now, report->mutable_last_run_time());
  const absl::Status status = EraseDue(workspace, SilentSince(now, days), now, *report);
  report->set_total_erased_count(report->total_erased_count() + report->erased_count());
  if (!status.ok()) report->set_error(std::string(status.message()));
  const absl::Status recorded = Record(store_, workspace, *record, now);
  if (report->erased_count() > 0) {
    if (erased_) erased_();
    spdlog::info("retention: {} of {} leads and prospects of workspaces/{} erased after {} days",
                 report->erased_count(), report->examined_count(), workspace, days);
  }
  return status.ok() ? recorded : status;
}

absl::Status RetentionRule::EraseDue(const std::string& workspace, Timestamp silent_since,
                                     Timestamp now, v1::RetentionReport& report) {
  Due due;
  while (!due.at_end) {
    if (stopping_) return absl::CancelledError("the server stopped during the run");
    auto next = FindDue(store_, workspace, silent_since, now, due.after_key);
    if (!next.ok()) return next.status();
    due = *std::move(next);
    report.set_examined_count(report.examined_count() + due.examined);
    for (std::size_t begin = 0; begin < due.contacts.size(); begin += kBatch) {
      const auto erased =
          Erase(store_, workspace, absl::MakeSpan(due.contacts).subspan(begin, kBatch), now);
      if (!erased.ok()) return erased.status();
      report.set_erased_count(report.erased_count() + *erased);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::RetentionReport> ReportRetention(Store& store, const std::string& workspace,
                                                    Timestamp now) {
  const auto settings = ReadWorkspace(store, workspace);
  if (!settings.ok()) return settings.status();
  const auto record = ReadRecord(store, workspace);
  if (!record.ok()) return record.status();
  v1::RetentionReport report = record->report();
  const int days = DaysOf(*settings);
  report.set_retention_days(days);
  std::int64_t due_count = 0;
  Due due{.contacts = {}, .at_end = days == kNoRetention};
  while (!due.at_end) {
    auto next = FindDue(store, workspace, SilentSince(now, days), now, due.after_key);
    if (!next.ok()) return next.status();
    due = *std::move(next);
    due_count += std::ssize(due.contacts);
  }
  report.set_due_count(due_count);
  return report;
}

void RetentionRule::RunAll() {
  std::vector<std::string> workspaces;
  {
    // Given back before the first run: what is erased stays in the log as long
    // as anybody reads.
    const auto snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return;
    const auto resources =
        (*snapshot)->List("", "workspaces", "", "", std::numeric_limits<int>::max());
    if (!resources.ok()) return;
    for (const Resource& resource : *resources) workspaces.push_back(resource.key.id);
  }
  for (const std::string& workspace : workspaces) {
    const absl::Status status = Run(workspace);
    if (!status.ok() && !stopping_) {
      spdlog::error("retention in workspaces/{}: {}", workspace, std::string(status.message()));
    }
  }
}

void RetentionRule::KeepRunning(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  Timestamp next{std::numeric_limits<std::int64_t>::min()};
  while (!stop.stop_requested()) {
    if (clock_.Now() >= next) {
      next = {clock_.Now().micros + kDayMicros};
      RunAll();
    }
    wake.wait_for(lock, stop, kLookAgain, [] { return false; });
  }
}

void RetentionRule::Stop() { stopping_ = true; }

}  // namespace cible
