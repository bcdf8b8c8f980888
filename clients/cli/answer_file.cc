#include "clients/cli/answer_file.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/output_file.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/rejected_rows.h"
#include "clients/cli/wrong_usage.h"
#include "segmentation/personas/catalogue.h"
#include "segmentation/personas/figures.h"

namespace cible {
namespace {

void SayWhatIsSetAside(Session& session, const ContactFile& file, const Schema& schema,
                       const Attribute* outcome) {
  const Catalogue& catalogue = Catalogue::For(LanguageOf(session.options().language));
  for (const std::string& notice : file.inference().notices) session.Notice(notice);
  std::vector<std::string> outside = file.ColumnsOutside(schema);
  const std::size_t of_outcome = std::erase_if(outside, [&](const std::string& column) {
    return outcome != nullptr && (column == outcome->id || column == outcome->display_name);
  });
  if (of_outcome > 0) {
    session.Notice(catalogue.Message("report.file.outcome", {{"columns", outcome->display_name}}));
  }
  if (outside.empty()) return;
  session.Notice(
      catalogue.Message("report.file.outside", {{"columns", absl::StrJoin(outside, ", ")}}));
}

// Writes what becomes of every block; gives the rows answered.
absl::StatusOr<std::int64_t> AnswerBlocks(ContactFile& file, const Schema& schema,
                                          const BlockAnswer& answer, Table& table,
                                          std::ostream& out, RejectedRows& rejected,
                                          Progress& progress) {
  std::int64_t answered = 0;
  out << table.CsvHeader();
  while (true) {
    auto block = file.Read(schema);
    if (!block.ok()) return block.status();
    if (block->table.row_count > 0) {
      table.ClearRows();
      if (absl::Status status = answer(*block, table); !status.ok()) return status;
      out << table.CsvRows();
      answered += table.row_count();
    }
    rejected.Add(std::move(block->refused));
    if (block->at_end) return answered;
    progress.Show(file.fraction_read(), absl::StrCat(CountText(answered), " contacts"));
  }
}

}  // namespace

absl::StatusOr<int> AnswerFile(Session& session, const FileOptions& options,
                               const std::string& output, const Schema& schema, Table table,
                               const BlockAnswer& answer, const Attribute* outcome) {
  const auto file = OpenContactFile(options);
  if (!file.ok()) return file.status();
  if (IsSameFile(options.path, output)) {
    return WrongUsage("--output would overwrite the input; name another file");
  }
  // Whatever it holds, it refuses no row.
  Schema read = schema;
  if (outcome != nullptr) read.Remove(outcome->id).IgnoreError();
  SayWhatIsSetAside(session, **file, read, outcome);
  auto out = OutputFile::Open(output, session.console());
  if (!out.ok()) return out.status();
  RejectedRows rejected(**file);
  Progress progress(session.console(), "reading");
  const auto answered =
      AnswerBlocks(**file, read, answer, table, out->stream(), rejected, progress);
  progress.Clear();
  // What was written before an error is no answer: `out` goes without a close.
  if (!answered.ok()) return answered.status();
  for (const absl::Status& status : {out->Close(), rejected.Close()}) {
    if (!status.ok()) return status;
  }
  const Language language = LanguageOf(session.options().language);
  const Catalogue& catalogue = Catalogue::For(language);
  session.console().err
      << catalogue.Message(
             *answered == 1 ? "report.file.answered.one" : "report.file.answered",
             {{"count", FormatNumber(static_cast<double>(*answered), 0, catalogue)},
              {"time", absl::StrReplaceAll(SecondsText(progress.seconds()),
                                           {{".", catalogue.Message("decimal_mark")}})}})
      << "\n";
  if (rejected.count() == 0) return kDone;
  session.Notice(rejected.Sentence(language));
  return kSomeRefused;
}

std::vector<bool> RefuseRows(const google::protobuf::RepeatedPtrField<v1::RowError>& errors,
                             FileBlock& block) {
  std::vector<bool> refused(static_cast<std::size_t>(block.table.row_count), false);
  for (const v1::RowError& error : errors) {
    if (error.row() >= refused.size() || refused[error.row()]) continue;
    refused[error.row()] = true;
    block.Refuse(static_cast<int>(error.row()), ReasonText(error.attribute(), error.reason()));
  }
  return refused;
}

absl::Status WrongRowCount() {
  return absl::InternalError("the server answered for another number of contacts than were sent");
}

}  // namespace cible
