// A connection to a Cible server, for C++ programs. One method a method of the
// API; requests and responses are the messages of protos/cible/v1, whose
// comments say what each does and which errors it gives.
//
//   #include "cible/v1/persona_service.pb.h"
//   #include "clients/cpp/client.h"
//
//   const auto client = cible::Client::Connect("127.0.0.1:50151");
//   if (!client.ok()) return Complain(client.status());
//   cible::v1::MatchLeadRequest request;
//   request.set_segmentation("workspaces/default/segmentations/default");
//   cible::v1::AttributeValue* age = request.mutable_lead()->add_attributes();
//   age->set_attribute("age");
//   age->set_number(34);
//   const auto match = (*client)->MatchLead(request);
//   if (match.ok()) std::cout << match->personas(0).display_name() << "\n";

#ifndef CIBLE_CLIENTS_CPP_CLIENT_H_
#define CIBLE_CLIENTS_CPP_CLIENT_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/client_options.h"
#include "clients/cpp/messages.h"

namespace grpc {
class Channel;
}

namespace cible {

// Gives the next request of a stream; false when there are no more.
template <typename Request>
using RequestSource = std::function<bool(Request*)>;

// Takes a response of a stream; false stops the stream (CANCELLED).
template <typename Response>
using ResponseSink = std::function<bool(const Response&)>;

class ServerConnection;

// A handle: copies share the channels and may be used by any number of threads.
// Errors have the server's code and sentence; where gRPC itself gave up, a
// sentence that says what to do. clients/cpp/status.h tells when to ask again.
class Client {
 public:
  // Errors: UNAVAILABLE no server answers at the address (`host:port`).
  static absl::StatusOr<std::unique_ptr<Client>> Connect(const std::string& address,
                                                         const ClientOptions& options = {});

  // Over a channel that exists, with its own arguments: `channels`, `retry` and
  // keepalive of the options have no effect. Not waited for.
  explicit Client(std::shared_ptr<grpc::Channel> channel, const ClientOptions& options = {});

  // The same client with another deadline: client.WithDeadline(20ms).MatchLead(request).
  // Streams have none.
  Client WithDeadline(std::chrono::milliseconds deadline) const;

  // --- Workspaces ---------------------------------------------------------
  absl::StatusOr<v1::Workspace> GetWorkspace(const v1::GetWorkspaceRequest& request);
  absl::StatusOr<v1::ListWorkspacesResponse> ListWorkspaces(
      const v1::ListWorkspacesRequest& request);
  absl::StatusOr<v1::Workspace> CreateWorkspace(const v1::CreateWorkspaceRequest& request);
  absl::StatusOr<v1::Workspace> UpdateWorkspace(const v1::UpdateWorkspaceRequest& request);
  absl::StatusOr<v1::RetentionReport> GetRetentionReport(
      const v1::GetRetentionReportRequest& request);
  absl::StatusOr<v1::ListAuditEntriesResponse> ListAuditEntries(
      const v1::ListAuditEntriesRequest& request);
  absl::StatusOr<v1::GetServerInfoResponse> GetServerInfo(const v1::GetServerInfoRequest& request);

  // --- Contacts -----------------------------------------------------------
  absl::StatusOr<v1::Schema> GetSchema(const v1::GetSchemaRequest& request);
  absl::StatusOr<v1::Schema> UpdateSchema(const v1::UpdateSchemaRequest& request);
  absl::StatusOr<v1::InferSchemaResponse> InferSchema(const v1::InferSchemaRequest& request);
  absl::StatusOr<v1::Contact> GetContact(const v1::GetContactRequest& request);
  absl::StatusOr<v1::ListContactsResponse> ListContacts(const v1::ListContactsRequest& request);
  absl::StatusOr<v1::Contact> UpdateContact(const v1::UpdateContactRequest& request);
  absl::StatusOr<v1::BatchUpdateContactsResponse> BatchUpdateContacts(
      const v1::BatchUpdateContactsRequest& request);
  absl::StatusOr<v1::ContactDossier> GetContactDossier(const v1::GetContactDossierRequest& request);
  absl::StatusOr<v1::Contact> ObjectToProfiling(const v1::ObjectToProfilingRequest& request);
  absl::StatusOr<v1::Contact> RecordConsent(const v1::RecordConsentRequest& request);
  absl::Status DeleteContact(const v1::DeleteContactRequest& request);
  absl::Status FindDuplicates(const v1::FindDuplicatesRequest& request,
                              const ResponseSink<v1::FindDuplicatesResponse>& sink);
  absl::StatusOr<v1::Contact> MergeContacts(const v1::MergeContactsRequest& request);

  // Sends what `next` gives, several messages ahead of their answers.
  // `answered` is called on a thread of its own, in order.
  absl::Status ImportContacts(const RequestSource<v1::ImportContactsRequest>& next,
                              const ResponseSink<v1::ImportContactsResponse>& answered);
  // As ImportContacts.
  absl::Status RecordEvents(const RequestSource<v1::RecordEventsRequest>& next,
                            const ResponseSink<v1::RecordEventsResponse>& answered);
  absl::StatusOr<v1::ListEventsResponse> ListEvents(const v1::ListEventsRequest& request);
  absl::StatusOr<v1::CancelEventsResponse> CancelEvents(const v1::CancelEventsRequest& request);
  absl::Status ExportContacts(const v1::ExportContactsRequest& request,
                              const ResponseSink<v1::ExportContactsResponse>& sink);

  // --- Segmentations ------------------------------------------------------
  absl::StatusOr<v1::Segmentation> GetSegmentation(const v1::GetSegmentationRequest& request);
  absl::StatusOr<v1::ListSegmentationsResponse> ListSegmentations(
      const v1::ListSegmentationsRequest& request);
  absl::StatusOr<v1::Segmentation> CreateSegmentation(const v1::CreateSegmentationRequest& request);
  absl::StatusOr<v1::Segmentation> UpdateSegmentation(const v1::UpdateSegmentationRequest& request);
  absl::Status DeleteSegmentation(const v1::DeleteSegmentationRequest& request);

  absl::StatusOr<v1::TrainingRun> TrainModel(const v1::TrainModelRequest& request);
  absl::StatusOr<v1::TrainingRun> GetTrainingRun(const v1::GetTrainingRunRequest& request);
  absl::StatusOr<v1::ListTrainingRunsResponse> ListTrainingRuns(
      const v1::ListTrainingRunsRequest& request);
  absl::StatusOr<v1::TrainingRun> CancelTrainingRun(const v1::CancelTrainingRunRequest& request);
  absl::Status WatchTrainingRun(const v1::WatchTrainingRunRequest& request,
                                const ResponseSink<v1::TrainingRun>& sink);

  absl::StatusOr<v1::Model> GetModel(const v1::GetModelRequest& request);
  absl::StatusOr<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request);
  absl::StatusOr<v1::Model> ActivateModel(const v1::ActivateModelRequest& request);
  absl::StatusOr<v1::Model> RollbackModel(const v1::RollbackModelRequest& request);
  absl::Status ExportMatrix(const v1::ExportMatrixRequest& request,
                            const ResponseSink<v1::ExportMatrixResponse>& sink);

  absl::StatusOr<v1::Segment> GetSegment(const v1::GetSegmentRequest& request);
  absl::StatusOr<v1::ListSegmentsResponse> ListSegments(const v1::ListSegmentsRequest& request);
  absl::StatusOr<v1::AssignSegmentResponse> AssignSegment(const v1::AssignSegmentRequest& request);
  absl::StatusOr<v1::AssignSegmentsResponse> AssignSegments(
      const v1::AssignSegmentsRequest& request);
  // As ImportContacts.
  absl::Status StreamAssignments(const RequestSource<v1::AssignSegmentsRequest>& next,
                                 const ResponseSink<v1::AssignSegmentsResponse>& answered);

  // --- Personas -----------------------------------------------------------
  absl::StatusOr<v1::Persona> GetPersona(const v1::GetPersonaRequest& request);
  absl::StatusOr<v1::ListPersonasResponse> ListPersonas(const v1::ListPersonasRequest& request);
  absl::StatusOr<v1::Persona> CreatePersona(const v1::CreatePersonaRequest& request);
  absl::StatusOr<v1::Persona> UpdatePersona(const v1::UpdatePersonaRequest& request);
  absl::Status DeletePersona(const v1::DeletePersonaRequest& request);
  absl::StatusOr<v1::ComparePersonasResponse> ComparePersonas(
      const v1::ComparePersonasRequest& request);
  absl::StatusOr<v1::SuggestQuestionsResponse> SuggestQuestions(
      const v1::SuggestQuestionsRequest& request);
  absl::StatusOr<v1::TypingTool> GetTypingTool(const v1::GetTypingToolRequest& request);
  absl::StatusOr<v1::IdealCustomerProfile> GetIdealCustomerProfile(
      const v1::GetIdealCustomerProfileRequest& request);
  absl::StatusOr<v1::IdealCustomerProfile> ConfirmNegativeProfile(
      const v1::ConfirmNegativeProfileRequest& request);
  absl::StatusOr<v1::CoreTarget> GetCoreTarget(const v1::GetCoreTargetRequest& request);
  absl::StatusOr<v1::FindLookalikesResponse> FindLookalikes(
      const v1::FindLookalikesRequest& request);
  absl::StatusOr<v1::MatchLeadResponse> MatchLead(const v1::MatchLeadRequest& request);
  absl::StatusOr<v1::MatchLeadsResponse> MatchLeads(const v1::MatchLeadsRequest& request);
  absl::StatusOr<v1::ScoreLeadsResponse> ScoreLeads(const v1::ScoreLeadsRequest& request);

  // --- Lifecycle ----------------------------------------------------------
  absl::StatusOr<v1::LifecyclePolicy> GetPolicy(const v1::GetPolicyRequest& request);
  absl::StatusOr<v1::LifecyclePolicy> UpdatePolicy(const v1::UpdatePolicyRequest& request);
  absl::StatusOr<v1::PreviewPolicyResponse> PreviewPolicy(const v1::PreviewPolicyRequest& request);
  absl::StatusOr<v1::ClassifyContactsResponse> ClassifyContacts(
      const v1::ClassifyContactsRequest& request);
  absl::StatusOr<v1::QualifyLeadsResponse> QualifyLeads(const v1::QualifyLeadsRequest& request);
  absl::StatusOr<v1::ListTransitionsResponse> ListTransitions(
      const v1::ListTransitionsRequest& request);
  absl::StatusOr<v1::Classification> OverrideLifecycle(const v1::OverrideLifecycleRequest& request);
  absl::StatusOr<v1::Funnel> GetFunnel(const v1::GetFunnelRequest& request);

 private:
  friend class AssignmentStream;

  explicit Client(std::shared_ptr<const ServerConnection> connection);

  std::shared_ptr<const ServerConnection> connection_;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_CLIENT_H_
