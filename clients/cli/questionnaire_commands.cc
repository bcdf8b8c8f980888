#include <memory>

#include "cible/v1/persona_service.pb.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/typing_tool_report.h"
#include "clients/cpp/client.h"

namespace cible {
namespace {

absl::StatusOr<int> ShowTypingTool(Session& session, int questions) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  v1::GetTypingToolRequest request;
  request.set_segmentation(session.Segmentation());
  request.set_question_count(questions);
  request.set_language_code(session.options().language);
  const auto tool = (*client)->GetTypingTool(request);
  if (!tool.ok()) return tool.status();
  if (session.options().format != OutputFormat::kTable) {
    const absl::Status printed = session.Print(TypingToolTable(*tool), *tool);
    if (!printed.ok()) return printed;
    return kDone;
  }
  v1::ListPersonasRequest list;
  list.set_parent(session.Segmentation());
  list.set_language_code(session.options().language);
  const auto personas = (*client)->ListPersonas(list);
  if (!personas.ok()) return personas.status();
  session.console().out << TypingToolText(*tool, *personas, LanguageOf(session.options().language),
                                          session.console().width);
  return kDone;
}

}  // namespace

void AddQuestionnaireCommands(CommandLine& line) {
  constexpr int kMostQuestions = 20;
  auto questions = std::make_shared<int>(5);
  line.Command({.name = "typing-tool",
                .description = "Makes the shortest questionnaire that tells the persona, as a "
                               "call script whose points are added up by head, and says how "
                               "often it is right after each question.",
                .examples = {"typing-tool --questions 5", "typing-tool --language fr",
                             "typing-tool --format csv > script.csv"}},
               [questions](Session& session) { return ShowTypingTool(session, *questions); })
      .add_option("--questions", *questions, "How many questions at most; 5")
      ->check(CLI::Range(1, kMostQuestions).description(""))
      ->type_name("N");
}

}  // namespace cible
