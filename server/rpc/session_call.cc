#include <grpcpp/server_context.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "server/rpc/call.h"
#include "server/rpc/call_event.h"
#include "server/rpc/stream_call.h"

namespace cible {
namespace {

using google::protobuf::Message;
using grpc::ByteBuffer;

// Requests read and not yet answered, and answers not yet sent. Each at most so
// many: enough that reading, answering and writing overlap.
constexpr std::size_t kAhead = 2;

class SessionCall {
 public:
  explicit SessionCall(const Port& port) : port_(port), stream_(&context_) {
    context_.AsyncNotifyWhenDone(&caller_gone_);
    port.source.RequestAsyncBidiStreaming(port.index, &context_, &stream_, &port.queue, &port.queue,
                                          static_cast<CallEvent*>(&begun_));
  }

 private:
  void Begin(bool ok) {
    if (!ok) {
      delete this;  // The server stops.
      return;
    }
    AskForSession(port_);
    call_.emplace(port_.method, port_.environment, &context_, true);
    Change([this] {
      pending_ = 1;  // CallerGone.
      end_ = call_->admission().ok() ? std::nullopt : std::optional(call_->admission());
    });
  }

  void HasRead(bool ok) {
    Change([&] {
      --pending_;
      reading_ = false;
      // What came while the stream ended is nobody's any more.
      if (!ok || finishing_) {
        no_more_ = true;
        return;
      }
      const auto bytes = static_cast<std::int64_t>(in_.Length());
      if (absl::Status status = call_->admissions().Hold(bytes); !status.ok()) return End(status);
      inbox_.push_back(std::exchange(in_, ByteBuffer()));
    });
  }

  void HasWritten(bool ok) {
    Change([&] {
      --pending_;
      writing_ = false;
      if (ok) {
        outbox_.pop_front();
      } else {
        BreakOff(absl::CancelledError("the caller has gone"));
      }
    });
  }

  void CallerGone(bool) {
    if (context_.IsCancelled()) call_->Abandon();
    Change([&] {
      --pending_;
      if (context_.IsCancelled()) BreakOff(call_->StillWanted());
    });
  }

  void Finished(bool) {
    Change([&] { --pending_; });
  }

  // On a thread of the method's pool. However long it waited for one: a stream that
  // is slow slows its client down, and one that ended would have to begin anew.
  void AnswerOne(const ByteBuffer& request) {
    ByteBuffer response;
    const absl::Status status = Answer(request, &response);
    call_->admissions().Release(static_cast<std::int64_t>(request.Length()));
    Change([&] {
      --pending_;
      answering_ = false;
      if (status.ok()) {
        outbox_.push_back(std::move(response));
      } else {
        End(status);
      }
    });
  }

  absl::Status Answer(const ByteBuffer& bytes, ByteBuffer* out) {
    if (absl::Status status = call_->StillWanted(); !status.ok()) return status;
    if (session_ == nullptr) {
      session_ = port_.method.open_session();
      request_.reset(port_.method.request_type->New());
      response_.reset(port_.method.response_type->New());
    }
    request_->Clear();
    response_->Clear();
    if (absl::Status status = ParseMessage(bytes, request_.get()); !status.ok()) return status;
    if (!authorized_) {
      if (absl::Status status = call_->Authorize(*request_); !status.ok()) return status;
      authorized_ = true;
    }
    const absl::Status status = session_->Handle(call_->context(), *request_, response_.get());
    return status.ok() ? SerializeMessage(*response_, out) : status;
  }

  // Makes a change and starts what it allows. Whoever makes the last one deletes
  // the call.
  template <typename Make>
  void Change(const Make& make) {
    bool is_over;
    {
      const std::lock_guard lock(mutex_);
      make();
      StartWhatMay();
      is_over = finishing_ && pending_ == 0;
    }
    if (is_over) delete this;
  }

  // With mutex_ held, as what follows.
  void StartWhatMay() {
    if (finishing_) return;
    if (end_ || (no_more_ && inbox_.empty() && !answering_)) return Finish();
    if (!reading_ && !no_more_ && inbox_.size() < kAhead) Read();
    if (!answering_ && !inbox_.empty() && outbox_.size() < kAhead) DispatchAnswer();
    if (!writing_ && !finishing_ && !outbox_.empty()) Write();
  }

  // What was answered before still goes out. The first reason counts.
  void End(const absl::Status& status) {
    if (!end_) end_ = status;
  }

  // There is nobody to answer any more.
  void BreakOff(const absl::Status& status) {
    End(status);
    if (!writing_) outbox_.clear();
    broken_off_ = true;
  }

  void Read() {
    reading_ = true;
    ++pending_;
    stream_.Read(&in_, static_cast<CallEvent*>(&has_read_));
  }

  void Write() {
    writing_ = true;
    ++pending_;
    stream_.Write(outbox_.front(), static_cast<CallEvent*>(&has_written_));
  }

  void DispatchAnswer() {
    const auto request = std::make_shared<ByteBuffer>(std::move(inbox_.front()));
    inbox_.pop_front();
    answering_ = true;
    ++pending_;
    const bool taken = call_->Dispatch([this, request](bool) { AnswerOne(*request); });
    if (taken) return;
    call_->admissions().Release(static_cast<std::int64_t>(request->Length()));
    answering_ = false;
    --pending_;
    End(Overloaded());
    Finish();
  }

  // When the answers are out.
  void Finish() {
    if (answering_ || writing_) return;
    if (!broken_off_ && !outbox_.empty()) return Write();
    for (const ByteBuffer& request : inbox_) {
      call_->admissions().Release(static_cast<std::int64_t>(request.Length()));
    }
    inbox_.clear();
    finishing_ = true;
    ++pending_;
    stream_.Finish(call_->End(end_.value_or(absl::OkStatus())),
                   static_cast<CallEvent*>(&finished_));
  }

  const Port port_;
  MemberEvent<SessionCall, &SessionCall::Begin> begun_{this};
  MemberEvent<SessionCall, &SessionCall::HasRead> has_read_{this};
  MemberEvent<SessionCall, &SessionCall::HasWritten> has_written_{this};
  MemberEvent<SessionCall, &SessionCall::Finished> finished_{this};
  MemberEvent<SessionCall, &SessionCall::CallerGone> caller_gone_{this};
  grpc::ServerContext context_;
  grpc::ServerAsyncReaderWriter<ByteBuffer, ByteBuffer> stream_;
  std::optional<Call> call_;

  std::mutex mutex_;  // Guards what follows, up to the session.
  ByteBuffer in_;     // Of the read under way.
  std::deque<ByteBuffer> inbox_;
  std::deque<ByteBuffer> outbox_;  // The first is being written while writing_.
  bool reading_ = false, answering_ = false, writing_ = false;
  bool no_more_ = false;             // The client has sent all.
  std::optional<absl::Status> end_;  // Why the stream ends early.
  bool broken_off_ = false;
  bool finishing_ = false;
  int pending_ = 0;  // Events and answers that will come and use the call.

  // Used by one answer at a time.
  std::unique_ptr<StreamSession> session_;
  std::unique_ptr<Message> request_;
  std::unique_ptr<Message> response_;
  bool authorized_ = false;
};

}  // namespace

void AskForSession(const Port& port) { new SessionCall(port); }

}  // namespace cible
