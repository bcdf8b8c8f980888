#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/v1/persona_service.pb.h"
#include "clients/cli/answer_file.h"
#include "clients/cli/answer_options.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/contacts_commands.h"
#include "clients/cli/match_report.h"
#include "clients/cli/persona_report.h"
#include "clients/cpp/client.h"
#include "segmentation/models/outcome_model.h"
#include "segmentation/personas/figures.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

// What was answered so far, for the summary.
struct Scored {
  std::int64_t count = 0;
  double expected = 0;  // Sum of the probabilities.
  double base_rate = 0;
  std::string outcome;
};

// Once, with the first block: what to know of the scores.
void Introduce(Session& session, const v1::ScoreLeadsResponse& response, Scored& scored) {
  if (!scored.outcome.empty()) return;
  scored.outcome = absl::StrCat(response.outcome_attribute(), " = ", response.outcome_value());
  scored.base_rate = response.base_rate();
  for (const std::string& notice : response.notices()) session.Notice(notice);
}

// A row a lead of the block, but for those that the server refuses.
absl::Status ScoreBlock(Session& session, Client& client, v1::ScoreLeadsRequest& request,
                        FileBlock& block, Table& rows, Scored& scored) {
  TableToProto(block.table, request.mutable_table());
  const auto response = client.ScoreLeads(request);
  if (!response.ok()) return response.status();
  if (response->scores_size() != block.table.row_count) {
    return WrongRowCount();
  }
  Introduce(session, *response, scored);
  const std::vector<bool> refused = RefuseRows(response->errors(), block);
  for (int row = 0; row < block.table.row_count; ++row) {
    if (refused[static_cast<std::size_t>(row)]) continue;
    const v1::LeadScore& score = response->scores(row);
    AddScoreRow(block.IdOf(row), score, rows);
    ++scored.count;
    scored.expected += score.probability();
  }
  return absl::OkStatus();
}

absl::StatusOr<int> ScoreFile(Session& session, const AnswerArguments& arguments) {
  const auto client = session.Connect();
  if (!client.ok()) return client.status();
  const auto schema = FetchSchema(session, **client);
  if (!schema.ok()) return schema.status();
  v1::ScoreLeadsRequest request;
  request.set_segmentation(session.Segmentation());
  if (absl::Status status = SetDay(arguments, request); !status.ok()) return status;
  Scored scored;
  const auto exit_code = AnswerFile(
      session, arguments.file, arguments.output, *schema, ScoresTable(),
      [&](FileBlock& block, Table& rows) {
        return ScoreBlock(session, **client, request, block, rows, scored);
      },
      OutcomeOf(*schema));
  if (exit_code.ok() && scored.count > 0) {
    const Catalogue& catalogue = Catalogue::For(LanguageOf(session.options().language));
    const double expected = scored.expected / static_cast<double>(scored.count);
    session.console().err << catalogue.Message(
                                 "report.score.expected",
                                 {{"outcome", scored.outcome},
                                  {"expected", FormatShareToTenth(expected, catalogue)},
                                  {"base", FormatShareToTenth(scored.base_rate, catalogue)}})
                          << "\n";
  }
  return exit_code;
}

}  // namespace

void AddScoreCommand(CommandLine& line) {
  auto arguments = std::make_shared<AnswerArguments>();
  CLI::App& score = line.Command(
      {.name = "score",
       .description = "Gives each lead of a file the probability of the outcome, as CSV: id, "
                      "probability, reasons. Refused rows go to FILE.rejected.csv. The outcome is "
                      "what --outcome COLUMN=VALUE said at import; the score is trained with the "
                      "segmentation.",
       .examples = {"score leads.csv --output scores.csv",
                    "score leads.csv.gz --id-column email > scores.csv"}},
      [arguments](Session& session) { return ScoreFile(session, *arguments); });
  AddFileOptions(score, arguments->file);
  AddOutputOptions(score, *arguments);
}

}  // namespace cible
