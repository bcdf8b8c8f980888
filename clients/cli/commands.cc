#include "clients/cli/commands.h"

#include "clients/cli/command_line.h"

namespace cible {

int RunCible(const std::vector<std::string>& arguments, Console& console) {
  CommandLine line;
  AddContactsCommands(line);
  AddEventsCommands(line);
  AddTrainingCommands(line);
  AddPersonaCommands(line);
  AddMatchingCommands(line);
  AddQuestionnaireCommands(line);
  AddScoreCommand(line);
  AddCoreTargetCommand(line);
  AddFunnelCommand(line);
  AddIdealCustomerCommands(line);
  AddQualifyCommand(line);
  AddLifecycleCommands(line);
  AddModelCommands(line);
  AddSegmentationCommands(line);
  AddWorkspaceCommands(line);
  AddSchemaCommands(line);
  AddFitCommand(line);
  AddClusterCommand(line);
  AddSampleCommand(line);
  AddPrivacyReports(line);
  AddServerCommand(line);
  return line.Run(arguments, console);
}

}  // namespace cible
