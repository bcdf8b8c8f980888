#include <algorithm>
#include <chrono>
#include <memory>
#include <stop_token>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/case_weights.h"
#include "clients/cli/column_types.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/contact_file.h"
#include "clients/cli/file_options.h"
#include "clients/cli/fit_contacts.h"
#include "clients/cli/fit_messages.h"
#include "clients/cli/fit_solutions.h"
#include "clients/cli/matrix_files.h"
#include "clients/cli/output/output_file.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/persona_report.h"
#include "clients/cli/rejected_rows.h"
#include "clients/cli/schema_text.h"
#include "clients/cli/training_options.h"
#include "clients/cli/training_report.h"
#include "clients/cli/wrong_usage.h"
#include "segmentation/data/filter.h"
#include "segmentation/models/training.h"
#include "segmentation/personas/rule_text.h"
#include "server/clock.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

struct FitArguments {
  FileOptions file;
  std::string schema;
  std::vector<std::string> types;  // COLUMN=TYPE.
  std::string weight_column;
  TrainingArguments training;
  EngineOptions engine;
  int threads = 0;
  std::string output;
  std::string assignments;
  MatrixPaths matrix;
};

// Opens the file; a column that --as gives a type is not its id unless that is
// said too.
absl::StatusOr<std::unique_ptr<ContactFile>> OpenFile(const FitArguments& arguments,
                                                      const std::vector<ColumnType>& types) {
  auto file = OpenContactFile(arguments.file);
  if (!file.ok() || !arguments.file.id_column.empty()) return file;
  const std::string& id = (*file)->inference().id_column;
  const bool is_typed = std::any_of(types.begin(), types.end(), [&](const ColumnType& type) {
    return type.column == id && type.type;
  });
  if (id.empty() || !is_typed) return file;
  FileOptions options = arguments.file;
  options.id_column = "-";
  return OpenContactFile(options);
}

// A path that cannot be written is no news for the end of a long fit.
absl::Status CheckOutputs(const FitArguments& arguments) {
  const std::pair<const char*, const std::string&> outputs[] = {
      {"--assignments", arguments.assignments},
      {"--output", arguments.output},
      {"--export-matrix", arguments.matrix.features},
      {"--labels", arguments.matrix.labels},
      {"--names", arguments.matrix.names}};
  for (const auto& [option, path] : outputs) {
    if (IsSameFile(arguments.file.path, path)) {
      return WrongUsage(absl::StrCat(option, " would overwrite the input; name another file"));
    }
    if (absl::Status status = CheckWritable(path); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ColumnType>> ParseColumnTypes(const std::vector<std::string>& texts) {
  std::vector<ColumnType> types;
  for (const std::string& text : texts) {
    auto type = ParseColumnType(text);
    if (!type.ok()) return type.status();
    types.push_back(*std::move(type));
  }
  return types;
}

absl::StatusOr<Schema> SchemaOf(const ContactFile& file, const std::string& path,
                                const std::vector<ColumnType>& types, const CaseWeights& weights) {
  if (path.empty()) return WithColumnTypes(weights.Without(file.inference().schema), types);
  const auto message = ReadSchemaFile(path);
  if (!message.ok()) return message.status();
  const auto schema = SchemaFromProto(*message);
  if (!schema.ok()) return schema.status();
  for (const Attribute& attribute : schema->attributes()) {
    if (absl::Status status = CheckSensitivity(attribute); !status.ok()) return status;
  }
  return WithColumnTypes(weights.Without(*schema), types);
}

// The engine's options, with attributes by their ids.
absl::StatusOr<EngineOptions> EngineOptionsOf(const FitArguments& arguments, const Schema& schema) {
  EngineOptions options = arguments.engine;
  const bool is_mixture = arguments.training.engine == "mixture";
  if (!is_mixture && (!options.shared.empty() || options.prior != EngineOptions().prior)) {
    return WrongUsage("--shared and --prior are of --engine mixture; k-means has no such thing");
  }
  for (std::string& column : options.shared) {
    const Attribute* attribute = schema.Find(column);
    if (attribute == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("--shared names the column \"", column, "\", which is no attribute"));
    }
    column = attribute->id;
  }
  return options;
}

double SecondsNow() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A place that --as names is asked for.
std::vector<std::string> PlacesAskedFor(const std::vector<ColumnType>& types,
                                        const Schema& schema) {
  std::vector<std::string> places;
  for (const ColumnType& type : types) {
    const Attribute* attribute = schema.Find(type.column);
    if (type.type == AttributeType::kLocation && attribute != nullptr) {
      places.push_back(attribute->id);
    }
  }
  return places;
}

// But those of the engine, the weights and the places.
TrainingOptions OptionsOf(const v1::TrainModelRequest& request, Date as_of) {
  TrainingOptions options;
  options.clock = SecondsNow;
  options.engine =
      request.engine() == v1::ENGINE_KMEANS ? EngineKind::kKMeans : EngineKind::kMixture;
  options.min_segments = request.min_segments();
  options.max_segments = request.max_segments();
  options.stability_pairs = request.stability_pairs();
  options.seed = request.seed();
  options.as_of = as_of;
  options.by_location = request.by_location();
  for (const v1::CriterionWeight& weight : request.criterion_weights()) {
    options.criterion_weights.emplace_back(CriterionFromProto(weight.criterion()), weight.weight());
  }
  return options;
}

absl::StatusOr<TrainingResult> Train(const FitContacts& contacts, const Schema& schema,
                                     const TrainingOptions& options, int threads,
                                     Progress& progress) {
  WorkerPool pool(threads);
  return TrainModel(
      contacts.table, schema, options, pool,
      [&](double fraction, const std::string& step) { progress.Show(fraction, step); },
      std::stop_token());
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

absl::Status PrintFit(Session& session, const FitContacts& contacts, const TrainingResult& result) {
  const v1::TrainingRun run = FitRun(result);
  const v1::ListPersonasResponse personas = FitPersonas(*result.model, session.options().language);
  switch (session.options().format) {
    case OutputFormat::kTable: {
      const int width = session.console().width;
      session.console().out << CandidatesTable(run).ToText(width) << "\n"
                            << ChoiceText(run, width) << "\n"
                            << PersonaGallery(personas, LanguageOf(session.options().language),
                                              width);
      return absl::OkStatus();
    }
    case OutputFormat::kCsv: return session.Print(PersonasTable(personas), personas);
    case OutputFormat::kJson: break;
  }
  session.console().out << FitJson(result, personas, contacts.total_weight());
  return absl::OkStatus();
}

absl::StatusOr<int> FitFile(Session& session, const FitArguments& arguments) {
  if (absl::Status status = CheckOutputs(arguments); !status.ok()) return status;
  const auto request = TrainingRequest(arguments.training);
  if (!request.ok()) return request.status();
  const auto types = ParseColumnTypes(arguments.types);
  if (!types.ok()) return types.status();
  const auto file = OpenFile(arguments, *types);
  if (!file.ok()) return file.status();
  const auto weights = CaseWeights::Of(**file, arguments.weight_column);
  if (!weights.ok()) return weights.status();
  const auto schema = SchemaOf(**file, arguments.schema, *types, *weights);
  if (!schema.ok()) return schema.status();
  const auto engine_options = EngineOptionsOf(arguments, *schema);
  if (!engine_options.ok()) return engine_options.status();
  const auto filter = Filter::Parse(request->filter(), *schema);
  if (!filter.ok()) return filter.status();
  const auto as_of =
      request->has_as_of() ? DateFromProto(request->as_of()) : DayIn("UTC", Clock::System().Now());
  if (!as_of.ok()) return as_of.status();

  Progress progress(session.console(), "fitting");
  RejectedRows rejected(**file);
  const auto contacts =
      ReadFitContacts(**file, *schema, *filter, *as_of, *weights, rejected, progress);
  if (!contacts.ok()) return contacts.status();
  if (absl::Status s = CheckColumnTypes(*contacts, *schema, *types); !s.ok()) return s;
  for (const std::string& notice :
       InferenceNotices((*file)->inference(), *schema, *types, arguments.schema.empty())) {
    session.Notice(notice);
  }
  session.console().err << ContactsText(*contacts, *weights) << "\n";
  if (const std::string notice = OldDatesNotice(contacts->table, *schema, *as_of);
      !request->has_as_of() && !notice.empty()) {
    session.Notice(notice);
  }
  TrainingOptions options = OptionsOf(*request, *as_of);
  options.engine_options = *engine_options;
  options.weights = contacts->weights;
  options.places = PlacesAskedFor(*types, *schema);
  options.rule_vocabulary = MayBeSaidInRule;
  const auto result = Train(*contacts, *schema, options, arguments.threads, progress);
  progress.Clear();
  if (!result.ok()) return result.status();
  for (const absl::Status& status :
       {PrintFit(session, *contacts, *result),
        WriteSegments(arguments.output, contacts->ids, contacts->table, *result, session.console()),
        WriteAssignments(arguments.assignments, contacts->ids, contacts->table, *result,
                         session.console()),
        WriteMatrix(*contacts, *result, arguments.matrix), rejected.Close()}) {
    if (!status.ok()) return status;
  }
  if (rejected.count() == 0) return kDone;
  session.Notice(rejected.Sentence());
  return kSomeRefused;
}

void AddEngineOptions(CLI::App& fit, FitArguments& arguments) {
  fit.add_option("--starts", arguments.engine.starts,
                 "Cold starts of every fit; the engine's default if not given")
      ->check(CLI::Range(1, 10'000).description(""))
      ->type_name("N");
  fit.add_option("--prior", arguments.engine.prior,
                 "Mixture: contacts' worth of prior for every distribution; 0: plain maximum "
                 "likelihood, without point masses, blocks or floors")
      ->check(CLI::Range(0.0, 1e6).description(""))
      ->type_name("A")
      ->capture_default_str();
  fit.add_option("--tolerance", arguments.engine.tolerance,
                 "When a start has converged: kmeans, when centroids move less, in parts of the "
                 "mean variance (1e-4); mixture, when the likelihood grows by less, in parts of "
                 "itself (1e-8). 0: when nothing changes")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("T");
  fit.add_option("--shared", arguments.engine.shared,
                 "Mixture: a column that tells no segments apart; may be repeated")
      ->allow_extra_args(false)
      ->type_name("COLUMN");
  fit.add_option("--threads", arguments.threads, "Threads; one a core if not given")
      ->check(CLI::Range(1, 1024).description(""))
      ->type_name("T");
}

}  // namespace

void AddFitCommand(CommandLine& line) {
  auto arguments = std::make_shared<FitArguments>();
  CLI::App& fit = line.Command(
      {.name = "fit",
       .description = "Finds the segments of a file and portrays them, without server or store. "
                      "Rows that cannot be read are left out; they go to FILE.rejected.csv, with "
                      "reasons, and the exit code is then 3.",
       .examples = {"fit contacts.csv", "fit bank.csv.gz --outcome y=yes --segments 3..6",
                    "fit survey.csv --as age=numeric --as 'size=ordinal:S<M<L' --as note=ignore "
                    "--segments 2..6 --format json",
                    "fit contacts.csv --output segments.csv --export-matrix features.npy "
                    "--labels labels.npy"}},
      [arguments](Session& session) { return FitFile(session, *arguments); });
  AddFileOptions(fit, arguments->file);
  AddOutcomeOption(fit, arguments->file);
  CLI::Option* schema =
      fit.add_option("--schema", arguments->schema, "Schema file; inferred if not given")
          ->type_name("F");
  fit.add_option("--as", arguments->types,
                 "What a column is, inferred if not given; may be repeated. Types: numeric "
                 "(Gaussian), lognormal, count, categorical, ordinal:LOW<...<HIGH, boolean, set, "
                 "date, location (which then tells segments apart), ignore")
      ->allow_extra_args(false)
      ->excludes(schema)
      ->type_name("COLUMN=TYPE");
  fit.add_option("--weight-column", arguments->weight_column,
                 "Header of the column that says how many contacts a row counts for; 1 if not "
                 "given")
      ->type_name("C");
  AddTrainingOptions(fit, arguments->training);
  AddEngineOptions(fit, *arguments);
  fit.add_option("--assignments", arguments->assignments,
                 "CSV file for id, segment and the probability of every segment")
      ->type_name("OUT.csv");
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
