// Policies of the lifecycle as files that people read and edit: protobuf's text format,
// with a comment above every field that says what it means.

#ifndef CIBLE_CLIENTS_CLI_POLICY_TEXT_H_
#define CIBLE_CLIENTS_CLI_POLICY_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/lifecycle.pb.h"
#include "clients/cli/message_text.h"

namespace cible {

// The whole policy, fields that are not set included; each condition on a line of its
// own. PolicyFromText gives the same policy back.
std::string PolicyToText(const v1::LifecyclePolicy& policy);

// Errors: INVALID_ARGUMENT with the line and what to do.
absl::StatusOr<v1::LifecyclePolicy> PolicyFromText(const std::string& text,
                                                   FieldPlaces* places = nullptr);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_POLICY_TEXT_H_
