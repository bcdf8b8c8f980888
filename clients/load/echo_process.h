// The bare server of --compare-echo as a process of its own, so that it shares no
// thread and no memory with the client that measures it.

#ifndef CIBLE_CLIENTS_LOAD_ECHO_PROCESS_H_
#define CIBLE_CLIENTS_LOAD_ECHO_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "clients/load/echo_server.h"

namespace cible::load {

// The hidden subcommand that this program starts itself with:
// `cible-load echo --flavour queue`.
inline constexpr char kEchoCommand[] = "echo";

// Ends with its parent, whatever happens to that.
class EchoProcess {
 public:
  // Starts it and waits until it listens. INTERNAL when that fails. To be called
  // from a thread that lives as long as the process shall.
  static absl::StatusOr<std::unique_ptr<EchoProcess>> Start(EchoFlavour flavour,
                                                            const AnswerBytes& answers);
  EchoProcess(const EchoProcess&) = delete;
  EchoProcess& operator=(const EchoProcess&) = delete;
  ~EchoProcess();

  const std::string& address() const { return address_; }

 private:
  EchoProcess(pid_t pid, int to_it) : pid_(pid), to_it_(to_it) {}

  const pid_t pid_;
  const int to_it_;  // Its standard input.
  std::string address_;
};

// What that process does: takes the answers from standard input, prints its port,
// and serves until standard input ends. Gives an exit code.
int RunEchoCommand(int argc, const char* const* argv);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_ECHO_PROCESS_H_
