// Errors as messages.

#ifndef CIBLE_SERVER_RPC_STATUS_H_
#define CIBLE_SERVER_RPC_STATUS_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"

namespace cible {

// Same code and message (at most 1 KiB of it), with google.rpc.ErrorInfo and
// the details of AddDetail.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// Gives the error a detail that travels to the caller: a message of
// google/rpc/error_details.proto, each type at most once.
void AddDetail(const google::protobuf::Message& detail, absl::Status& status);

// The bytes of the detail with this full name; nullopt: it has none.
std::optional<std::string> DetailBytes(const absl::Status& status, absl::string_view full_name);

// The detail of this type that the error was given, if any.
template <typename Detail>
std::optional<Detail> DetailOf(const absl::Status& status) {
  const auto bytes = DetailBytes(status, Detail::descriptor()->full_name());
  Detail detail;
  if (!bytes || !detail.ParseFromString(*bytes)) return std::nullopt;
  return detail;
}

// What the details that a status is given may take, in bytes: with ErrorInfo
// they stay below 2 KiB.
inline constexpr std::size_t kMaxDetailBytes = 1792;

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_STATUS_H_
