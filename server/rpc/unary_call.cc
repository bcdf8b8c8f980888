#include "server/rpc/unary_call.h"

#include <google/protobuf/arena.h>

#include <cstddef>
#include <utility>

namespace cible {
namespace {

using google::protobuf::Arena;
using google::protobuf::Message;

// Calls that wait to be used again; more are freed.
constexpr std::size_t kMostIdle = 256;
// Most requests and answers fit in it together, and then nothing is allocated.
constexpr std::size_t kArenaBytes = 32 << 10;
// Of requests that are worked on where they come in: some hundred contacts.
constexpr std::size_t kSmallBytes = 32 << 10;

absl::Status NoRequest() {
  return absl::InvalidArgumentError("the call has no request; send one message");
}

// One a thread, since a call is answered from beginning to end on one.
class ThreadArena {
 public:
  static Arena& Get() {
    thread_local const auto arena = std::make_unique<ThreadArena>();
    return arena->arena_;
  }

 private:
  alignas(std::max_align_t) char block_[kArenaBytes];
  Arena arena_{block_, sizeof block_};
};

}  // namespace

UnaryPort::UnaryPort(const Port& port) : port_(port) {}
UnaryPort::~UnaryPort() = default;

void UnaryPort::AskForCall() {
  if (idle_.empty()) idle_.push_back(std::make_unique<UnaryCall>(*this));
  UnaryCall* call = idle_.back().release();
  idle_.pop_back();
  call->AskForCall();
}

void UnaryPort::TakeBack(UnaryCall* call) {
  std::unique_ptr<UnaryCall> owned(call);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(owned));
}

UnaryCall::UnaryCall(UnaryPort& owner) : owner_(owner) {}

void UnaryCall::AskForCall() {
  const Port& port = owner_.port_;
  context_.emplace();
  CallEvent* has_come = this;
  if (port.method.execution == Execution::kInline) {
    writer_.emplace(&*context_);
    port.source.RequestAsyncUnary(port.index, &*context_, &request_, &*writer_, &port.queue,
                                  &port.queue, has_come);
    return;
  }
  stream_.emplace(&*context_);
  // To know costs an event more; what is answered at once has no use for it.
  context_->AsyncNotifyWhenDone(&caller_gone_);
  port.source.RequestAsyncBidiStreaming(port.index, &*context_, &*stream_, &port.queue, &port.queue,
                                        has_come);
}

void UnaryCall::Happened(bool ok) {
  if (call_.has_value()) {
    EndOfEvent();  // The answer has gone out, or could not.
  } else if (ok) {
    owner_.AskForCall();
    Begin();
  } else {
    delete this;  // The server stops.
  }
}

void UnaryCall::CallerGone(bool) {
  if (context_->IsCancelled()) call_->Abandon();
  EndOfEvent();
}

void UnaryCall::Begin() {
  const Port& port = owner_.port_;
  call_.emplace(port.method, port.environment, &*context_, !stream_);
  pending_events_ = stream_ ? 2 : 1;
  if (!call_->admission().ok()) return Finish(call_->admission());
  if (stream_) return stream_->Read(&request_, static_cast<CallEvent*>(&has_read_));
  AnswerHere();
}

void UnaryCall::HasRead(bool ok) {
  if (!ok) {
    // Or one that gRPC does not take, of which it tells the caller itself.
    const absl::Status wanted = call_->StillWanted();
    return Finish(wanted.ok() ? NoRequest() : wanted);
  }
  if (!call_->HasBeenRead().ok()) return Finish(call_->admission());
  const bool is_small = request_.Length() <= kSmallBytes;
  if (is_small && owner_.port_.method.execution == Execution::kInlineIfSmall) return AnswerHere();
  Dispatch(false);
}

void UnaryCall::AnswerHere() {
  call_->MayBlock(false);
  const absl::Status status = Answer();
  if (!IsNotHere(status)) return Finish(status);
  call_->MayBlock(true);
  Dispatch(owner_.port_.method.execution == Execution::kInline);
}

void UnaryCall::Dispatch(bool to_store) {
  const auto bytes = static_cast<std::int64_t>(request_.Length());
  if (absl::Status status = call_->admissions().Hold(bytes); !status.ok()) return Finish(status);
  held_bytes_ = bytes;
  const auto task = [this](bool in_time) { Finish(in_time ? Answer() : Overloaded()); };
  if (!(to_store ? call_->DispatchToStore(task) : call_->Dispatch(task))) Finish(Overloaded());
}

absl::Status UnaryCall::Answer() {
  Arena& arena = ThreadArena::Get();
  const absl::Status status = AnswerOn(arena);
  arena.Reset();
  return status;
}

absl::Status UnaryCall::AnswerOn(Arena& arena) {
  if (absl::Status status = call_->StillWanted(); !status.ok()) return status;
  Message* request = call_->method().request_type->New(&arena);
  Message* response = call_->method().response_type->New(&arena);
  if (absl::Status status = ParseMessage(request_, request); !status.ok()) return status;
  if (absl::Status status = call_->Authorize(*request); !status.ok()) return status;
  if (absl::Status status = call_->method().unary(call_->context(), *request, response);
      !status.ok()) {
    return status;
  }
  return SerializeMessage(*response, &response_);
}

// On any thread; the last that this thread does with the call, which may begin
// anew before it returns.
void UnaryCall::Finish(const absl::Status& status) {
  call_->admissions().Release(std::exchange(held_bytes_, 0));
  const grpc::Status end = call_->End(status);
  CallEvent* answered = this;
  if (stream_ && end.ok()) {
    stream_->WriteAndFinish(response_, grpc::WriteOptions(), end, answered);
  } else if (stream_) {
    stream_->Finish(end, answered);
  } else if (end.ok()) {
    writer_->Finish(response_, end, answered);
  } else {
    writer_->FinishWithError(end, answered);
  }
}

void UnaryCall::EndOfEvent() {
  if (--pending_events_ > 0) return;
  call_.reset();
  writer_.reset();
  stream_.reset();
  context_.reset();
  request_.Clear();
  response_.Clear();
  owner_.TakeBack(this);
}

}  // namespace cible
