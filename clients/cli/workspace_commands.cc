#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "cible/v1/workspace_service.pb.h"
#include "clients/cli/behaviour_options.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

// What was given changes, the rest stays.
struct SetArguments {
  std::optional<std::string> display_name;
  std::optional<std::string> time_zone;
  std::optional<std::string> currency;
  std::optional<int> k_anonymity;
  std::optional<bool> require_legal_basis;
  std::optional<int> retention_days;
  std::optional<std::string> phone_region;
  BehaviourArguments behaviour;
};

std::string DaysText(int days) {
  if (days < 0) return "never";
  return days == 0 ? "1096 days of silence (three years, the default)"
                   : absl::StrCat(days, " days of silence");
}

absl::StatusOr<int> PrintWorkspace(Session& session, const v1::Workspace& workspace) {
  const int least = workspace.k_anonymity() == 0 ? 10 : workspace.k_anonymity();
  Table table({{"SETTING", "setting"}, {"VALUE", "value"}});
  const auto add = [&](const char* label, const char* id, const std::string& value) {
    table.AddRow({Cell(label, id), value});
  };
  add("name", "display_name", workspace.display_name());
  add("time zone", "time_zone", workspace.time_zone());
  add("currency", "currency_code", workspace.currency_code());
  add("statistics cover at least", "k_anonymity", absl::StrCat(least, " contacts"));
  add("a legal basis is required", "require_legal_basis",
      workspace.require_legal_basis() ? "yes" : "no");
  add("leads and prospects are erased after", "retention_days",
      DaysText(workspace.retention_days()));
  add("phone numbers are dialled from", "phone_region",
      workspace.phone_region().empty() ? "not said" : workspace.phone_region());
  AddBehaviourRows(workspace.behaviour(), workspace.currency_code(), table);
  if (absl::Status status = session.Print(table, workspace); !status.ok()) return status;
  return kDone;
}

absl::StatusOr<v1::Workspace> Get(Session& session, Client& client) {
  v1::GetWorkspaceRequest request;
  request.set_name(session.Workspace());
  return client.GetWorkspace(request);
}

absl::StatusOr<int> Show(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto workspace = Get(session, **client);
  if (!workspace.ok()) return workspace.status();
  return PrintWorkspace(session, *workspace);
}

// The etag of what was read goes with it, so that nobody's change is undone.
absl::StatusOr<int> Set(Session& session, const SetArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto stored = Get(session, **client);
  if (!stored.ok()) return stored.status();
  v1::UpdateWorkspaceRequest request;
  v1::Workspace& workspace = *request.mutable_workspace();
  workspace = *stored;
  if (arguments.display_name) workspace.set_display_name(*arguments.display_name);
  if (arguments.time_zone) workspace.set_time_zone(*arguments.time_zone);
  if (arguments.currency) workspace.set_currency_code(*arguments.currency);
  if (arguments.k_anonymity) workspace.set_k_anonymity(*arguments.k_anonymity);
  if (arguments.require_legal_basis) {
    workspace.set_require_legal_basis(*arguments.require_legal_basis);
  }
  if (arguments.retention_days) workspace.set_retention_days(*arguments.retention_days);
  if (arguments.phone_region) workspace.set_phone_region(*arguments.phone_region);
  const absl::Status changed = ChangeBehaviour(arguments.behaviour, workspace.mutable_behaviour());
  if (!changed.ok()) return changed;
  const auto updated = (*client)->UpdateWorkspace(request);
  if (!updated.ok()) return updated.status();
  return PrintWorkspace(session, *updated);
}

}  // namespace

void AddWorkspaceCommands(CommandLine& line) {
  CLI::App& group = line.Group("workspace", "Settings of the workspace: show, set.");
  line.Command(group,
               {.name = "show",
                .description = "Shows the settings of the workspace.",
                .examples = {"workspace show"}},
               Show);
  auto arguments = std::make_shared<SetArguments>();
  CLI::App& set =
      line.Command(group,
                   {.name = "set",
                    .description = "Changes settings of the workspace; what is not named stays.",
                    .examples = {"workspace set --require-legal-basis yes --retention-days 730",
                                 "workspace set --time-zone Europe/Paris --phone-region FR",
                                 "workspace set --large-order 300 --item-category 'wine=W1,RED*'"}},
                   [arguments](Session& session) { return Set(session, *arguments); });
  set.add_option("--name", arguments->display_name, "What people call it");
  set.add_option("--time-zone", arguments->time_zone, "Of its calendar days, e.g. Europe/Paris");
  set.add_option("--currency", arguments->currency, "Of its amounts, ISO 4217, e.g. EUR");
  set.add_option("--k-anonymity", arguments->k_anonymity,
                 "Statistics over fewer contacts are withheld from who may not read contacts");
  set.add_option("--require-legal-basis", arguments->require_legal_basis,
                 "yes: contacts without a stated legal basis are left out of training, segments "
                 "and lists");
  set.add_option("--retention-days", arguments->retention_days,
                 "Silence after which leads and prospects are erased; -1: never")
      ->check(CLI::Range(-1, 36500));
  set.add_option("--phone-region", arguments->phone_region,
                 "Where phone numbers without a country code are dialled, e.g. FR");
  AddBehaviourOptions(set, arguments->behaviour);
  set.require_option(1, 0);
}

}  // namespace cible
