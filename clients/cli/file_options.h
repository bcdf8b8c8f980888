// Options of the commands that read a file of contacts.

#ifndef CIBLE_CLIENTS_CLI_FILE_OPTIONS_H_
#define CIBLE_CLIENTS_CLI_FILE_OPTIONS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/contact_file.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cible {

struct FileOptions {
  std::string path;
  std::string id_column;  // Empty: recognised; "-": none.
  std::string outcome;    // COLUMN=VALUE; empty: none.
};

// Adds FILE and --id-column.
CLI::Option* AddFileOptions(CLI::App& command, FileOptions& options);
// Adds --id-column.
void AddIdColumnOption(CLI::App& command, FileOptions& options);
// Adds --outcome.
void AddOutcomeOption(CLI::App& command, FileOptions& options);

// Errors: those of ContactFile::Open; INVALID_ARGUMENT an outcome without "=".
absl::StatusOr<std::unique_ptr<ContactFile>> OpenContactFile(const FileOptions& options);

// "COLUMN=VALUE" at its first "=".
absl::StatusOr<InferenceOptions> InferenceOptionsFrom(const FileOptions& options);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_FILE_OPTIONS_H_
