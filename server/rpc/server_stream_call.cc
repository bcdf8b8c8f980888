#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "server/rpc/call.h"
#include "server/rpc/call_event.h"
#include "server/rpc/stream_call.h"

namespace cible {
namespace {

using google::protobuf::Message;

constexpr auto kAskAgainAfter = std::chrono::milliseconds(100);

// At any moment one thing is under way: a step, a write, a wait, or the end.
class ServerStreamCall {
 public:
  explicit ServerStreamCall(const Port& port) : port_(port), writer_(&context_) {
    context_.AsyncNotifyWhenDone(&caller_gone_);
    port.source.RequestAsyncServerStreaming(port.index, &context_, &in_, &writer_, &port.queue,
                                            &port.queue, static_cast<CallEvent*>(&begun_));
  }

 private:
  void Begin(bool ok) {
    if (!ok) {
      delete this;  // The server stops.
      return;
    }
    AskForServerStream(port_);
    call_.emplace(port_.method, port_.environment, &context_, true);
    if (absl::Status status = Prepare(); !status.ok()) return Finish(status);
    Submit();
  }

  absl::Status Prepare() {
    if (!call_->admission().ok()) return call_->admission();
    request_.reset(port_.method.request_type->New());
    response_.reset(port_.method.response_type->New());
    if (absl::Status status = ParseMessage(in_, request_.get()); !status.ok()) return status;
    in_.Clear();
    return call_->Authorize(*request_);
  }

  void Submit() {
    const auto step = [this](bool in_time) {
      if (in_time) {
        Step();
      } else {
        Finish(Overloaded());
      }
    };
    if (!call_->Dispatch(step)) Finish(Overloaded());
  }

  absl::StatusOr<StreamStep> NextStep() {
    if (absl::Status status = call_->StillWanted(); !status.ok()) return status;
    if (source_ == nullptr) {
      auto source = port_.method.open_source(call_->context(), *request_);
      if (!source.ok()) return source.status();
      source_ = *std::move(source);
    }
    response_->Clear();
    return source_->Next(call_->context(), response_.get());
  }

  void Step() {
    const absl::StatusOr<StreamStep> step = NextStep();
    if (!step.ok()) {
      Finish(step.status());
    } else if (*step == StreamStep::kEnd) {
      Finish(absl::OkStatus());
    } else if (*step == StreamStep::kLater) {
      alarm_.Set(&port_.queue, std::chrono::system_clock::now() + kAskAgainAfter,
                 static_cast<CallEvent*>(&waited_));
    } else if (absl::Status status = SerializeMessage(*response_, &out_); !status.ok()) {
      Finish(status);
    } else {
      writer_.Write(out_, static_cast<CallEvent*>(&written_));
    }
  }

  void Written(bool ok) {
    if (ok) return Submit();
    Finish(absl::CancelledError("the caller has gone"));
  }

  void Waited(bool) { Submit(); }

  void Finish(const absl::Status& status) {
    writer_.Finish(call_->End(status), static_cast<CallEvent*>(&finished_));
  }

  void CallerGone(bool) {
    if (context_.IsCancelled()) call_->Abandon();
    EndOfEvent();
  }

  void Finished(bool) { EndOfEvent(); }

  void EndOfEvent() {
    if (--last_events_ == 0) delete this;
  }

  const Port port_;
  MemberEvent<ServerStreamCall, &ServerStreamCall::Begin> begun_{this};
  MemberEvent<ServerStreamCall, &ServerStreamCall::Written> written_{this};
  MemberEvent<ServerStreamCall, &ServerStreamCall::Waited> waited_{this};
  MemberEvent<ServerStreamCall, &ServerStreamCall::Finished> finished_{this};
  MemberEvent<ServerStreamCall, &ServerStreamCall::CallerGone> caller_gone_{this};
  grpc::ServerContext context_;
  grpc::ServerAsyncWriter<grpc::ByteBuffer> writer_;
  grpc::Alarm alarm_;
  grpc::ByteBuffer in_;
  grpc::ByteBuffer out_;
  std::optional<Call> call_;
  std::unique_ptr<Message> request_;
  std::unique_ptr<Message> response_;
  std::unique_ptr<ResponseSource> source_;  // Destroyed before the call it may ask.
  int last_events_ = 2;                     // Finished and CallerGone; on the serving thread.
};

}  // namespace

void AskForServerStream(const Port& port) { new ServerStreamCall(port); }

}  // namespace cible
