// Where the calls of one method come in: one method on one completion queue.

#ifndef CIBLE_SERVER_RPC_PORT_H_
#define CIBLE_SERVER_RPC_PORT_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/impl/service_type.h>

#include "server/rpc/method_table.h"
#include "server/rpc/rpc_environment.h"

namespace cible {

// gRPC lets only a service ask for calls of its methods.
class CallSource : public grpc::Service {
 public:
  using grpc::Service::RequestAsyncBidiStreaming;
  using grpc::Service::RequestAsyncServerStreaming;
  using grpc::Service::RequestAsyncUnary;
};

struct Port {
  const Method& method;
  int index;  // Of the method in the service.
  CallSource& source;
  grpc::ServerCompletionQueue& queue;
  RpcEnvironment& environment;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_PORT_H_
