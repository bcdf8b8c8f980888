// What became of the contacts of a workspace, read from its transitions and provenances.

#ifndef CIBLE_SERVER_SERVICES_FUNNEL_H_
#define CIBLE_SERVER_SERVICES_FUNNEL_H_

#include "absl/status/status.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/registry/model_registry.h"
#include "server/rpc/call_context.h"
#include "server/storage/store.h"

namespace cible {

// `rules` are the workspace's. Contacts are as they stand in the store: whoever asks sees
// to it that lifecycles are those of the present. Contacts that are left out of lists
// (privacy/left_out.h) do not count.
// O(contacts and transitions of the workspace, and events before these).
// Errors: INVALID_ARGUMENT a period or a horizon out of range, an unknown language, a
// malformed name, what Filter::Parse refuses; PERMISSION_DENIED a filter from who may not
// read contacts; NOT_FOUND no such workspace or segmentation;
// CANCELLED the caller has gone; those of the store.
absl::Status FunnelOf(Store& store, const ModelRegistry& registry, const CallContext& call,
                      const v1::GetFunnelRequest& request, const LifecycleRules& rules,
                      v1::Funnel* funnel);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_FUNNEL_H_
