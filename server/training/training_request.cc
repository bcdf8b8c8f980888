#include "server/training/training_request.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/clock.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/contact_wire.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

constexpr int kMaxSegments = 64;
constexpr int kMaxPairs = 100;
constexpr int kDefaultMinSegments = 2;
constexpr int kDefaultMaxSegments = 10;
constexpr int kDefaultPairs = 10;

absl::Status ReadRange(const v1::TrainModelRequest& request, TrainingOptions& options) {
  options.min_segments = request.min_segments() == 0 ? kDefaultMinSegments : request.min_segments();
  options.max_segments = request.max_segments() == 0
                             ? std::max(kDefaultMaxSegments, options.min_segments)
                             : request.max_segments();
  if (options.min_segments >= 1 && options.max_segments <= kMaxSegments &&
      options.min_segments <= options.max_segments) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("cannot try ", options.min_segments, " to ", options.max_segments,
                   " segments; give a range within 1 to 64, the lower number first"));
}

absl::Status ReadWeights(const google::protobuf::RepeatedPtrField<v1::CriterionWeight>& weights,
                         TrainingOptions& options) {
  for (const v1::CriterionWeight& weight : weights) {
    if (!(weight.weight() > 0 && weight.weight() <= 1000)) {
      return absl::InvalidArgumentError(absl::StrCat("the weight of criterion ",
                                                     v1::Criterion_Name(weight.criterion()),
                                                     " must be above 0 and at most 1000"));
    }
    options.criterion_weights.emplace_back(CriterionFromProto(weight.criterion()), weight.weight());
  }
  return absl::OkStatus();
}

absl::Status ReadPairs(const v1::TrainModelRequest& request, TrainingOptions& options) {
  options.stability_pairs =
      request.has_stability_pairs() ? request.stability_pairs() : kDefaultPairs;
  if (options.stability_pairs >= 0 && options.stability_pairs <= kMaxPairs) return absl::OkStatus();
  return absl::InvalidArgumentError("stability_pairs must lie in 0 to 100");
}

absl::StatusOr<std::string> TimeZoneOf(Snapshot& snapshot, const std::string& workspace) {
  const auto stored =
      ReadStored<storage::v1::StoredWorkspace>(snapshot, WorkspaceKey(workspace), "workspace");
  if (!stored.ok()) return stored.status();
  return stored->message.workspace().time_zone();
}

absl::Status CheckFilter(Snapshot& snapshot, const std::string& workspace, TrainingPlan& plan) {
  const auto schema = ReadSchema(snapshot, workspace);
  if (!schema.ok()) return schema.status();
  if (schema->schema.empty()) {
    return absl::FailedPreconditionError(
        "the workspace has no attributes yet; import contacts first (`cible contacts import`)");
  }
  const auto filter = Filter::Parse(plan.filter, schema->schema);
  if (filter.ok()) plan.reads_lifecycle = filter->reads_lifecycle();
  return filter.status();
}

absl::Status ReadDay(const v1::TrainModelRequest& request, const std::string& time_zone,
                     Timestamp now, TrainingOptions& options) {
  options.as_of = DayIn(time_zone, now);
  if (!request.has_as_of()) return absl::OkStatus();
  const auto day = DateFromProto(request.as_of());
  if (day.ok()) options.as_of = *day;
  return day.status();
}

}  // namespace

absl::StatusOr<TrainingPlan> PlanTraining(Store& store, const v1::TrainModelRequest& request,
                                          Timestamp now) {
  const auto name = ResourceName::Parse(request.segmentation(), ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored = ReadStored<storage::v1::StoredSegmentation>(
      **snapshot, SegmentationKey(name->workspace, name->segmentation), "segmentation");
  if (!stored.ok()) return stored.status();
  TrainingPlan plan{.run = NameWithin(*name, ResourceKind::kTrainingRun, ""),
                    .filter = request.filter(),
                    .options = {},
                    .activate = request.activate()};
  const v1::Segmentation& segmentation = stored->message.segmentation();
  plan.options.contact_kind = ContactKindFromProto(segmentation.contact_kind());
  plan.options.engine =
      request.engine() == v1::ENGINE_KMEANS ? EngineKind::kKMeans : EngineKind::kMixture;
  plan.options.seed = request.seed() == 0 ? 1 : request.seed();
  plan.options.by_location = request.by_location();
  const auto& weights = request.criterion_weights().empty()
                            ? segmentation.clustering().criterion_weights()
                            : request.criterion_weights();
  const auto time_zone = TimeZoneOf(**snapshot, name->workspace);
  if (!time_zone.ok()) return time_zone.status();
  for (const absl::Status& status :
       {ReadRange(request, plan.options), ReadWeights(weights, plan.options),
        ReadPairs(request, plan.options), ReadDay(request, *time_zone, now, plan.options),
        CheckFilter(**snapshot, name->workspace, plan)}) {
    if (!status.ok()) return status;
  }
  return plan;
}

}  // namespace cible
