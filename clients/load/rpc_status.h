// Codes of gRPC as those of Abseil, and their names.

#ifndef CIBLE_CLIENTS_LOAD_RPC_STATUS_H_
#define CIBLE_CLIENTS_LOAD_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace cible::load {

// The numbers of the codes are the same in both.
inline absl::Status FromGrpc(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

// "RESOURCE_EXHAUSTED".
inline std::string CodeName(int code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_RPC_STATUS_H_
