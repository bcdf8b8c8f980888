// The settings of a server process.

#ifndef CIBLE_SERVER_CONFIGURATION_H_
#define CIBLE_SERVER_CONFIGURATION_H_

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "server/server.h"

namespace cible {

struct Configuration {
  ServerOptions options;
  int log_level = 2;  // As spdlog numbers them: 1 debug, 2 info, 3 warning, 4 error.
  std::chrono::milliseconds drain_delay{0};
  std::chrono::milliseconds shutdown_grace{10'000};
  std::string clock_file;  // Empty: the system's clock. See clock_file.h.
};

// Reads a cible.storage.v1.ServerConfiguration in text format; an empty path
// gives the defaults.
// Errors: NOT_FOUND; INVALID_ARGUMENT with the line and what is wrong there;
// FAILED_PRECONDITION it has settings that are for tests, and this is no test.
absl::StatusOr<Configuration> ReadConfiguration(const std::string& path, bool is_test);

}  // namespace cible

#endif  // CIBLE_SERVER_CONFIGURATION_H_
