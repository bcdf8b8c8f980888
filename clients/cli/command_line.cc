#include "clients/cli/command_line.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/output/table.h"
#include "clients/cli/wrong_usage.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

constexpr const char* kDescription =
    "Cible divides contacts into segments, portrays them as personas, and finds the persona of a "
    "new lead.";

constexpr const char* kFirstSteps =
    "First steps, with a server (cible-server) running:\n"
    "  cible contacts import customers.csv     store a list of contacts\n"
    "  cible train                             find the segments\n"
    "  cible personas                          see who they are\n"
    "  cible match --set age=34 --set city=Lyon\n"
    "\n"
    "Without a server:\n"
    "  cible fit customers.csv                 the same in one go, nothing is stored\n"
    "  cible --embedded data train             the service inside this process\n"
    "\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done, but some rows were refused.\n"
    "Every command has --help with examples.";

std::string Footer(const std::vector<std::string>& examples) {
  std::string footer = examples.size() == 1 ? "Example:" : "Examples:";
  for (const std::string& example : examples) absl::StrAppend(&footer, "\n  cible ", example);
  return footer;
}

std::string ErrorSentence(const absl::Status& status) {
  if (!status.message().empty()) return std::string(status.message());
  return absl::StatusCodeToString(status.code());
}

}  // namespace

CommandLine::CommandLine() : app_(kDescription, "cible") {
  app_.require_subcommand(1);
  app_.fallthrough();
  app_.get_formatter()->column_width(34);
  AddGlobalOptions();
}

void CommandLine::AddGlobalOptions() {
  app_.set_version_flag("--version", CIBLE_VERSION);
  app_.add_option("--server", options_.server, "Where the server listens")
      ->type_name("ADDR")
      ->capture_default_str();
  app_.add_option("--embedded", options_.embedded,
                  "Folder of data; runs the service inside this process")
      ->type_name("DIR");
  app_.add_option("--workspace", options_.workspace, "Workspace to work in")
      ->type_name("W")
      ->capture_default_str();
  app_.add_option("--segmentation", options_.segmentation, "Segmentation to work with")
      ->type_name("S")
      ->capture_default_str();
  AddChoiceOption<OutputFormat>(
      app_, "--format", options_.format,
      {{"table", OutputFormat::kTable}, {"json", OutputFormat::kJson}, {"csv", OutputFormat::kCsv}},
      "table for people; json or csv for programs");
  app_.add_option("--language", options_.language, "Language of personas and questions")
      ->check(CLI::IsMember({"en", "fr"}).description(""))
      ->type_name("en|fr")
      ->capture_default_str();
}

CLI::App& CommandLine::Group(const std::string& name, const std::string& description) {
  CLI::App* group = app_.add_subcommand(name, description);
  group->require_subcommand(1);
  group->footer(absl::StrCat("`cible ", name, " COMMAND --help` explains a command."));
  return *group;
}

CLI::App& CommandLine::Command(CLI::App& group, const CommandHelp& help, Action action) {
  CLI::App* command = group.add_subcommand(help.name, help.description);
  command->footer(Footer(help.examples));
  command->callback([this, action = std::move(action)] { chosen_ = action; });
  return *command;
}

CLI::App& CommandLine::Command(const CommandHelp& help, Action action) {
  return Command(app_, help, std::move(action));
}

absl::Status CommandLine::CheckGlobalOptions() const {
  if (app_.count("--server") > 0 && app_.count("--embedded") > 0) {
    return WrongUsage("--server and --embedded are two ways to the service; give one of them");
  }
  for (const auto& [option, id] : {std::make_pair("--workspace", &options_.workspace),
                                   std::make_pair("--segmentation", &options_.segmentation)}) {
    const absl::Status status = CheckResourceId(*id);
    if (!status.ok()) return WrongUsage(absl::StrCat(option, ": ", status.message()));
  }
  return absl::OkStatus();
}

int CommandLine::Explain(const CLI::ParseError& error, Console& console) const {
  const std::vector<std::string> left = app_.remaining(true);
  const bool no_command = error.get_name() == "RequiredError" && !left.empty();
  if (!no_command || absl::StartsWith(left[0], "-")) {
    return app_.exit(error, console.out, console.err) == 0 ? kDone : kWrongUsage;
  }
  console.err << "cible: there is no command \"" << Printable(left[0])
              << "\" here; --help lists those there are\n";
  return kWrongUsage;
}

int CommandLine::Run(std::vector<std::string> arguments, Console& console) {
  app_.footer(kFirstSteps);  // Set last: commands would inherit it.
  std::reverse(arguments.begin(), arguments.end());
  try {
    app_.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return Explain(error, console);
  }
  Session session(options_, console);
  const absl::Status usage = CheckGlobalOptions();
  const absl::StatusOr<int> code = usage.ok() ? chosen_(session) : usage;
  if (code.ok()) return *code;
  console.err << "cible: " << ErrorSentence(code.status()) << std::endl;
  return IsWrongUsage(code.status()) ? kWrongUsage : kFailed;
}

}  // namespace cible
