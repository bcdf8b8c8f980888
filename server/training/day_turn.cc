#include "server/training/day_turn.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "server/rpc/thread_scheduling.h"

namespace cible {
namespace {

// Of a day: by then all contacts are done.
constexpr double kShareOfTurning = 20.0 / 24;
// As low as tables (rpc_server.cc): those whom somebody waits for go first.
constexpr int kNiceness = 10;
// How often one looks what time it is, and how soon what failed is tried again.
constexpr auto kLookAgain = std::chrono::milliseconds(1'000);
constexpr auto kTryAgain = std::chrono::milliseconds(10'000);

absl::Status Stopped() { return absl::CancelledError("the server stops"); }

// Share of the contacts that are to be done by now.
double ShareDue(const absl::TimeZone& zone, Timestamp now) {
  return std::min(1.0, ShareOfDayPassed(zone, now) / kShareOfTurning);
}

}  // namespace

DayTurn::DayTurn(Store& store, const ModelRegistry& registry, AssignmentKeeper& keeper,
                 const Clock& clock, int block_rows)
    : store_(store), registry_(registry), keeper_(keeper), clock_(clock), block_rows_(block_rows) {}

// Those who object are among the contacts counted: blocks need not be equal to the
// row.
absl::StatusOr<DayTurn::Walk> DayTurn::Plan(const ActiveModel& active, Date day,
                                            std::stop_token stop) {
  Walk walk{.model = active.name.id, .day = day, .block_ends = {}};
  walk.has_ended = DependenceOnTheDay(*active.model) == DayDependence::kNone;
  if (walk.has_ended) return walk;
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const absl::Status status =
      (*snapshot)->Scan({.workspace = active.name.workspace,
                         .kind = active.model->parts().contact_kind,
                         .passed_over = {.objecting = false},
                         .block_rows = block_rows_,
                         .with_records = false},
                        [&](const ContactBlock& block) {
                          walk.block_ends.push_back(block.keys.back());
                          return stop.stop_requested() ? Stopped() : absl::OkStatus();
                        });
  if (!status.ok()) return status;
  return walk;
}

absl::Status DayTurn::KeepPlan(const ActiveModel& active, Date day, Walk& walk,
                               std::stop_token stop) {
  if (walk.day == day && walk.model == active.name.id) return absl::OkStatus();
  auto planned = Plan(active, day, stop);
  if (!planned.ok()) return planned.status();
  walk = *std::move(planned);
  return absl::OkStatus();
}

absl::StatusOr<bool> DayTurn::Step(const Key& segmentation, Walk& walk, std::stop_token stop) {
  if (stop.stop_requested()) return Stopped();
  const auto active = registry_.Active(segmentation.first, segmentation.second);
  if (!active.ok()) return false;  // Deleted meanwhile.
  const Timestamp now = clock_.Now();
  const Date today = DayIn((*active)->time_zone, now);
  if (absl::Status status = KeepPlan(**active, today, walk, stop); !status.ok()) return status;
  const double share = ShareDue((*active)->time_zone, now);
  if (!walk.IsBehind(share)) return false;
  const auto last = keeper_.AssignNext(**active, today, walk.after_key, block_rows_);
  if (!last.ok()) return last.status();
  if (last->has_value()) {
    walk.after_key = **last;
  } else {
    walk.ReachEnd(share);
  }
  return true;
}

bool DayTurn::Walk::IsBehind(double share) const {
  if (has_ended || share == 1) return !has_ended;
  const double due = std::ceil(share * static_cast<double>(block_ends.size()));
  return due > 0 && after_key < block_ends[static_cast<std::size_t>(due) - 1];
}

void DayTurn::Walk::ReachEnd(double share) {
  if (share < 1) {
    after_key = block_ends.back();
    return;
  }
  has_ended = is_second;
  is_second = true;
  after_key = 0;
}

absl::Status DayTurn::AssignDue(std::stop_token stop) {
  std::erase_if(walks_, [this](const auto& entry) {
    return !registry_.Active(entry.first.first, entry.first.second).ok();
  });
  std::vector<Key> behind;
  for (const auto& active : registry_.ActiveIn("")) {
    behind.emplace_back(active->name.workspace, active->name.segmentation);
  }
  absl::Status status;
  while (!behind.empty()) {
    std::erase_if(behind, [&](const Key& segmentation) {
      const auto stepped = Step(segmentation, walks_[segmentation], stop);
      if (stepped.ok()) return !*stepped;
      if (!absl::IsCancelled(stepped.status())) {
        spdlog::error(
            "workspaces/{}/segmentations/{}: segments are as of an earlier day for now: {}",
            segmentation.first, segmentation.second, std::string(stepped.status().message()));
      }
      status.Update(stepped.status());
      return true;
    });
  }
  return status;
}

void DayTurn::KeepTurning(std::stop_token stop) {
  BeNice(kNiceness);
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    const absl::Status status = AssignDue(stop);
    wake.wait_for(lock, stop, status.ok() ? kLookAgain : kTryAgain, [] { return false; });
  }
}

}  // namespace cible
