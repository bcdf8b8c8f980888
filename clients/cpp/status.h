// Errors of calls: the server's code and sentence, or, where gRPC itself gave
// up, a sentence that says what to do.

#ifndef CIBLE_CLIENTS_CPP_STATUS_H_
#define CIBLE_CLIENTS_CPP_STATUS_H_

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace google::rpc {
class Status;
}
namespace grpc {
class Status;
}

namespace cible {

// How long the server asks to wait before the call is made again; nothing when
// it does not say so. RESOURCE_EXHAUSTED of an overloaded server says it.
std::optional<std::chrono::milliseconds> RetryDelay(const absl::Status& status);

// What a call was made with, for errors to name.
struct CallTerms {
  std::string address;                 // Of the server; empty: not known.
  std::chrono::milliseconds deadline;  // 0: none.
};

// The server's details become payloads of the status, by their type URL
// ("type.googleapis.com/google.rpc.BadRequest"), all but ErrorInfo, which
// repeats the code.
absl::Status FromGrpc(const grpc::Status& status, const CallTerms& terms);

// The same of an error inside an answer.
absl::Status FromRpc(const google::rpc::Status& status);

// UNAVAILABLE: nobody answers there.
absl::Status NoServerAt(const std::string& address);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_STATUS_H_
