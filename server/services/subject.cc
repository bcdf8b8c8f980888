#include "server/services/subject.h"

#include <variant>

#include "server/privacy/left_out.h"
#include "server/registry/model_contacts.h"
#include "server/wire/schema_store.h"

namespace cible {
namespace {

// Reads under the model's own schema, which needs no store; only what does not
// fit it is held against the workspace's, which may have grown since.
template <typename Read>
auto ReadUnderEitherSchema(Store& store, const ActiveModel& active, Read read)
    -> decltype(read(active.model->schema())) {
  auto under_model = read(active.model->schema());
  if (under_model.ok()) return under_model;
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

}  // namespace

absl::StatusOr<std::shared_ptr<const ActiveModel>> ActiveFor(const ModelRegistry& registry,
                                                             const std::string& segmentation) {
  const auto name = ResourceName::Parse(segmentation, ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  return registry.Active(name->workspace, name->segmentation);
}

absl::StatusOr<ContactTable> ReadInline(Store& store, const Basis& basis,
                                        const v1::Contact& contact) {
  auto table = ReadUnderEitherSchema(store, *basis.active, [&](const Schema& schema) {
    return TableFromContact(contact, schema);
  });
  if (!table.ok() || !DividesPersons(basis)) return table;
  const absl::Status adult = CheckAdult(*table, basis.model().schema(), basis.as_of);
  return adult.ok() ? std::move(table) : adult;
}

absl::StatusOr<TableFromWire> ReadInline(Store& store, const Basis& basis,
                                         const v1::ContactTable& table) {
  auto contacts = ReadUnderEitherSchema(
      store, *basis.active, [&](const Schema& schema) { return TableFromProto(table, schema); });
  if (contacts.ok() && DividesPersons(basis)) {
    RefuseMinors(basis.model().schema(), basis.as_of, &*contacts);
  }
  return contacts;
}

absl::StatusOr<ContactTable> ReadStoredContact(Store& store, const Basis& basis,
                                               const std::string& name) {
  const ActiveModel& active = *basis.active;
  const auto contact = ResourceName::Parse(name, ResourceKind::kContact);
  if (!contact.ok()) return contact.status();
  if (contact->workspace != active.name.workspace) {
    return absl::InvalidArgumentError(
        "the contact and the segmentation are of different workspaces; name both in one");
  }
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto left_out = LeftOutOfProfiling(**snapshot, contact->workspace, basis.as_of);
  if (!left_out.ok()) return left_out.status();
  const auto found = (*snapshot)->Lookup(contact->workspace, {&contact->id, 1});
  if (!found.ok()) return found.status();
  const std::optional<ContactRecord>& record = found->front();
  if (!record.has_value() || record->kind != active.model->parts().contact_kind) {
    return absl::NotFoundError(
        "there is no such contact of the kind that the segmentation divides");
  }
  const absl::Status profiled = CheckMayBeProfiled(*record, active.model->schema(), *left_out);
  if (!profiled.ok()) return profiled;
  auto contacts = ReadForModel(**snapshot, active, basis.as_of, {&contact->id, 1});
  if (!contacts.ok()) return contacts.status();
  return std::move(contacts->table);
}

v1::Prior PriorOf(const SegmentationModel& model) {
  return std::holds_alternative<KMeansComponents>(model.parts().components) ? v1::PRIOR_UNIFORM
                                                                            : v1::PRIOR_TRAINING;
}

}  // namespace cible
