#include "clients/cli/typing_tool_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/session.h"
#include "clients/cli/training_report.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

constexpr int kBarWidth = 30;

// The message for so many: "{key}.one" for one.
std::string Counted(const std::string& key, int count, const Catalogue& catalogue) {
  return catalogue.Message(count == 1 ? key + ".one" : key,
                           {{"count", FormatNumber(count, 0, catalogue)}});
}

template <typename Points>
std::vector<Cell> PointsRow(std::string first, const Points& points) {
  std::vector<Cell> row = {std::move(first)};
  for (const int each : points) row.emplace_back(absl::StrCat(each));
  return row;
}

// All questions in one table, so that the points of a persona stand below each
// other.
std::string QuestionsText(const v1::TypingTool& tool, const Catalogue& catalogue, int width) {
  std::vector<TableColumn> columns = {{catalogue.Message("typing.points"), ""}};
  for (const v1::PersonaProbability& persona : tool.personas()) {
    columns.push_back({persona.persona(), "", true});
  }
  Table table(columns);
  table.AddRow(PointsRow(catalogue.Message("typing.start"), tool.start_points()));
  for (int i = 0; i < tool.questions_size(); ++i) {
    const v1::TypingQuestion& question = tool.questions(i);
    const std::string asked =
        question.question().empty() ? question.attribute() : question.question();
    std::vector<Cell> title(columns.size(), "");
    table.AddRow(title);
    title[0] = absl::StrCat(i + 1, ". ", asked);
    table.AddRow(title);
    for (const v1::TypingAnswer& answer : question.answers()) {
      table.AddRow(PointsRow(absl::StrCat("     ", answer.description()), answer.points()));
    }
  }
  return table.ToText(width);
}

std::string PersonasText(const v1::TypingTool& tool, const v1::ListPersonasResponse& personas,
                         const Catalogue& catalogue, int width) {
  std::string text = absl::StrCat("\n", catalogue.Message("typing.personas"), "\n");
  for (const v1::PersonaProbability& each : tool.personas()) {
    absl::StrAppend(&text, "  ", each.persona(), "  ", each.display_name(), "\n");
    const auto found = std::find_if(
        personas.personas().begin(), personas.personas().end(),
        [&](const v1::Persona& persona) { return IdOf(persona.name()) == each.persona(); });
    if (found != personas.personas().end()) {
      absl::StrAppend(&text, Wrap(found->summary(), width, 6));
    }
  }
  return text;
}

std::string AccuracyText(const v1::TypingTool& tool, const Catalogue& catalogue) {
  Table table({{catalogue.Message("typing.accuracy"), ""}, {"", "", true}, {"", ""}, {"", ""}});
  const auto add = [&](const std::string& when, double accuracy, const std::string& interval) {
    table.AddRow(
        {when, FormatShareToTenth(accuracy, catalogue), Bar(accuracy, kBarWidth), interval});
  };
  add(catalogue.Message("typing.before"), tool.start_accuracy(), "");
  for (int i = 0; i < tool.questions_size(); ++i) {
    const v1::TypingQuestion& question = tool.questions(i);
    add(catalogue.Message("typing.after", {{"n", absl::StrCat(i + 1)}}), question.accuracy(),
        catalogue.Message("typing.interval",
                          {{"low", FormatShareToTenth(question.accuracy_low(), catalogue)},
                           {"high", FormatShareToTenth(question.accuracy_high(), catalogue)}}));
  }
  return absl::StrCat("\n", table.ToText(0));
}

}  // namespace

std::string TypingToolText(const v1::TypingTool& tool, const v1::ListPersonasResponse& personas,
                           Language language, int width) {
  const Catalogue& catalogue = Catalogue::For(language);
  const int questions = tool.questions_size();
  std::string text;
  if (questions == 0) {
    text = absl::StrCat(catalogue.Message("typing.title.none"), "\n");
  } else {
    text = absl::StrCat(Counted("typing.title", questions, catalogue), "\n\n",
                        Wrap(Counted("typing.opening", questions, catalogue), width, 2), "\n",
                        QuestionsText(tool, catalogue, width), "\n",
                        catalogue.Message("typing.adding"), "\n",
                        Wrap(catalogue.Message("typing.how"), width, 2),
                        PersonasText(tool, personas, catalogue, width));
  }
  absl::StrAppend(&text, AccuracyText(tool, catalogue), "\n");
  for (const std::string& notice : tool.notices()) {
    absl::StrAppend(&text, Wrap(notice, width, 0));
  }
  return absl::StrCat(text,
                      Wrap(catalogue.Message("typing.basis", {{"model", IdOf(tool.model())},
                                                              {"day", DateText(tool.as_of())}}),
                           width, 0));
}

Table TypingToolTable(const v1::TypingTool& tool) {
  std::vector<TableColumn> columns = {{"", "question"}, {"", "attribute"}, {"", "answer"},
                                      {"", "levels"},   {"", "low"},       {"", "high"}};
  for (const v1::PersonaProbability& persona : tool.personas()) {
    columns.push_back({"", absl::StrCat("points_", persona.persona())});
  }
  for (const char* key : {"accuracy", "accuracy_low", "accuracy_high"}) {
    columns.push_back({"", key});
  }
  Table table(columns);
  std::vector<Cell> row = {"0", "", "", "", "", ""};
  for (const int points : tool.start_points()) row.emplace_back(absl::StrCat(points));
  row.insert(row.end(), {ExactText(tool.start_accuracy()), "", ""});
  table.AddRow(row);
  for (int i = 0; i < tool.questions_size(); ++i) {
    const v1::TypingQuestion& question = tool.questions(i);
    for (const v1::TypingAnswer& answer : question.answers()) {
      row = {absl::StrCat(i + 1),
             question.attribute(),
             answer.description(),
             absl::StrJoin(answer.levels(), "|"),
             answer.has_low() ? ExactText(answer.low()) : "",
             answer.has_high() ? ExactText(answer.high()) : ""};
      for (const int points : answer.points()) row.emplace_back(absl::StrCat(points));
      row.insert(row.end(), {ExactText(question.accuracy()), ExactText(question.accuracy_low()),
                             ExactText(question.accuracy_high())});
      table.AddRow(row);
    }
  }
  return table;
}

}  // namespace cible
