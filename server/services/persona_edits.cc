#include "server/services/persona_service.h"

namespace cible {

absl::Status PersonaService::CreatePersona(const CallContext&, const v1::CreatePersonaRequest&,
                                           v1::Persona*) {
  return absl::UnimplementedError("CreatePersona is being written");
}

absl::Status PersonaService::UpdatePersona(const CallContext&, const v1::UpdatePersonaRequest&,
                                           v1::Persona*) {
  return absl::UnimplementedError("UpdatePersona is being written");
}

absl::Status PersonaService::DeletePersona(const CallContext&, const v1::DeletePersonaRequest&,
                                           google::protobuf::Empty*) {
  return absl::UnimplementedError("DeletePersona is being written");
}

absl::Status PersonaService::ComparePersonas(const CallContext&, const v1::ComparePersonasRequest&,
                                             v1::ComparePersonasResponse*) {
  return absl::UnimplementedError("ComparePersonas is being written");
}

}  // namespace cible
