// When a stream that stores things is not worth going on with.

#ifndef CIBLE_CLIENTS_CLI_STREAM_END_H_
#define CIBLE_CLIENTS_CLI_STREAM_END_H_

#include "absl/status/status.h"

namespace cible {

// Whether a message that was refused with this code tells that the next would
// fare no better, as on a full disk.
inline bool EndsTheStream(int code) {
  switch (static_cast<absl::StatusCode>(code)) {
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown: return true;
    default: return false;
  }
}

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_STREAM_END_H_
