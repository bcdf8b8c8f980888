#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/choice_option.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/float64_inertia.h"
#include "clients/cli/npy_reader.h"
#include "clients/cli/output/npy.h"
#include "clients/cli/output/number_text.h"
#include "clients/cli/output/output_file.h"
#include "clients/cli/output/table.h"
#include "clients/cli/wrong_usage.h"
#include "segmentation/clustering/kmeans.h"
#include "segmentation/clustering/silhouette.h"

namespace cible {
namespace {

enum class MatrixEngine { kKMeans };

struct ClusterArguments {
  std::string matrix;
  MatrixEngine engine = MatrixEngine::kKMeans;
  std::string init;
  std::string weights;
  std::string labels;
  std::string centroids;
  int threads = 0;
  KMeansOptions options;
};

struct ClusterReport {
  double seconds = 0;  // Of the fit alone.
  int iterations = 0;
  double inertia = 0;
  std::optional<double> silhouette;  // Of two segments or more.
  std::vector<double> sizes;
};

// What was found, in the order it is told in: segment j is row j of the given
// start, or the j-th by size.
struct Segments {
  DoubleMatrix centroids;
  std::vector<int> labels;
  std::vector<double> sizes;
};

Segments InOrder(const KMeans& fit, const std::optional<DoubleMatrix>& start) {
  Segments segments{fit.centroids(), fit.labels(), fit.sizes()};
  if (!start.has_value()) return segments;
  // A row that nothing came to stays where it was.
  segments.centroids = *start;
  segments.sizes.assign(static_cast<std::size_t>(start->rows()), 0);
  for (int j = 0; j < fit.centroids().rows(); ++j) {
    const int row = fit.start_rows()[static_cast<std::size_t>(j)];
    std::ranges::copy(fit.centroids().row(j), segments.centroids.row(row).begin());
    segments.sizes[static_cast<std::size_t>(row)] = fit.sizes()[static_cast<std::size_t>(j)];
  }
  for (int& label : segments.labels) {
    if (label >= 0) label = fit.start_rows()[static_cast<std::size_t>(label)];
  }
  return segments;
}

// The centroids to start from, less the offset of the matrix.
absl::StatusOr<std::optional<DoubleMatrix>> ReadStart(const ClusterArguments& arguments,
                                                      const NpyMatrix& matrix) {
  if (arguments.init.empty()) return std::nullopt;
  auto start = ReadNpyRows(arguments.init);
  if (!start.ok()) return start.status();
  if (start->rows() != arguments.options.cluster_count || start->cols() != matrix.values.cols()) {
    return absl::InvalidArgumentError(
        absl::StrCat(arguments.init, " holds centroids of shape (", start->rows(), ", ",
                     start->cols(), "); expected (", arguments.options.cluster_count, ", ",
                     matrix.values.cols(), "), a row a segment and the columns of the matrix"));
  }
  for (int j = 0; j < start->rows() && !matrix.offset.empty(); ++j) {
    for (int f = 0; f < start->cols(); ++f) {
      (*start)(j, f) -= matrix.offset[static_cast<std::size_t>(f)];
    }
  }
  return *std::move(start);
}

absl::StatusOr<std::vector<double>> ReadWeights(const std::string& path, int rows) {
  if (path.empty()) return std::vector<double>();
  auto weights = ReadNpyNumbers(path);
  if (weights.ok() && static_cast<int>(weights->size()) != rows) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " holds ", weights->size(), " weights; the matrix has ", rows, " rows"));
  }
  if (!weights.ok()) return weights.status();
  const auto is_negative = [](double weight) { return weight < 0; };
  if (const auto first = std::ranges::find_if(*weights, is_negative); first != weights->end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " has weights below 0: ", std::ranges::count_if(*weights, is_negative), " of ", rows,
        ", the first in row ", first - weights->begin(), " (from 0); a weight is 0 or above"));
  }
  if (std::ranges::none_of(*weights, [](double weight) { return weight > 0; })) {
    return absl::InvalidArgumentError(
        absl::StrCat(path,
                     ": every weight is 0, so that no row counts; give as many rows as "
                     "--segments a weight above 0, at the least"));
  }
  return weights;
}

absl::Status WriteCentroids(const std::string& path, DoubleMatrix centroids,
                            const std::vector<double>& offset) {
  if (path.empty()) return absl::OkStatus();
  for (int j = 0; j < centroids.rows() && !offset.empty(); ++j) {
    for (int f = 0; f < centroids.cols(); ++f) {
      centroids(j, f) += offset[static_cast<std::size_t>(f)];
    }
  }
  auto file = NpyWriter<double>::Open(path, centroids.cols());
  if (!file.ok()) return file.status();
  const auto cells =
      static_cast<std::size_t>(centroids.rows()) * static_cast<std::size_t>(centroids.cols());
  if (absl::Status status = file->Append({centroids.data(), cells}); !status.ok()) return status;
  return file->Close();
}

std::optional<double> Silhouette(const KMeans& fit, const Points& points, WorkerPool& pool) {
  if (fit.sizes().size() < 2) return std::nullopt;
  return ExactSilhouette(points, fit.labels(), pool);
}

absl::Status WriteLabels(const std::string& path, const std::vector<int>& labels) {
  if (path.empty()) return absl::OkStatus();
  auto file = NpyWriter<std::int32_t>::Open(path, 0);
  if (!file.ok()) return file.status();
  if (absl::Status status = file->Append(labels); !status.ok()) return status;
  return file->Close();
}

std::string ReportJson(const ClusterReport& report) {
  const auto number = [](std::string* out, double value) {
    absl::StrAppend(out, ExactText(value));
  };
  return absl::StrCat(
      "{\"seconds\": ", ExactText(report.seconds), ", \"iterations\": ", report.iterations,
      ", \"inertia\": ", ExactText(report.inertia), ", \"sizes\": [",
      absl::StrJoin(report.sizes, ", ", number),
      "], \"silhouette\": ", report.silhouette ? ExactText(*report.silhouette) : "null", "}\n");
}

void PrintReport(Session& session, const ClusterReport& report) {
  std::ostream& out = session.console().out;
  if (session.options().format == OutputFormat::kJson) {
    out << ReportJson(report);
    return;
  }
  Table table({{"segment", "segment", true},
               {"size", "size", true},
               {"share", "share", true},
               {"", "", false}});
  double total = 0;
  for (const double size : report.sizes) total += size;
  for (std::size_t j = 0; j < report.sizes.size(); ++j) {
    const double share = report.sizes[j] / total;
    table.AddRow({CountCell(static_cast<long long>(j)),
                  Cell(FixedText(report.sizes[j],
                                 report.sizes[j] == static_cast<double>(
                                                        static_cast<std::int64_t>(report.sizes[j]))
                                     ? 0
                                     : 2),
                       ExactText(report.sizes[j])),
                  ShareCell(share), Cell(Bar(share, 20))});
  }
  if (session.options().format == OutputFormat::kCsv) {
    out << table.ToCsv();
    return;
  }
  out << table.ToText(session.console().width) << "\n"
      << "inertia " << absl::StrFormat("%.8g", report.inertia) << ", ";
  if (report.silhouette) {
    out << "silhouette " << FixedText(*report.silhouette, 3) << " (squared distances), ";
  }
  out << CountedText(report.iterations, "iteration") << " in " << SecondsText(report.seconds)
      << "\n";
}

// Rows that float32 moves by a part of what is left between them and their
// centroid may have come to the wrong one.
void NoticeRounding(Session& session, const Float64Inertia& measured) {
  constexpr double kMostRounded = 1e-6;
  if (!(measured.rounded > kMostRounded * measured.inertia)) return;
  session.Notice(absl::StrFormat(
      "rows are compared in float32, whose rounding is %.2g of their distance to their centroid: "
      "labels and silhouette can be no finer; inertia and centroids are those of float64. Cluster "
      "groups that lie very far apart one by one",
      std::sqrt(measured.rounded / measured.inertia)));
}

// A path that cannot be written is no news for the end of a long fit.
absl::Status CheckOutputs(const ClusterArguments& arguments) {
  const std::pair<const char*, const std::string&> outputs[] = {
      {"--labels", arguments.labels}, {"--centroids", arguments.centroids}};
  for (const auto& [option, path] : outputs) {
    for (const std::string& input : {arguments.matrix, arguments.init, arguments.weights}) {
      if (!IsSameFile(input, path)) continue;
      return WrongUsage(absl::StrCat(option, " would overwrite ", input, "; name another file"));
    }
    if (absl::Status status = CheckWritable(path); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Cluster(Session& session, const ClusterArguments& arguments) {
  if (absl::Status status = CheckOutputs(arguments); !status.ok()) return status;
  const auto matrix = ReadNpyMatrix(arguments.matrix);
  if (!matrix.ok()) return matrix.status();
  const auto start = ReadStart(arguments, *matrix);
  if (!start.ok()) return start.status();
  const auto weights = ReadWeights(arguments.weights, matrix->values.rows());
  if (!weights.ok()) return weights.status();
  WorkerPool pool(arguments.threads);
  const auto begin = std::chrono::steady_clock::now();
  const auto fit = KMeans::FitMatrix(matrix->values, *weights, *start, arguments.options, pool);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  if (!fit.ok()) return fit.status();
  Segments segments = InOrder(*fit, *start);
  double inertia = fit->inertia();
  if (!matrix->offset.empty() && fit->iterations() > 0) {
    const auto exact =
        MeasureInFloat64(arguments.matrix, *matrix, segments.labels, *weights, segments.centroids);
    if (!exact.ok()) return exact.status();
    inertia = exact->inertia;
    NoticeRounding(session, *exact);
  }
  for (const absl::Status& status :
       {WriteLabels(arguments.labels, segments.labels),
        WriteCentroids(arguments.centroids, std::move(segments.centroids), matrix->offset)}) {
    if (!status.ok()) return status;
  }
  const ClusterReport report{
      .seconds = elapsed.count(),
      .iterations = fit->iterations(),
      .inertia = inertia,
      .silhouette = Silhouette(*fit, ViewMatrix(matrix->values, *weights), pool),
      .sizes = std::move(segments.sizes)};
  if (std::ssize(fit->sizes()) < arguments.options.cluster_count) {
    session.Notice(absl::StrCat("only ", CountedText(std::ssize(fit->sizes()), "segment"),
                                " came out: fewer rows than --segments are distinct"));
  }
  PrintReport(session, report);
  return kDone;
}

}  // namespace

void AddClusterCommand(CommandLine& line) {
  auto arguments = std::make_shared<ClusterArguments>();
  CLI::App& cluster = line.Command(
      {.name = "cluster",
       .description = "Clusters the rows of a plain matrix of numbers, without server or store.",
       .examples = {"cluster features.npy --segments 8",
                    "cluster features.npy --segments 8 --init centroids.npy --tolerance 0 "
                    "--labels labels.npy --centroids found.npy --format json"}},
      [arguments](Session& session) { return Cluster(session, *arguments); });
  KMeansOptions& options = arguments->options;
  options.restart_count = 10;
  cluster
      .add_option("matrix", arguments->matrix,
                  "Matrix in NumPy's format, float32 or float64, a row a sample")
      ->required()
      ->type_name("MATRIX.npy");
  cluster.add_option("--segments", options.cluster_count, "How many")
      ->required()
      ->check(CLI::Range(1, 100'000).description(""))
      ->type_name("K");
  AddChoiceOption<MatrixEngine>(cluster, "--engine", arguments->engine,
                                {{"kmeans", MatrixEngine::kKMeans}}, "How they are found");
  cluster
      .add_option("--init", arguments->init,
                  "Centroids to start from, a row each: segment j is what row j became. If not "
                  "given, k-means++ seeds them, and segment 0 is the largest")
      ->type_name("C.npy");
  cluster.add_option("--max-iterations", options.max_iterations, "At most so many")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N")
      ->capture_default_str();
  cluster
      .add_option("--tolerance", options.tolerance,
                  "Ends when the centroids move less, in parts of the mean variance; 0: when no "
                  "row changes its segment")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("T")
      ->capture_default_str();
  cluster.add_option("--restarts", options.restart_count, "Seedings, of which the best is kept")
      ->check(CLI::Range(1, 10'000).description(""))
      ->type_name("R")
      ->capture_default_str();
  cluster.add_option("--threads", arguments->threads, "One a core if not given")
      ->check(CLI::Range(1, 1'024).description(""))
      ->type_name("T");
  cluster.add_option("--seed", options.seed, "Same seed, same segments")
      ->type_name("S")
      ->capture_default_str();
  cluster.add_option("--weights", arguments->weights, "A weight a row, >= 0; 1 each if not given")
      ->type_name("W.npy");
  cluster
      .add_option("--labels", arguments->labels,
                  "Where the segment of each row goes, int32, from 0")
      ->type_name("OUT.npy");
  cluster
      .add_option("--centroids", arguments->centroids,
                  "Where the centroids found go, float64: row j is that of label j")
      ->type_name("OUT.npy");
}

}  // namespace cible
