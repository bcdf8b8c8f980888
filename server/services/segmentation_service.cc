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

constexpr int kMaxRowErrors = 1000;
// Each holds one of the store's few readers for as long as its client likes.
constexpr int kMaxOpenExports = 2;

// Tables of a stream: the first names the segmentation, a table that cannot be
// read leaves the others alone.
class AssignmentSession
    : public StreamSessionOf<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse> {
 public:
  explicit AssignmentSession(SegmentationService& service) : service_(service) {}

  absl::Status HandleMessage(const CallContext& call, const v1::AssignSegmentsRequest& request,
                             v1::AssignSegmentsResponse* response) override {
    if (segmentation_.empty()) segmentation_ = request.segmentation();
    v1::AssignSegmentsRequest named = request;
    named.set_segmentation(segmentation_);
    const absl::Status status = service_.AssignSegments(call, named, response);
    if (status.ok()) return status;
    response->Clear();
    response->set_sequence(request.sequence());
    *response->mutable_error() = ToRpcStatus(status);
    return absl::OkStatus();
  }

 private:
  SegmentationService& service_;
  std::string segmentation_;
};

const std::string& UpdatedName(const v1::UpdateSegmentationRequest& request) {
  return request.segmentation().name();
}

// Segment ids by code: the segments of the model, then "no segment".
std::vector<std::string> SegmentDictionary(const ActiveModel& active) {
  std::vector<std::string> ids;
  for (const storage::v1::StoredSegment& segment : active.stored.segments()) {
    ids.push_back(segment.id());
  }
  ids.emplace_back();
  return ids;
}

}  // namespace

SegmentationService::SegmentationService(Store& store, ModelRegistry& registry,
                                         TrainingQueue& queue, AssignmentKeeper& keeper)
    : store_(store),
      registry_(registry),
      queue_(queue),
      keeper_(keeper),
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
  table.Unary("ActivateModel", blocking, &v1::ActivateModelRequest::name, this, &S::ActivateModel);
  table.Unary("RollbackModel", blocking, &v1::RollbackModelRequest::segmentation, this,
              &S::RollbackModel);
  table.Unary("GetSegment", blocking, &v1::GetSegmentRequest::name, this, &S::GetSegment);
  table.Unary("ListSegments", blocking, &v1::ListSegmentsRequest::parent, this, &S::ListSegments);
  table.Unary("AssignSegment", blocking, &v1::AssignSegmentRequest::segmentation, this,
              &S::AssignSegment);
  table.Unary("AssignSegments", blocking, &v1::AssignSegmentsRequest::segmentation, this,
              &S::AssignSegments);
  table.BidiStream<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse>(
      "StreamAssignments", blocking, &v1::AssignSegmentsRequest::segmentation,
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

absl::Status SegmentationService::AssignSegment(const CallContext& call,
                                                const v1::AssignSegmentRequest& request,
                                                v1::AssignSegmentResponse* response) {
  const auto basis = BasisOf(registry_, request, call.time);
  if (!basis.ok()) return basis.status();
  const ActiveModel& active = *basis->active;
  const auto below = WithheldBelow(call, store_, active.name.workspace);
  if (!below.ok()) return below.status();
  const std::vector<std::uint8_t> withheld = WithheldComponents(active, *below);
  const auto contact = request.has_name() ? ReadStoredContact(store_, *basis, request.name())
                                          : ReadInline(store_, *basis, request.contact());
  if (!contact.ok()) return contact.status();
  const Posterior posterior = active.model->Assign(*contact, basis->as_of).front();
  for (const int component : MostProbableFirst(posterior.probabilities)) {
    v1::SegmentProbability* segment = response->add_probabilities();
    segment->set_segment(active.segment_id(component));
    // Of a contact of whom nothing is known they are the segments' shares.
    const auto at = static_cast<std::size_t>(component);
    if (posterior.winner < 0 && withheld[at] != 0) continue;
    segment->set_probability(posterior.probabilities[at]);
  }
  if (posterior.winner >= 0) {
    response->set_segment(active.segment_id(posterior.winner));
    response->set_probability(response->probabilities(0).probability());
  }
  response->set_information(posterior.information);
  StateBasis(*basis, response);
  return absl::OkStatus();
}

absl::Status SegmentationService::AssignSegments(const CallContext& call,
                                                 const v1::AssignSegmentsRequest& request,
                                                 v1::AssignSegmentsResponse* response) {
  const auto basis = BasisOf(registry_, request, call.time);
  if (!basis.ok()) return basis.status();
  const ActiveModel& active = *basis->active;
  const auto contacts = ReadInline(store_, *basis, request.table());
  if (!contacts.ok()) return contacts.status();
  const auto rows = static_cast<std::size_t>(contacts->row_count);
  Codes segments{.codes = {}, .dictionary = SegmentDictionary(active)};
  segments.codes.assign(rows, static_cast<std::uint32_t>(segments.dictionary.size() - 1));
  std::vector<double> probabilities(rows, 0);
  const std::vector<Posterior> posteriors = active.model->Assign(contacts->table, basis->as_of);
  for (std::size_t i = 0; i < posteriors.size(); ++i) {
    if (posteriors[i].winner < 0) continue;
    const auto row = static_cast<std::size_t>(contacts->source_rows[i]);
    const auto winner = static_cast<std::size_t>(posteriors[i].winner);
    segments.codes[row] = static_cast<std::uint32_t>(winner);
    probabilities[row] = posteriors[i].probabilities[winner];
  }
  CodesToProto(segments, response->mutable_segments());
  response->mutable_probabilities()->Add(probabilities.begin(), probabilities.end());
  RowErrorsToProto(contacts->errors, kMaxRowErrors, response->mutable_errors());
  StateBasis(*basis, response);
  response->set_sequence(request.sequence());
  return absl::OkStatus();
}

std::unique_ptr<StreamSession> SegmentationService::StreamAssignments() {
  return std::make_unique<AssignmentSession>(*this);
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
  return MatrixExport::Open(store_, *std::move(active), request, slot);
}

}  // namespace cible
