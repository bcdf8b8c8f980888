#include "clients/cpp/service_config.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace cible {
namespace {

// gRPC takes 5 for anything above.
constexpr int kMaxAttempts = 5;

// gRPC's own notation: "0.100s".
std::string Duration(std::chrono::milliseconds duration) {
  const auto millis = std::max<std::chrono::milliseconds::rep>(duration.count(), 1);
  return absl::StrFormat("\"%d.%03ds\"", millis / 1000, millis % 1000);
}

std::string Names(const std::vector<ServiceMethods>& services) {
  std::vector<std::string> names;
  for (const auto& [service, methods] : services) {
    for (const std::string& method : methods) {
      names.push_back(
          absl::StrCat(R"({"service": ")", service, R"(", "method": ")", method, "\"}"));
    }
  }
  return absl::StrJoin(names, ", ");
}

}  // namespace

const std::vector<ServiceMethods>& IdempotentMethods() {
  static const auto& methods = *new std::vector<ServiceMethods>{
      {"cible.v1.WorkspaceService",
       {"GetWorkspace", "ListWorkspaces", "GetRetentionReport", "ListAuditEntries",
        "GetServerInfo"}},
      {"cible.v1.ContactService",
       {"GetSchema", "InferSchema", "GetContact", "ListContacts", "GetContactDossier",
        "FindDuplicates", "ExportContacts", "ListEvents"}},
      {"cible.v1.SegmentationService",
       {"GetSegmentation", "ListSegmentations", "GetTrainingRun", "ListTrainingRuns",
        "WatchTrainingRun", "GetModel", "ListModels", "GetSegment", "ListSegments", "AssignSegment",
        "AssignSegments", "StreamAssignments", "ExportMatrix"}},
      {"cible.v1.PersonaService",
       {"GetPersona", "ListPersonas", "ComparePersonas", "MatchLead", "MatchLeads",
        "SuggestQuestions", "GetTypingTool", "GetIdealCustomerProfile", "GetCoreTarget",
        "FindLookalikes", "ScoreLeads"}},
      {"cible.v1.LifecycleService",
       {"GetPolicy", "PreviewPolicy", "ClassifyContacts", "QualifyLeads", "ListTransitions",
        "GetFunnel"}}};
  return methods;
}

const std::vector<ServiceMethods>& NeverRetriedMethods() {
  static const auto& methods = *new std::vector<ServiceMethods>{
      {"cible.v1.WorkspaceService", {"CreateWorkspace", "UpdateWorkspace"}},
      {"cible.v1.ContactService",
       {"UpdateSchema", "UpdateContact", "BatchUpdateContacts", "ImportContacts",
        "ObjectToProfiling", "RecordConsent", "DeleteContact", "MergeContacts", "RecordEvents",
        "CancelEvents"}},
      {"cible.v1.SegmentationService",
       {"CreateSegmentation", "UpdateSegmentation", "DeleteSegmentation", "TrainModel",
        "CancelTrainingRun", "ActivateModel", "RollbackModel"}},
      {"cible.v1.PersonaService",
       {"CreatePersona", "UpdatePersona", "DeletePersona", "ConfirmNegativeProfile"}},
      {"cible.v1.LifecycleService", {"UpdatePolicy", "OverrideLifecycle"}}};
  return methods;
}

// The throttle: a refusal takes a token, an answer gives a tenth back, and below
// half of them nothing is retried: an overloaded server is not asked more.
std::string RetryServiceConfig(const RetryOptions& retry) {
  return absl::StrCat(
      R"({"methodConfig": [{"name": [)", Names(IdempotentMethods()),
      R"(], "retryPolicy": {"maxAttempts": )", std::clamp(retry.max_attempts, 2, kMaxAttempts),
      R"(, "initialBackoff": )", Duration(retry.initial_backoff), R"(, "maxBackoff": )",
      Duration(retry.max_backoff), R"(, "backoffMultiplier": 2, "retryableStatusCodes": )",
      R"(["UNAVAILABLE", "RESOURCE_EXHAUSTED"]}}], )",
      R"("retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1}})");
}

}  // namespace cible
