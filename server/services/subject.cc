#include "server/services/subject.h"

#include <variant>

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

}  // namespace

absl::StatusOr<std::shared_ptr<const ActiveModel>> ActiveFor(const ModelRegistry& registry,
                                                             const std::string& segmentation) {
  const auto name = ResourceName::Parse(segmentation, ResourceKind::kSegmentation);
  if (!name.ok()) return name.status();
  return registry.Active(name->workspace, name->segmentation);
}

absl::StatusOr<ContactTable> ReadInline(Store& store, const ActiveModel& active,
                                        const v1::Contact& contact) {
  return ReadUnderEitherSchema(
      store, active, [&](const Schema& schema) { return TableFromContact(contact, schema); });
}

absl::StatusOr<TableFromWire> ReadInline(Store& store, const ActiveModel& active,
                                         const v1::ContactTable& table) {
  return ReadUnderEitherSchema(store, active,
                               [&](const Schema& schema) { return TableFromProto(table, schema); });
}

absl::StatusOr<ContactTable> ReadStoredContact(Store& store, const ActiveModel& active,
                                               const std::string& name) {
  const auto contact = ResourceName::Parse(name, ResourceKind::kContact);
  if (!contact.ok()) return contact.status();
  if (contact->workspace != active.name.workspace) {
    return absl::InvalidArgumentError(
        "the contact and the segmentation are of different workspaces; name both in one");
  }
  const auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto contacts = ReadForModel(**snapshot, active, {&contact->id, 1});
  if (!contacts.ok()) return contacts.status();
  if (contacts->table.row_count == 0) {
    return absl::NotFoundError(
        "there is no such contact of the kind that the segmentation divides");
  }
  return std::move(contacts->table);
}

v1::Prior PriorOf(const SegmentationModel& model) {
  return std::holds_alternative<KMeansComponents>(model.parts().components) ? v1::PRIOR_UNIFORM
                                                                            : v1::PRIOR_TRAINING;
}

}  // namespace cible
