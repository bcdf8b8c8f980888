// `cible lifecycle show | set | preview`; history and override have a file of their own.

#include "clients/cli/lifecycle_commands.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/lifecycle_words.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/output_file.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/policy_changes.h"
#include "clients/cli/policy_file.h"
#include "clients/cli/policy_text.h"
#include "clients/cli/training_report.h"
#include "clients/cpp/client.h"
#include "server/wire/policy_wire.h"

namespace cible {
namespace {

absl::StatusOr<v1::LifecyclePolicy> CurrentPolicy(Session& session, Client& client) {
  v1::GetPolicyRequest request;
  request.set_name(session.LifecyclePolicy());
  return client.GetPolicy(request);
}

// --- show -------------------------------------------------------------------

struct ShowArguments {
  std::string output;
  bool show_default = false;
};

absl::StatusOr<v1::LifecyclePolicy> PolicyToShow(Session& session, bool show_default) {
  if (show_default) {
    v1::LifecyclePolicy policy;
    PolicyToProto(DefaultPolicy(), &policy);
    return policy;
  }
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  return CurrentPolicy(session, **client);
}

absl::StatusOr<int> ShowPolicy(Session& session, const ShowArguments& arguments) {
  const auto policy = PolicyToShow(session, arguments.show_default);
  if (!policy.ok()) return policy.status();
  const bool as_text =
      !arguments.output.empty() || session.options().format == OutputFormat::kTable;
  const absl::Status shown =
      as_text ? WriteText(PolicyToText(*policy), arguments.output, session.console())
              : session.Print(DifferencesTable(DifferencesOf({}, *policy)), *policy);
  if (!shown.ok()) return shown;
  if (policy->etag().empty() && !arguments.show_default) {
    session.Notice("nobody has changed the policy; this is the default one");
  }
  return kDone;
}

// --- set --------------------------------------------------------------------

struct SetArguments {
  std::string file;
  bool validate_only = false;
};

// The policy of the file for this workspace. The etag of another one's says nothing here.
v1::LifecyclePolicy PolicyFor(const Session& session, const PolicyFile& file) {
  v1::LifecyclePolicy policy = file.policy;
  const std::string name = session.LifecyclePolicy();
  if (!policy.name().empty() && policy.name() != name) policy.clear_etag();
  policy.set_name(name);
  return policy;
}

absl::Status RefusedUpdate(const absl::Status& status, const PolicyFile& file) {
  if (!absl::IsAborted(status)) return AtItsLine(status, file);
  return absl::AbortedError(absl::StrCat(
      "the policy was changed since ", file.path,
      " was written; `cible lifecycle show --output FILE` writes it as it is now. To put yours in "
      "its place, take the line with the etag out of the file"));
}

absl::StatusOr<int> PrintUpdate(Session& session, const v1::LifecyclePolicy& before,
                                const v1::LifecyclePolicy& after, bool validate_only) {
  const std::vector<PolicyDifference> differences = DifferencesOf(before, after);
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << DifferencesText(differences, session.console().width);
  } else {
    const absl::Status printed = session.Print(DifferencesTable(differences), after);
    if (!printed.ok()) return printed;
  }
  const bool is_same = differences.empty();
  session.console().err
      << (is_same         ? "The policy is this one already; nothing changes.\n"
          : validate_only ? "Nothing is wrong with it. Nothing was changed; `cible lifecycle "
                            "preview FILE` tells for how many contacts it would change something.\n"
                          : "The policy counts from now on; contacts are classified anew.\n");
  return kDone;
}

absl::StatusOr<int> SetPolicy(Session& session, const SetArguments& arguments) {
  const auto file = ReadPolicyFile(arguments.file);
  if (!file.ok()) return file.status();
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto before = CurrentPolicy(session, **client);
  if (!before.ok()) return before.status();
  v1::UpdatePolicyRequest request;
  *request.mutable_policy() = PolicyFor(session, *file);
  if (request.policy().etag().empty()) request.mutable_policy()->set_etag(before->etag());
  request.set_validate_only(arguments.validate_only);
  const auto after = (*client)->UpdatePolicy(request);
  if (!after.ok()) return RefusedUpdate(after.status(), *file);
  return PrintUpdate(session, *before, *after, arguments.validate_only);
}

// --- preview ----------------------------------------------------------------

struct PreviewArguments {
  std::string file;
  int samples = 5;
};

std::string PreviewSentence(const v1::PreviewPolicyResponse& preview) {
  const std::string all = CountedText(preview.contact_count(), "contact");
  const std::string day = DateText(preview.as_of());
  if (preview.withheld()) {
    return absl::StrCat("Some of ", all, " would change, as of ", day,
                        "; how many is withheld, since they are few.\n");
  }
  if (preview.changed_count() == 0) {
    return absl::StrCat("None of ", all, " would change, as of ", day, ".\n");
  }
  return absl::StrCat(CountText(preview.changed_count()), " of ", all, " would change, as of ", day,
                      ".\n");
}

Table PreviewTable(const v1::PreviewPolicyResponse& preview, Language language) {
  Table table({{"FIELD", "field"},
               {"FROM", "from"},
               {"", ""},
               {"TO", "to"},
               {"CONTACTS", "contacts", true},
               {"SUCH AS", "samples"}});
  for (const v1::PolicyChange& change : preview.changes()) {
    std::vector<std::string> samples;
    for (const std::string& name : change.samples()) samples.push_back(IdOf(name));
    table.AddRow({FieldCell(change.field(), language),
                  ValueCell(change.field(), change.from(), language), "→",
                  ValueCell(change.field(), change.to(), language),
                  change.withheld() ? Cell("few", "") : CountCell(change.contact_count()),
                  Cell(absl::StrJoin(samples, ", "), absl::StrJoin(samples, "|"))});
  }
  return table;
}

absl::StatusOr<int> PreviewPolicy(Session& session, const PreviewArguments& arguments) {
  const auto file = ReadPolicyFile(arguments.file);
  if (!file.ok()) return file.status();
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::PreviewPolicyRequest request;
  *request.mutable_policy() = PolicyFor(session, *file);
  request.set_sample_size(arguments.samples);
  const auto preview = (*client)->PreviewPolicy(request);
  if (!preview.ok()) return AtItsLine(preview.status(), *file);
  const bool for_people = session.options().format == OutputFormat::kTable;
  if (for_people) session.console().out << PreviewSentence(*preview);
  if (for_people && preview->changes().empty()) return kDone;
  if (for_people) session.console().out << "\n";
  const Language language = LanguageOf(session.options().language);
  const absl::Status printed = session.Print(PreviewTable(*preview, language), *preview);
  if (!printed.ok()) return printed;
  return kDone;
}

// --- The commands -----------------------------------------------------------

void AddShow(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<ShowArguments>();
  CLI::App& show = line.Command(
      group,
      {.name = "show",
       .description = "Shows the policy of the workspace as text to read and edit: who is a lead, "
                      "a prospect, a customer, hot, qualified, and what to do about whom.",
       .examples = {"lifecycle show", "lifecycle show --output mine.policy",
                    "lifecycle show --default --output default.policy"}},
      [arguments](Session& session) { return ShowPolicy(session, *arguments); });
  show.add_option("--output", arguments->output, "Write it to a file, for `cible lifecycle set`")
      ->type_name("FILE");
  show.add_flag("--default", arguments->show_default,
                "The policy of a workspace that has not said its own. Needs no server");
}

void AddSet(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<SetArguments>();
  CLI::App& set = line.Command(
      group,
      {.name = "set",
       .description = "Makes a file the policy of the workspace, and tells what changed in it.",
       .examples = {"lifecycle set mine.policy --validate-only", "lifecycle set mine.policy"}},
      [arguments](Session& session) { return SetPolicy(session, *arguments); });
  set.add_option("FILE", arguments->file, "As written by `lifecycle show`")->required();
  set.add_flag("--validate-only", arguments->validate_only,
               "Change nothing; tell what is wrong with it, and what would change");
}

void AddPreview(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<PreviewArguments>();
  CLI::App& preview = line.Command(
      group,
      {.name = "preview",
       .description = "Tells of how many contacts a policy would change what, without changing "
                      "it.",
       .examples = {"lifecycle preview mine.policy",
                    "lifecycle preview mine.policy --samples 20 --format csv"}},
      [arguments](Session& session) { return PreviewPolicy(session, *arguments); });
  preview.add_option("FILE", arguments->file, "As written by `lifecycle show`")->required();
  preview.add_option("--samples", arguments->samples, "Contacts named for each change")
      ->check(CLI::Range(1, 100).description(""))
      ->type_name("N")
      ->capture_default_str();
}

}  // namespace

void AddPolicyCommands(CommandLine& line, CLI::App& group) {
  AddShow(line, group);
  AddSet(line, group);
  AddPreview(line, group);
}

void AddLifecycleCommands(CommandLine& line) {
  CLI::App& group = line.Group("lifecycle",
                               "Who is a lead, a prospect, a customer, hot, qualified: the policy "
                               "(show, set, preview) and what came of it (history, override).");
  AddPolicyCommands(line, group);
  AddTransitionCommands(line, group);
}

}  // namespace cible
