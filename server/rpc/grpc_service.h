// The one adaptor between gRPC and the handlers of a MethodTable: for every
// method, streams included, it admits, parses, authorises, dispatches to the
// right thread, serialises, converts errors, counts and logs.
//
// Built on gRPC's raw callback API (messages as ByteBuffer), which is what the
// generated WithRawCallbackMethod_* classes register; doing it in a loop over
// the descriptor means that no method can be forgotten or left unguarded.

#ifndef CIBLE_SERVER_RPC_GRPC_SERVICE_H_
#define CIBLE_SERVER_RPC_GRPC_SERVICE_H_

#include <atomic>
#include <memory>

#include "server/clock.h"
#include "server/rpc/blocking_pool.h"
#include "server/rpc/method_table.h"
#include "server/security/authorizer.h"

namespace grpc {
class Service;
}

namespace cible {

// What all services of a server share. Outlives the gRPC server.
struct RpcEnvironment {
  const Clock& clock;
  const Authorizer& authorizer;
  BlockingPool& pool;
  int in_flight_limit = 1024;  // Calls and open streams.
  std::atomic<int> in_flight = 0;
  // The server stops: new calls are UNAVAILABLE, those in flight go on.
  std::atomic<bool> stopping = false;
};

// Registers every method of the table. Aborts the process, naming it, when the
// service has a method that the table lacks: a programmer's error that the
// first start shows.
// `environment` must outlive the gRPC server it is registered with.
std::unique_ptr<grpc::Service> MakeGrpcService(MethodTable table, RpcEnvironment& environment);

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_GRPC_SERVICE_H_
