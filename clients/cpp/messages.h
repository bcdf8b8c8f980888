// The messages that clients/cpp/client.h speaks of, declared only: a program
// includes the cible/v1/*.pb.h of those it uses.

#ifndef CIBLE_CLIENTS_CPP_MESSAGES_H_
#define CIBLE_CLIENTS_CPP_MESSAGES_H_

namespace cible::v1 {

class ActivateModelRequest;
class AssignSegmentRequest;
class AssignSegmentResponse;
class AssignSegmentsRequest;
class AssignSegmentsResponse;
class BatchUpdateContactsRequest;
class BatchUpdateContactsResponse;
class CancelTrainingRunRequest;
class ComparePersonasRequest;
class ComparePersonasResponse;
class ConfirmNegativeProfileRequest;
class Contact;
class ContactDossier;
class ContactTable;
class CoreTarget;
class CreatePersonaRequest;
class CreateSegmentationRequest;
class CreateWorkspaceRequest;
class Date;
class DeleteContactRequest;
class DeletePersonaRequest;
class DeleteSegmentationRequest;
class ExportContactsRequest;
class ExportContactsResponse;
class ExportMatrixRequest;
class ExportMatrixResponse;
class FindDuplicatesRequest;
class FindDuplicatesResponse;
class FindLookalikesRequest;
class FindLookalikesResponse;
class GetContactDossierRequest;
class GetContactRequest;
class GetCoreTargetRequest;
class GetIdealCustomerProfileRequest;
class GetModelRequest;
class GetPersonaRequest;
class GetRetentionReportRequest;
class GetSchemaRequest;
class GetSegmentRequest;
class GetSegmentationRequest;
class GetServerInfoRequest;
class GetServerInfoResponse;
class GetTrainingRunRequest;
class GetTypingToolRequest;
class GetWorkspaceRequest;
class IdealCustomerProfile;
class ImportContactsRequest;
class ImportContactsResponse;
class InferSchemaRequest;
class InferSchemaResponse;
class ListAuditEntriesRequest;
class ListAuditEntriesResponse;
class ListContactsRequest;
class ListContactsResponse;
class ListModelsRequest;
class ListModelsResponse;
class ListPersonasRequest;
class ListPersonasResponse;
class ListSegmentationsRequest;
class ListSegmentationsResponse;
class ListSegmentsRequest;
class ListSegmentsResponse;
class ListTrainingRunsRequest;
class ListTrainingRunsResponse;
class ListWorkspacesRequest;
class ListWorkspacesResponse;
class MatchLeadRequest;
class MatchLeadResponse;
class MatchLeadsRequest;
class MatchLeadsResponse;
class MergeContactsRequest;
class Model;
class ObjectToProfilingRequest;
class Persona;
class RecordConsentRequest;
class RetentionReport;
class RollbackModelRequest;
class Schema;
class ScoreLeadsRequest;
class ScoreLeadsResponse;
class Segment;
class Segmentation;
class SuggestQuestionsRequest;
class SuggestQuestionsResponse;
class TrainModelRequest;
class TrainingRun;
class TypingTool;
class UpdateContactRequest;
class UpdatePersonaRequest;
class UpdateSchemaRequest;
class UpdateSegmentationRequest;
class UpdateWorkspaceRequest;
class WatchTrainingRunRequest;
class Workspace;

}  // namespace cible::v1

#endif  // CIBLE_CLIENTS_CPP_MESSAGES_H_
