// The contacts that a training is about, read from the store in one view.

#ifndef CIBLE_SERVER_TRAINING_TRAINING_CONTACTS_H_
#define CIBLE_SERVER_TRAINING_TRAINING_CONTACTS_H_

#include <stop_token>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "server/storage/store.h"
#include "server/training/trainer.h"

namespace cible {

struct TrainingContacts {
  Schema schema;
  ContactTable table;         // Without ids; of every attribute but texts and what is ignored.
  std::vector<Stage> stages;  // One a row.
};

// Those of the kind and filter of the plan that may be profiled. O(contacts of
// the workspace); memory: the columns and a block.
// Errors: those of the store and of the filter; INVALID_ARGUMENT or
// FAILED_PRECONDITION when fewer than two are left though the workspace has
// more; CANCELLED when asked to stop.
absl::StatusOr<TrainingContacts> ReadTrainingContacts(Store& store, const TrainingPlan& plan,
                                                      std::stop_token stop);

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_TRAINING_CONTACTS_H_
