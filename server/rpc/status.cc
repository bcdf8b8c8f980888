#include "server/rpc/status.h"

#include <string>

#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"

namespace cible {
namespace {

// Details travel in trailers, which peers limit to 8 KiB by default.
constexpr std::size_t kMaxMessage = 1024;

// The beginning of the text, cut between characters of UTF-8.
absl::string_view Shortened(absl::string_view text) {
  if (text.size() <= kMaxMessage) return text;
  std::size_t length = kMaxMessage;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return text.substr(0, length);
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status result;
  result.set_code(static_cast<int>(status.code()));
  result.set_message(std::string(Shortened(status.message())));
  if (status.ok()) return result;
  google::rpc::ErrorInfo info;
  info.set_reason(absl::StatusCodeToString(status.code()));
  info.set_domain("cible");
  result.add_details()->PackFrom(info);
  return result;
}

}  // namespace cible
