#include <memory>
#include <optional>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/core_target_report.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/winnable_options.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

struct CoreTargetArguments {
  std::optional<double> retention;
  double contact_cost = 0;
  WinnableArguments winnable;
};

absl::StatusOr<int> ShowCoreTarget(Session& session, const CoreTargetArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetCoreTargetRequest request;
  request.set_segmentation(session.Segmentation());
  request.set_language_code(session.options().language);
  if (arguments.retention) request.set_retention(*arguments.retention);
  request.set_contact_cost(arguments.contact_cost);
  SetWinnableShares(arguments.winnable, request);
  const auto target = (*client)->GetCoreTarget(request);
  if (!target.ok()) return target.status();
  const Language language = LanguageOf(session.options().language);
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << CoreTargetText(*target, language, session.console().width);
    return kDone;
  }
  absl::Status printed = session.Print(CoreTargetTable(*target, language), *target);
  if (!printed.ok()) return printed;
  if (session.options().format == OutputFormat::kCsv) {
    for (const std::string& notice : target->notices()) session.Notice(notice);
  }
  return kDone;
}

}  // namespace

void AddCoreTargetCommand(CommandLine& line) {
  auto arguments = std::make_shared<CoreTargetArguments>();
  CLI::App& command = line.Command(
      {.name = "core-target",
       .description = "Ranks the segments by what they are expected to bring within a year: "
                      "customers x margin x retention + open leads x conversion x first-year "
                      "margin - open leads x contact cost. Says what is assumed and what is not "
                      "known. The schema says what value is.",
       .examples = {"core-target", "core-target --retention .8 --contact-cost 12",
                    "core-target --winnable-non-consumers .1 --winnable-competitors .05"}},
      [arguments](Session& session) { return ShowCoreTarget(session, *arguments); });
  command
      .add_option("--retention", arguments->retention,
                  "Share of customers that stay for the year, 0 to 1; 1 if not given")
      ->type_name("SHARE");
  command
      .add_option("--contact-cost", arguments->contact_cost,
                  "What it costs to approach one lead, in the workspace's currency; 0 if not given")
      ->type_name("AMOUNT");
  AddWinnableOptions(command, arguments->winnable);
}

}  // namespace cible
