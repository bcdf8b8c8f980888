// Training runs: queued, run one at a time on a thread of lower priority,
// watched and cancelled.

#ifndef CIBLE_SERVER_TRAINING_TRAINING_QUEUE_H_
#define CIBLE_SERVER_TRAINING_TRAINING_QUEUE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/segmentation.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "server/clock.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"
#include "server/training/assignment_keeper.h"

namespace cible {

// Whether it neither waits nor runs any more.
inline bool HasEnded(const v1::TrainingRun& run) {
  return run.state() != v1::TRAINING_RUN_STATE_PENDING &&
         run.state() != v1::TRAINING_RUN_STATE_RUNNING;
}

// Thread-safe.
class TrainingQueue {
 public:
  // Has the lifecycles of a workspace be those of the present.
  using CatchUpFn = std::function<absl::Status(const std::string& workspace)>;

  // Runs that a stop of the server cut off are marked FAILED.
  // `catch_up`: before a filter reads how contacts stand; null: it need not.
  static absl::StatusOr<std::unique_ptr<TrainingQueue>> Open(Store& store, ModelRegistry& registry,
                                                             AssignmentKeeper& keeper,
                                                             const Clock& clock,
                                                             CatchUpFn catch_up = {});
  virtual ~TrainingQueue() = default;  // Stop(), if it was not called.

  // Cancels what waits and runs, marks it so, and takes no more.
  virtual void Stop() = 0;

  // Checks the request and queues it. `principal` asks for it, for the audit
  // trail.
  // Errors: INVALID_ARGUMENT; NOT_FOUND no such segmentation;
  // RESOURCE_EXHAUSTED more than 100 runs wait.
  virtual absl::StatusOr<v1::TrainingRun> Submit(const v1::TrainModelRequest& request,
                                                 const std::string& principal) = 0;

  // The run as it is now: live progress, or as stored. NOT_FOUND.
  virtual absl::StatusOr<v1::TrainingRun> Get(const ResourceName& run) = 0;

  // Errors: NOT_FOUND; FAILED_PRECONDITION it has ended.
  virtual absl::StatusOr<v1::TrainingRun> Cancel(const ResourceName& run) = 0;

  // Whether a run of the segmentation waits, runs, or has an end that is still
  // to be stored.
  virtual bool IsTraining(const ResourceName& segmentation) = 0;
};

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_TRAINING_QUEUE_H_
