#include "clients/load/first_answer.h"

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "clients/load/rpc_status.h"

namespace cible::load {
namespace {

constexpr auto kDeadline = std::chrono::seconds(30);
constexpr int kTries = 20;
constexpr auto kPause = std::chrono::milliseconds(100);

// The next operation to end was one of this queue's; whether it went well.
bool Wait(grpc::CompletionQueue& queue) {
  void* tag;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

grpc::Status CallOnce(grpc::GenericStub& stub, CallKind kind, const grpc::ByteBuffer& request,
                      grpc::ByteBuffer& answer) {
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  grpc::Status status;
  const auto call = stub.PrepareUnaryCall(&context, MethodPath(kind), request, &queue);
  call->StartCall();
  call->Finish(&answer, &status, nullptr);
  Wait(queue);
  return status;
}

grpc::Status StreamOnce(grpc::GenericStub& stub, const grpc::ByteBuffer& request,
                        grpc::ByteBuffer& answer) {
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  const auto call = stub.PrepareCall(&context, MethodPath(CallKind::kStream), &queue);
  // Each step is waited for; where one fails the status says why.
  call->StartCall(nullptr);
  bool ok = Wait(queue);
  if (ok) call->Write(request, nullptr), ok = Wait(queue);
  if (ok) call->Read(&answer, nullptr), ok = Wait(queue);
  if (ok) call->WritesDone(nullptr), ok = Wait(queue);
  grpc::Status status;
  call->Finish(&status, nullptr);
  Wait(queue);
  return status;
}

absl::Status CheckBulk(const std::string& bytes, CallKind kind, int contact_count) {
  v1::AssignSegmentsResponse response;
  if (!response.ParseFromString(bytes)) {
    return absl::InternalError("the server's answer is no AssignSegmentsResponse");
  }
  if (response.error().code() != 0) {
    return absl::Status(static_cast<absl::StatusCode>(response.error().code()),
                        response.error().message());
  }
  if (response.probabilities_size() == contact_count) return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrCat("the server answered for ", response.probabilities_size(), " of ", contact_count,
                   " contacts: it does not serve \"", std::string(Name(kind)),
                   "\"; use another kind of call, or a newer server"));
}

bool IsBusy(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         status.error_code() == grpc::StatusCode::UNAVAILABLE;
}

}  // namespace

absl::StatusOr<std::string> AnswerTo(const std::shared_ptr<grpc::Channel>& channel, CallKind kind,
                                     const grpc::ByteBuffer& request, int contact_count) {
  grpc::GenericStub stub(channel);
  grpc::ByteBuffer answer;
  grpc::Status status;
  for (int i = 0; i < kTries; ++i) {
    status = kind == CallKind::kStream ? StreamOnce(stub, request, answer)
                                       : CallOnce(stub, kind, request, answer);
    if (!IsBusy(status)) break;
    std::this_thread::sleep_for(kPause);
  }
  if (!status.ok()) return FromGrpc(status);
  std::string bytes = BytesOf(answer);
  if (!IsBulk(kind)) return bytes;
  const absl::Status checked = CheckBulk(bytes, kind, contact_count);
  if (!checked.ok()) return checked;
  return bytes;
}

}  // namespace cible::load
