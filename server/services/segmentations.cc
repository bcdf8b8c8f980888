// SegmentationService: making, changing and removing segmentations.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/services/listing.h"
#include "server/services/new_segmentation.h"
#include "server/services/segmentation_service.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

using storage::v1::StoredSegmentation;

constexpr std::size_t kMaxDisplayName = 256;
constexpr int kMaxResources = 1'000'000;

void SegmentationToProto(const ResourceName& name, const Stored<StoredSegmentation>& stored,
                         const std::string& active_model, v1::Segmentation* segmentation) {
  *segmentation = stored.message.segmentation();
  segmentation->set_name(name.ToString());
  if (!active_model.empty()) {
    segmentation->set_active_model(NameWithin(name, ResourceKind::kModel, active_model).ToString());
  }
  segmentation->set_etag(absl::StrCat(stored.revision));
  TimestampToProto(stored.create_time, segmentation->mutable_create_time());
  TimestampToProto(stored.update_time, segmentation->mutable_update_time());
}

absl::Status ReadInto(Store& store, const ModelRegistry& registry, const ResourceName& name,
                      v1::Segmentation* segmentation) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored = ReadStored<StoredSegmentation>(
      **snapshot, SegmentationKey(name.workspace, name.segmentation), "segmentation");
  if (stored.ok()) SegmentationToProto(name, *stored, registry.ActiveId(name), segmentation);
  return stored.status();
}

absl::Status CheckSegmentation(const v1::Segmentation& segmentation) {
  if (segmentation.display_name().size() > kMaxDisplayName) {
    return absl::InvalidArgumentError("display_name has more than 256 bytes; shorten it");
  }
  for (const v1::CriterionWeight& weight : segmentation.clustering().criterion_weights()) {
    if (!(weight.weight() > 0 && weight.weight() <= 1000)) {
      return absl::InvalidArgumentError(absl::StrCat("the weight of criterion ",
                                                     v1::Criterion_Name(weight.criterion()),
                                                     " must be above 0 and at most 1000"));
    }
  }
  return absl::OkStatus();
}

// What callers may set, and nothing else.
void CopySettings(const v1::Segmentation& from, v1::Segmentation* to) {
  to->set_display_name(from.display_name());
  *to->mutable_clustering() = from.clustering();
}

// What a segmentation of this id starts as. Where one was deleted, models,
// segments and runs are numbered on from its own: ids are never reused.
absl::StatusOr<StoredSegmentation> StartingPoint(Store& store, const std::string& workspace,
                                                 const std::string& id) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto owner =
      ReadStored<storage::v1::StoredWorkspace>(**snapshot, WorkspaceKey(workspace), "workspace");
  if (!owner.ok()) return owner.status();
  StoredSegmentation created = NewSegmentation();
  const auto retired = ReadStored<StoredSegmentation>(
      **snapshot, RetiredSegmentationKey(workspace, id), "segmentation");
  if (retired.ok()) {
    created.set_next_model(retired->message.next_model());
    created.set_next_segment(retired->message.next_segment());
    created.set_next_run(retired->message.next_run());
  } else if (!absl::IsNotFound(retired.status())) {
    return retired.status();
  }
  return created;
}

// All that belongs to the segmentation; its counters stay.
absl::StatusOr<std::vector<Operation>> DeletionOf(Store& store, const ResourceName& name) {
  std::vector<Operation> operations;
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored = ReadStored<StoredSegmentation>(
      **snapshot, SegmentationKey(name.workspace, name.segmentation), "segmentation");
  if (!stored.ok()) return stored.status();
  StoredSegmentation counters;
  counters.set_next_model(stored->message.next_model());
  counters.set_next_segment(stored->message.next_segment());
  counters.set_next_run(stored->message.next_run());
  operations.push_back(PutResource{RetiredSegmentationKey(name.workspace, name.segmentation),
                                   counters.SerializeAsString(), std::nullopt});
  for (const char* collection : {"models", "artifacts", "trainingRuns", "idealCustomers"}) {
    const auto resources =
        (*snapshot)->List(name.workspace, collection, name.segmentation, "", kMaxResources);
    if (!resources.ok()) return resources.status();
    for (const Resource& resource : *resources) {
      operations.push_back(DeleteResource{resource.key, std::nullopt});
    }
  }
  operations.push_back(DropAssignments{name.workspace, name.segmentation});
  // A run that was asked for meanwhile has changed it: ABORTED.
  operations.push_back(
      DeleteResource{SegmentationKey(name.workspace, name.segmentation), stored->revision});
  return operations;
}

}  // namespace

absl::Status SegmentationService::GetSegmentation(const CallContext&,
                                                  const v1::GetSegmentationRequest& request,
                                                  v1::Segmentation* response) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  return ReadInto(store_, registry_, *name, response);
}

absl::Status SegmentationService::ListSegmentations(const CallContext&,
                                                    const v1::ListSegmentationsRequest& request,
                                                    v1::ListSegmentationsResponse* response) {
  const auto name = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!name.ok()) return name.status();
  const auto page = ListPage(store_, SegmentationKey(name->workspace, ""), request.page_size(),
                             request.page_token());
  if (!page.ok()) return page.status();
  for (const Resource& resource : page->resources) {
    const auto stored = ParseStored<StoredSegmentation>(resource, "segmentation");
    if (!stored.ok()) return stored.status();
    const ResourceName segmentation = SegmentationName(name->workspace, resource.key.id);
    SegmentationToProto(segmentation, *stored, registry_.ActiveId(segmentation),
                        response->add_segmentations());
  }
  response->set_next_page_token(page->next_page_token);
  return absl::OkStatus();
}

absl::Status SegmentationService::CreateSegmentation(const CallContext& call,
                                                     const v1::CreateSegmentationRequest& request,
                                                     v1::Segmentation* response) {
  const auto parent = ResourceName::Parse(request.parent(), ResourceKind::kWorkspace);
  if (!parent.ok()) return parent.status();
  if (absl::Status status = CheckResourceId(request.segmentation_id()); !status.ok()) return status;
  if (absl::Status status = CheckSegmentation(request.segmentation()); !status.ok()) return status;
  auto created = StartingPoint(store_, parent->workspace, request.segmentation_id());
  if (!created.ok()) return created.status();
  StoredSegmentation& stored = *created;
  CopySettings(request.segmentation(), stored.mutable_segmentation());
  if (request.segmentation().contact_kind() != v1::CONTACT_KIND_UNSPECIFIED) {
    stored.mutable_segmentation()->set_contact_kind(request.segmentation().contact_kind());
  }
  WriteBatch batch{.operations = {},
                   .time = call.time,
                   .request = {},
                   .author = Author{call.principal, "CreateSegmentation"}};
  batch.operations.push_back(
      PutResource{SegmentationKey(parent->workspace, request.segmentation_id()),
                  stored.SerializeAsString(), 0});
  const absl::Status status = store_.Commit(std::move(batch)).status();
  if (absl::IsAborted(status)) {
    return absl::AlreadyExistsError("the workspace has a segmentation of this id already");
  }
  if (!status.ok()) return status;
  return ReadInto(store_, registry_, SegmentationName(parent->workspace, request.segmentation_id()),
                  response);
}

absl::Status SegmentationService::UpdateSegmentation(const CallContext& call,
                                                     const v1::UpdateSegmentationRequest& request,
                                                     v1::Segmentation* response) {
  const v1::Segmentation& update = request.segmentation();
  const auto name = ResourceName::Parse(update.name(), ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  if (absl::Status status = CheckSegmentation(update); !status.ok()) return status;
  const absl::Status status = ChangeStored<StoredSegmentation>(
      store_, SegmentationKey(name->workspace, name->segmentation), "segmentation", call.time,
      [&](Stored<StoredSegmentation>& stored, std::vector<Operation>&) {
        if (!update.etag().empty() && update.etag() != absl::StrCat(stored.revision)) {
          return absl::FailedPreconditionError("etag");
        }
        CopySettings(update, stored.message.mutable_segmentation());
        return absl::OkStatus();
      },
      Author{call.principal, "UpdateSegmentation"});
  if (absl::IsFailedPrecondition(status)) {
    return absl::AbortedError(
        "the segmentation was changed since this etag; read it again, and change that");
  }
  if (!status.ok()) return status;
  return ReadInto(store_, registry_, *name, response);
}

absl::Status SegmentationService::DeleteSegmentation(const CallContext& call,
                                                     const v1::DeleteSegmentationRequest& request,
                                                     google::protobuf::Empty*) {
  const auto name = ResourceName::Parse(request.name(), ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  if (name->segmentation == "default") {
    return absl::FailedPreconditionError("the segmentation `default` always exists");
  }
  if (queue_.IsTraining(*name)) {
    return absl::FailedPreconditionError(
        "the segmentation is being trained; cancel the training run or wait for its end");
  }
  auto operations = DeletionOf(store_, *name);
  if (!operations.ok()) return operations.status();
  const absl::Status status = registry_.Delete(*name, [&] {
    return store_
        .Commit({.operations = *std::move(operations),
                 .time = call.time,
                 .request = {},
                 .author = Author{call.principal, "DeleteSegmentation", false,
                                  SegmentationKey(name->workspace, name->segmentation)}})
        .status();
  });
  if (absl::IsNotFound(status)) return absl::NotFoundError("there is no such segmentation");
  return status;
}

}  // namespace cible
