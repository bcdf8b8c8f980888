// Keeps the stored assignments those of the active models.

#ifndef CIBLE_SERVER_TRAINING_ASSIGNMENT_KEEPER_H_
#define CIBLE_SERVER_TRAINING_ASSIGNMENT_KEEPER_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/clock.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"

namespace cible {

// What of a model's assignments changes from day to day though nothing happens.
enum class DayDependence {
  kNone,
  kMembers,  // Only whom it divides: persons come of age.
  kAnswers,  // What it says of a contact.
};
DayDependence DependenceOnTheDay(const SegmentationModel& model);

// Thread-safe. Calls block: store threads only.
class AssignmentKeeper {
 public:
  AssignmentKeeper(Store& store, const ModelRegistry& registry, const Clock& clock);

  // Assigns these contacts in every segmentation of the workspace with an
  // active model of their kind, after they were written. O(contacts).
  absl::Status AssignContacts(const std::string& workspace, absl::Span<const std::string> ids);

  // Assigns every contact of the segmentation that the active model has not
  // assigned, until none is left. O(contacts of the workspace).
  // CANCELLED after Stop(). What failed is tried again by KeepUp.
  absl::Status CatchUp(const std::string& workspace, const std::string& segmentation);

  // Assigns anew the next contacts after a key, in key order and in one commit, that
  // the model has not assigned as of the day or a later one; of a model whose answers
  // do not depend on the day, those that it has not assigned. The key of the last of
  // them; nullopt when there is none. O(contacts walked over).
  // CANCELLED after Stop().
  absl::StatusOr<std::optional<std::int64_t>> AssignNext(const ActiveModel& active, Date day,
                                                         std::int64_t after_key, int most);

  // Catches up with every active model at the start, for whatever a crash
  // left, and again after each failure, until asked to stop: for a thread of
  // its own.
  void KeepUp(std::stop_token stop);

  // Has KeepUp catch up with every active model, as when contacts that were left
  // out are not any more.
  void CatchUpSoon();

  // Ends what catches up, soon and for good.
  void Stop();

 private:
  absl::Status AssignWith(const ActiveModel& active, absl::Span<const std::string> ids);
  // Whether there may be more to assign.
  absl::StatusOr<bool> CatchUpOnce(const std::string& workspace, const std::string& segmentation);
  struct ReadContacts {
    std::optional<PutAssignments> put;  // nullopt: there are none.
    PassedOver left_out;                // When they were read.
  };
  absl::StatusOr<ReadContacts> ReadNext(const ActiveModel& active, const ScanRequest& request,
                                        Date day);
  // Forgets what was assigned to contacts that are left out since they were
  // read: a workspace may come to require a legal basis at any time.
  absl::Status DropLeftOut(const std::string& workspace, const PassedOver& read_with);
  // Whether contacts were written, or another model activated, since the
  // model's contacts were read.
  absl::StatusOr<bool> HasChanged(const ActiveModel& active, Revision read_at);
  void CatchUpAll();

  Store& store_;
  const ModelRegistry& registry_;
  const Clock& clock_;
  std::atomic<bool> behind_{true};  // Something is to be caught up with.
  std::atomic<bool> stopping_{false};
};

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_ASSIGNMENT_KEEPER_H_
