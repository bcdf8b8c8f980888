#include "server/wire/schema_store.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/storage/v1/resources.pb.h"
#include "server/storage/collections.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

absl::Status Unreadable(const std::string& workspace) {
  return absl::DataLossError(absl::StrCat("the schema of workspaces/", workspace,
                                          " cannot be read; restore the store from a backup"));
}

absl::StatusOr<Schema> ParseSchema(const std::string& workspace, const std::string& body) {
  storage::v1::StoredSchema stored;
  if (!stored.ParseFromString(body)) return Unreadable(workspace);
  std::vector<Attribute> attributes;
  for (const v1::Attribute& message : stored.schema().attributes()) {
    absl::StatusOr<Attribute> attribute = AttributeFromProto(message);
    if (!attribute.ok()) return Unreadable(workspace);
    attributes.push_back(*std::move(attribute));
  }
  absl::StatusOr<Schema> schema = Schema::Restore(std::move(attributes), stored.next_number());
  if (!schema.ok()) return Unreadable(workspace);
  return schema;
}

}  // namespace

absl::Status CheckWorkspace(Snapshot& snapshot, const std::string& workspace) {
  const absl::Status status = snapshot.Get(WorkspaceKey(workspace)).status();
  if (!absl::IsNotFound(status)) return status;
  return absl::NotFoundError(
      absl::StrCat("there is no workspaces/", workspace, "; make it with CreateWorkspace"));
}

absl::StatusOr<WorkspaceSchema> ReadSchema(Snapshot& snapshot, const std::string& workspace) {
  const absl::StatusOr<Resource> resource = snapshot.Get(SchemaKey(workspace));
  if (absl::IsNotFound(resource.status())) {
    if (absl::Status status = CheckWorkspace(snapshot, workspace); !status.ok()) return status;
    return WorkspaceSchema{};
  }
  if (!resource.ok()) return resource.status();
  absl::StatusOr<Schema> schema = ParseSchema(workspace, resource->body);
  if (!schema.ok()) return schema.status();
  return WorkspaceSchema{*std::move(schema), resource->revision};
}

PutResource SchemaWrite(const std::string& workspace, const WorkspaceSchema& schema) {
  storage::v1::StoredSchema stored;
  SchemaToProto(schema.schema, stored.mutable_schema());
  stored.set_next_number(schema.schema.next_number());
  return {SchemaKey(workspace), stored.SerializeAsString(), schema.revision};
}

}  // namespace cible
