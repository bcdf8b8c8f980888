#include "server/rpc/call.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "server/rpc/status.h"
#include "server/telemetry/call_log.h"

namespace cible {
namespace {

using google::protobuf::Message;

constexpr char kNotHere[] = "cible/not-here";

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status details = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(details.code()), details.message(),
                      details.SerializeAsString());
}

// The id after "workspaces/"; the handler checks the rest of the name.
absl::StatusOr<absl::string_view> WorkspaceOf(absl::string_view resource) {
  constexpr absl::string_view kCollection = "workspaces/";
  if (absl::ConsumePrefix(&resource, kCollection)) {
    resource = resource.substr(0, resource.find('/'));
    if (!resource.empty()) return resource;
  }
  return absl::InvalidArgumentError(
      "the request names no workspace; resource names begin with `workspaces/{workspace}`");
}

std::string PrincipalOf(const grpc::ServerContext& context) {
  const auto actor = context.client_metadata().find("cible-actor");
  if (actor == context.client_metadata().end()) return "local";
  return std::string(actor->second.data(), actor->second.size());
}

}  // namespace

void CallContext::ForEach(int count, const std::function<void(int)>& task) const {
  if (helpers != nullptr) return helpers->ForEach(count, task);
  for (int i = 0; i < count; ++i) task(i);
}

absl::Status NotHere() {
  absl::Status status = absl::InternalError("not to be answered on a serving thread");
  status.SetPayload(kNotHere, absl::Cord());
  return status;
}

bool IsNotHere(const absl::Status& status) {
  return absl::IsInternal(status) && status.GetPayload(kNotHere).has_value();
}

absl::Status ParseMessage(const grpc::ByteBuffer& bytes, Message* message) {
  grpc::ProtoBufferReader reader(const_cast<grpc::ByteBuffer*>(&bytes));
  if (reader.status().ok() && message->ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the request is not a valid ", message->GetDescriptor()->full_name(),
                   "; check that client and server use the same protos, and that text is UTF-8"));
}

absl::Status SerializeMessage(const Message& message, grpc::ByteBuffer* bytes) {
  bool own_buffer = false;
  bytes->Clear();  // A stream's buffer still holds the message before.
  const grpc::Status status =
      grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(message, bytes, &own_buffer);
  return status.ok() ? absl::OkStatus() : absl::InternalError("the response cannot be serialised");
}

Call::Call(const Method& method, RpcEnvironment& environment, grpc::ServerContext* context,
           bool is_read)
    : method_(method),
      environment_(environment),
      context_(context),
      start_(std::chrono::steady_clock::now()),
      deadline_(context->deadline()) {
  if (is_read) {
    admission_ = environment_.admission.Enter(counted_as_ = kind());
  } else {
    admission_ = environment_.admission.Enter(counted_as_ = CallKind::kUnlimited);
    admission_.Update(environment_.admission.RoomFor(kind()));
  }
  call_.principal = PrincipalOf(*context);
  call_.time = environment_.clock.Now();
  if (method_.execution == Execution::kCompute || method_.execution == Execution::kInlineIfSmall) {
    call_.helpers = &environment.compute_threads;
  }
  call_.cancelled = [this] { return !StillWanted().ok(); };
}

Call::~Call() { environment_.admission.Leave(counted_as_); }

const absl::Status& Call::HasBeenRead() {
  environment_.admission.Leave(counted_as_);
  return admission_ = environment_.admission.Enter(counted_as_ = kind());
}

CallKind Call::kind() const {
  if (!counts()) return CallKind::kUnlimited;
  if (!method_.unary) return CallKind::kStream;
  switch (method_.execution) {
    case Execution::kInline: return CallKind::kLight;
    case Execution::kCompute:
    case Execution::kInlineIfSmall: return CallKind::kTable;
    case Execution::kBlocking:
    case Execution::kScan: break;
  }
  return CallKind::kBlocking;
}

absl::Status Call::Authorize(const Message& request) {
  if (!counts()) return absl::OkStatus();
  if (method_.resource) {
    const auto workspace = WorkspaceOf(method_.resource(request));
    if (!workspace.ok()) return workspace.status();
    call_.workspace.assign(workspace->data(), workspace->size());
    call_.may_read_contacts =
        environment_.authorizer.MayReadContacts(call_.principal, call_.workspace);
  }
  return environment_.authorizer.Authorize(call_.principal, method_.descriptor->full_name(),
                                           call_.workspace);
}

absl::Status Call::StillWanted() const {
  if (abandoned_.load(std::memory_order_relaxed)) {
    return absl::CancelledError("the caller has gone");
  }
  if (deadline_ == std::chrono::system_clock::time_point::max() ||
      std::chrono::system_clock::now() < deadline_) {
    return absl::OkStatus();
  }
  return absl::DeadlineExceededError(
      "the caller's deadline passed before the answer was there; allow more time, or send less at "
      "once");
}

bool Call::Dispatch(TaskPool::Task task) const {
  switch (method_.execution) {
    case Execution::kInline: task(true); return true;
    case Execution::kBlocking: return environment_.store_threads.TrySubmit(std::move(task));
    case Execution::kCompute:
    case Execution::kInlineIfSmall: return environment_.compute_threads.TrySubmit(std::move(task));
    case Execution::kScan: break;
  }
  return environment_.scan_threads.TrySubmit(std::move(task));
}

bool Call::DispatchToStore(TaskPool::Task task) const {
  return environment_.store_threads.TrySubmit(std::move(task));
}

grpc::Status Call::End(const absl::Status& status) {
  LogCall(method_.descriptor->full_name(), status, start_);
  if (const std::int64_t delay = AdvisedDelayMs(status); delay > 0) {
    context_->AddTrailingMetadata("grpc-retry-pushback-ms", absl::StrCat(delay));
  }
  return ToGrpcStatus(status);
}

}  // namespace cible
