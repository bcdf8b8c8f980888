#include <cstring>

#include "absl/synchronization/mutex.h"
#include "clients/load/echo_process.h"
#include "clients/load/load_command.h"
#include "clients/load/load_options.h"

int main(int argc, char** argv) {
  using namespace cible::load;
  if (argc > 1 && std::strcmp(argv[1], kEchoCommand) == 0) return RunEchoCommand(argc, argv);
  // Debian builds Abseil with it, and gRPC would have every lock it takes looked at.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const ParsedCommandLine parsed = ParseCommandLine(argc, argv);
  return parsed.options ? RunLoadCommand(*parsed.options) : parsed.exit_code;
}
