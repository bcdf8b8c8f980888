// The schema of a workspace, as the store keeps it.

#ifndef CIBLE_SERVER_WIRE_STORED_SCHEMA_H_
#define CIBLE_SERVER_WIRE_STORED_SCHEMA_H_

#include <string>

#include "absl/status/statusor.h"
#include "segmentation/data/schema.h"
#include "server/storage/store.h"

namespace cible {

struct VersionedSchema {
  Schema schema;
  Revision revision = 0;  // 0: none was stored yet.
};

// An empty schema when the workspace has none yet. Errors: DATA_LOSS.
absl::StatusOr<VersionedSchema> ReadSchema(Snapshot& snapshot, const std::string& workspace);

// The write that stores it, if the store still has `expected`.
PutResource WriteSchema(const std::string& workspace, const Schema& schema, Revision expected);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_STORED_SCHEMA_H_
