#include "server/services/clientele.h"

#include <utility>

#include "cible/storage/v1/resources.pb.h"
#include "server/clock.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

absl::Status NoValue() {
  return absl::FailedPreconditionError(
      "the schema does not say what a customer is worth: write it to a file (GetSchema, `cible "
      "schema show --output F`), give the attribute of the margin `value: VALUE_MARK_MARGIN`, or "
      "that of the revenue `value: VALUE_MARK_REVENUE`, and put it back (UpdateSchema, `cible "
      "schema set F`)");
}

absl::StatusOr<AudienceRequest> AudienceOf(Store& store, const ResourceName& segmentation,
                                           Timestamp now) {
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto workspace = ReadStored<storage::v1::StoredWorkspace>(
      **snapshot, WorkspaceKey(segmentation.workspace), "workspace");
  if (!workspace.ok()) return workspace.status();
  const auto stored = ReadStored<storage::v1::StoredSegmentation>(
      **snapshot, SegmentationKey(segmentation.workspace, segmentation.segmentation),
      "segmentation");
  if (!stored.ok()) return stored.status();
  return AudienceRequest{
      .workspace = segmentation.workspace,
      .kind = ContactKindFromProto(stored->message.segmentation().contact_kind()),
      .as_of = DayIn(workspace->message.workspace().time_zone(), now)};
}

}  // namespace

absl::StatusOr<Clientele> ReadClientele(Store& store, const CallContext& call,
                                        const std::string& segmentation, bool with_ids) {
  auto name = ResourceName::Parse(segmentation, ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  auto request = AudienceOf(store, *name, call.time);
  if (!request.ok()) return request.status();
  request->with_ids = with_ids;
  auto audience = ReadAudience(store, *request, call.cancelled);
  if (!audience.ok()) return audience.status();
  ValueDefinition definition = ValueDefinitionOf(audience->schema);
  if (definition.parts.empty()) return NoValue();
  return Clientele{*std::move(name), request->as_of, *std::move(audience), std::move(definition)};
}

v1::ProfileBasis BasisToProto(ProfileBasis basis) {
  switch (basis) {
    case ProfileBasis::kFull: return v1::PROFILE_BASIS_FULL;
    case ProfileBasis::kDirectional: return v1::PROFILE_BASIS_DIRECTIONAL;
    case ProfileBasis::kTooFew: return v1::PROFILE_BASIS_TOO_FEW;
  }
  return v1::PROFILE_BASIS_UNSPECIFIED;
}

}  // namespace cible
