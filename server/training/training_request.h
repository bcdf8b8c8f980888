// Between the messages of training and what the domain knows of it.

#ifndef CIBLE_SERVER_TRAINING_TRAINING_REQUEST_H_
#define CIBLE_SERVER_TRAINING_TRAINING_REQUEST_H_

#include "absl/status/statusor.h"
#include "cible/v1/segmentation.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "server/storage/store.h"
#include "server/training/trainer.h"

namespace cible {

// Checks a request, filter included, and fills in its defaults from the
// segmentation and its workspace. The run has no id yet.
// Errors: INVALID_ARGUMENT, naming the field; NOT_FOUND no such segmentation;
// FAILED_PRECONDITION the workspace has no attributes to train on.
absl::StatusOr<TrainingPlan> PlanTraining(Store& store, const v1::TrainModelRequest& request,
                                          Timestamp now);

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_TRAINING_REQUEST_H_
