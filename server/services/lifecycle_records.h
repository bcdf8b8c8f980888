// What is recorded of how contacts stood and what people said of them, as messages.

#ifndef CIBLE_SERVER_SERVICES_LIFECYCLE_RECORDS_H_
#define CIBLE_SERVER_SERVICES_LIFECYCLE_RECORDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/lifecycle.pb.h"
#include "server/storage/store.h"

namespace cible {

void TransitionToProto(const RecordedTransition& recorded, const std::string& workspace,
                       v1::Transition* message);

void OverrideToProto(const LifecycleOverrideRecord& record, v1::LifecycleOverride* message);

// What a person says of the contact.
// Errors: INVALID_ARGUMENT, naming the field and what to give: no field, a value that
// the field does not have, no author or reason, texts that are too long, an expiry that
// does not lie after `now`.
absl::StatusOr<PutLifecycleOverride> OverrideFromProto(const v1::LifecycleOverride& message,
                                                       const std::string& workspace,
                                                       const std::string& contact, Timestamp now);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_LIFECYCLE_RECORDS_H_
