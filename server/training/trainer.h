// One training, from stored contacts to a stored model.

#ifndef CIBLE_SERVER_TRAINING_TRAINER_H_
#define CIBLE_SERVER_TRAINING_TRAINER_H_

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/segmentation.pb.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/models/training.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"
#include "server/wire/resource_name.h"

namespace cible {

struct TrainingPlan {
  ResourceName run;
  std::string filter;
  bool reads_lifecycle = false;  // The filter does.
  TrainingOptions options;
  bool activate = false;
};

struct TrainedModel {
  ResourceName model;
  bool is_first = false;  // Of its segmentation.
  std::int64_t contact_count = 0;
  Choice choice;                     // Without its clusterings.
  std::vector<std::string> notices;  // What was left out, and why.
};

// Reads the contacts, as one snapshot; fits; aligns the segments with those of
// the active model; writes artifact and model in one commit; counts the criteria
// of authored personas again. Does not activate.
//
// Training takes customers alone when at least 200 contacts are known to be
// customers and the plan has no filter.
//
// Errors: those of TrainModel, of the store, of the filter; NOT_FOUND when the
// segmentation is gone.
absl::StatusOr<TrainedModel> Train(Store& store, ModelRegistry& registry, const TrainingPlan& plan,
                                   Timestamp time, WorkerPool& pool, const ProgressFn& progress,
                                   std::stop_token stop);

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_TRAINER_H_
