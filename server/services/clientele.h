// The contacts that a question about customers is answered from.

#ifndef CIBLE_SERVER_SERVICES_CLIENTELE_H_
#define CIBLE_SERVER_SERVICES_CLIENTELE_H_

#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/persona_service.pb.h"
#include "segmentation/personas/customer_value.h"
#include "segmentation/personas/ideal_customer.h"
#include "server/rpc/call_context.h"
#include "server/services/audience.h"
#include "server/storage/store.h"
#include "server/wire/resource_name.h"

namespace cible {

// The contacts of a segmentation's kind, and what they are worth by.
struct Clientele {
  ResourceName segmentation;
  Date as_of;  // Today in the workspace's time zone.
  Audience audience;
  ValueDefinition definition;
};

// The segmentation is given by name.
// Errors: INVALID_ARGUMENT a malformed name; NOT_FOUND; FAILED_PRECONDITION the
// schema marks no value; those of ReadAudience.
absl::StatusOr<Clientele> ReadClientele(Store& store, const CallContext& call,
                                        const std::string& segmentation, bool with_ids);

v1::ProfileBasis BasisToProto(ProfileBasis basis);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CLIENTELE_H_
