#include "server/telemetry/call_log.h"

#include <spdlog/spdlog.h>

#include <string>

namespace cible {
namespace {

bool IsOurs(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kDataLoss ||
         code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kUnknown;
}

}  // namespace

void LogCall(absl::string_view method, const absl::Status& status,
             std::chrono::steady_clock::time_point start) {
  const bool ours = IsOurs(status.code());
  const auto level = ours ? spdlog::level::err : spdlog::level::debug;
  if (!spdlog::should_log(level)) return;
  const auto duration = std::chrono::steady_clock::now() - start;
  const double milliseconds = std::chrono::duration<double, std::milli>(duration).count();
  spdlog::log(level, "{} {} {:.3f} ms{}{}", std::string(method),
              absl::StatusCodeToString(status.code()), milliseconds, ours ? ": " : "",
              ours ? std::string(status.message()) : "");
}

}  // namespace cible
