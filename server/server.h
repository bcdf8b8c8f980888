// The whole service in one object: store, registry, training, handlers and the
// gRPC server. `cible-server` runs one; `cible --embedded` runs one without a
// port.

#ifndef CIBLE_SERVER_SERVER_H_
#define CIBLE_SERVER_SERVER_H_

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/clock.h"
#include "server/rpc/rpc_server.h"
#include "server/storage/sqlite/sqlite_store.h"

namespace grpc {
class Channel;
}

namespace cible {

struct ServerOptions {
  std::string data_dir;  // Required.
  Durability durability = Durability::kFull;
  std::string listen = "127.0.0.1:50151";  // Empty: no port, in-process only.
  RpcServerOptions rpc = {};
  const Clock* clock = &Clock::System();  // Outlives the server.
};

class Server {
 public:
  // Opens the store, loads the models, and listens.
  // Errors: those of OpenSqliteStore; UNAVAILABLE the address cannot be
  // listened on, with what to do.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options);

  virtual ~Server() = default;  // Shutdown, if it was not called.

  // Health says NOT_SERVING from now on; everything is still served.
  virtual void Drain() = 0;

  // Refuses new calls (UNAVAILABLE), lets those under way end for `grace`, then
  // cancels them.
  // The store is closed by the destructor.
  virtual void Shutdown(std::chrono::milliseconds grace) = 0;

  // A channel to this server inside the process.
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;

  // The address it listens on, with the port that was chosen for ":0".
  virtual std::string address() const = 0;
};

}  // namespace cible

#endif  // CIBLE_SERVER_SERVER_H_
