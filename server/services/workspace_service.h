// Workspaces and the server itself: cible.v1.WorkspaceService.

#ifndef CIBLE_SERVER_SERVICES_WORKSPACE_SERVICE_H_
#define CIBLE_SERVER_SERVICES_WORKSPACE_SERVICE_H_

#include <functional>

#include "absl/status/status.h"
#include "cible/v1/workspace_service.pb.h"
#include "server/clock.h"
#include "server/rpc/method_table.h"
#include "server/storage/store.h"

namespace cible {

// Makes `workspaces/default`, with its empty schema and its segmentation
// `default`, where there is none: at every start of the server.
absl::Status EnsureDefaultWorkspace(Store& store, Timestamp time);

// Thread-safe. Every method blocks: store threads only.
class WorkspaceService {
 public:
  // The store and the clock outlive the service. It serves from now on.
  // `assign_left_out` is called when contacts that were left out of the
  // workspace's segments are not any more, or what contacts do is added up in
  // another way: AssignmentKeeper::CatchUpSoon.
  // `workspace_changed` is told of workspaces that were updated: ModelRegistry::ReadAgain.
  WorkspaceService(Store& store, const Clock& clock, std::function<void()> assign_left_out = {},
                   std::function<void(const std::string&)> workspace_changed = {});

  // The service outlives the table.
  void Register(MethodTable& table);

  absl::Status GetWorkspace(const CallContext& call, const v1::GetWorkspaceRequest& request,
                            v1::Workspace* response);
  absl::Status ListWorkspaces(const CallContext& call, const v1::ListWorkspacesRequest& request,
                              v1::ListWorkspacesResponse* response);
  absl::Status CreateWorkspace(const CallContext& call, const v1::CreateWorkspaceRequest& request,
                               v1::Workspace* response);
  absl::Status UpdateWorkspace(const CallContext& call, const v1::UpdateWorkspaceRequest& request,
                               v1::Workspace* response);
  absl::Status GetRetentionReport(const CallContext& call,
                                  const v1::GetRetentionReportRequest& request,
                                  v1::RetentionReport* response);
  absl::Status ListAuditEntries(const CallContext& call, const v1::ListAuditEntriesRequest& request,
                                v1::ListAuditEntriesResponse* response);
  absl::Status GetServerInfo(const CallContext& call, const v1::GetServerInfoRequest& request,
                             v1::GetServerInfoResponse* response);

 private:
  Store& store_;
  const Clock& clock_;
  const std::function<void()> assign_left_out_;
  const std::function<void(const std::string&)> workspace_changed_;
  const Timestamp start_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_WORKSPACE_SERVICE_H_
