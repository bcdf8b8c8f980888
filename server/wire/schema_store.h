// The schema of a workspace, in and out of the store.

#ifndef CIBLE_SERVER_WIRE_SCHEMA_STORE_H_
#define CIBLE_SERVER_WIRE_SCHEMA_STORE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "segmentation/data/schema.h"
#include "server/storage/store.h"

namespace cible {

struct WorkspaceSchema {
  Schema schema;
  Revision revision = 0;  // 0: none was stored yet.
};

// Errors: NOT_FOUND, saying that there is no such workspace.
absl::Status CheckWorkspace(Snapshot& snapshot, const std::string& workspace);

// Errors: those of CheckWorkspace; DATA_LOSS for a schema that cannot be read.
absl::StatusOr<WorkspaceSchema> ReadSchema(Snapshot& snapshot, const std::string& workspace);

// Writes it if the stored one is still that of `revision`.
PutResource SchemaWrite(const std::string& workspace, const WorkspaceSchema& schema);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_SCHEMA_STORE_H_
