// Contacts and what they are described by: cible.v1.ContactService.
//
// Errors are those of the API's comments; none repeats an id or a value.

#ifndef CIBLE_SERVER_SERVICES_CONTACT_SERVICE_H_
#define CIBLE_SERVER_SERVICES_CONTACT_SERVICE_H_

#include <google/protobuf/empty.pb.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cible/v1/contact_service.pb.h"
#include "segmentation/personas/portrait.h"
#include "server/clock.h"
#include "server/rpc/method_table.h"
#include "server/services/contact_query.h"
#include "server/storage/store.h"
#include "server/wire/resource_name.h"

namespace cible {

// Gives contacts that were written their segments, in every segmentation of
// the workspace with an active model: AssignmentKeeper::AssignContacts.
using AssignContactsFn =
    std::function<absl::Status(const std::string& workspace, absl::Span<const std::string> ids)>;

// Says where a stored contact belongs, and why: ExplainAssignments of
// contact_dossier.h.
using ExplainAssignmentsFn = std::function<absl::Status(
    const std::string& workspace, const std::string& id, v1::ContactDossier* dossier)>;

// Says how a stored contact stands and stood, and why: TellLifecycle of
// contact_dossier.h.
using TellLifecycleFn = std::function<absl::Status(const ResourceName& contact, Language language,
                                                   v1::ContactDossier* dossier)>;

// Told of a workspace whose schema was changed: ModelRegistry::ReadAgain.
using SchemaChangedFn = std::function<void(const std::string& workspace)>;

// Assigns contacts after they were written. They are durable, whatever comes of
// their segments: a failure is logged, and caught up with later.
void AssignWritten(const AssignContactsFn& assign, const std::string& workspace,
                   absl::Span<const std::string> ids);

// These contacts and all others that the writes reached, each once.
std::vector<std::string> WithRelated(std::vector<std::string> ids,
                                     absl::Span<const OperationResult> results);

// Thread-safe. Every method blocks: store threads only.
class ContactService {
 public:
  // The store and the clock outlive the service.
  // Without `explain` and `tell_lifecycle`, dossiers have no explanations; `catch_up`:
  // before a filter reads how contacts stand.
  ContactService(Store& store, const Clock& clock, AssignContactsFn assign,
                 ExplainAssignmentsFn explain = {}, SchemaChangedFn schema_changed = {},
                 CatchUpFn catch_up = {}, TellLifecycleFn tell_lifecycle = {});

  // The service outlives the table.
  void Register(MethodTable& table);

  absl::Status GetSchema(const CallContext& call, const v1::GetSchemaRequest& request,
                         v1::Schema* response);
  absl::Status UpdateSchema(const CallContext& call, const v1::UpdateSchemaRequest& request,
                            v1::Schema* response);
  absl::Status InferSchema(const CallContext& call, const v1::InferSchemaRequest& request,
                           v1::InferSchemaResponse* response);

  absl::Status GetContact(const CallContext& call, const v1::GetContactRequest& request,
                          v1::Contact* response);
  absl::Status ListContacts(const CallContext& call, const v1::ListContactsRequest& request,
                            v1::ListContactsResponse* response);
  absl::Status UpdateContact(const CallContext& call, const v1::UpdateContactRequest& request,
                             v1::Contact* response);
  absl::Status BatchUpdateContacts(const CallContext& call,
                                   const v1::BatchUpdateContactsRequest& request,
                                   v1::BatchUpdateContactsResponse* response);
  absl::Status DeleteContact(const CallContext& call, const v1::DeleteContactRequest& request,
                             google::protobuf::Empty* response);

  // What concerns the person behind a contact (contact_privacy.cc).
  absl::Status ObjectToProfiling(const CallContext& call,
                                 const v1::ObjectToProfilingRequest& request,
                                 v1::Contact* response);
  absl::Status RecordConsent(const CallContext& call, const v1::RecordConsentRequest& request,
                             v1::Contact* response);
  absl::Status GetContactDossier(const CallContext& call,
                                 const v1::GetContactDossierRequest& request,
                                 v1::ContactDossier* response);
  absl::Status MergeContacts(const CallContext& call, const v1::MergeContactsRequest& request,
                             v1::Contact* response);
  // At most 2 at a time: RESOURCE_EXHAUSTED above.
  absl::StatusOr<std::unique_ptr<ResponseSource>> OpenDuplicates(
      const CallContext& call, const v1::FindDuplicatesRequest& request);

  std::unique_ptr<StreamSession> OpenImport();

  // What contacts did (event_methods.cc).
  std::unique_ptr<StreamSession> OpenEvents();
  absl::Status ListEvents(const CallContext& call, const v1::ListEventsRequest& request,
                          v1::ListEventsResponse* response);
  absl::Status CancelEvents(const CallContext& call, const v1::CancelEventsRequest& request,
                            v1::CancelEventsResponse* response);

  // Holds a view of the store until the stream ends, so at most 4 at a time:
  // RESOURCE_EXHAUSTED above.
  absl::StatusOr<std::unique_ptr<ResponseSource>> OpenExport(
      const CallContext& call, const v1::ExportContactsRequest& request);

 private:
  // Durable when it returns OK, whoever wrote it.
  absl::Status CommitMerge(const CallContext& call, cible::MergeContacts merge,
                           const std::optional<RequestMark>& mark);

  Store& store_;
  const Clock& clock_;
  const AssignContactsFn assign_;
  const ExplainAssignmentsFn explain_;
  const SchemaChangedFn schema_changed_;
  const CatchUpFn catch_up_;
  const TellLifecycleFn tell_lifecycle_;
  const std::shared_ptr<std::atomic<int>> open_exports_;
  const std::shared_ptr<std::atomic<int>> open_searches_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CONTACT_SERVICE_H_
