// One value between its message and the domain.

#ifndef CIBLE_SERVER_WIRE_VALUE_WIRE_H_
#define CIBLE_SERVER_WIRE_VALUE_WIRE_H_

#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "segmentation/data/value.h"

namespace cible {

// Whether the attribute can hold it is CheckValue's to say.
// Errors: INVALID_ARGUMENT, naming the attribute as the message does, for no
// value, an empty text or tag, an impossible day or instant.
absl::StatusOr<Value> ValueFromProto(const v1::AttributeValue& message);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_VALUE_WIRE_H_
