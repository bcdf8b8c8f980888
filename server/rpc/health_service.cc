#include "server/rpc/health_service.h"

#include <optional>
#include <utility>

namespace cible {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// Asked again every 100 ms (StreamStep::kLater): a change is told within that.
class HealthService::Watching : public ResponseSourceOf<HealthCheckResponse> {
 public:
  Watching(const HealthService& health, std::string service)
      : health_(health), service_(std::move(service)) {}

 private:
  absl::StatusOr<StreamStep> NextMessage(const CallContext&,
                                         HealthCheckResponse* response) override {
    const auto status = health_.StatusOf(service_);
    if (told_ != status) {
      told_ = status;
      response->set_status(status);
      return StreamStep::kMessage;
    }
    if (health_.over_) return absl::UnavailableError("the server is stopping");
    return StreamStep::kLater;
  }

  const HealthService& health_;
  const std::string service_;
  std::optional<HealthCheckResponse::ServingStatus> told_;
};

void HealthService::Register(MethodTable& table) {
  table.Unary("Check", Execution::kInline, nullptr, this, &HealthService::Check);
  table.ServerStream<HealthCheckRequest, HealthCheckResponse>(
      "Watch", nullptr,
      [this](const CallContext& call, const HealthCheckRequest& request) {
        return Watch(call, request);
      },
      Execution::kInline);
}

HealthCheckResponse::ServingStatus HealthService::StatusOf(const std::string& service) const {
  if (!service.empty() && services_.count(service) == 0) {
    return HealthCheckResponse::SERVICE_UNKNOWN;
  }
  return stopping_ ? HealthCheckResponse::NOT_SERVING : HealthCheckResponse::SERVING;
}

absl::Status HealthService::Check(const CallContext&, const HealthCheckRequest& request,
                                  HealthCheckResponse* response) {
  const auto status = StatusOf(request.service());
  if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
    return absl::NotFoundError("the server has no such service; leave it empty for the server");
  }
  response->set_status(status);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<ResponseSource>> HealthService::Watch(
    const CallContext&, const HealthCheckRequest& request) {
  return std::make_unique<Watching>(*this, request.service());
}

}  // namespace cible
