#include "server/wire/policy_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "cible/storage/v1/resources.pb.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/wire/policy_wire.h"
#include "server/wire/schema_store.h"

namespace cible {

std::string PolicyEtag(Revision revision) { return revision == 0 ? "" : absl::StrCat(revision); }

absl::StatusOr<StoredPolicy> ReadPolicy(Snapshot& snapshot, const std::string& workspace) {
  const auto stored = ReadStored<storage::v1::StoredLifecyclePolicy>(
      snapshot, LifecyclePolicyKey(workspace), "policy of the lifecycle");
  if (absl::IsNotFound(stored.status())) {
    const auto schema = ReadSchema(snapshot, workspace);
    if (!schema.ok()) return schema.status();
    return StoredPolicy{DefaultPolicy(schema->schema)};
  }
  if (!stored.ok()) return stored.status();
  auto settings = PolicyFromProto(stored->message.policy());
  if (settings.ok()) return StoredPolicy{*std::move(settings), stored->revision};
  return absl::DataLossError("the stored policy of the lifecycle cannot be read; restore a backup");
}

PutResource PolicyWrite(const std::string& workspace, const StoredPolicy& policy) {
  storage::v1::StoredLifecyclePolicy stored;
  PolicyToProto(policy.settings, stored.mutable_policy());
  return {LifecyclePolicyKey(workspace), stored.SerializeAsString(), policy.revision};
}

}  // namespace cible
