#include "server/wire/stored_schema.h"

#include <utility>
#include <vector>

#include "cible/storage/v1/resources.pb.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/contact_wire.h"

namespace cible {

absl::StatusOr<VersionedSchema> ReadSchema(Snapshot& snapshot, const std::string& workspace) {
  const auto stored =
      ReadStored<storage::v1::StoredSchema>(snapshot, SchemaKey(workspace), "schema");
  if (absl::IsNotFound(stored.status())) return VersionedSchema{};
  if (!stored.ok()) return stored.status();
  std::vector<Attribute> attributes;
  for (const v1::Attribute& message : stored->message.schema().attributes()) {
    auto attribute = AttributeFromProto(message);
    if (!attribute.ok()) return attribute.status();
    attributes.push_back(*std::move(attribute));
  }
  auto schema = Schema::Restore(std::move(attributes), stored->message.next_number());
  if (!schema.ok()) return absl::DataLossError(schema.status().message());
  return VersionedSchema{*std::move(schema), stored->revision};
}

PutResource WriteSchema(const std::string& workspace, const Schema& schema, Revision expected) {
  storage::v1::StoredSchema stored;
  SchemaToProto(schema, stored.mutable_schema());
  stored.set_next_number(schema.next_number());
  return {SchemaKey(workspace), stored.SerializeAsString(), expected};
}

}  // namespace cible
