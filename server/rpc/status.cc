#include "server/rpc/status.h"

#include <string>

#include "google/rpc/error_details.pb.h"

namespace cible {
namespace {

// Details travel in trailers, which peers limit to 8 KiB by default.
constexpr std::size_t kMaxMessage = 1024;

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status result;
  result.set_code(static_cast<int>(status.code()));
  result.set_message(std::string(status.message().substr(0, kMaxMessage)));
  if (status.ok()) return result;
  google::rpc::ErrorInfo info;
  info.set_reason(absl::StatusCodeToString(status.code()));
  info.set_domain("cible");
  result.add_details()->PackFrom(info);
  return result;
}

}  // namespace cible
