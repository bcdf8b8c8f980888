#include "clients/cpp/client.h"

#include <utility>

#include "clients/cpp/channel_pool.h"
#include "clients/cpp/server_connection.h"
#include "clients/cpp/status.h"

namespace cible {
namespace {

using Workspaces = v1::WorkspaceService::Stub;
using Contacts = v1::ContactService::Stub;
using Segmentations = v1::SegmentationService::Stub;
using Personas = v1::PersonaService::Stub;
using Lifecycles = v1::LifecycleService::Stub;

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const std::string& address,
                                                        const ClientOptions& options) {
  const Channels channels = OpenChannels(address, options);
  if (!WaitUntilConnected(channels, options.connect_timeout)) return NoServerAt(address);
  const auto pool = std::make_shared<const ChannelPool>(channels, address);
  return std::unique_ptr<Client>(
      new Client(std::make_shared<const ServerConnection>(pool, options)));
}

Client::Client(std::shared_ptr<grpc::Channel> channel, const ClientOptions& options)
    : Client(std::make_shared<const ServerConnection>(
          std::make_shared<const ChannelPool>(Channels{std::move(channel)}, ""), options)) {}

Client::Client(std::shared_ptr<const ServerConnection> connection)
    : connection_(std::move(connection)) {}

Client Client::WithDeadline(std::chrono::milliseconds deadline) const {
  return Client(connection_->WithDeadline(deadline));
}

// --- Workspaces ---

absl::StatusOr<v1::Workspace> Client::GetWorkspace(const v1::GetWorkspaceRequest& request) {
  return connection_->Call(&Workspaces::GetWorkspace, request);
}

absl::StatusOr<v1::ListWorkspacesResponse> Client::ListWorkspaces(
    const v1::ListWorkspacesRequest& request) {
  return connection_->Call(&Workspaces::ListWorkspaces, request);
}

absl::StatusOr<v1::Workspace> Client::CreateWorkspace(const v1::CreateWorkspaceRequest& request) {
  return connection_->Call(&Workspaces::CreateWorkspace, request);
}

absl::StatusOr<v1::Workspace> Client::UpdateWorkspace(const v1::UpdateWorkspaceRequest& request) {
  return connection_->Call(&Workspaces::UpdateWorkspace, request);
}

absl::StatusOr<v1::RetentionReport> Client::GetRetentionReport(
    const v1::GetRetentionReportRequest& request) {
  return connection_->Call(&Workspaces::GetRetentionReport, request);
}

absl::StatusOr<v1::ListAuditEntriesResponse> Client::ListAuditEntries(
    const v1::ListAuditEntriesRequest& request) {
  return connection_->Call(&Workspaces::ListAuditEntries, request);
}

absl::StatusOr<v1::GetServerInfoResponse> Client::GetServerInfo(
    const v1::GetServerInfoRequest& request) {
  return connection_->Call(&Workspaces::GetServerInfo, request);
}

// --- Contacts ---

absl::StatusOr<v1::Schema> Client::GetSchema(const v1::GetSchemaRequest& request) {
  return connection_->Call(&Contacts::GetSchema, request);
}

absl::StatusOr<v1::Schema> Client::UpdateSchema(const v1::UpdateSchemaRequest& request) {
  return connection_->Call(&Contacts::UpdateSchema, request);
}

absl::StatusOr<v1::InferSchemaResponse> Client::InferSchema(const v1::InferSchemaRequest& request) {
  return connection_->Call(&Contacts::InferSchema, request);
}

absl::StatusOr<v1::Contact> Client::GetContact(const v1::GetContactRequest& request) {
  return connection_->Call(&Contacts::GetContact, request);
}

absl::StatusOr<v1::ListContactsResponse> Client::ListContacts(
    const v1::ListContactsRequest& request) {
  return connection_->Call(&Contacts::ListContacts, request);
}

absl::StatusOr<v1::Contact> Client::UpdateContact(const v1::UpdateContactRequest& request) {
  return connection_->Call(&Contacts::UpdateContact, request);
}

absl::StatusOr<v1::BatchUpdateContactsResponse> Client::BatchUpdateContacts(
    const v1::BatchUpdateContactsRequest& request) {
  return connection_->Call(&Contacts::BatchUpdateContacts, request);
}

absl::StatusOr<v1::ContactDossier> Client::GetContactDossier(
    const v1::GetContactDossierRequest& request) {
  return connection_->Call(&Contacts::GetContactDossier, request);
}

absl::StatusOr<v1::Contact> Client::ObjectToProfiling(const v1::ObjectToProfilingRequest& request) {
  return connection_->Call(&Contacts::ObjectToProfiling, request);
}

absl::StatusOr<v1::Contact> Client::RecordConsent(const v1::RecordConsentRequest& request) {
  return connection_->Call(&Contacts::RecordConsent, request);
}

absl::Status Client::DeleteContact(const v1::DeleteContactRequest& request) {
  return connection_->Call(&Contacts::DeleteContact, request).status();
}

absl::Status Client::FindDuplicates(const v1::FindDuplicatesRequest& request,
                                    const ResponseSink<v1::FindDuplicatesResponse>& sink) {
  return connection_->Receive(&Contacts::FindDuplicates, request, sink);
}

absl::StatusOr<v1::Contact> Client::MergeContacts(const v1::MergeContactsRequest& request) {
  return connection_->Call(&Contacts::MergeContacts, request);
}

absl::Status Client::ImportContacts(const RequestSource<v1::ImportContactsRequest>& next,
                                    const ResponseSink<v1::ImportContactsResponse>& answered) {
  return connection_->Exchange(&Contacts::ImportContacts, next, answered);
}

absl::Status Client::RecordEvents(const RequestSource<v1::RecordEventsRequest>& next,
                                  const ResponseSink<v1::RecordEventsResponse>& answered) {
  return connection_->Exchange(&Contacts::RecordEvents, next, answered);
}

absl::StatusOr<v1::ListEventsResponse> Client::ListEvents(const v1::ListEventsRequest& request) {
  return connection_->Call(&Contacts::ListEvents, request);
}

absl::StatusOr<v1::CancelEventsResponse> Client::CancelEvents(
    const v1::CancelEventsRequest& request) {
  return connection_->Call(&Contacts::CancelEvents, request);
}

absl::Status Client::ExportContacts(const v1::ExportContactsRequest& request,
                                    const ResponseSink<v1::ExportContactsResponse>& sink) {
  return connection_->Receive(&Contacts::ExportContacts, request, sink);
}

// --- Segmentations ---

absl::StatusOr<v1::Segmentation> Client::GetSegmentation(
    const v1::GetSegmentationRequest& request) {
  return connection_->Call(&Segmentations::GetSegmentation, request);
}

absl::StatusOr<v1::ListSegmentationsResponse> Client::ListSegmentations(
    const v1::ListSegmentationsRequest& request) {
  return connection_->Call(&Segmentations::ListSegmentations, request);
}

absl::StatusOr<v1::Segmentation> Client::CreateSegmentation(
    const v1::CreateSegmentationRequest& request) {
  return connection_->Call(&Segmentations::CreateSegmentation, request);
}

absl::StatusOr<v1::Segmentation> Client::UpdateSegmentation(
    const v1::UpdateSegmentationRequest& request) {
  return connection_->Call(&Segmentations::UpdateSegmentation, request);
}

absl::Status Client::DeleteSegmentation(const v1::DeleteSegmentationRequest& request) {
  return connection_->Call(&Segmentations::DeleteSegmentation, request).status();
}

absl::StatusOr<v1::TrainingRun> Client::TrainModel(const v1::TrainModelRequest& request) {
  return connection_->Call(&Segmentations::TrainModel, request);
}

absl::StatusOr<v1::TrainingRun> Client::GetTrainingRun(const v1::GetTrainingRunRequest& request) {
  return connection_->Call(&Segmentations::GetTrainingRun, request);
}

absl::StatusOr<v1::ListTrainingRunsResponse> Client::ListTrainingRuns(
    const v1::ListTrainingRunsRequest& request) {
  return connection_->Call(&Segmentations::ListTrainingRuns, request);
}

absl::StatusOr<v1::TrainingRun> Client::CancelTrainingRun(
    const v1::CancelTrainingRunRequest& request) {
  return connection_->Call(&Segmentations::CancelTrainingRun, request);
}

absl::Status Client::WatchTrainingRun(const v1::WatchTrainingRunRequest& request,
                                      const ResponseSink<v1::TrainingRun>& sink) {
  return connection_->Receive(&Segmentations::WatchTrainingRun, request, sink);
}

absl::StatusOr<v1::Model> Client::GetModel(const v1::GetModelRequest& request) {
  return connection_->Call(&Segmentations::GetModel, request);
}

absl::StatusOr<v1::ListModelsResponse> Client::ListModels(const v1::ListModelsRequest& request) {
  return connection_->Call(&Segmentations::ListModels, request);
}

absl::StatusOr<v1::Model> Client::ActivateModel(const v1::ActivateModelRequest& request) {
  return connection_->Call(&Segmentations::ActivateModel, request);
}

absl::StatusOr<v1::Model> Client::RollbackModel(const v1::RollbackModelRequest& request) {
  return connection_->Call(&Segmentations::RollbackModel, request);
}

absl::Status Client::ExportMatrix(const v1::ExportMatrixRequest& request,
                                  const ResponseSink<v1::ExportMatrixResponse>& sink) {
  return connection_->Receive(&Segmentations::ExportMatrix, request, sink);
}

absl::StatusOr<v1::Segment> Client::GetSegment(const v1::GetSegmentRequest& request) {
  return connection_->Call(&Segmentations::GetSegment, request);
}

absl::StatusOr<v1::ListSegmentsResponse> Client::ListSegments(
    const v1::ListSegmentsRequest& request) {
  return connection_->Call(&Segmentations::ListSegments, request);
}

absl::StatusOr<v1::AssignSegmentResponse> Client::AssignSegment(
    const v1::AssignSegmentRequest& request) {
  return connection_->Call(&Segmentations::AssignSegment, request);
}

absl::StatusOr<v1::AssignSegmentsResponse> Client::AssignSegments(
    const v1::AssignSegmentsRequest& request) {
  return connection_->Call(&Segmentations::AssignSegments, request);
}

absl::Status Client::StreamAssignments(const RequestSource<v1::AssignSegmentsRequest>& next,
                                       const ResponseSink<v1::AssignSegmentsResponse>& answered) {
  return connection_->Exchange(&Segmentations::StreamAssignments, next, answered);
}

// --- Personas ---

absl::StatusOr<v1::Persona> Client::GetPersona(const v1::GetPersonaRequest& request) {
  return connection_->Call(&Personas::GetPersona, request);
}

absl::StatusOr<v1::ListPersonasResponse> Client::ListPersonas(
    const v1::ListPersonasRequest& request) {
  return connection_->Call(&Personas::ListPersonas, request);
}

absl::StatusOr<v1::Persona> Client::CreatePersona(const v1::CreatePersonaRequest& request) {
  return connection_->Call(&Personas::CreatePersona, request);
}

absl::StatusOr<v1::Persona> Client::UpdatePersona(const v1::UpdatePersonaRequest& request) {
  return connection_->Call(&Personas::UpdatePersona, request);
}

absl::Status Client::DeletePersona(const v1::DeletePersonaRequest& request) {
  return connection_->Call(&Personas::DeletePersona, request).status();
}

absl::StatusOr<v1::ComparePersonasResponse> Client::ComparePersonas(
    const v1::ComparePersonasRequest& request) {
  return connection_->Call(&Personas::ComparePersonas, request);
}

absl::StatusOr<v1::SuggestQuestionsResponse> Client::SuggestQuestions(
    const v1::SuggestQuestionsRequest& request) {
  return connection_->Call(&Personas::SuggestQuestions, request);
}

absl::StatusOr<v1::TypingTool> Client::GetTypingTool(const v1::GetTypingToolRequest& request) {
  return connection_->Call(&Personas::GetTypingTool, request);
}

absl::StatusOr<v1::IdealCustomerProfile> Client::GetIdealCustomerProfile(
    const v1::GetIdealCustomerProfileRequest& request) {
  return connection_->Call(&Personas::GetIdealCustomerProfile, request);
}

absl::StatusOr<v1::IdealCustomerProfile> Client::ConfirmNegativeProfile(
    const v1::ConfirmNegativeProfileRequest& request) {
  return connection_->Call(&Personas::ConfirmNegativeProfile, request);
}

absl::StatusOr<v1::CoreTarget> Client::GetCoreTarget(const v1::GetCoreTargetRequest& request) {
  return connection_->Call(&Personas::GetCoreTarget, request);
}

absl::StatusOr<v1::FindLookalikesResponse> Client::FindLookalikes(
    const v1::FindLookalikesRequest& request) {
  return connection_->Call(&Personas::FindLookalikes, request);
}

absl::StatusOr<v1::MatchLeadResponse> Client::MatchLead(const v1::MatchLeadRequest& request) {
  return connection_->Call(&Personas::MatchLead, request);
}

absl::StatusOr<v1::MatchLeadsResponse> Client::MatchLeads(const v1::MatchLeadsRequest& request) {
  return connection_->Call(&Personas::MatchLeads, request);
}

absl::StatusOr<v1::ScoreLeadsResponse> Client::ScoreLeads(const v1::ScoreLeadsRequest& request) {
  return connection_->Call(&Personas::ScoreLeads, request);
}

// --- Lifecycle ---

absl::StatusOr<v1::LifecyclePolicy> Client::GetPolicy(const v1::GetPolicyRequest& request) {
  return connection_->Call(&Lifecycles::GetPolicy, request);
}

absl::StatusOr<v1::LifecyclePolicy> Client::UpdatePolicy(const v1::UpdatePolicyRequest& request) {
  return connection_->Call(&Lifecycles::UpdatePolicy, request);
}

absl::StatusOr<v1::PreviewPolicyResponse> Client::PreviewPolicy(
    const v1::PreviewPolicyRequest& request) {
  return connection_->Call(&Lifecycles::PreviewPolicy, request);
}

absl::StatusOr<v1::ClassifyContactsResponse> Client::ClassifyContacts(
    const v1::ClassifyContactsRequest& request) {
  return connection_->Call(&Lifecycles::ClassifyContacts, request);
}

absl::StatusOr<v1::QualifyLeadsResponse> Client::QualifyLeads(
    const v1::QualifyLeadsRequest& request) {
  return connection_->Call(&Lifecycles::QualifyLeads, request);
}

absl::StatusOr<v1::ListTransitionsResponse> Client::ListTransitions(
    const v1::ListTransitionsRequest& request) {
  return connection_->Call(&Lifecycles::ListTransitions, request);
}

absl::StatusOr<v1::Classification> Client::OverrideLifecycle(
    const v1::OverrideLifecycleRequest& request) {
  return connection_->Call(&Lifecycles::OverrideLifecycle, request);
}

absl::StatusOr<v1::Funnel> Client::GetFunnel(const v1::GetFunnelRequest& request) {
  return connection_->Call(&Lifecycles::GetFunnel, request);
}

}  // namespace cible
