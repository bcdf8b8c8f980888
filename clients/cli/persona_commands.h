// What the commands about personas share.

#ifndef CIBLE_CLIENTS_CLI_PERSONA_COMMANDS_H_
#define CIBLE_CLIENTS_CLI_PERSONA_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"

namespace cible::v1 {
class Persona;
}

namespace cible {

class CommandLine;

// create | edit | target | delete | compare, of the group `persona`.
void AddPersonaEdits(CommandLine& line, CLI::App& group);

// In the format of the session's options. Gives an ExitCode.
absl::StatusOr<int> PrintPersona(Session& session, const v1::Persona& persona);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_PERSONA_COMMANDS_H_
