// The one adaptor between gRPC and the handlers of a MethodTable: for every
// method, streams included, it admits, parses, authorises, dispatches to the
// right thread, serialises, converts errors, counts and logs.
//
// Built on gRPC's raw completion-queue API (messages as ByteBuffer), which is
// what the generated WithRawMethod_* classes register; doing it in a loop over
// the descriptor means that no method can be forgotten or left unguarded.
// docs/performance.md says why not on the callback API.

#ifndef CIBLE_SERVER_RPC_GRPC_SERVICE_H_
#define CIBLE_SERVER_RPC_GRPC_SERVICE_H_

#include <grpcpp/completion_queue.h>

#include <memory>
#include <string>
#include <vector>

#include "server/rpc/method_table.h"
#include "server/rpc/port.h"
#include "server/rpc/rpc_environment.h"
#include "server/rpc/unary_call.h"

namespace cible {

// Outlives the gRPC server it is registered with, and the queues it asks on.
class GrpcService : public CallSource {
 public:
  // Registers every method of the table. Aborts the process, naming it, when the
  // service has a method that the table lacks: a programmer's error that the
  // first start shows.
  GrpcService(MethodTable table, RpcEnvironment& environment);

  // Takes calls of all methods from the queue. REQUIRES: the server runs, and
  // nobody polls the queue yet.
  void AskForCalls(grpc::ServerCompletionQueue& queue);

 private:
  void Register(int index);
  const Method& method(int index) const;

  const MethodTable table_;
  RpcEnvironment& environment_;
  std::vector<std::string> paths_;  // gRPC keeps pointers into them.
  std::vector<std::unique_ptr<UnaryPort>> unary_ports_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_GRPC_SERVICE_H_
