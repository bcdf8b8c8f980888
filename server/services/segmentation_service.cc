#include "server/services/segmentation_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/rpc/status.h"
#include "server/services/matrix_export.h"
#include "server/services/portraits.h"
#include "server/services/subject.h"

namespace cible {
namespace {

// Each holds one of the store's few readers for as long as its client likes.
constexpr int kMaxOpenExports = 2;

const std::string& UpdatedName(const v1::UpdateSegmentationRequest& request) {
  return request.segmentation().name();
}

}  // namespace

SegmentationService::SegmentationService(StoredObservations& observations, ModelRegistry& registry,
                                         TrainingQueue& queue, AssignmentKeeper& keeper,
                                         CatchUpFn catch_up)
    : observations_(observations),
      store_(observations.store()),
      registry_(registry),
      queue_(queue),
      keeper_(keeper),
      catch_up_(std::move(catch_up)),
      open_exports_(std::make_shared<std::atomic<int>>(0)) {}

void SegmentationService::Register(MethodTable& table) {
  using S = SegmentationService;
  const Execution blocking = Execution::kBlocking;
  table.Unary("GetSegmentation", blocking, &v1::GetSegmentationRequest::name, this,
              &S::GetSegmentation);
  table.Unary("ListSegmentations", blocking, &v1::ListSegmentationsRequest::parent, this,
              &S::ListSegmentations);
  table.Unary("CreateSegmentation", blocking, &v1::CreateSegmentationRequest::parent, this,
              &S::CreateSegmentation);
  table.Unary("UpdateSegmentation", blocking, &UpdatedName, this, &S::UpdateSegmentation);
  table.Unary("DeleteSegmentation", blocking, &v1::DeleteSegmentationRequest::name, this,
              &S::DeleteSegmentation);
  table.Unary("TrainModel", blocking, &v1::TrainModelRequest::segmentation, this, &S::TrainModel);
  table.Unary("GetTrainingRun", blocking, &v1::GetTrainingRunRequest::name, this,
              &S::GetTrainingRun);
  table.Unary("ListTrainingRuns", blocking, &v1::ListTrainingRunsRequest::parent, this,
              &S::ListTrainingRuns);
  table.Unary("CancelTrainingRun", blocking, &v1::CancelTrainingRunRequest::name, this,
              &S::CancelTrainingRun);
  table.ServerStream<v1::WatchTrainingRunRequest, v1::TrainingRun>(
      "WatchTrainingRun", &v1::WatchTrainingRunRequest::name,
      [this](const CallContext& call, const v1::WatchTrainingRunRequest& request) {
        return WatchTrainingRun(call, request);
      });
  table.Unary("GetModel", blocking, &v1::GetModelRequest::name, this, &S::GetModel);
  table.Unary("ListModels", blocking, &v1::ListModelsRequest::parent, this, &S::ListModels);
  // Both assign all contacts anew.
  table.Unary("ActivateModel", Execution::kScan, &v1::ActivateModelRequest::name, this,
              &S::ActivateModel);
  table.Unary("RollbackModel", Execution::kScan, &v1::RollbackModelRequest::segmentation, this,
              &S::RollbackModel);
  table.Unary("GetSegment", Execution::kInline, &v1::GetSegmentRequest::name, this, &S::GetSegment);
  table.Unary("ListSegments", Execution::kInline, &v1::ListSegmentsRequest::parent, this,
              &S::ListSegments);
  table.Unary("AssignSegment", Execution::kInline, &v1::AssignSegmentRequest::segmentation, this,
              &S::AssignSegment);
  table.Unary("AssignSegments", Execution::kInlineIfSmall, &v1::AssignSegmentsRequest::segmentation,
              this, &S::AssignSegments);
  table.BidiStream<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse>(
      "StreamAssignments", Execution::kCompute, &v1::AssignSegmentsRequest::segmentation,
      [this] { return StreamAssignments(); });
  table.ServerStream<v1::ExportMatrixRequest, v1::ExportMatrixResponse>(
      "ExportMatrix", &v1::ExportMatrixRequest::segmentation,
      [this](const CallContext& call, const v1::ExportMatrixRequest& request) {
        return ExportMatrix(call, request);
      });
}

absl::Status SegmentationService::GetSegment(const CallContext& call,
                                             const v1::GetSegmentRequest& request,
                                             v1::Segment* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kSegment);
  if (!name.ok()) return name.status();
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto active = registry_.Active(name->workspace, name->segmentation);
  if (!active.ok()) return active.status();
  const int component = ComponentOf(**active, name->id);
  if (component < 0) return absl::NotFoundError("the active model has no such segment");
  const auto below = WithheldBelow(call, store_, name->workspace);
  if (!below.ok()) return below.status();
  SegmentToProto(**active, ToldFigures(**active, *below), component, *language, response);
  return absl::OkStatus();
}

absl::Status SegmentationService::ListSegments(const CallContext& call,
                                               const v1::ListSegmentsRequest& request,
                                               v1::ListSegmentsResponse* response) {
  const auto language = LanguageFromCode(request.language_code());
  if (!language.ok()) return language.status();
  const auto active = ActiveFor(registry_, request.parent());
  if (!active.ok()) return active.status();
  const auto below = WithheldBelow(call, store_, (*active)->name.workspace);
  if (!below.ok()) return below.status();
  const ToldFigures figures(**active, *below);
  for (int component = 0; component < (*active)->model->component_count(); ++component) {
    SegmentToProto(**active, figures, component, *language, response->add_segments());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ResponseSource>> SegmentationService::ExportMatrix(
    const CallContext&, const v1::ExportMatrixRequest& request) {
  auto active = ActiveFor(registry_, request.segmentation());
  if (!active.ok()) return active.status();
  const std::shared_ptr<void> slot(nullptr, [open = open_exports_](void*) { open->fetch_sub(1); });
  if (open_exports_->fetch_add(1) >= kMaxOpenExports) {
    return absl::ResourceExhaustedError(absl::StrCat(
        kMaxOpenExports, " matrix exports are under way; try again when one of them has ended"));
  }
  return MatrixExport::Open(store_, *std::move(active), request, catch_up_, slot);
}

}  // namespace cible
