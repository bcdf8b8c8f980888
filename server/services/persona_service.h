// cible.v1.PersonaService: personas, and matching leads to them.

#ifndef CIBLE_SERVER_SERVICES_PERSONA_SERVICE_H_
#define CIBLE_SERVER_SERVICES_PERSONA_SERVICE_H_

#include <google/protobuf/empty.pb.h>

#include "absl/status/status.h"
#include "cible/v1/persona_service.pb.h"
#include "server/registry/model_registry.h"
#include "server/registry/stored_observations.h"
#include "server/rpc/method_table.h"
#include "server/storage/store.h"

namespace cible {

// Methods and errors are documented in persona_service.proto. Thread-safe.
class PersonaService {
 public:
  PersonaService(StoredObservations& observations, ModelRegistry& registry);

  // The service outlives the table.
  void Register(MethodTable& table);

  absl::Status GetPersona(const CallContext& call, const v1::GetPersonaRequest& request,
                          v1::Persona* response);
  absl::Status ListPersonas(const CallContext& call, const v1::ListPersonasRequest& request,
                            v1::ListPersonasResponse* response);
  absl::Status MatchLead(const CallContext& call, const v1::MatchLeadRequest& request,
                         v1::MatchLeadResponse* response);
  absl::Status MatchLeads(const CallContext& call, const v1::MatchLeadsRequest& request,
                          v1::MatchLeadsResponse* response);
  absl::Status CreatePersona(const CallContext& call, const v1::CreatePersonaRequest& request,
                             v1::Persona* response);
  absl::Status UpdatePersona(const CallContext& call, const v1::UpdatePersonaRequest& request,
                             v1::Persona* response);
  absl::Status DeletePersona(const CallContext& call, const v1::DeletePersonaRequest& request,
                             google::protobuf::Empty* response);
  absl::Status ComparePersonas(const CallContext& call, const v1::ComparePersonasRequest& request,
                               v1::ComparePersonasResponse* response);
  absl::Status SuggestQuestions(const CallContext& call, const v1::SuggestQuestionsRequest& request,
                                v1::SuggestQuestionsResponse* response);
  absl::Status GetTypingTool(const CallContext& call, const v1::GetTypingToolRequest& request,
                             v1::TypingTool* response);
  absl::Status GetIdealCustomerProfile(const CallContext& call,
                                       const v1::GetIdealCustomerProfileRequest& request,
                                       v1::IdealCustomerProfile* response);
  absl::Status ConfirmNegativeProfile(const CallContext& call,
                                      const v1::ConfirmNegativeProfileRequest& request,
                                      v1::IdealCustomerProfile* response);
  absl::Status GetCoreTarget(const CallContext& call, const v1::GetCoreTargetRequest& request,
                             v1::CoreTarget* response);
  absl::Status FindLookalikes(const CallContext& call, const v1::FindLookalikesRequest& request,
                              v1::FindLookalikesResponse* response);
  absl::Status ScoreLeads(const CallContext& call, const v1::ScoreLeadsRequest& request,
                          v1::ScoreLeadsResponse* response);

 private:
  StoredObservations& observations_;
  Store& store_;
  ModelRegistry& registry_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_PERSONA_SERVICE_H_
