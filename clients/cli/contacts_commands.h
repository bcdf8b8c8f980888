// What the commands that deal with stored contacts share.

#ifndef CIBLE_CLIENTS_CLI_CONTACTS_COMMANDS_H_
#define CIBLE_CLIENTS_CLI_CONTACTS_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
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

// What is known of a contact, a line each.
absl::StatusOr<Table> ContactTableOf(const v1::Contact& contact, const Schema& schema);

// "age=34  city=Lyon"
absl::StatusOr<std::string> KnownText(const v1::Contact& contact, const Schema& schema);

// `--source` and `--legal-basis`, which fill the message; it outlives the parsing.
void AddProvenanceOptions(CLI::App& command, v1::Provenance& provenance);
// "legitimate-interests"; empty when not said.
std::string ShortName(v1::LegalBasis basis);

void AddPrivacyCommands(CommandLine& line, CLI::App& group);  // object, consent, dossier
void AddImportCommand(CommandLine& line, CLI::App& group);
void AddExportCommand(CommandLine& line, CLI::App& group);
void AddDuplicatesCommand(CommandLine& line, CLI::App& group);
void AddMergeCommand(CommandLine& line, CLI::App& group);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_CONTACTS_COMMANDS_H_
