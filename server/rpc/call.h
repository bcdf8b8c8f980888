// One call under way, unary or stream: what its handler knows of it, its place
// among the calls that the server has taken on, and its line in the log.

#ifndef CIBLE_SERVER_RPC_CALL_H_
#define CIBLE_SERVER_RPC_CALL_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <chrono>

#include "absl/status/status.h"
#include "server/rpc/call_context.h"
#include "server/rpc/method_table.h"
#include "server/rpc/rpc_environment.h"

namespace cible {

class Call {
 public:
  // `context` outlives the call. `is_read`: its message is here. One that is not takes
  // nobody's place, however long it takes to come; it is refused where there is no room.
  Call(const Method& method, RpcEnvironment& environment, grpc::ServerContext* context,
       bool is_read);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Whether the server takes it on.
  const absl::Status& admission() const { return admission_; }
  // The same, now that its message is here.
  const absl::Status& HasBeenRead();

  // Whether the caller may; remembers the workspace for the handler.
  absl::Status Authorize(const google::protobuf::Message& request);

  // Errors: CANCELLED the caller has gone; DEADLINE_EXCEEDED it no longer waits.
  absl::Status StillWanted() const;

  // The caller has gone. Thread-safe.
  void Abandon() { abandoned_.store(true, std::memory_order_relaxed); }

  // Runs the task where the method belongs. `in_time` is false for one that waited
  // too long. False: too many wait.
  [[nodiscard]] bool Dispatch(TaskPool::Task task) const;
  // The same, on a store thread.
  [[nodiscard]] bool DispatchToStore(TaskPool::Task task) const;

  // The end: one line in the log, and the status as gRPC wants it, its advice when
  // to try again among the trailing metadata.
  grpc::Status End(const absl::Status& status);

  const Method& method() const { return method_; }
  Admission& admissions() const { return environment_.admission; }
  const CallContext& context() const { return call_; }
  void MayBlock(bool may_block) { call_.may_block = may_block; }

 private:
  bool counts() const { return method_.served_to == ServedTo::kCallers; }
  CallKind kind() const;

  const Method& method_;
  RpcEnvironment& environment_;
  grpc::ServerContext* const context_;
  const std::chrono::steady_clock::time_point start_;
  const std::chrono::system_clock::time_point deadline_;
  std::atomic<bool> abandoned_ = false;
  CallKind counted_as_;
  absl::Status admission_;
  CallContext call_;
};

// Errors: INVALID_ARGUMENT for bytes that are not the message.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);

// Replaces what `bytes` holds. Errors: INTERNAL.
absl::Status SerializeMessage(const google::protobuf::Message& message, grpc::ByteBuffer* bytes);

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_CALL_H_
