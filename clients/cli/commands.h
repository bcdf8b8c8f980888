// The families of commands, each in the .cc of its name.

#ifndef CIBLE_CLIENTS_CLI_COMMANDS_H_
#define CIBLE_CLIENTS_CLI_COMMANDS_H_

#include <string>
#include <vector>

#include "clients/cli/output/console.h"

namespace cible {

class CommandLine;

void AddSampleCommand(CommandLine& line);     // sample
void AddFitCommand(CommandLine& line);        // fit
void AddClusterCommand(CommandLine& line);    // cluster
void AddSchemaCommands(CommandLine& line);    // schema infer | show | set
void AddContactsCommands(CommandLine& line);  // contacts import, list, get, update, ...
void AddEventsCommands(CommandLine& line);    // events import | list | cancel
void AddTrainingCommands(CommandLine& line);  // train, runs list | watch | cancel
void AddModelCommands(CommandLine& line);     // models list | activate | rollback, export-matrix
void AddPersonaCommands(CommandLine& line);   // segments, segment show, personas, persona show
void AddMatchingCommands(CommandLine& line);  // match, assign
void AddQuestionnaireCommands(CommandLine& line);  // typing-tool
void AddScoreCommand(CommandLine& line);           // score
void AddQualifyCommand(CommandLine& line);         // qualify
void AddLifecycleCommands(CommandLine& line);      // lifecycle show | set | preview, ...
void AddSegmentationCommands(CommandLine& line);   // segmentations list | create
void AddCoreTargetCommand(CommandLine& line);      // core-target
void AddFunnelCommand(CommandLine& line);          // funnel
void AddIdealCustomerCommands(CommandLine& line);  // icp, lookalikes
void AddWorkspaceCommands(CommandLine& line);      // workspace show | set
void AddPrivacyReports(CommandLine& line);         // audit, retention
void AddServerCommand(CommandLine& line);          // server

// Runs `cible` with these arguments (the program's name left out) and gives
// its exit code.
int RunCible(const std::vector<std::string>& arguments, Console& console);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_COMMANDS_H_
