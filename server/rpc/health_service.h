// grpc.health.v1.Health: whether the server serves, for load balancers and
// whoever else watches over it.

#ifndef CIBLE_SERVER_RPC_HEALTH_SERVICE_H_
#define CIBLE_SERVER_RPC_HEALTH_SERVICE_H_

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpc/health/v1/health.pb.h"
#include "server/rpc/method_table.h"

namespace cible {

// Thread-safe.
class HealthService {
 public:
  // Full names of the services that are there; the server as a whole is, always.
  explicit HealthService(std::set<std::string> services) : services_(std::move(services)) {}

  // The service outlives the table.
  void Register(MethodTable& table);

  // Everything is NOT_SERVING from now on; those who watch are told.
  void SayStopping() { stopping_ = true; }
  // Those who watch are told no more: their streams end.
  void EndWatches() { over_ = true; }

  absl::Status Check(const CallContext& call, const grpc::health::v1::HealthCheckRequest& request,
                     grpc::health::v1::HealthCheckResponse* response);
  absl::StatusOr<std::unique_ptr<ResponseSource>> Watch(
      const CallContext& call, const grpc::health::v1::HealthCheckRequest& request);

 private:
  class Watching;
  grpc::health::v1::HealthCheckResponse::ServingStatus StatusOf(const std::string& service) const;

  const std::set<std::string> services_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> over_ = false;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_HEALTH_SERVICE_H_
