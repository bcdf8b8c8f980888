#include "server/services/persona_service.h"

namespace cible {

absl::Status PersonaService::GetCoreTarget(const CallContext&, const v1::GetCoreTargetRequest&,
                                           v1::CoreTarget*) {
  return absl::UnimplementedError("GetCoreTarget is being written");
}

}  // namespace cible
