// cible.v1.SegmentationService: segmentations, training, models, segments and
// the assignment of contacts.

#ifndef CIBLE_SERVER_SERVICES_SEGMENTATION_SERVICE_H_
#define CIBLE_SERVER_SERVICES_SEGMENTATION_SERVICE_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/segmentation_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "server/registry/model_registry.h"
#include "server/rpc/method_table.h"
#include "server/services/contact_query.h"
#include "server/services/subject.h"
#include "server/storage/store.h"
#include "server/training/assignment_keeper.h"
#include "server/training/training_queue.h"

namespace cible {

// Methods and errors are documented in segmentation_service.proto.
// Thread-safe.
class SegmentationService {
 public:
  // `catch_up`: before a filter reads how contacts stand; null: it need not.
  SegmentationService(StoredObservations& observations, ModelRegistry& registry,
                      TrainingQueue& queue, AssignmentKeeper& keeper, CatchUpFn catch_up = {});

  // The service outlives the table.
  void Register(MethodTable& table);

  // Segmentations (segmentations.cc).
  absl::Status GetSegmentation(const CallContext& call, const v1::GetSegmentationRequest& request,
                               v1::Segmentation* response);
  absl::Status ListSegmentations(const CallContext& call,
                                 const v1::ListSegmentationsRequest& request,
                                 v1::ListSegmentationsResponse* response);
  absl::Status CreateSegmentation(const CallContext& call,
                                  const v1::CreateSegmentationRequest& request,
                                  v1::Segmentation* response);
  absl::Status UpdateSegmentation(const CallContext& call,
                                  const v1::UpdateSegmentationRequest& request,
                                  v1::Segmentation* response);
  absl::Status DeleteSegmentation(const CallContext& call,
                                  const v1::DeleteSegmentationRequest& request,
                                  google::protobuf::Empty* response);

  // Training runs and models (models.cc).
  absl::Status TrainModel(const CallContext& call, const v1::TrainModelRequest& request,
                          v1::TrainingRun* response);
  absl::Status GetTrainingRun(const CallContext& call, const v1::GetTrainingRunRequest& request,
                              v1::TrainingRun* response);
  absl::Status ListTrainingRuns(const CallContext& call, const v1::ListTrainingRunsRequest& request,
                                v1::ListTrainingRunsResponse* response);
  absl::Status CancelTrainingRun(const CallContext& call,
                                 const v1::CancelTrainingRunRequest& request,
                                 v1::TrainingRun* response);
  absl::StatusOr<std::unique_ptr<ResponseSource>> WatchTrainingRun(
      const CallContext& call, const v1::WatchTrainingRunRequest& request);
  absl::Status GetModel(const CallContext& call, const v1::GetModelRequest& request,
                        v1::Model* response);
  absl::Status ListModels(const CallContext& call, const v1::ListModelsRequest& request,
                          v1::ListModelsResponse* response);
  absl::Status ActivateModel(const CallContext& call, const v1::ActivateModelRequest& request,
                             v1::Model* response);
  absl::Status RollbackModel(const CallContext& call, const v1::RollbackModelRequest& request,
                             v1::Model* response);

  // Segments (segmentation_service.cc).
  absl::Status GetSegment(const CallContext& call, const v1::GetSegmentRequest& request,
                          v1::Segment* response);
  absl::Status ListSegments(const CallContext& call, const v1::ListSegmentsRequest& request,
                            v1::ListSegmentsResponse* response);

  // Assignment (assignments.cc).
  absl::Status AssignSegment(const CallContext& call, const v1::AssignSegmentRequest& request,
                             v1::AssignSegmentResponse* response);
  absl::Status AssignSegments(const CallContext& call, const v1::AssignSegmentsRequest& request,
                              v1::AssignSegmentsResponse* response);
  std::unique_ptr<StreamSession> StreamAssignments();
  // AssignSegments within a segmentation that the request need not name.
  absl::Status AssignTo(const CallContext& call, const std::string& segmentation,
                        const v1::AssignSegmentsRequest& request,
                        v1::AssignSegmentsResponse* response);

  absl::StatusOr<std::unique_ptr<ResponseSource>> ExportMatrix(
      const CallContext& call, const v1::ExportMatrixRequest& request);

 private:
  absl::StatusOr<Posterior> PosteriorOf(const CallContext& call,
                                        const v1::AssignSegmentRequest& request,
                                        const Basis& basis);

  StoredObservations& observations_;
  Store& store_;
  ModelRegistry& registry_;
  TrainingQueue& queue_;
  AssignmentKeeper& keeper_;
  const CatchUpFn catch_up_;
  const std::shared_ptr<std::atomic<int>> open_exports_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_SEGMENTATION_SERVICE_H_
