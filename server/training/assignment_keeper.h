// Keeps the stored assignments those of the active models.

#ifndef CIBLE_SERVER_TRAINING_ASSIGNMENT_KEEPER_H_
#define CIBLE_SERVER_TRAINING_ASSIGNMENT_KEEPER_H_

#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/clock.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"

namespace cible {

// Thread-safe. Calls block: store threads only.
class AssignmentKeeper {
 public:
  AssignmentKeeper(Store& store, const ModelRegistry& registry, const Clock& clock);

  // Assigns these contacts in every segmentation of the workspace with an
  // active model of their kind, after they were written. O(contacts).
  absl::Status AssignContacts(const std::string& workspace, absl::Span<const std::string> ids);

  // Assigns every contact of the segmentation that the active model has not
  // assigned, until none is left. O(contacts of the workspace).
  // CANCELLED when `stop` was requested.
  absl::Status CatchUp(const std::string& workspace, const std::string& segmentation,
                       std::stop_token stop = {});

  // The same for every active model: after a start, for whatever a crash left.
  absl::Status CatchUpAll(std::stop_token stop);

 private:
  Store& store_;
  const ModelRegistry& registry_;
  const Clock& clock_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_ASSIGNMENT_KEEPER_H_
