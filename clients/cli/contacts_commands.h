// What the commands that deal with stored contacts share.

#ifndef CIBLE_CLIENTS_CLI_CONTACTS_COMMANDS_H_
#define CIBLE_CLIENTS_CLI_CONTACTS_COMMANDS_H_

#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "segmentation/data/schema.h"

namespace CLI {
class App;
}

namespace cible {

class Client;
class CommandLine;

// The schema of the workspace.
absl::StatusOr<Schema> FetchSchema(Session& session, Client& client);

void AddImportCommand(CommandLine& line, CLI::App& group);
void AddExportCommand(CommandLine& line, CLI::App& group);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_CONTACTS_COMMANDS_H_
