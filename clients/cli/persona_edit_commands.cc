// cible persona create | edit | target | delete | compare

#include <memory>
#include <string>
#include <vector>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/authored_report.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/persona_commands.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/stated_criteria.h"
#include "clients/cli/wrong_usage.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

struct PersonaArguments {
  std::string id;
  std::string name;
  std::string summary;
  std::vector<std::string> criteria;
  std::vector<std::string> preferences;
  bool generated = false;  // Back to the words that the data gives.
  v1::Targeting targeting = v1::TARGETING_UNSPECIFIED;
};

absl::Status AddCriteria(Session& session, Client& client, const PersonaArguments& arguments,
                         v1::Persona* persona) {
  if (arguments.criteria.empty() && arguments.preferences.empty()) return absl::OkStatus();
  const auto schema = FetchSchema(session, client);
  if (!schema.ok()) return schema.status();
  const absl::Status status = AddStatedCriteria(arguments.criteria, false, *schema, persona);
  if (!status.ok()) return status;
  return AddStatedCriteria(arguments.preferences, true, *schema, persona);
}

absl::StatusOr<int> CreatePersona(Session& session, const PersonaArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::CreatePersonaRequest request;
  request.set_parent(session.Segmentation());
  request.set_persona_id(arguments.id);
  request.set_language_code(session.options().language);
  request.mutable_persona()->set_display_name(arguments.name);
  request.mutable_persona()->set_summary(arguments.summary);
  const absl::Status status = AddCriteria(session, **client, arguments, request.mutable_persona());
  if (!status.ok()) return status;
  const auto persona = (*client)->CreatePersona(request);
  if (!persona.ok()) return persona.status();
  return PrintPersona(session, *persona);
}

absl::StatusOr<int> UpdatePersona(Session& session, const v1::UpdatePersonaRequest& request) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto persona = (*client)->UpdatePersona(request);
  if (!persona.ok()) return persona.status();
  return PrintPersona(session, *persona);
}

absl::StatusOr<int> EditPersona(Session& session, const PersonaArguments& arguments) {
  v1::UpdatePersonaRequest request;
  request.set_language_code(session.options().language);
  v1::Persona& persona = *request.mutable_persona();
  persona.set_name(session.Persona(arguments.id));
  const auto write = [&](const char* field) { request.mutable_update_mask()->add_paths(field); };
  if (!arguments.name.empty() || arguments.generated) write("display_name");
  if (!arguments.summary.empty() || arguments.generated) write("summary");
  if (!arguments.criteria.empty() || !arguments.preferences.empty()) write("criteria");
  if (request.update_mask().paths().empty()) {
    return WrongUsage("say what to change: --name, --summary, --criterion, or --generated");
  }
  persona.set_display_name(arguments.name);
  persona.set_summary(arguments.summary);
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const absl::Status status = AddCriteria(session, **client, arguments, &persona);
  if (!status.ok()) return status;
  return UpdatePersona(session, request);
}

absl::StatusOr<int> TargetPersona(Session& session, const PersonaArguments& arguments) {
  v1::UpdatePersonaRequest request;
  request.set_language_code(session.options().language);
  request.mutable_persona()->set_name(session.Persona(arguments.id));
  request.mutable_persona()->set_targeting(arguments.targeting);
  request.mutable_update_mask()->add_paths("targeting");
  return UpdatePersona(session, request);
}

absl::StatusOr<int> DeletePersona(Session& session, const PersonaArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::DeletePersonaRequest request;
  request.set_name(session.Persona(arguments.id));
  if (absl::Status status = (*client)->DeletePersona(request); !status.ok()) return status;
  session.console().err << "Persona " << arguments.id << " is deleted.\n";
  return kDone;
}

absl::StatusOr<int> ComparePersonas(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ComparePersonasRequest request;
  request.set_parent(session.Segmentation());
  request.set_language_code(session.options().language);
  const auto comparison = (*client)->ComparePersonas(request);
  if (!comparison.ok()) return comparison.status();
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << ComparisonText(*comparison, LanguageOf(session.options().language),
                                            session.console().width);
    return kDone;
  }
  const absl::Status status = session.Print(
      ComparisonTable(*comparison, LanguageOf(session.options().language)), *comparison);
  if (!status.ok()) return status;
  return kDone;
}

void AddWords(CLI::App& command, PersonaArguments& arguments) {
  command.add_option("--summary", arguments.summary, "A text of a few sentences");
  command.add_option("--criterion", arguments.criteria,
                     "What they are: age=25..40, 'channel=web|phone'; may be given several times");
  command.add_option("--preference", arguments.preferences,
                     "What they tend to, the same way; counts less");
}

}  // namespace

void AddPersonaEdits(CommandLine& line, CLI::App& group) {
  auto arguments = std::make_shared<PersonaArguments>();
  const auto with = [arguments](absl::StatusOr<int> (*run)(Session&, const PersonaArguments&)) {
    return [arguments, run](Session& session) { return run(session, *arguments); };
  };
  const auto add_id = [arguments](CLI::App& command, const char* description) {
    command.add_option("ID", arguments->id, description)->required();
  };
  CLI::App& create =
      line.Command(group,
                   {.name = "create",
                    .description = "Authors a persona, which leads are then held against.",
                    .examples = {"persona create young-urban --name \"Young and urban\" "
                                 "--criterion age=18..35 --criterion 'channel=web|app'"}},
                   with(CreatePersona));
  add_id(create, "Its id, e.g. young-urban");
  create.add_option("--name", arguments->name, "What to call it")->required();
  AddWords(create, *arguments);
  CLI::App& edit = line.Command(
      group,
      {.name = "edit",
       .description = "Renames a persona or rewrites its text; trainings keep what is written.",
       .examples = {"persona edit s2 --name \"Sunday readers\"", "persona edit s2 --generated"}},
      with(EditPersona));
  add_id(edit, "Its id, e.g. s2");
  edit.add_option("--name", arguments->name, "What to call it, in the language of --language");
  AddWords(edit, *arguments);
  edit.add_flag("--generated", arguments->generated,
                "Back to the name and text that the data gives")
      ->excludes("--name")
      ->excludes("--summary");
  CLI::App& target = line.Command(
      group,
      {.name = "target",
       .description = "Says whether a persona belongs to the target. That is your choice.",
       .examples = {"persona target s2 targeted", "persona target s5 excluded"}},
      with(TargetPersona));
  add_id(target, "Its id, e.g. s2");
  AddChoiceOption<v1::Targeting>(target, "TARGETING", arguments->targeting,
                                 {{"targeted", v1::TARGETING_TARGETED},
                                  {"neutral", v1::TARGETING_NEUTRAL},
                                  {"excluded", v1::TARGETING_EXCLUDED}},
                                 "targeted, neutral or excluded")
      ->required();
  CLI::App& remove = line.Command(group,
                                  {.name = "delete",
                                   .description = "Deletes an authored persona.",
                                   .examples = {"persona delete young-urban"}},
                                  with(DeletePersona));
  add_id(remove, "Its id, e.g. young-urban");
  line.Command(group,
               {.name = "compare",
                .description = "Tells which of the authored personas exist in the data.",
                .examples = {"persona compare", "persona compare --format csv"}},
               ComparePersonas);
}

}  // namespace cible
