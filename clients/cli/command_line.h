// The commands of `cible` and their options. Each family of commands adds its
// own (commands.h); what is asked for runs in a Session.

#ifndef CIBLE_CLIENTS_CLI_COMMAND_LINE_H_
#define CIBLE_CLIENTS_CLI_COMMAND_LINE_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"

namespace cible {

// What a command does; gives an ExitCode.
using Action = std::function<absl::StatusOr<int>(Session&)>;

struct CommandHelp {
  std::string name;
  std::string description;            // A sentence.
  std::vector<std::string> examples;  // Command lines, "cible " left out.
};

class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // A word that only groups commands: `cible contacts`.
  CLI::App& Group(const std::string& name, const std::string& description);

  // A command, of a group or of its own. The options added to what is returned
  // must live as long as `action`.
  CLI::App& Command(CLI::App& group, const CommandHelp& help, Action action);
  CLI::App& Command(const CommandHelp& help, Action action);

  // Parses the arguments (without the program's name) and runs the command.
  // Errors go to the console as one sentence. Gives the exit code.
  int Run(std::vector<std::string> arguments, Console& console);

 private:
  void AddGlobalOptions();
  absl::Status CheckGlobalOptions() const;
  int Explain(const CLI::ParseError& error, Console& console) const;

  CLI::App app_;
  GlobalOptions options_;
  Action chosen_;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_COMMAND_LINE_H_
