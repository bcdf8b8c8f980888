#include "server/rpc/status.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"

namespace cible {
namespace {

// Details travel in trailers, which peers limit to 8 KiB by default.
constexpr std::size_t kMaxMessage = 1024;

// Payloads of our own, such as the store's, have other names.
constexpr absl::string_view kTypeUrl = "type.googleapis.com/";

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
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    if (!absl::StartsWith(type_url, kTypeUrl)) return;
    google::protobuf::Any* detail = result.add_details();
    detail->set_type_url(std::string(type_url));
    detail->set_value(std::string(payload));
  });
  return result;
}

void AddDetail(const google::protobuf::Message& detail, absl::Status& status) {
  status.SetPayload(absl::StrCat(kTypeUrl, detail.GetDescriptor()->full_name()),
                    absl::Cord(detail.SerializeAsString()));
}

std::optional<std::string> DetailBytes(const absl::Status& status, absl::string_view full_name) {
  const auto payload = status.GetPayload(absl::StrCat(kTypeUrl, full_name));
  if (!payload) return std::nullopt;
  return std::string(*payload);
}

}  // namespace cible
