#include "server/training/assignment_keeper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "server/privacy/left_out.h"
#include "server/registry/model_contacts.h"
#include "server/wire/behaviour_store.h"

namespace cible {
namespace {

constexpr std::size_t kBlockRows = 4096;
// Of a pass over all contacts: large enough that making each durable costs
// little, small enough that other writers do not wait long.
constexpr int kPassRows = 16'384;
// How soon what failed is tried again, and how often one looks whether it did.
constexpr auto kTryAgain = std::chrono::milliseconds(10'000);
constexpr auto kLookAgain = std::chrono::milliseconds(1'000);

// One entry a row; without contacts yet.
PutAssignments Assign(const ActiveModel& active, const ContactTable& table, Date as_of) {
  PutAssignments put{.workspace = active.name.workspace,
                     .segmentation = active.name.segmentation,
                     .model = active.name.id,
                     .entries = {},
                     .day = as_of};
  const std::vector<Posterior> posteriors = active.model->Assign(table, as_of);
  put.entries.reserve(posteriors.size());
  for (std::size_t row = 0; row < posteriors.size(); ++row) {
    const int winner = posteriors[row].winner;
    PutAssignments::Entry entry;
    if (winner >= 0) {
      entry.segment = active.segment_id(winner);
      entry.probability = posteriors[row].probabilities[static_cast<std::size_t>(winner)];
    }
    put.entries.push_back(std::move(entry));
  }
  return put;
}

absl::Status CommitAssignments(Store& store, PutAssignments put, Timestamp time) {
  if (put.entries.empty()) return absl::OkStatus();
  WriteBatch batch{.operations = {}, .time = time};
  batch.operations.emplace_back(std::move(put));
  return store.Commit(std::move(batch)).status();
}

PutAssignments AssignBlock(const ActiveModel& active, const ContactBlock& block, Date as_of,
                           Revision read_at) {
  PutAssignments put = Assign(active, block.table, as_of);
  for (std::size_t row = 0; row < put.entries.size(); ++row) {
    put.entries[row].key = block.keys[row];
  }
  put.read_at = read_at;
  return put;
}

// For the contacts that the model has not assigned.
ScanRequest ScanOfUnassigned(const ActiveModel& active, int block_rows) {
  ScanRequest request{.workspace = active.name.workspace,
                      .schema = &active.model->schema(),
                      .kind = active.model->parts().contact_kind,
                      .segmentation = active.name.segmentation,
                      .not_assigned_by = active.name.id,
                      .block_rows = block_rows,
                      .with_records = false};
  for (const Attribute* attribute : ModelAttributes(*active.model)) {
    request.attributes.push_back(attribute->id);
  }
  return request;
}

// Has the scan read as of the day, and pass over whom segments leave out then.
absl::Status ReadAsOfDay(Snapshot& snapshot, Date day, ScanRequest& request) {
  const auto left_out = LeftOutOfProfiling(snapshot, request.workspace, day);
  if (!left_out.ok()) return left_out.status();
  const auto as_of = ReadAsOf(snapshot, request.workspace, day);
  if (!as_of.ok()) return as_of.status();
  request.passed_over = *left_out;
  request.as_of = *as_of;
  return absl::OkStatus();
}

// Reads and assigns the first block of the scan, and says in the request whom it
// passed over; nullopt when it is empty.
absl::StatusOr<std::optional<PutAssignments>> AssignFirstBlock(Store& store,
                                                               const ActiveModel& active, Date day,
                                                               ScanRequest& request) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = ReadAsOfDay(**snapshot, day, request); !status.ok()) return status;
  const auto scan = (*snapshot)->OpenScan(request);
  if (!scan.ok()) return scan.status();
  const auto block = (*scan)->Next();
  if (!block.ok()) return block.status();
  if (!block->has_value()) return std::optional<PutAssignments>();
  return AssignBlock(active, **block, day, (*snapshot)->revision());
}

// Whether who is of age is another question tomorrow.
bool TellsOfABirth(const Attribute& attribute) {
  return attribute.birth == Birth::kBirthDate || attribute.birth == Birth::kBirthYear;
}

}  // namespace

DayDependence DependenceOnTheDay(const SegmentationModel& model) {
  const std::vector<const Attribute*> read = ModelAttributes(model);
  if (std::any_of(read.begin(), read.end(),
                  [](const Attribute* a) { return DependsOnTheDay(*a); })) {
    return DayDependence::kAnswers;
  }
  const std::vector<Attribute>& known = model.schema().attributes();
  const bool members_change = model.parts().contact_kind == ContactKind::kPerson &&
                              std::any_of(known.begin(), known.end(), TellsOfABirth);
  return members_change ? DayDependence::kMembers : DayDependence::kNone;
}

AssignmentKeeper::AssignmentKeeper(Store& store, const ModelRegistry& registry, const Clock& clock)
    : store_(store), registry_(registry), clock_(clock) {}

absl::Status AssignmentKeeper::AssignContacts(const std::string& workspace,
                                              absl::Span<const std::string> ids) {
  for (const auto& active : registry_.ActiveIn(workspace)) {
    absl::Status status = AssignWith(*active, ids);
    // A model that was swapped meanwhile may have passed these contacts already.
    const auto now_active = registry_.Active(workspace, active->name.segmentation);
    if (status.ok() && now_active.ok() && *now_active != active) {
      status = AssignWith(**now_active, ids);
    }
    if (!status.ok()) {
      behind_ = true;
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status AssignmentKeeper::AssignWith(const ActiveModel& active,
                                          absl::Span<const std::string> ids) {
  const Timestamp now = clock_.Now();
  const Date today = DayIn(active.time_zone, now);
  for (std::size_t begin = 0; begin < ids.size(); begin += kBlockRows) {
    auto snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    const auto left_out = LeftOutOfLists(**snapshot, active.name.workspace);
    if (!left_out.ok()) return left_out.status();
    const auto contacts = ReadForModel(**snapshot, active, today, ids.subspan(begin, kBlockRows));
    const Revision view = (*snapshot)->revision();
    snapshot->reset();
    if (!contacts.ok()) return contacts.status();
    PutAssignments put = Assign(active, contacts->table, today);
    put.view = view;
    for (std::size_t row = 0; row < put.entries.size(); ++row) {
      put.entries[row].contact = contacts->table.ids[row];
      put.entries[row].revision = contacts->revisions[row];
    }
    absl::Status status = CommitAssignments(store_, std::move(put), now);
    status.Update(DropLeftOut(active.name.workspace, *left_out));
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status AssignmentKeeper::CatchUp(const std::string& workspace,
                                       const std::string& segmentation) {
  // Contacts changed, or a model swapped, during a pass are met by the next.
  absl::StatusOr<bool> found = true;
  while (found.ok() && *found) found = CatchUpOnce(workspace, segmentation);
  if (!found.ok()) behind_ = true;
  return found.status();
}

absl::Status AssignmentKeeper::DropLeftOut(const std::string& workspace,
                                           const PassedOver& read_with) {
  absl::StatusOr<PassedOver> now = PassedOver();
  {
    const auto snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    now = LeftOutOfLists(**snapshot, workspace);
  }
  if (!now.ok()) return now.status();
  if (read_with.without_legal_basis || !now->without_legal_basis) return absl::OkStatus();
  WriteBatch batch{.operations = {DropBaselessAssignments{workspace}}, .time = clock_.Now()};
  return store_.Commit(std::move(batch)).status();
}

absl::StatusOr<bool> AssignmentKeeper::HasChanged(const ActiveModel& active, Revision read_at) {
  const std::string& workspace = active.name.workspace;
  const auto now_active = registry_.Active(workspace, active.name.segmentation);
  if (!now_active.ok()) return false;
  if ((*now_active)->name.id != active.name.id) return true;
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto changes = (*snapshot)->Changes(workspace, read_at, 1);
  if (!changes.ok()) return changes.status();
  return !changes->empty();
}

absl::StatusOr<bool> AssignmentKeeper::CatchUpOnce(const std::string& workspace,
                                                   const std::string& segmentation) {
  const auto active = registry_.Active(workspace, segmentation);
  if (!active.ok()) return false;
  const Timestamp now = clock_.Now();
  const Date today = DayIn((*active)->time_zone, now);
  ScanRequest request = ScanOfUnassigned(**active, kPassRows);
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status read = ReadAsOfDay(**snapshot, today, request); !read.ok()) return read;
  const auto scan = (*snapshot)->OpenScan(request);
  if (!scan.ok()) return scan.status();
  const Revision read_at = (*snapshot)->revision();
  // A block is read and assigned while the one before is written.
  std::future<absl::Status> writing;
  const auto written = [&] { return writing.valid() ? writing.get() : absl::OkStatus(); };
  absl::Status status;
  bool found = false;
  while (status.ok()) {
    const auto block = (*scan)->Next();
    std::optional<PutAssignments> put;
    if (block.ok() && block->has_value()) put = AssignBlock(**active, **block, today, read_at);
    status = written();
    status.Update(block.status());
    if (stopping_) status.Update(absl::CancelledError("the server stops"));
    if (!status.ok() || !put.has_value()) break;
    found = true;
    writing = std::async(std::launch::async, [this, now, put = *std::move(put)]() mutable {
      return CommitAssignments(store_, std::move(put), now);
    });
  }
  status.Update(DropLeftOut(workspace, request.passed_over));
  if (!status.ok()) return status;
  if (!found) return false;
  return HasChanged(**active, read_at);
}

absl::StatusOr<std::optional<std::int64_t>> AssignmentKeeper::AssignNext(const ActiveModel& active,
                                                                         Date day,
                                                                         std::int64_t after_key,
                                                                         int most) {
  if (stopping_) return absl::CancelledError("the server stops");
  ScanRequest due = ScanOfUnassigned(active, most);
  due.after_key = after_key;
  if (DependenceOnTheDay(*active.model) == DayDependence::kAnswers) due.or_before = day;
  auto put = AssignFirstBlock(store_, active, day, due);
  if (!put.ok()) return put.status();
  if (!put->has_value()) return std::optional<std::int64_t>();
  const std::int64_t last = (*put)->entries.back().key;
  absl::Status status = CommitAssignments(store_, **std::move(put), clock_.Now());
  status.Update(DropLeftOut(active.name.workspace, due.passed_over));
  if (!status.ok()) return status;
  // A model that was swapped meanwhile may have passed these contacts already.
  if (registry_.ActiveId(active.name) != active.name.id) CatchUpSoon();
  return last;
}

void AssignmentKeeper::KeepUp(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    if (behind_.exchange(false)) CatchUpAll();
    wake.wait_for(lock, stop, behind_ ? kTryAgain : kLookAgain, [] { return false; });
  }
}

void AssignmentKeeper::CatchUpAll() {
  for (const auto& active : registry_.ActiveIn("")) {
    const absl::Status status = CatchUp(active->name.workspace, active->name.segmentation);
    if (!status.ok() && !stopping_) {
      spdlog::error("{}: contacts left unassigned for now: {}", active->name.ToString(),
                    std::string(status.message()));
    }
  }
}

void AssignmentKeeper::CatchUpSoon() { behind_ = true; }

void AssignmentKeeper::Stop() { stopping_ = true; }

}  // namespace cible
