#include "clients/cli/persona_commands.h"

#include <memory>

#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/cli/authored_report.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/winnable_options.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

absl::StatusOr<int> Printed(const absl::Status& status) {
  if (!status.ok()) return status;
  return kDone;
}

absl::StatusOr<int> ListPersonas(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ListPersonasRequest request;
  request.set_parent(session.Segmentation());
  request.set_language_code(session.options().language);
  const auto personas = (*client)->ListPersonas(request);
  if (!personas.ok()) return personas.status();
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << PersonaGallery(*personas, LanguageOf(session.options().language),
                                            session.console().width)
                          << AuthoredGallery(*personas, LanguageOf(session.options().language),
                                             session.console().width);
    return kDone;
  }
  return Printed(session.Print(PersonasTable(*personas), *personas));
}

struct PersonaArguments {
  std::string id;
  WinnableArguments winnable;
};

absl::StatusOr<int> ShowPersona(Session& session, const PersonaArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetPersonaRequest request;
  request.set_name(session.Persona(arguments.id));
  SetWinnableShares(arguments.winnable, request);
  request.set_language_code(session.options().language);
  const auto persona = (*client)->GetPersona(request);
  if (!persona.ok()) return persona.status();
  return PrintPersona(session, *persona);
}

absl::StatusOr<int> ListSegments(Session& session) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::ListSegmentsRequest request;
  request.set_parent(session.Segmentation());
  request.set_language_code(session.options().language);
  const auto segments = (*client)->ListSegments(request);
  if (!segments.ok()) return segments.status();
  return Printed(session.Print(SegmentsTable(*segments), *segments));
}

absl::StatusOr<int> ShowSegment(Session& session, const std::string& id) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetSegmentRequest request;
  request.set_name(session.Segment(id));
  request.set_language_code(session.options().language);
  const auto segment = (*client)->GetSegment(request);
  if (!segment.ok()) return segment.status();
  if (session.options().format == OutputFormat::kTable) {
    session.console().out << SegmentText(*segment, session.console().width);
    return kDone;
  }
  return Printed(session.Print(TraitsTable(segment->traits()), *segment));
}

}  // namespace

absl::StatusOr<int> PrintPersona(Session& session, const v1::Persona& persona) {
  const Language language = LanguageOf(session.options().language);
  if (session.options().format != OutputFormat::kTable) {
    return Printed(session.Print(TraitsTable(persona.traits()), persona));
  }
  const int width = session.console().width;
  if (!persona.criteria().empty()) {
    session.console().out << AuthoredText(persona, language, width);
    return kDone;
  }
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  session.console().out << PersonaText(persona, *schema, language, width);
  return kDone;
}

void AddPersonaCommands(CommandLine& line) {
  auto id = std::make_shared<std::string>();
  line.Command({.name = "segments",
                .description = "Lists the segments of the active model, largest first.",
                .examples = {"segments", "segments --format csv"}},
               ListSegments);
  CLI::App& segment = line.Group("segment", "One segment: show.");
  line.Command(segment,
               {.name = "show",
                .description = "Shows how a segment differs from all contacts.",
                .examples = {"segment show s2", "segment show s2 --format csv"}},
               [id](Session& session) { return ShowSegment(session, *id); })
      .add_option("ID", *id, "Its id, e.g. s2")
      ->required();
  line.Command({.name = "personas",
                .description = "Portrays the segments: who they are, in words.",
                .examples = {"personas", "personas --language fr", "personas --format json"}},
               ListPersonas);
  CLI::App& persona =
      line.Group("persona", "One persona: show, create, edit, target, delete; compare.");
  auto shown = std::make_shared<PersonaArguments>();
  CLI::App& show = line.Command(persona,
                                {.name = "show",
                                 .description = "Shows a persona with the figures behind its text.",
                                 .examples = {"persona show s2", "persona show s2 --language fr"}},
                                [shown](Session& session) { return ShowPersona(session, *shown); });
  show.add_option("ID", shown->id, "Its id: that of its segment, e.g. s2")->required();
  AddWinnableOptions(show, shown->winnable);
  AddPersonaEdits(line, persona);
}

}  // namespace cible
