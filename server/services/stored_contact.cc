#include "server/services/stored_contact.h"

#include <limits>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/storage/v1/resources.pb.h"
#include "server/privacy/privacy_wire.h"
#include "server/storage/record_rows.h"
#include "server/storage/row_decoder.h"
#include "server/wire/behaviour_store.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

// The ids of the segmentations that have an active model.
absl::StatusOr<std::set<std::string>> ActiveSegmentations(Snapshot& snapshot,
                                                          const std::string& workspace) {
  const auto resources =
      snapshot.List(workspace, "segmentations", "", "", std::numeric_limits<int>::max());
  if (!resources.ok()) return resources.status();
  std::set<std::string> active;
  for (const Resource& resource : *resources) {
    storage::v1::StoredSegmentation stored;
    if (!stored.ParseFromString(resource.body)) {
      return absl::DataLossError("a segmentation cannot be read; restore the store from a backup");
    }
    if (!stored.active_model().empty()) active.insert(resource.key.id);
  }
  return active;
}

void AssignmentToProto(const std::string& workspace, const StoredAssignment& assignment,
                       v1::Assignment* message) {
  const ResourceName segmentation = SegmentationName(workspace, assignment.segmentation);
  const auto name_of = [&](ResourceKind kind, const std::string& id) {
    return id.empty() ? std::string() : NameWithin(segmentation, kind, id).ToString();
  };
  message->set_segmentation(segmentation.ToString());
  message->set_segment(name_of(ResourceKind::kSegment, assignment.segment));
  message->set_model(name_of(ResourceKind::kModel, assignment.model));
  message->set_probability(assignment.probability);
}

absl::Status AddPrivacy(Snapshot& snapshot, std::int64_t contact, Timestamp now,
                        v1::Contact* message) {
  const auto provenances = snapshot.Provenances(contact);
  if (!provenances.ok()) return provenances.status();
  for (const Provenance& provenance : *provenances) {
    ProvenanceToProto(provenance, message->add_provenances());
  }
  const auto consents = snapshot.Consents(contact);
  if (!consents.ok()) return consents.status();
  for (const Consent& consent : *consents) {
    ConsentToProto(consent, now, message->add_consents());
  }
  return absl::OkStatus();
}

}  // namespace

void ContactToProto(const std::string& workspace, const ContactRecord& record,
                    const ContactTable& table, int row, const Schema& schema,
                    v1::Contact* message) {
  message->set_name(ContactName(workspace, record.id).ToString());
  message->set_kind(ContactKindToProto(record.kind));
  message->set_stage(StageToProto(record.stage));
  if (!record.organization.empty()) {
    message->set_organization(ContactName(workspace, record.organization).ToString());
  }
  message->set_buying_role(BuyingRoleToProto(record.buying_role));
  AttributesToProto(table, row, schema, message);
  message->set_etag(absl::StrCat(record.revision));
  TimestampToProto(record.create_time, message->mutable_create_time());
  TimestampToProto(record.update_time, message->mutable_update_time());
  if (record.objection_time.has_value()) {
    TimestampToProto(*record.objection_time, message->mutable_objection_time());
  }
}

absl::Status RecordToProto(Snapshot& snapshot, const std::string& workspace,
                           const ContactRecord& record, const Schema& schema,
                           const std::optional<AsOf>& as_of, v1::Contact* message) {
  std::vector<const Attribute*> attributes;
  for (const Attribute& attribute : schema.attributes()) attributes.push_back(&attribute);
  RowDecoder decoder(attributes, as_of, &schema);
  const absl::Status status = AppendRecord(snapshot, workspace, record, decoder);
  if (!status.ok()) return status;
  const ContactTable table{.row_count = 1, .ids = {}, .columns = decoder.TakeColumns()};
  ContactToProto(workspace, record, table, 0, schema, message);
  return absl::OkStatus();
}

absl::Status ReadContacts(Snapshot& snapshot, const std::string& workspace,
                          absl::Span<const std::string> ids, const Schema& schema, Timestamp now,
                          absl::Span<v1::Contact* const> messages) {
  const auto found = snapshot.Lookup(workspace, ids);
  if (!found.ok()) return found.status();
  const auto as_of = ReadAsOf(snapshot, workspace, now);
  if (!as_of.ok()) return as_of.status();
  std::vector<std::int64_t> keys;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (!(*found)[i].has_value()) return absl::NotFoundError("there is no such contact");
    keys.push_back((*found)[i]->key);
    absl::Status status =
        RecordToProto(snapshot, workspace, *(*found)[i], schema, *as_of, messages[i]);
    if (status.ok()) status = AddPrivacy(snapshot, (*found)[i]->key, now, messages[i]);
    if (!status.ok()) return status;
  }
  const absl::Status status = AddFormerNames(snapshot, workspace, keys, messages);
  return status.ok() ? AddAssignments(snapshot, workspace, ids, messages) : status;
}

absl::Status AddFormerNames(Snapshot& snapshot, const std::string& workspace,
                            absl::Span<const std::int64_t> keys,
                            absl::Span<v1::Contact* const> messages) {
  const auto former = snapshot.FormerIds(keys);
  if (!former.ok()) return former.status();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    for (const std::string& id : (*former)[i]) {
      messages[i]->add_former_names(ContactName(workspace, id).ToString());
    }
  }
  return absl::OkStatus();
}

absl::Status AddAssignments(Snapshot& snapshot, const std::string& workspace,
                            absl::Span<const std::string> ids,
                            absl::Span<v1::Contact* const> messages) {
  const auto active = ActiveSegmentations(snapshot, workspace);
  if (!active.ok()) return active.status();
  const auto assignments = snapshot.Assignments(workspace, ids);
  if (!assignments.ok()) return assignments.status();
  for (std::size_t i = 0; i < messages.size(); ++i) {
    for (const StoredAssignment& assignment : (*assignments)[i]) {
      if (!active->contains(assignment.segmentation)) continue;
      AssignmentToProto(workspace, assignment, messages[i]->add_assignments());
    }
  }
  return absl::OkStatus();
}

}  // namespace cible
