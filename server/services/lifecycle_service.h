// How contacts stand to us, why, and what to do next: cible.v1.LifecycleService.
//
// Errors are those of the API's comments; none repeats an id or a value.

#ifndef CIBLE_SERVER_SERVICES_LIFECYCLE_SERVICE_H_
#define CIBLE_SERVER_SERVICES_LIFECYCLE_SERVICE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "server/clock.h"
#include "server/lifecycle/lifecycle_keeper.h"
#include "server/registry/model_registry.h"
#include "server/rpc/method_table.h"
#include "server/storage/store.h"

namespace cible {

// Thread-safe. Every method blocks: store threads only.
class LifecycleService {
 public:
  // All of these outlive the service.
  LifecycleService(Store& store, const Clock& clock, const ModelRegistry& registry,
                   LifecycleKeeper& keeper);

  // The service outlives the table.
  void Register(MethodTable& table);

  // The policy (policy_methods.cc).
  absl::Status GetPolicy(const CallContext& call, const v1::GetPolicyRequest& request,
                         v1::LifecyclePolicy* response);
  absl::Status UpdatePolicy(const CallContext& call, const v1::UpdatePolicyRequest& request,
                            v1::LifecyclePolicy* response);
  absl::Status PreviewPolicy(const CallContext& call, const v1::PreviewPolicyRequest& request,
                             v1::PreviewPolicyResponse* response);

  // Stored contacts.
  absl::Status ClassifyContacts(const CallContext& call, const v1::ClassifyContactsRequest& request,
                                v1::ClassifyContactsResponse* response);
  absl::Status ListTransitions(const CallContext& call, const v1::ListTransitionsRequest& request,
                               v1::ListTransitionsResponse* response);
  absl::Status OverrideLifecycle(const CallContext& call,
                                 const v1::OverrideLifecycleRequest& request,
                                 v1::Classification* response);
  absl::Status GetFunnel(const CallContext& call, const v1::GetFunnelRequest& request,
                         v1::Funnel* response);

  // Others (lead_qualification.cc).
  absl::Status QualifyLeads(const CallContext& call, const v1::QualifyLeadsRequest& request,
                            v1::QualifyLeadsResponse* response);

 private:
  // By which leads are qualified: of the offer and as of the day of the request.
  absl::StatusOr<LifecycleRules> RulesFor(const std::string& workspace,
                                          const v1::QualifyLeadsRequest& request);
  // How the stored organisations of these ids stand, one an id; nothing of an empty one.
  // Empty where none is named, or the caller may not read contacts.
  absl::StatusOr<std::vector<LifecycleState>> StatesOfOrganizations(
      const CallContext& call, const std::string& workspace, const std::vector<std::string>& ids);

  Store& store_;
  const Clock& clock_;
  const ModelRegistry& registry_;
  LifecycleKeeper& keeper_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_LIFECYCLE_SERVICE_H_
