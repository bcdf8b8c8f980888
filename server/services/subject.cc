#include "server/services/subject.h"

#include "absl/strings/str_cat.h"
#include "segmentation/models/lead_shares.h"
#include "server/privacy/left_out.h"
#include "server/registry/model_contacts.h"
#include "server/wire/schema_store.h"
#include "server/wire/value_wire.h"

namespace cible {
namespace {

// Reads under the model's own schema, which needs no store; only what does not
// fit it is held against the workspace's, which may have grown since.
template <typename Read>
auto ReadUnderEitherSchema(const CallContext& call, Store& store, const ActiveModel& active,
                           Read read) -> decltype(read(active.model->schema())) {
  auto under_model = read(active.model->schema());
  if (under_model.ok()) return under_model;
  if (!call.may_block) return NotHere();
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto current = ReadSchema(**snapshot, active.name.workspace);
  if (!current.ok()) return current.status();
  return read(current->schema);
}

// Organisations have no age.
bool DividesPersons(const Basis& basis) {
  return basis.model().parts().contact_kind == ContactKind::kPerson;
}

absl::StatusOr<ContactRecord> FindToProfile(Snapshot& snapshot, const Basis& basis,
                                            const ResourceName& contact) {
  const auto left_out = LeftOutOfProfiling(snapshot, contact.workspace, basis.as_of);
  if (!left_out.ok()) return left_out.status();
  const auto found = snapshot.Lookup(contact.workspace, {&contact.id, 1});
  if (!found.ok()) return found.status();
  const std::optional<ContactRecord>& record = found->front();
  if (!record.has_value() || record->kind != basis.model().parts().contact_kind) {
    return absl::NotFoundError(
        "there is no such contact of the kind that the segmentation divides");
  }
  const absl::Status profiled = CheckMayBeProfiled(*record, basis.model().schema(), *left_out);
  if (!profiled.ok()) return profiled;
  return *record;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ActiveModel>> ActiveFor(const ModelRegistry& registry,
                                                             const std::string& segmentation) {
  const auto name = ResourceName::Parse(segmentation, ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  return registry.Active(name->workspace, name->segmentation);
}

absl::StatusOr<ContactTable> ReadInline(const CallContext& call, Store& store, const Basis& basis,
                                        const v1::Contact& contact) {
  auto table = ReadUnderEitherSchema(call, store, *basis.active, [&](const Schema& schema) {
    return TableFromContact(contact, schema);
  });
  if (!table.ok() || !DividesPersons(basis)) return table;
  const absl::Status adult = CheckAdult(*table, basis.model().schema(), basis.as_of);
  return adult.ok() ? std::move(table) : adult;
}

absl::Status Observe(const Basis& basis, const v1::Contact& contact, Observation* observation) {
  observation->Clear();
  for (const v1::AttributeValue& message : contact.attributes()) {
    const auto value = ValueFromProto(message);
    if (!value.ok()) return value.status();
    absl::Status status = observation->Add(message.attribute(), *value);
    if (!status.ok()) return status;
  }
  return observation->maybe_minor() && DividesPersons(basis) ? MinorError() : absl::OkStatus();
}

absl::StatusOr<TableFromWire> ReadInline(const CallContext& call, Store& store, const Basis& basis,
                                         const v1::ContactTable& table) {
  auto contacts = ReadUnderEitherSchema(call, store, *basis.active, [&](const Schema& schema) {
    return TableFromProto(table, schema, TableIds::kPassedOver);
  });
  if (contacts.ok() && DividesPersons(basis)) {
    RefuseMinors(basis.model().schema(), basis.as_of, &*contacts);
  }
  return contacts;
}

absl::StatusOr<std::shared_ptr<const ContactTable>> ReadStoredContact(
    const CallContext& call, StoredObservations& observations, const Basis& basis,
    const std::string& name) {
  const ActiveModel& active = *basis.active;
  const auto contact = ResourceName::Parse(name, ResourceKind::kContact);
  if (!contact.ok()) return contact.status();
  if (contact->workspace != active.name.workspace) {
    return absl::InvalidArgumentError(
        "the contact and the segmentation are of different workspaces; name both in one");
  }
  if (auto kept = observations.Find(active, basis.as_of, contact->id)) return kept;
  if (!call.may_block) return NotHere();
  const std::uint64_t change_count = observations.store().change_count();
  const auto snapshot = observations.store().OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto record = FindToProfile(**snapshot, basis, *contact);
  if (!record.ok()) return record.status();
  auto contacts = ReadForModel(**snapshot, active, basis.as_of, {&contact->id, 1});
  if (!contacts.ok()) return contacts.status();
  auto table = std::make_shared<const ContactTable>(std::move(contacts->table));
  observations.Keep(active, basis.as_of, contact->id, record->key, change_count, table);
  return table;
}

v1::Prior PriorToProto(PriorKind prior) {
  switch (prior) {
    case PriorKind::kUniform: return v1::PRIOR_UNIFORM;
    case PriorKind::kTraining: return v1::PRIOR_TRAINING;
    case PriorKind::kLeads: return v1::PRIOR_LEADS;
  }
  return v1::PRIOR_UNSPECIFIED;
}

v1::Prior PriorOf(const SegmentationModel& model) { return PriorToProto(model.assignment_prior()); }

absl::StatusOr<PriorKind> MatchPrior(const SegmentationModel& model, v1::Prior asked) {
  switch (asked) {
    case v1::PRIOR_UNSPECIFIED: return model.match_prior();
    case v1::PRIOR_UNIFORM: return PriorKind::kUniform;
    case v1::PRIOR_TRAINING: return PriorKind::kTraining;
    case v1::PRIOR_LEADS:
      if (model.PriorOf(PriorKind::kLeads) != nullptr) return PriorKind::kLeads;
      return absl::FailedPreconditionError(absl::StrCat(
          "the active model knows no prior of leads: fewer than ", kEnoughLeads,
          " leads and prospects were stored when it was trained. Ask for TRAINING, or import leads "
          "(--stage lead) and train again"));
    default:
      return absl::InvalidArgumentError("prior must be UNIFORM, TRAINING or LEADS, or not given");
  }
}

}  // namespace cible
