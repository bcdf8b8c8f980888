#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command_line.h"
#include "clients/cli/commands.h"
#include "clients/cli/output/output_file.h"
#include "segmentation/data/csv.h"
#include "segmentation/data/sample.h"

namespace cible {
namespace {

struct SampleArguments {
  SampleOptions options;
  std::string labels;
};

absl::Status WriteLabels(const Sample& sample, const std::string& path, const Console& console) {
  if (path.empty()) return absl::OkStatus();
  auto file = OutputFile::Open(path, console);
  if (!file.ok()) return file.status();
  file->stream() << CsvLine({sample.header[0], "persona", "best_guess", "description"});
  for (std::size_t row = 0; row < sample.labels.size(); ++row) {
    const int label = sample.labels[row];
    file->stream() << CsvLine({sample.rows[row][0], absl::StrCat(label),
                               absl::StrCat(sample.bayes_labels[row]),
                               sample.personas[static_cast<std::size_t>(label)]});
  }
  return file->Close();
}

absl::StatusOr<int> WriteSample(Session& session, const SampleArguments& arguments) {
  const Sample sample = MakeSample(arguments.options);
  // First: rows that are written cannot be taken back.
  const absl::Status written = WriteLabels(sample, arguments.labels, session.console());
  if (!written.ok()) return written;
  std::ostream& out = session.console().out;
  out << CsvLine(sample.header);
  for (const std::vector<std::string>& row : sample.rows) out << CsvLine(row);
  out.flush();
  if (!out.good()) return absl::ResourceExhaustedError("not all rows could be written");
  return kDone;
}

}  // namespace

void AddSampleCommand(CommandLine& line) {
  auto arguments = std::make_shared<SampleArguments>();
  CLI::App& sample = line.Command(
      {.name = "sample",
       .description = "Writes contacts with planted personas as CSV, to try Cible with.",
       .examples = {"sample --contacts 5000 --seed 1 > contacts.csv",
                    "sample --contacts 5000 --personas 6 --labels truth.csv > contacts.csv"}},
      [arguments](Session& session) { return WriteSample(session, *arguments); });
  sample.add_option("--contacts", arguments->options.contact_count, "How many")
      ->check(CLI::Range(1, 10'000'000))
      ->type_name("N")
      ->capture_default_str();
  sample.add_option("--seed", arguments->options.seed, "Same seed, same contacts")
      ->type_name("S")
      ->capture_default_str();
  sample.add_option("--personas", arguments->options.persona_count, "How many are planted, 2 to 8")
      ->check(CLI::Range(2, 8))
      ->type_name("K")
      ->capture_default_str();
  sample
      .add_option("--labels", arguments->labels,
                  "CSV file for the truth: id, persona, the best guess that the known cells "
                  "allow, and the persona in words")
      ->type_name("FILE");
}

}  // namespace cible
