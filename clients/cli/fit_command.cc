#include <memory>
#include <stop_token>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/contact_file.h"
#include "clients/cli/file_options.h"
#include "clients/cli/fit_messages.h"
#include "clients/cli/matrix_files.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/output_file.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/rejected_rows.h"
#include "clients/cli/schema_text.h"
#include "clients/cli/training_options.h"
#include "clients/cli/training_report.h"
#include "segmentation/data/csv.h"
#include "segmentation/data/filter.h"
#include "segmentation/models/training.h"
#include "server/clock.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

struct FitArguments {
  FileOptions file;
  std::string schema;
  TrainingArguments training;
  std::string output;
  MatrixPaths matrix;
};

// What of the file takes part.
struct FitContacts {
  ContactTable table;
  std::vector<std::string> ids;  // As written to the output.
};

absl::StatusOr<Schema> SchemaOf(const ContactFile& file, const std::string& path) {
  if (path.empty()) return file.inference().schema;
  const auto message = ReadSchemaFile(path);
  if (!message.ok()) return message.status();
  return SchemaFromProto(*message);
}

absl::StatusOr<FitContacts> ReadContacts(ContactFile& file, const Schema& schema,
                                         const Filter& filter, RejectedRows& rejected,
                                         Progress& progress) {
  FitContacts contacts;
  while (true) {
    auto block = file.Read(schema);
    if (!block.ok()) return block.status();
    ContactFacts facts;
    facts.ids = block->table.ids;
    const std::vector<std::uint8_t> passes = filter.Evaluate(block->table, facts);
    std::vector<int> rows;
    for (int row = 0; row < block->table.row_count; ++row) {
      if (passes[static_cast<std::size_t>(row)] == 0) continue;
      rows.push_back(row);
      contacts.ids.push_back(block->IdOf(row));
    }
    if (!rows.empty()) AppendRows(contacts.table, SelectRows(block->table, rows));
    rejected.Add(std::move(block->refused));
    if (block->at_end) return contacts;
    progress.Show(0, absl::StrCat(CountText(contacts.table.row_count), " contacts read"));
  }
}

absl::StatusOr<TrainingResult> Train(const FitContacts& contacts, const Schema& schema,
                                     const v1::TrainModelRequest& request, Date as_of,
                                     Progress& progress) {
  TrainingOptions options;
  options.engine =
      request.engine() == v1::ENGINE_KMEANS ? EngineKind::kKMeans : EngineKind::kMixture;
  options.min_segments = request.min_segments();
  options.max_segments = request.max_segments();
  options.stability_pairs = request.stability_pairs();
  options.seed = request.seed();
  options.as_of = as_of;
  for (const v1::CriterionWeight& weight : request.criterion_weights()) {
    options.criterion_weights.emplace_back(CriterionFromProto(weight.criterion()), weight.weight());
  }
  WorkerPool pool;
  return TrainModel(
      contacts.table, schema, options, pool,
      [&](double fraction, const std::string& step) { progress.Show(fraction, step); },
      std::stop_token());
}

absl::Status WriteSegments(const FitContacts& contacts, const TrainingResult& result,
                           const std::string& path, const Console& console) {
  if (path.empty()) return absl::OkStatus();
  auto file = OutputFile::Open(path, console);
  if (!file.ok()) return file.status();
  const std::vector<Posterior> posteriors =
      result.model->Assign(contacts.table, result.model->parts().as_of);
  file->stream() << CsvLine({"id", "segment", "probability"});
  for (std::size_t row = 0; row < result.labels.size(); ++row) {
    const int winner = posteriors[row].winner;
    const bool known = winner >= 0;
    file->stream() << CsvLine(
        {contacts.ids[row], known ? FitSegmentId(winner) : "",
         ExactText(known ? posteriors[row].probabilities[static_cast<std::size_t>(winner)] : 0)});
  }
  return file->Close();
}

absl::Status WriteMatrix(const FitContacts& contacts, const TrainingResult& result,
                         const MatrixPaths& paths) {
  if (paths.features.empty()) return absl::OkStatus();
  const Encoder& encoder = result.model->encoder();
  auto files = MatrixFiles::Open(paths, encoder.feature_count());
  if (!files.ok()) return files.status();
  const Samples samples = encoder.Encode(contacts.table, result.model->parts().as_of);
  FloatMatrix features(samples.count(), encoder.feature_count());
  for (int row = 0; row < samples.count(); ++row) {
    encoder.Expand(samples.row(row), features.row(row));
  }
  const auto cells =
      static_cast<std::size_t>(features.rows()) * static_cast<std::size_t>(features.cols());
  for (const absl::Status& status : {files->Append({features.data(), cells}, result.labels),
                                     files->WriteNames(FeatureNames(encoder)), files->Close()}) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status PrintFit(Session& session, const TrainingResult& result) {
  const v1::TrainingRun run = FitRun(result);
  const v1::ListPersonasResponse personas = FitPersonas(*result.model, session.options().language);
  switch (session.options().format) {
    case OutputFormat::kTable: {
      const int width = session.console().width;
      session.console().out << CandidatesTable(run).ToText(width) << "\n"
                            << ChoiceText(run, width) << "\n"
                            << PersonaGallery(personas, width);
      return absl::OkStatus();
    }
    case OutputFormat::kCsv: return session.Print(PersonasTable(personas), personas);
    case OutputFormat::kJson: break;
  }
  const auto run_text = JsonText(run);
  const auto personas_text = JsonText(personas);
  if (!run_text.ok()) return run_text.status();
  if (!personas_text.ok()) return personas_text.status();
  // One object: the run, and the one field of the other message.
  session.console().out << "{\n\"trainingRun\": " << *run_text << "," << personas_text->substr(1);
  return absl::OkStatus();
}

void SayHowItIsRead(Session& session, const ContactFile& file, const ContactTable& table) {
  for (const std::string& notice : file.inference().notices) session.Notice(notice);
  for (const ColumnReport& column : file.inference().columns) {
    if (!column.notice.empty()) session.Notice(absl::StrCat(column.header, ": ", column.notice));
  }
  session.console().err << CountText(table.row_count) << " contacts, "
                        << CountText(static_cast<std::int64_t>(table.columns.size()))
                        << " attributes\n";
}

absl::StatusOr<int> Fit(Session& session, const FitArguments& arguments) {
  const auto request = TrainingRequest(arguments.training);
  if (!request.ok()) return request.status();
  const auto file = OpenContactFile(arguments.file);
  if (!file.ok()) return file.status();
  const auto schema = SchemaOf(**file, arguments.schema);
  if (!schema.ok()) return schema.status();
  const auto filter = Filter::Parse(request->filter(), *schema);
  if (!filter.ok()) return filter.status();
  const auto as_of =
      request->has_as_of() ? DateFromProto(request->as_of()) : DayIn("UTC", Clock::System().Now());
  if (!as_of.ok()) return as_of.status();

  Progress progress(session.console(), "fitting");
  RejectedRows rejected(**file);
  const auto contacts = ReadContacts(**file, *schema, *filter, rejected, progress);
  if (!contacts.ok()) return contacts.status();
  progress.Clear();
  SayHowItIsRead(session, **file, contacts->table);
  if (const std::string notice = OldDatesNotice(contacts->table, *schema, *as_of);
      !request->has_as_of() && !notice.empty()) {
    session.Notice(notice);
  }
  const auto result = Train(*contacts, *schema, *request, *as_of, progress);
  progress.Clear();
  if (!result.ok()) return result.status();
  for (const absl::Status& status :
       {PrintFit(session, *result),
        WriteSegments(*contacts, *result, arguments.output, session.console()),
        WriteMatrix(*contacts, *result, arguments.matrix), rejected.Close()}) {
    if (!status.ok()) return status;
  }
  if (rejected.count() == 0) return kDone;
  session.Notice(absl::StrCat(CountText(rejected.count()), " rows were refused; ", rejected.path(),
                              " has them, with reasons"));
  return kSomeRefused;
}

}  // namespace

void AddFitCommand(CommandLine& line) {
  auto arguments = std::make_shared<FitArguments>();
  CLI::App& fit = line.Command(
      {.name = "fit",
       .description = "Finds the segments of a file and portrays them, without server or store.",
       .examples = {"fit contacts.csv", "fit bank.csv.gz --outcome y=yes --segments 3..6",
                    "fit contacts.csv --output segments.csv --export-matrix features.npy "
                    "--labels labels.npy"}},
      [arguments](Session& session) { return Fit(session, *arguments); });
  AddFileOptions(fit, arguments->file);
  AddOutcomeOption(fit, arguments->file);
  fit.add_option("--schema", arguments->schema, "Schema file; inferred if not given")
      ->type_name("F");
  AddTrainingOptions(fit, arguments->training);
  fit.add_option("--output", arguments->output, "CSV file for id, segment and probability")
      ->type_name("FILE");
  CLI::Option* matrix = fit.add_option("--export-matrix", arguments->matrix.features,
                                       "The encoded matrix, in NumPy's format, float32")
                            ->type_name("FILE.npy");
  fit.add_option("--labels", arguments->matrix.labels, "The labels, int32, -1 for none")
      ->type_name("FILE.npy")
      ->needs(matrix);
  fit.add_option("--names", arguments->matrix.names, "What each feature is, one a line")
      ->type_name("FILE")
      ->needs(matrix);
}

}  // namespace cible
