// The policy of a workspace, in and out of the store.

#ifndef CIBLE_SERVER_WIRE_POLICY_STORE_H_
#define CIBLE_SERVER_WIRE_POLICY_STORE_H_

#include <string>

#include "absl/status/statusor.h"
#include "segmentation/lifecycle/policy.h"
#include "server/storage/store.h"

namespace cible {

struct StoredPolicy {
  PolicySettings settings;
  Revision revision = 0;  // 0: the default policy, that nobody has changed yet.
};

// The public form of the revision: empty of the default policy.
std::string PolicyEtag(Revision revision);

// Errors: NOT_FOUND, saying that there is no such workspace; DATA_LOSS for a policy that
// cannot be read.
absl::StatusOr<StoredPolicy> ReadPolicy(Snapshot& snapshot, const std::string& workspace);

// Writes it if the stored one is still that of `revision`.
PutResource PolicyWrite(const std::string& workspace, const StoredPolicy& policy);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_POLICY_STORE_H_
