// One line a call in the log. Never holds personal data: method, code,
// duration and, for failures of ours, the message.

#ifndef CIBLE_SERVER_TELEMETRY_CALL_LOG_H_
#define CIBLE_SERVER_TELEMETRY_CALL_LOG_H_

#include <chrono>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cible {

// Failures that operators must see (INTERNAL, DATA_LOSS, UNAVAILABLE,
// UNKNOWN) are errors; everything else is logged at debug level. The duration is
// that since `start`.
void LogCall(absl::string_view method, const absl::Status& status,
             std::chrono::steady_clock::time_point start);

}  // namespace cible

#endif  // CIBLE_SERVER_TELEMETRY_CALL_LOG_H_
