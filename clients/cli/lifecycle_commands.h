// What the commands of the group `lifecycle` share.

#ifndef CIBLE_CLIENTS_CLI_LIFECYCLE_COMMANDS_H_
#define CIBLE_CLIENTS_CLI_LIFECYCLE_COMMANDS_H_

#include <CLI/CLI.hpp>

namespace cible {

class CommandLine;

void AddPolicyCommands(CommandLine& line, CLI::App& group);      // show, set, preview
void AddTransitionCommands(CommandLine& line, CLI::App& group);  // history, override

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_LIFECYCLE_COMMANDS_H_
