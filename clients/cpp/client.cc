#include "clients/cpp/client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cible/v1/contact_service.grpc.pb.h"
#include "cible/v1/persona_service.grpc.pb.h"
#include "cible/v1/segmentation_service.grpc.pb.h"
#include "cible/v1/workspace_service.grpc.pb.h"

namespace cible {
namespace {

// Errors of our server carry details; those gRPC makes itself do not, and
// speak of sockets.
absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && status.error_details().empty()) {
    return absl::UnavailableError("the connection to the server was lost");
  }
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

grpc::ChannelArguments ChannelOptions() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);  // A table may be larger than gRPC's 4 MiB.
  return arguments;
}

// How many messages of a stream wait for their answer.
class Window {
 public:
  explicit Window(int size) : free_(std::max(size, 1)) {}

  // Waits for a place; false when the stream is over.
  bool Enter() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return free_ > 0 || over_; });
    if (over_) return false;
    --free_;
    return true;
  }

  void Leave() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++free_;
    changed_.notify_one();
  }

  void Close() {
    const std::lock_guard<std::mutex> lock(mutex_);
    over_ = true;
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
  bool over_ = false;
};

}  // namespace

struct Client::Stubs {
  Stubs(const std::shared_ptr<grpc::Channel>& channel, const ClientOptions& client_options)
      : options(client_options),
        workspaces(v1::WorkspaceService::NewStub(channel)),
        contacts(v1::ContactService::NewStub(channel)),
        segmentations(v1::SegmentationService::NewStub(channel)),
        personas(v1::PersonaService::NewStub(channel)) {}

  std::unique_ptr<grpc::ClientContext> Context() const {
    auto context = std::make_unique<grpc::ClientContext>();
    if (!options.actor.empty()) context->AddMetadata("cible-actor", options.actor);
    return context;
  }

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request) const {
    const auto context = Context();
    context->set_deadline(std::chrono::system_clock::now() + options.deadline);
    Response response;
    const absl::Status status = FromGrpc((stub.*method)(context.get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  template <typename Response>
  absl::Status Receive(grpc::ClientContext& context, grpc::ClientReader<Response>& stream,
                       const ResponseSink<Response>& sink) const {
    Response response;
    while (stream.Read(&response)) {
      if (!sink(response)) context.TryCancel();
    }
    return FromGrpc(stream.Finish());
  }

  // The calling thread writes, one more reads.
  template <typename Request, typename Response>
  absl::Status Exchange(grpc::ClientContext& context,
                        grpc::ClientReaderWriter<Request, Response>& stream,
                        const RequestSource<Request>& next,
                        const ResponseSink<Response>& answered) const {
    Window window(options.stream_window);
    std::thread reader([&] {
      Response response;
      while (stream.Read(&response)) {
        if (!answered(response)) context.TryCancel();
        window.Leave();
      }
      window.Close();
    });
    Request request;
    while (window.Enter() && next(&request)) {
      if (!stream.Write(request)) break;
      request.Clear();
    }
    stream.WritesDone();
    reader.join();
    return FromGrpc(stream.Finish());
  }

  const ClientOptions options;
  const std::unique_ptr<v1::WorkspaceService::Stub> workspaces;
  const std::unique_ptr<v1::ContactService::Stub> contacts;
  const std::unique_ptr<v1::SegmentationService::Stub> segmentations;
  const std::unique_ptr<v1::PersonaService::Stub> personas;
};

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const std::string& address,
                                                        const ClientOptions& options) {
  auto channel =
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), ChannelOptions());
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + options.connect_timeout)) {
    return absl::UnavailableError(absl::StrCat("no server answers at ", address));
  }
  return std::make_unique<Client>(std::move(channel), options);
}

Client::Client(std::shared_ptr<grpc::Channel> channel, const ClientOptions& options)
    : stubs_(std::make_unique<Stubs>(channel, options)) {}

Client::~Client() = default;

// --- Workspaces ---

absl::StatusOr<v1::Workspace> Client::GetWorkspace(const v1::GetWorkspaceRequest& request) {
  return stubs_->Call(*stubs_->workspaces, &v1::WorkspaceService::Stub::GetWorkspace, request);
}

absl::StatusOr<v1::ListWorkspacesResponse> Client::ListWorkspaces(
    const v1::ListWorkspacesRequest& request) {
  return stubs_->Call(*stubs_->workspaces, &v1::WorkspaceService::Stub::ListWorkspaces, request);
}

absl::StatusOr<v1::Workspace> Client::CreateWorkspace(const v1::CreateWorkspaceRequest& request) {
  return stubs_->Call(*stubs_->workspaces, &v1::WorkspaceService::Stub::CreateWorkspace, request);
}

absl::StatusOr<v1::Workspace> Client::UpdateWorkspace(const v1::UpdateWorkspaceRequest& request) {
  return stubs_->Call(*stubs_->workspaces, &v1::WorkspaceService::Stub::UpdateWorkspace, request);
}

absl::StatusOr<v1::RetentionReport> Client::GetRetentionReport(
    const v1::GetRetentionReportRequest& request) {
  return stubs_->Call(*stubs_->workspaces, &v1::WorkspaceService::Stub::GetRetentionReport,
                      request);
}

absl::StatusOr<v1::ListAuditEntriesResponse> Client::ListAuditEntries(
    const v1::ListAuditEntriesRequest& request) {
  return stubs_->Call(*stubs_->workspaces, &v1::WorkspaceService::Stub::ListAuditEntries, request);
}

absl::StatusOr<v1::GetServerInfoResponse> Client::GetServerInfo(
    const v1::GetServerInfoRequest& request) {
  return stubs_->Call(*stubs_->workspaces, &v1::WorkspaceService::Stub::GetServerInfo, request);
}

// --- Contacts ---

absl::StatusOr<v1::Schema> Client::GetSchema(const v1::GetSchemaRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::GetSchema, request);
}

absl::StatusOr<v1::Schema> Client::UpdateSchema(const v1::UpdateSchemaRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::UpdateSchema, request);
}

absl::StatusOr<v1::InferSchemaResponse> Client::InferSchema(const v1::InferSchemaRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::InferSchema, request);
}

absl::StatusOr<v1::Contact> Client::GetContact(const v1::GetContactRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::GetContact, request);
}

absl::StatusOr<v1::ListContactsResponse> Client::ListContacts(
    const v1::ListContactsRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::ListContacts, request);
}

absl::StatusOr<v1::Contact> Client::UpdateContact(const v1::UpdateContactRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::UpdateContact, request);
}

absl::StatusOr<v1::BatchUpdateContactsResponse> Client::BatchUpdateContacts(
    const v1::BatchUpdateContactsRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::BatchUpdateContacts, request);
}

absl::StatusOr<v1::ContactDossier> Client::GetContactDossier(
    const v1::GetContactDossierRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::GetContactDossier, request);
}

absl::StatusOr<v1::Contact> Client::ObjectToProfiling(const v1::ObjectToProfilingRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::ObjectToProfiling, request);
}

absl::StatusOr<v1::Contact> Client::RecordConsent(const v1::RecordConsentRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::RecordConsent, request);
}

absl::Status Client::DeleteContact(const v1::DeleteContactRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::DeleteContact, request)
      .status();
}

absl::Status Client::FindDuplicates(const v1::FindDuplicatesRequest& request,
                                    const ResponseSink<v1::FindDuplicatesResponse>& sink) {
  const auto context = stubs_->Context();
  const auto stream = stubs_->contacts->FindDuplicates(context.get(), request);
  return stubs_->Receive(*context, *stream, sink);
}

absl::StatusOr<v1::Contact> Client::MergeContacts(const v1::MergeContactsRequest& request) {
  return stubs_->Call(*stubs_->contacts, &v1::ContactService::Stub::MergeContacts, request);
}

absl::Status Client::ImportContacts(const RequestSource<v1::ImportContactsRequest>& next,
                                    const ResponseSink<v1::ImportContactsResponse>& answered) {
  const auto context = stubs_->Context();
  const auto stream = stubs_->contacts->ImportContacts(context.get());
  return stubs_->Exchange(*context, *stream, next, answered);
}

absl::Status Client::ExportContacts(const v1::ExportContactsRequest& request,
                                    const ResponseSink<v1::ExportContactsResponse>& sink) {
  const auto context = stubs_->Context();
  const auto stream = stubs_->contacts->ExportContacts(context.get(), request);
  return stubs_->Receive(*context, *stream, sink);
}

// --- Segmentations ---

absl::StatusOr<v1::Segmentation> Client::GetSegmentation(
    const v1::GetSegmentationRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::GetSegmentation,
                      request);
}

absl::StatusOr<v1::ListSegmentationsResponse> Client::ListSegmentations(
    const v1::ListSegmentationsRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::ListSegmentations,
                      request);
}

absl::StatusOr<v1::Segmentation> Client::CreateSegmentation(
    const v1::CreateSegmentationRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::CreateSegmentation,
                      request);
}

absl::StatusOr<v1::Segmentation> Client::UpdateSegmentation(
    const v1::UpdateSegmentationRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::UpdateSegmentation,
                      request);
}

absl::Status Client::DeleteSegmentation(const v1::DeleteSegmentationRequest& request) {
  return stubs_
      ->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::DeleteSegmentation, request)
      .status();
}

absl::StatusOr<v1::TrainingRun> Client::TrainModel(const v1::TrainModelRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::TrainModel, request);
}

absl::StatusOr<v1::TrainingRun> Client::GetTrainingRun(const v1::GetTrainingRunRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::GetTrainingRun,
                      request);
}

absl::StatusOr<v1::ListTrainingRunsResponse> Client::ListTrainingRuns(
    const v1::ListTrainingRunsRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::ListTrainingRuns,
                      request);
}

absl::StatusOr<v1::TrainingRun> Client::CancelTrainingRun(
    const v1::CancelTrainingRunRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::CancelTrainingRun,
                      request);
}

absl::Status Client::WatchTrainingRun(const v1::WatchTrainingRunRequest& request,
                                      const ResponseSink<v1::TrainingRun>& sink) {
  const auto context = stubs_->Context();
  const auto stream = stubs_->segmentations->WatchTrainingRun(context.get(), request);
  return stubs_->Receive(*context, *stream, sink);
}

absl::StatusOr<v1::Model> Client::GetModel(const v1::GetModelRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::GetModel, request);
}

absl::StatusOr<v1::ListModelsResponse> Client::ListModels(const v1::ListModelsRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::ListModels, request);
}

absl::StatusOr<v1::Model> Client::ActivateModel(const v1::ActivateModelRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::ActivateModel,
                      request);
}

absl::StatusOr<v1::Model> Client::RollbackModel(const v1::RollbackModelRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::RollbackModel,
                      request);
}

absl::Status Client::ExportMatrix(const v1::ExportMatrixRequest& request,
                                  const ResponseSink<v1::ExportMatrixResponse>& sink) {
  const auto context = stubs_->Context();
  const auto stream = stubs_->segmentations->ExportMatrix(context.get(), request);
  return stubs_->Receive(*context, *stream, sink);
}

absl::StatusOr<v1::Segment> Client::GetSegment(const v1::GetSegmentRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::GetSegment, request);
}

absl::StatusOr<v1::ListSegmentsResponse> Client::ListSegments(
    const v1::ListSegmentsRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::ListSegments,
                      request);
}

absl::StatusOr<v1::AssignSegmentResponse> Client::AssignSegment(
    const v1::AssignSegmentRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::AssignSegment,
                      request);
}

absl::StatusOr<v1::AssignSegmentsResponse> Client::AssignSegments(
    const v1::AssignSegmentsRequest& request) {
  return stubs_->Call(*stubs_->segmentations, &v1::SegmentationService::Stub::AssignSegments,
                      request);
}

absl::Status Client::StreamAssignments(const RequestSource<v1::AssignSegmentsRequest>& next,
                                       const ResponseSink<v1::AssignSegmentsResponse>& answered) {
  const auto context = stubs_->Context();
  const auto stream = stubs_->segmentations->StreamAssignments(context.get());
  return stubs_->Exchange(*context, *stream, next, answered);
}

// --- Personas ---

absl::StatusOr<v1::Persona> Client::GetPersona(const v1::GetPersonaRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::GetPersona, request);
}

absl::StatusOr<v1::ListPersonasResponse> Client::ListPersonas(
    const v1::ListPersonasRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::ListPersonas, request);
}

absl::StatusOr<v1::Persona> Client::CreatePersona(const v1::CreatePersonaRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::CreatePersona, request);
}

absl::StatusOr<v1::Persona> Client::UpdatePersona(const v1::UpdatePersonaRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::UpdatePersona, request);
}

absl::Status Client::DeletePersona(const v1::DeletePersonaRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::DeletePersona, request)
      .status();
}

absl::StatusOr<v1::ComparePersonasResponse> Client::ComparePersonas(
    const v1::ComparePersonasRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::ComparePersonas, request);
}

absl::StatusOr<v1::SuggestQuestionsResponse> Client::SuggestQuestions(
    const v1::SuggestQuestionsRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::SuggestQuestions, request);
}

absl::StatusOr<v1::TypingTool> Client::GetTypingTool(const v1::GetTypingToolRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::GetTypingTool, request);
}

absl::StatusOr<v1::IdealCustomerProfile> Client::GetIdealCustomerProfile(
    const v1::GetIdealCustomerProfileRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::GetIdealCustomerProfile,
                      request);
}

absl::StatusOr<v1::IdealCustomerProfile> Client::ConfirmNegativeProfile(
    const v1::ConfirmNegativeProfileRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::ConfirmNegativeProfile,
                      request);
}

absl::StatusOr<v1::CoreTarget> Client::GetCoreTarget(const v1::GetCoreTargetRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::GetCoreTarget, request);
}

absl::StatusOr<v1::FindLookalikesResponse> Client::FindLookalikes(
    const v1::FindLookalikesRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::FindLookalikes, request);
}

absl::StatusOr<v1::MatchLeadResponse> Client::MatchLead(const v1::MatchLeadRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::MatchLead, request);
}

absl::StatusOr<v1::MatchLeadsResponse> Client::MatchLeads(const v1::MatchLeadsRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::MatchLeads, request);
}

absl::StatusOr<v1::ScoreLeadsResponse> Client::ScoreLeads(const v1::ScoreLeadsRequest& request) {
  return stubs_->Call(*stubs_->personas, &v1::PersonaService::Stub::ScoreLeads, request);
}

}  // namespace cible
