// `cible lifecycle history | override`: what changed of contacts, and what people say.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cible/v1/lifecycle_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/events_commands.h"
#include "clients/cli/lifecycle_commands.h"
#include "clients/cli/lifecycle_words.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/stored_qualification.h"
#include "clients/cli/training_options.h"
#include "clients/cli/training_report.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

constexpr int kPage = 1000;  // As many as the server gives at once.

// --- history ----------------------------------------------------------------

struct HistoryArguments {
  std::string contact;
  v1::LifecycleField field = v1::LIFECYCLE_FIELD_UNSPECIFIED;
  int limit = 50;
};

absl::StatusOr<v1::ListTransitionsResponse> FetchTransitions(Session& session, Client& client,
                                                             const HistoryArguments& arguments) {
  v1::ListTransitionsRequest request;
  request.set_parent(session.Workspace());
  if (!arguments.contact.empty()) request.set_contact(session.Contact(arguments.contact));
  request.set_field(arguments.field);
  v1::ListTransitionsResponse all;
  do {
    request.set_page_size(std::min(arguments.limit - all.transitions_size(), kPage));
    auto page = client.ListTransitions(request);
    if (!page.ok()) return page.status();
    all.mutable_transitions()->MergeFrom(page->transitions());
    all.set_next_page_token(page->next_page_token());
    request.set_page_token(page->next_page_token());
  } while (!all.next_page_token().empty() && all.transitions_size() < arguments.limit);
  return all;
}

// The rule by its name; programs get its words, too.
Cell ReasonCell(const std::string& reason) {
  return Cell(reason.substr(0, reason.find(": ")), reason);
}

Table TransitionsTable(const v1::ListTransitionsResponse& transitions, Language language) {
  Table table({{"DAY", "day"},
               {"CONTACT", "contact"},
               {"FIELD", "field"},
               {"FROM", "from"},
               {"", ""},
               {"TO", "to"},
               {"WHY", "reason"},
               {"", "create_time"}});
  for (const v1::Transition& transition : transitions.transitions()) {
    table.AddRow({DateText(transition.day()), IdOf(transition.contact()),
                  FieldCell(transition.field(), language),
                  ValueCell(transition.field(), transition.from(), language), "→",
                  ValueCell(transition.field(), transition.to(), language),
                  ReasonCell(transition.reason()), Cell("", TimeText(transition.create_time()))});
  }
  return table;
}

absl::StatusOr<int> ShowHistory(Session& session, const HistoryArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto transitions = FetchTransitions(session, **client, arguments);
  if (!transitions.ok()) return transitions.status();
  const Language language = LanguageOf(session.options().language);
  const absl::Status printed =
      session.Print(TransitionsTable(*transitions, language), *transitions);
  if (!printed.ok()) return printed;
  if (transitions->transitions().empty()) session.Notice("nothing has changed yet");
  if (!transitions->next_page_token().empty()) {
    session.Notice("there are earlier ones; raise --limit");
  }
  return kDone;
}

// --- override ---------------------------------------------------------------

struct OverrideArguments {
  std::string id;
  std::string said;  // FIELD=VALUE, or with `withdraw` FIELD.
  std::string author;
  std::string reason;
  std::string until;
  bool withdraw = false;
};

// The end of the day where the workspace is.
absl::Status SetEnd(Session& session, Client& client, const std::string& day,
                    v1::LifecycleOverride* said) {
  const auto date = ParseDay(day, "--until");
  if (!date.ok()) return date.status();
  const auto zone = FetchTimeZone(session, client);
  if (!zone.ok()) return zone.status();
  const absl::CivilDay last(date->year(), date->month(), date->day());
  said->mutable_expire_time()->set_seconds(absl::ToUnixSeconds(absl::FromCivil(last + 1, *zone)));
  return absl::OkStatus();
}

absl::StatusOr<int> Override(Session& session, const OverrideArguments& arguments) {
  const auto said = ParseOverride(arguments.said, !arguments.withdraw);
  if (!said.ok()) return said.status();
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::OverrideLifecycleRequest request;
  request.set_contact(session.Contact(arguments.id));
  request.set_language_code(session.options().language);
  v1::LifecycleOverride& override = *request.mutable_override();
  override = *said;
  override.set_author(arguments.author);
  override.set_reason(arguments.reason);
  if (!arguments.until.empty()) {
    const absl::Status set = SetEnd(session, **client, arguments.until, &override);
    if (!set.ok()) return set;
  }
  const auto contact = (*client)->OverrideLifecycle(request);
  if (!contact.ok()) return contact.status();
  return PrintStoredQualifications(session, **client, {.ids = {arguments.id}});
}

// --- The commands -----------------------------------------------------------

void AddHistory(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<HistoryArguments>();
  CLI::App& history = line.Command(
      group,
      {.name = "history",
       .description = "Lists what changed of contacts, since which day and why, the latest first.",
       .examples = {"lifecycle history", "lifecycle history --contact c00042",
                    "lifecycle history --field relation --limit 1000 --format csv"}},
      [arguments](Session& session) { return ShowHistory(session, *arguments); });
  history.add_option("--contact", arguments->contact, "Only of this one")->type_name("ID");
  AddChoiceOption<v1::LifecycleField>(history, "--field", arguments->field, LifecycleFieldChoices(),
                                      "Only of this")
      ->type_name("FIELD");
  history.add_option("--limit", arguments->limit, "At most so many")
      ->check(CLI::Range(1, 1'000'000).description(""))
      ->type_name("N")
      ->capture_default_str();
}

void AddOverride(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<OverrideArguments>();
  CLI::App& override = line.Command(
      group,
      {.name = "override",
       .description = "Records what a person says of a contact, which counts before what was "
                      "found, or confirms an advice.",
       .examples = {"lifecycle override c00042 relation=customer --author 'Ana Ruiz' --reason "
                    "'signed at the fair'",
                    "lifecycle override c00042 budget=not_met --author 'Ana Ruiz' --reason 'on the "
                    "phone' --until 2027-06-30",
                    "lifecycle override c00042 relation --withdraw --author 'Ana Ruiz' --reason "
                    "'took it back'"}},
      [arguments](Session& session) { return Override(session, *arguments); });
  override.add_option("ID", arguments->id, "The contact's")->required();
  override
      .add_option("FIELD=VALUE", arguments->said,
                  "What it is, in the words of filters: relation=customer, need=met")
      ->required();
  override.add_option("--author", arguments->author, "Who says so")->required()->type_name("NAME");
  override.add_option("--reason", arguments->reason, "Why")->required()->type_name("TEXT");
  override.add_option("--until", arguments->until, "The last day on which it counts")
      ->type_name("DATE");
  override.add_flag("--withdraw", arguments->withdraw, "Take it back; then FIELD alone");
}

}  // namespace

void AddTransitionCommands(CommandLine& line, CLI::App& group) {
  AddHistory(line, group);
  AddOverride(line, group);
}

}  // namespace cible
