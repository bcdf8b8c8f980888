#include "clients/cli/file_options.h"

#include <CLI/CLI.hpp>

#include "clients/cli/wrong_usage.h"

namespace cible {

CLI::Option* AddFileOptions(CLI::App& command, FileOptions& options) {
  CLI::Option* file =
      command.add_option("FILE", options.path, "Contacts: FILE.csv or FILE.csv.gz, with a header");
  AddIdColumnOption(command, options);
  return file->required();
}

void AddIdColumnOption(CLI::App& command, FileOptions& options) {
  command
      .add_option("--id-column", options.id_column,
                  "Header of the column that identifies contacts; - for none. "
                  "Recognised if not given")
      ->type_name("C");
}

void AddOutcomeOption(CLI::App& command, FileOptions& options) {
  command
      .add_option("--outcome", options.outcome,
                  "The column to be predicted and the value that is success; "
                  "contacts are not clustered by it")
      ->type_name("COLUMN=VALUE");
}

absl::StatusOr<InferenceOptions> InferenceOptionsFrom(const FileOptions& options) {
  InferenceOptions inference;
  inference.id_column = options.id_column;
  if (options.outcome.empty()) return inference;
  const std::size_t equals = options.outcome.find('=');
  if (equals == 0 || equals == std::string::npos) {
    return WrongUsage("--outcome needs COLUMN=VALUE, e.g. --outcome subscribed=yes");
  }
  inference.outcome_column = options.outcome.substr(0, equals);
  inference.outcome_value = options.outcome.substr(equals + 1);
  return inference;
}

absl::StatusOr<std::unique_ptr<ContactFile>> OpenContactFile(const FileOptions& options) {
  const auto inference = InferenceOptionsFrom(options);
  if (!inference.ok()) return inference.status();
  return ContactFile::Open(options.path, *inference);
}

}  // namespace cible
