// Errors as messages.

#ifndef CIBLE_SERVER_RPC_STATUS_H_
#define CIBLE_SERVER_RPC_STATUS_H_

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace cible {

// Same code and message (at most 1 KiB of it), with google.rpc.ErrorInfo.
google::rpc::Status ToRpcStatus(const absl::Status& status);

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_STATUS_H_
