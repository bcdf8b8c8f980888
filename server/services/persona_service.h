// cible.v1.PersonaService: personas, and matching leads to them.

#ifndef CIBLE_SERVER_SERVICES_PERSONA_SERVICE_H_
#define CIBLE_SERVER_SERVICES_PERSONA_SERVICE_H_

#include "absl/status/status.h"
#include "cible/v1/persona_service.pb.h"
#include "server/registry/model_registry.h"
#include "server/rpc/method_table.h"
#include "server/storage/store.h"

namespace cible {

// Methods and errors are documented in persona_service.proto. Thread-safe.
class PersonaService {
 public:
  PersonaService(Store& store, const ModelRegistry& registry);

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
  absl::Status ScoreLeads(const CallContext& call, const v1::ScoreLeadsRequest& request,
                          v1::ScoreLeadsResponse* response);

 private:
  Store& store_;
  const ModelRegistry& registry_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_PERSONA_SERVICE_H_
