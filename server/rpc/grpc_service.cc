#include "server/rpc/grpc_service.h"

#include <google/protobuf/arena.h>
#include <grpcpp/alarm.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/rpc/status.h"
#include "server/telemetry/call_log.h"

namespace cible {
namespace {

using google::protobuf::Message;
using grpc::ByteBuffer;

constexpr auto kAskAgainAfter = std::chrono::milliseconds(100);

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status details = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(details.code()), details.message(),
                      details.SerializeAsString());
}

absl::Status ParseMessage(const ByteBuffer& bytes, Message* message) {
  grpc::ProtoBufferReader reader(const_cast<ByteBuffer*>(&bytes));
  if (reader.status().ok() && message->ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the request is not a valid ", message->GetDescriptor()->full_name(),
                   "; check that client and server use the same protos, and that text is UTF-8"));
}

absl::Status SerializeMessage(const Message& message, ByteBuffer* bytes) {
  bool own_buffer = false;
  bytes->Clear();  // A stream's buffer still holds the message before.
  const grpc::Status status =
      grpc::GenericSerialize<grpc::ProtoBufferWriter, Message>(message, bytes, &own_buffer);
  return status.ok() ? absl::OkStatus() : absl::InternalError("the response cannot be serialised");
}

absl::Status Overloaded() {
  return absl::ResourceExhaustedError("the server is busy; try again in a moment");
}

absl::Status Stopping() {
  return absl::UnavailableError("the server is stopping; call another, or try again in a moment");
}

// The id after "workspaces/"; the handler checks the rest of the name.
absl::StatusOr<std::string> WorkspaceOf(const std::string& resource) {
  const std::vector<std::string> parts = absl::StrSplit(resource, '/');
  if (parts.size() >= 2 && parts[0] == "workspaces" && !parts[1].empty()) return parts[1];
  return absl::InvalidArgumentError(
      "the request names no workspace; resource names begin with `workspaces/{workspace}`");
}

// One call, unary or stream: its context, its place among the calls in flight
// and its line in the log.
class Call {
 public:
  Call(const Method& method, RpcEnvironment& environment, grpc::CallbackServerContext* context)
      : method_(method), environment_(environment), start_(std::chrono::steady_clock::now()) {
    const int others = environment_.in_flight.fetch_add(1);
    admission_ = environment_.stopping                   ? Stopping()
                 : others < environment_.in_flight_limit ? absl::OkStatus()
                                                         : Overloaded();
    call_.time = environment_.clock.Now();
    call_.cancelled = [context] { return context->IsCancelled(); };
    const auto actor = context->client_metadata().find("cible-actor");
    call_.principal = actor == context->client_metadata().end()
                          ? "local"
                          : std::string(actor->second.data(), actor->second.size());
  }
  ~Call() { environment_.in_flight.fetch_sub(1); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const absl::Status& Admit() const { return admission_; }

  // Whether the caller may; remembers the workspace for the handler.
  absl::Status Authorize(const Message& request) {
    if (method_.resource) {
      absl::StatusOr<std::string> workspace = WorkspaceOf(method_.resource(request));
      if (!workspace.ok()) return workspace.status();
      call_.workspace = *std::move(workspace);
      call_.may_read_contacts =
          environment_.authorizer.MayReadContacts(call_.principal, call_.workspace);
    }
    return environment_.authorizer.Authorize(call_.principal, method_.descriptor->full_name(),
                                             call_.workspace);
  }

  // The end: one line in the log, and the status as gRPC wants it.
  grpc::Status End(const absl::Status& status) const {
    LogCall(method_.descriptor->full_name(), status, std::chrono::steady_clock::now() - start_);
    return ToGrpcStatus(status);
  }

  // Runs the task where the method belongs. False: the pool is full.
  [[nodiscard]] bool Dispatch(std::function<void()> task) const {
    if (method_.execution == Execution::kBlocking)
      return environment_.pool.TrySubmit(std::move(task));
    task();
    return true;
  }

  const Method& method() const { return method_; }
  const CallContext& context() const { return call_; }

 private:
  const Method& method_;
  RpcEnvironment& environment_;
  const std::chrono::steady_clock::time_point start_;
  absl::Status admission_;
  CallContext call_;
};

// --- Unary ----------------------------------------------------------------

absl::Status AnswerUnary(Call& call, const ByteBuffer& in, ByteBuffer* out) {
  if (absl::Status status = call.Admit(); !status.ok()) return status;
  google::protobuf::Arena arena;
  Message* request = call.method().request_type->New(&arena);
  Message* response = call.method().response_type->New(&arena);
  if (absl::Status status = ParseMessage(in, request); !status.ok()) return status;
  if (absl::Status status = call.Authorize(*request); !status.ok()) return status;
  if (call.context().cancelled()) return absl::CancelledError("the caller has gone");
  if (absl::Status status = call.method().unary(call.context(), *request, response); !status.ok()) {
    return status;
  }
  return SerializeMessage(*response, out);
}

grpc::ServerUnaryReactor* StartUnary(const Method& method, RpcEnvironment& environment,
                                     grpc::CallbackServerContext* context, const ByteBuffer* in,
                                     ByteBuffer* out) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto call = std::make_shared<Call>(method, environment, context);
  const bool dispatched = call->Dispatch(
      [call, reactor, in, out] { reactor->Finish(call->End(AnswerUnary(*call, *in, out))); });
  if (!dispatched) reactor->Finish(call->End(Overloaded()));
  return reactor;
}

// --- Server stream --------------------------------------------------------

class SourceReactor : public grpc::ServerWriteReactor<ByteBuffer> {
 public:
  SourceReactor(const Method& method, RpcEnvironment& environment,
                grpc::CallbackServerContext* context, const ByteBuffer* request)
      : call_(method, environment, context), response_(method.response_type->New()) {
    absl::Status status = Prepare(*request);
    if (!status.ok()) {
      Finish(call_.End(status));
    } else {
      Submit();
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(call_.End(absl::CancelledError("the caller has gone")));
    } else {
      Submit();
    }
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Prepare(const ByteBuffer& bytes) {
    if (absl::Status status = call_.Admit(); !status.ok()) return status;
    request_.reset(call_.method().request_type->New());
    if (absl::Status status = ParseMessage(bytes, request_.get()); !status.ok()) return status;
    return call_.Authorize(*request_);
  }

  void Submit() {
    if (!call_.Dispatch([this] { Step(); })) Finish(call_.End(Overloaded()));
  }

  absl::StatusOr<StreamStep> NextStep() {
    if (call_.context().cancelled()) return absl::CancelledError("the caller has gone");
    if (source_ == nullptr) {
      auto source = call_.method().open_source(call_.context(), *request_);
      if (!source.ok()) return source.status();
      source_ = *std::move(source);
    }
    response_->Clear();
    return source_->Next(call_.context(), response_.get());
  }

  void Step() {
    const absl::StatusOr<StreamStep> step = NextStep();
    if (!step.ok()) {
      Finish(call_.End(step.status()));
    } else if (*step == StreamStep::kEnd) {
      Finish(call_.End(absl::OkStatus()));
    } else if (*step == StreamStep::kLater) {
      alarm_.Set(std::chrono::system_clock::now() + kAskAgainAfter, [this](bool) { Submit(); });
    } else if (absl::Status status = SerializeMessage(*response_, &out_); !status.ok()) {
      Finish(call_.End(status));
    } else {
      StartWrite(&out_);
    }
  }

  Call call_;
  std::unique_ptr<Message> request_;
  std::unique_ptr<Message> response_;
  std::unique_ptr<ResponseSource> source_;
  ByteBuffer out_;
  grpc::Alarm alarm_;
};

// --- Bidirectional stream -------------------------------------------------

class SessionReactor : public grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  SessionReactor(const Method& method, RpcEnvironment& environment,
                 grpc::CallbackServerContext* context)
      : call_(method, environment, context),
        session_(method.open_session()),
        request_(method.request_type->New()),
        response_(method.response_type->New()) {
    if (absl::Status status = call_.Admit(); !status.ok()) {
      Finish(call_.End(status));
    } else {
      StartRead(&in_);
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      const bool cancelled = call_.context().cancelled();
      Finish(call_.End(cancelled ? absl::CancelledError("the caller has gone") : absl::OkStatus()));
    } else if (!call_.Dispatch([this] { Step(); })) {
      Finish(call_.End(Overloaded()));
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(call_.End(absl::CancelledError("the caller has gone")));
    } else {
      StartRead(&in_);
    }
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Answer() {
    request_->Clear();
    response_->Clear();
    if (absl::Status status = ParseMessage(in_, request_.get()); !status.ok()) return status;
    if (!authorized_) {
      if (absl::Status status = call_.Authorize(*request_); !status.ok()) return status;
      authorized_ = true;
    }
    if (absl::Status status = session_->Handle(call_.context(), *request_, response_.get());
        !status.ok()) {
      return status;
    }
    return SerializeMessage(*response_, &out_);
  }

  void Step() {
    if (absl::Status status = Answer(); !status.ok()) {
      Finish(call_.End(status));
    } else {
      StartWrite(&out_);
    }
  }

  Call call_;
  std::unique_ptr<StreamSession> session_;
  std::unique_ptr<Message> request_;
  std::unique_ptr<Message> response_;
  bool authorized_ = false;
  ByteBuffer in_;
  ByteBuffer out_;
};

// --- Registration ---------------------------------------------------------

class GrpcService : public grpc::Service {
 public:
  GrpcService(MethodTable table, RpcEnvironment& environment)
      : table_(std::move(table)), environment_(environment) {
    paths_.reserve(static_cast<std::size_t>(table_.service()->method_count()));
    for (int i = 0; i < table_.service()->method_count(); ++i) Register(i);
  }

 private:
  void Register(int index) {
    const google::protobuf::MethodDescriptor* descriptor = table_.service()->method(index);
    const auto found = table_.methods().find(descriptor->name());
    if (found == table_.methods().end()) {
      std::fprintf(stderr, "no handler for %s\n", descriptor->full_name().c_str());
      std::abort();
    }
    const Method& method = found->second;
    paths_.push_back(absl::StrCat("/", table_.service()->full_name(), "/", descriptor->name()));
    AddMethod(
        new grpc::internal::RpcServiceMethod(paths_.back().c_str(), RpcType(*descriptor), nullptr));
    MarkMethodRawCallback(index, Handler(method));
  }

  static grpc::internal::RpcMethod::RpcType RpcType(
      const google::protobuf::MethodDescriptor& descriptor) {
    if (descriptor.client_streaming()) return grpc::internal::RpcMethod::BIDI_STREAMING;
    if (descriptor.server_streaming()) return grpc::internal::RpcMethod::SERVER_STREAMING;
    return grpc::internal::RpcMethod::NORMAL_RPC;
  }

  grpc::internal::MethodHandler* Handler(const Method& method) {
    using grpc::CallbackServerContext;
    RpcEnvironment& environment = environment_;
    if (method.open_session) {
      return new grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>(
          [&method, &environment](CallbackServerContext* context) {
            return new SessionReactor(method, environment, context);
          });
    }
    if (method.open_source) {
      return new grpc::internal::CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>(
          [&method, &environment](CallbackServerContext* context, const ByteBuffer* in) {
            return new SourceReactor(method, environment, context, in);
          });
    }
    return new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(
        [&method, &environment](CallbackServerContext* context, const ByteBuffer* in,
                                ByteBuffer* out) {
          return StartUnary(method, environment, context, in, out);
        });
  }

  const MethodTable table_;
  RpcEnvironment& environment_;
  std::vector<std::string> paths_;  // gRPC keeps pointers into them.
};

}  // namespace

std::unique_ptr<grpc::Service> MakeGrpcService(MethodTable table, RpcEnvironment& environment) {
  return std::make_unique<GrpcService>(std::move(table), environment);
}

}  // namespace cible
