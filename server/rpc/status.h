// Errors as messages.

#ifndef CIBLE_SERVER_RPC_STATUS_H_
#define CIBLE_SERVER_RPC_STATUS_H_

#include <google/protobuf/message.h>

#include <cstddef>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace cible {

// Same code and message (at most 1 KiB of it), with google.rpc.ErrorInfo and
// the details of AddDetail.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// Gives the error a detail that travels to the caller: a message of
// google/rpc/error_details.proto, each type at most once.
void AddDetail(const google::protobuf::Message& detail, absl::Status& status);

// What the details that a status is given may take, in bytes: with ErrorInfo
// they stay below 2 KiB.
inline constexpr std::size_t kMaxDetailBytes = 1792;

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_STATUS_H_
