// Assigns contacts anew as their day turns.
//
// Where a contact belongs may depend on the day: on dates, which are measured in
// days before it, on what is derived from events of the last days, and on who is of
// age. The segments in store are therefore assigned anew every day of the
// workspace's zone, spread over its first twenty hours (of 24; of a day of 23 or 25
// as much of it): in the order of contacts' keys, a block at a time, at least the
// first half of them after the first half of these hours. What is late, after the
// server was down say, is done at once. Contacts assigned as of the day for another
// reason, as after they were written, are passed over.
//
// Which contacts are done stands with their assignments, in the store: a restart
// goes on where the server stopped. A model that does not depend on the day costs
// nothing.

#ifndef CIBLE_SERVER_TRAINING_DAY_TURN_H_
#define CIBLE_SERVER_TRAINING_DAY_TURN_H_

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/clock.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"
#include "server/training/assignment_keeper.h"

namespace cible {

// Contacts in one commit, which other writers wait for some milliseconds.
inline constexpr int kDayTurnBlock = 1024;

// For one thread. Calls block.
class DayTurn {
 public:
  // All of these outlive it.
  DayTurn(Store& store, const ModelRegistry& registry, AssignmentKeeper& keeper, const Clock& clock,
          int block_rows = kDayTurnBlock);

  // Assigns what is due by now, of all active models in turns. O(contacts due); once
  // a day and model, and at the start, O(contacts of the workspace) beside.
  // Errors: CANCELLED when asked to stop, or after AssignmentKeeper::Stop(); the
  // first of those of the store, after what can be done was done.
  absl::Status AssignDue(std::stop_token stop);

  // Does so as time goes by until asked to stop, behind whatever else runs: for a
  // thread of its own.
  void KeepTurning(std::stop_token stop);

 private:
  using Key = std::pair<std::string, std::string>;  // Workspace, segmentation.

  // Through a model's contacts on one day. What was written as of the day before
  // while the day turned is met by a second one, which ends the day.
  struct Walk {
    std::string model = {};  // Id.
    Date day = {};
    std::vector<std::int64_t> block_ends = {};  // Key of the last contact of each, in order.
    std::int64_t after_key = 0;                 // Where it goes on.
    bool is_second = false;
    bool has_ended = false;

    // When that share of the contacts is to be done.
    bool IsBehind(double share) const;
    void ReachEnd(double share);
  };

  // Plans the day anew when the walk is of another day or model.
  absl::Status KeepPlan(const ActiveModel& active, Date day, Walk& walk, std::stop_token stop);
  absl::StatusOr<Walk> Plan(const ActiveModel& active, Date day, std::stop_token stop);
  // Assigns a block if one is due; whether one was.
  absl::StatusOr<bool> Step(const Key& segmentation, Walk& walk, std::stop_token stop);

  Store& store_;
  const ModelRegistry& registry_;
  AssignmentKeeper& keeper_;
  const Clock& clock_;
  const int block_rows_;
  std::map<Key, Walk> walks_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_DAY_TURN_H_
