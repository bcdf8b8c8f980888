// A gRPC server over method tables: its port, its threads, its limits, its health
// and its end.

#ifndef CIBLE_SERVER_RPC_RPC_SERVER_H_
#define CIBLE_SERVER_RPC_RPC_SERVER_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/clock.h"
#include "server/rpc/admission.h"
#include "server/rpc/method_table.h"
#include "server/security/authorizer.h"

namespace grpc {
class Channel;
}

namespace cible {

struct RpcServerOptions {
  int serving_threads = 0;  // Each with a completion queue; 0: one for every two cores.
  int compute_threads = 0;  // For tables; 0: one a core.
  AdmissionLimits limits = {};
};

// Not thread-safe but for InProcessChannel.
class RpcServer {
 public:
  // `clock` and `authorizer` outlive it.
  RpcServer(const RpcServerOptions& options, const Clock& clock, const Authorizer& authorizer);
  ~RpcServer();  // Shutdown without grace, if it was not called.
  RpcServer(const RpcServer&) = delete;
  RpcServer& operator=(const RpcServer&) = delete;

  // Serves the tables, and health beside them, at the address: "HOST:PORT",
  // "unix:PATH"; empty: no port, in-process only.
  // Errors: INVALID_ARGUMENT, UNAVAILABLE the address cannot be listened on, with
  // what to do.
  absl::Status Start(const std::string& listen, std::vector<MethodTable> tables);

  // Health says NOT_SERVING from now on; everything is still served.
  void Drain();

  // Refuses new calls (UNAVAILABLE), lets those under way end for `grace`, then
  // cancels them. When it returns no handler runs.
  void Shutdown(std::chrono::milliseconds grace);

  std::shared_ptr<grpc::Channel> InProcessChannel();

  // The address it listens on, with the port that was chosen for ":0".
  const std::string& address() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_RPC_SERVER_H_
