// A unary call from the wait for it to its end, as a chain of events on a
// completion queue.
//
// The object serves one call after another: what it is made of, the message
// buffers above all, is used again.
//
// Of a call that is always answered at once (Execution::kInline) gRPC reads the
// message before it shows the call, which is quickest. Of all others the message,
// which may be large, is asked for when there is room for the call: one that is
// refused leaves most of it with the client. On the wire a unary call is a stream of
// one message either way.

#ifndef CIBLE_SERVER_RPC_UNARY_CALL_H_
#define CIBLE_SERVER_RPC_UNARY_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "server/rpc/call.h"
#include "server/rpc/call_event.h"
#include "server/rpc/port.h"

namespace cible {

class UnaryCall;

// The calls of one method on one queue. Used by the queue's thread alone.
class UnaryPort {
 public:
  explicit UnaryPort(const Port& port);
  ~UnaryPort();
  UnaryPort(const UnaryPort&) = delete;
  UnaryPort& operator=(const UnaryPort&) = delete;

  // Asks gRPC for one more call.
  void AskForCall();

 private:
  friend class UnaryCall;
  void TakeBack(UnaryCall* call);

  const Port port_;
  std::vector<std::unique_ptr<UnaryCall>> idle_;
};

class UnaryCall final : private CallEvent {
 public:
  explicit UnaryCall(UnaryPort& owner);
  void AskForCall();

 private:
  void Happened(bool ok) override;  // There is a call, or its answer has gone out.
  void CallerGone(bool ok);
  void HasRead(bool ok);
  void Begin();
  void AnswerHere();
  void Dispatch(bool to_store);
  absl::Status Answer();
  absl::Status AnswerOn(google::protobuf::Arena& arena);
  void Finish(const absl::Status& status);
  void EndOfEvent();

  UnaryPort& owner_;
  MemberEvent<UnaryCall, &UnaryCall::CallerGone> caller_gone_{this};
  MemberEvent<UnaryCall, &UnaryCall::HasRead> has_read_{this};
  std::optional<grpc::ServerContext> context_;
  // The one of kInline, the other of all else.
  std::optional<grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>> writer_;
  std::optional<grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>> stream_;
  std::optional<Call> call_;  // None: still waiting for one.
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::int64_t held_bytes_ = 0;
  int pending_events_ = 0;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_UNARY_CALL_H_
