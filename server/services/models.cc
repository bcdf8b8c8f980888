// SegmentationService: training runs and models.

#include <memory>
#include <string>
#include <utility>

#include "server/services/listing.h"
#include "server/services/segmentation_service.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

using storage::v1::StoredModel;
using storage::v1::StoredSegmentation;
using storage::v1::StoredTrainingRun;

// Sends a run whenever it has changed, and for the last time when it has ended.
class RunSource : public ResponseSourceOf<v1::TrainingRun> {
 public:
  RunSource(TrainingQueue& queue, ResourceName run) : queue_(queue), run_(std::move(run)) {}

  absl::StatusOr<StreamStep> NextMessage(const CallContext&, v1::TrainingRun* response) override {
    if (ended_) return StreamStep::kEnd;
    auto run = queue_.Get(run_);
    if (!run.ok()) return run.status();
    std::string bytes = run->SerializeAsString();
    if (bytes == last_sent_) return StreamStep::kLater;
    last_sent_ = std::move(bytes);
    ended_ = HasEnded(*run);
    *response = *std::move(run);
    return StreamStep::kMessage;
  }

 private:
  TrainingQueue& queue_;
  const ResourceName run_;
  std::string last_sent_;
  bool ended_ = false;
};

// NOT_FOUND when there is no such segmentation.
absl::Status CheckSegmentation(Snapshot& snapshot, const ResourceName& name) {
  return ReadStored<StoredSegmentation>(
             snapshot, SegmentationKey(name.workspace, name.segmentation), "segmentation")
      .status();
}

void ModelToProto(const ResourceName& name, const Stored<StoredModel>& stored,
                  const std::string& active_id, v1::Model* model) {
  *model = stored.message.model();
  model->set_name(name.ToString());
  model->set_active(name.id == active_id);
  TimestampToProto(stored.create_time, model->mutable_create_time());
}

absl::Status ReadInto(Store& store, const ModelRegistry& registry, const ResourceName& name,
                      v1::Model* model) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = CheckSegmentation(**snapshot, name); !status.ok()) return status;
  const auto stored = ReadStored<StoredModel>(
      **snapshot, ModelKey(name.workspace, name.segmentation, name.id), "model");
  if (stored.ok()) ModelToProto(name, *stored, registry.ActiveId(name), model);
  return stored.status();
}

absl::StatusOr<ResourceName> RunName(const std::string& name) {
  return ResourceName::Parse(name, ResourceKind::kTrainingRun);
}

}  // namespace

absl::Status SegmentationService::TrainModel(const CallContext& call,
                                             const v1::TrainModelRequest& request,
                                             v1::TrainingRun* response) {
  auto run = queue_.Submit(request, call.principal);
  if (run.ok()) *response = *std::move(run);
  return run.status();
}

absl::Status SegmentationService::GetTrainingRun(const CallContext&,
                                                 const v1::GetTrainingRunRequest& request,
                                                 v1::TrainingRun* response) {
  const auto name = RunName(request.name());
  if (!name.ok()) return name.status();
  auto run = queue_.Get(*name);
  if (run.ok()) *response = *std::move(run);
  return run.status();
}

absl::Status SegmentationService::ListTrainingRuns(const CallContext&,
                                                   const v1::ListTrainingRunsRequest& request,
                                                   v1::ListTrainingRunsResponse* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kSegmentation);
  if (!parent.ok()) return parent.status();
  const auto page = ListPage(store_, TrainingRunKey(parent->workspace, parent->segmentation, ""),
                             request.page_size(), request.page_token());
  if (!page.ok()) return page.status();
  for (const Resource& resource : page->resources) {
    auto run = queue_.Get(NameWithin(*parent, ResourceKind::kTrainingRun, resource.key.id));
    if (!run.ok()) return run.status();
    *response->add_training_runs() = *std::move(run);
  }
  response->set_next_page_token(page->next_page_token);
  return absl::OkStatus();
}

absl::Status SegmentationService::CancelTrainingRun(const CallContext&,
                                                    const v1::CancelTrainingRunRequest& request,
                                                    v1::TrainingRun* response) {
  const auto name = RunName(request.name());
  if (!name.ok()) return name.status();
  auto run = queue_.Cancel(*name);
  if (run.ok()) *response = *std::move(run);
  return run.status();
}

absl::StatusOr<std::unique_ptr<ResponseSource>> SegmentationService::WatchTrainingRun(
    const CallContext&, const v1::WatchTrainingRunRequest& request) {
  auto name = RunName(request.name());
  if (!name.ok()) return name.status();
  return std::make_unique<RunSource>(queue_, *std::move(name));
}

absl::Status SegmentationService::GetModel(const CallContext&, const v1::GetModelRequest& request,
                                           v1::Model* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kModel);
  if (!name.ok()) return name.status();
  return ReadInto(store_, registry_, *name, response);
}

absl::Status SegmentationService::ListModels(const CallContext&,
                                             const v1::ListModelsRequest& request,
                                             v1::ListModelsResponse* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kSegmentation);
  if (!parent.ok()) return parent.status();
  const auto page = ListPage(store_, ModelKey(parent->workspace, parent->segmentation, ""),
                             request.page_size(), request.page_token());
  if (!page.ok()) return page.status();
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  if (absl::Status status = CheckSegmentation(**snapshot, *parent); !status.ok()) return status;
  const std::string active_id = registry_.ActiveId(*parent);
  for (const Resource& resource : page->resources) {
    const auto stored = ParseStored<StoredModel>(resource, "model");
    if (!stored.ok()) return stored.status();
    ModelToProto(NameWithin(*parent, ResourceKind::kModel, resource.key.id), *stored, active_id,
                 response->add_models());
  }
  response->set_next_page_token(page->next_page_token);
  return absl::OkStatus();
}

absl::Status SegmentationService::ActivateModel(const CallContext& call,
                                                const v1::ActivateModelRequest& request,
                                                v1::Model* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kModel);
  if (!name.ok()) return name.status();
  if (absl::Status status =
          registry_.Activate(*name, call.time, Author{call.principal, "ActivateModel"});
      !status.ok())
    return status;
  // What fails here is caught up with later; the model serves all the same.
  keeper_.CatchUp(name->workspace, name->segmentation).IgnoreError();
  return ReadInto(store_, registry_, *name, response);
}

absl::Status SegmentationService::RollbackModel(const CallContext& call,
                                                const v1::RollbackModelRequest& request,
                                                v1::Model* response) {
  const auto name = ResourceName::Parse(request.segmentation(), ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  const auto model = registry_.Rollback(*name, call.time, Author{call.principal, "RollbackModel"});
  if (!model.ok()) return model.status();
  // What fails here is caught up with later; the model serves all the same.
  keeper_.CatchUp(name->workspace, name->segmentation).IgnoreError();
  return ReadInto(store_, registry_, *model, response);
}

}  // namespace cible
