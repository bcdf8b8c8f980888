// What the contacts of a workspace are classified by, read from the store once for many
// of them: the policy, bound to the schema, and the model whose personas decide the fit.

#ifndef CIBLE_SERVER_LIFECYCLE_LIFECYCLE_RULES_H_
#define CIBLE_SERVER_LIFECYCLE_LIFECYCLE_RULES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/data/schema.h"
#include "segmentation/lifecycle/policy.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"

namespace cible {

// Immutable; cheap to copy.
struct LifecycleRules {
  std::string workspace;
  Revision policy_revision = 0;  // 0: the default policy.
  // The workspace's, with all that policies may name (SchemaForPolicies).
  std::shared_ptr<const Schema> schema;
  std::shared_ptr<const Policy> policy;
  absl::TimeZone time_zone;  // Of the workspace.
  AsOf as_of;                // Today there.
  AsOf earlier;              // Before the delay after which a dormant customer is one no more.
  PassedOver left_out;
  // Of the personas that decide the fit; null: none is marked, so that it is unknown.
  std::shared_ptr<const ActiveModel> model;
  std::vector<std::uint8_t> targeted, excluded;  // One flag a component of the model.
  // Tells these rules, but for the day, from others.
  std::int64_t basis = 0;
};

// `proposed`: in place of the workspace's policy; `offer`: of its main offer. Null: as
// the workspace has them.
// Errors: NOT_FOUND for no such workspace; FAILED_PRECONDITION for a policy of the
// workspace that the schema no longer allows, naming the field; INVALID_ARGUMENT, likewise, for a
// proposed one.
absl::StatusOr<LifecycleRules> ReadLifecycleRules(Snapshot& snapshot, const ModelRegistry& registry,
                                                  const std::string& workspace, Timestamp now,
                                                  const PolicySettings* proposed = nullptr,
                                                  const Offer* offer = nullptr);

// The same without the personas, for whoever asks how contacts stand alone: the fit is
// unknown. Its basis is 0.
absl::StatusOr<LifecycleRules> ReadStandingRules(Snapshot& snapshot, const std::string& workspace,
                                                 Timestamp now);

// What ReadLifecycleRules would give as `basis`, without reading what it is of: by which
// one sees that rules read before still hold on the day.
// Errors: NOT_FOUND for no such workspace.
absl::StatusOr<std::int64_t> ReadLifecycleBasis(Snapshot& snapshot, const ModelRegistry& registry,
                                                const std::string& workspace);

}  // namespace cible

#endif  // CIBLE_SERVER_LIFECYCLE_LIFECYCLE_RULES_H_
