#include "server/training/assignment_keeper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "server/registry/model_contacts.h"

namespace cible {
namespace {

constexpr std::size_t kBlockRows = 4096;

PutAssignments Assign(const ActiveModel& active, const ContactTable& table, Date as_of) {
  PutAssignments put{.workspace = active.name.workspace,
                     .segmentation = active.name.segmentation,
                     .model = active.name.id,
                     .entries = {}};
  const std::vector<Posterior> posteriors = active.model->Assign(table, as_of);
  put.entries.reserve(posteriors.size());
  for (std::size_t row = 0; row < posteriors.size(); ++row) {
    const int winner = posteriors[row].winner;
    const bool known = winner >= 0;
    put.entries.push_back(
        {table.ids[row], known ? active.segment_id(winner) : "",
         known ? posteriors[row].probabilities[static_cast<std::size_t>(winner)] : 0});
  }
  return put;
}

absl::Status CommitAssignments(Store& store, PutAssignments put, Timestamp time) {
  if (put.entries.empty()) return absl::OkStatus();
  WriteBatch batch{.operations = {}, .time = time};
  batch.operations.emplace_back(std::move(put));
  return store.Commit(std::move(batch)).status();
}

}  // namespace

AssignmentKeeper::AssignmentKeeper(Store& store, const ModelRegistry& registry, const Clock& clock)
    : store_(store), registry_(registry), clock_(clock) {}

absl::Status AssignmentKeeper::AssignContacts(const std::string& workspace,
                                              absl::Span<const std::string> ids) {
  for (const auto& active : registry_.ActiveIn(workspace)) {
    const Timestamp now = clock_.Now();
    for (std::size_t begin = 0; begin < ids.size(); begin += kBlockRows) {
      const auto snapshot = store_.OpenSnapshot();
      if (!snapshot.ok()) return snapshot.status();
      const auto table = ReadForModel(**snapshot, *active, ids.subspan(begin, kBlockRows));
      if (!table.ok()) return table.status();
      absl::Status status =
          CommitAssignments(store_, Assign(*active, *table, DayIn(active->time_zone, now)), now);
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status AssignmentKeeper::CatchUp(const std::string& workspace,
                                       const std::string& segmentation, std::stop_token stop) {
  // Contacts written, or a model swapped, during a pass are met by the next.
  for (bool found = true; found;) {
    found = false;
    const auto active = registry_.Active(workspace, segmentation);
    if (!active.ok()) return absl::OkStatus();
    const Timestamp now = clock_.Now();
    const Date today = DayIn((*active)->time_zone, now);
    ScanRequest request{.workspace = workspace,
                        .schema = &(*active)->model->schema(),
                        .kind = (*active)->model->parts().contact_kind,
                        .segmentation = segmentation,
                        .not_assigned_by = (*active)->name.id};
    for (const Attribute* attribute : ModelAttributes(*(*active)->model)) {
      request.attributes.push_back(attribute->id);
    }
    const auto snapshot = store_.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    absl::Status status = (*snapshot)->Scan(request, [&](const ContactBlock& block) {
      if (stop.stop_requested()) return absl::CancelledError("the server stops");
      found = true;
      return CommitAssignments(store_, Assign(**active, block.table, today), now);
    });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status AssignmentKeeper::CatchUpAll(std::stop_token stop) {
  for (const auto& active : registry_.ActiveIn("")) {
    absl::Status status = CatchUp(active->name.workspace, active->name.segmentation, stop);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace cible
