#include "clients/cpp/status.h"

#include <grpcpp/support/status.h>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace cible {
namespace {

constexpr char kTypeUrl[] = "type.googleapis.com/";

std::string TypeUrl(const google::protobuf::Descriptor* type) {
  return absl::StrCat(kTypeUrl, type->full_name());
}

std::string LostConnection(const CallTerms& terms) {
  if (terms.address.empty()) {
    return "the connection to the server was lost; check that it still runs, then try again";
  }
  return absl::StrCat("no connection to the server at ", terms.address,
                      "; check that cible-server runs there and that the address is right, then "
                      "try again");
}

std::string TimeIsUp(const CallTerms& terms) {
  if (terms.deadline.count() == 0) return "the time allowed for the call is up; allow more";
  return absl::StrCat("no answer within ", terms.deadline.count(),
                      " ms; ask for less at a time, or allow more (ClientOptions::deadline, "
                      "Client::WithDeadline)");
}

std::string NotKnown(const CallTerms& terms) {
  return absl::StrCat("the server", terms.address.empty() ? "" : " at ", terms.address,
                      " does not know this call; it is older than this client, or no Cible server: "
                      "update it, or correct the address");
}

// Errors of our server carry details; those gRPC makes itself do not, and speak
// of sockets.
std::string SentenceOfGrpc(const grpc::Status& status, const CallTerms& terms) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE: return LostConnection(terms);
    case grpc::StatusCode::DEADLINE_EXCEEDED: return TimeIsUp(terms);
    case grpc::StatusCode::UNIMPLEMENTED: return NotKnown(terms);
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      if (!absl::StrContains(status.error_message(), "larger than max")) break;
      return absl::StrCat("the message is larger than the server takes (", status.error_message(),
                          "); send fewer rows at a time");
    default: break;
  }
  return status.error_message();
}

void AddDetails(const google::rpc::Status& message, absl::Status& status) {
  const std::string passed_over = TypeUrl(google::rpc::ErrorInfo::descriptor());
  for (const google::protobuf::Any& detail : message.details()) {
    if (detail.type_url() == passed_over) continue;
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
}

}  // namespace

std::optional<std::chrono::milliseconds> RetryDelay(const absl::Status& status) {
  const auto payload = status.GetPayload(TypeUrl(google::rpc::RetryInfo::descriptor()));
  google::rpc::RetryInfo info;
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return std::nullopt;
  const google::protobuf::Duration& delay = info.retry_delay();
  return std::chrono::milliseconds(delay.seconds() * 1000 + delay.nanos() / 1'000'000);
}

absl::Status FromGrpc(const grpc::Status& status, const CallTerms& terms) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  // The server cannot know which option its caller would have to change.
  const bool is_ours = code == absl::StatusCode::kDeadlineExceeded && terms.deadline.count() > 0;
  google::rpc::Status details;
  if (is_ours || status.error_details().empty() ||
      !details.ParseFromString(status.error_details())) {
    return absl::Status(code, SentenceOfGrpc(status, terms));
  }
  absl::Status error(code, status.error_message());
  AddDetails(details, error);
  return error;
}

absl::Status FromRpc(const google::rpc::Status& status) {
  absl::Status error(static_cast<absl::StatusCode>(status.code()), status.message());
  AddDetails(status, error);
  return error;
}

absl::Status NoServerAt(const std::string& address) {
  return absl::UnavailableError(absl::StrCat(
      "no server answers at ", address, "; start one with cible-server, or correct the address"));
}

}  // namespace cible
