#include "server/services/persona_service.h"

namespace cible {

absl::Status PersonaService::GetIdealCustomerProfile(const CallContext&,
                                                     const v1::GetIdealCustomerProfileRequest&,
                                                     v1::IdealCustomerProfile*) {
  return absl::UnimplementedError("GetIdealCustomerProfile is being written");
}

absl::Status PersonaService::ConfirmNegativeProfile(const CallContext&,
                                                    const v1::ConfirmNegativeProfileRequest&,
                                                    v1::IdealCustomerProfile*) {
  return absl::UnimplementedError("ConfirmNegativeProfile is being written");
}

absl::Status PersonaService::FindLookalikes(const CallContext&, const v1::FindLookalikesRequest&,
                                            v1::FindLookalikesResponse*) {
  return absl::UnimplementedError("FindLookalikes is being written");
}

}  // namespace cible
