// Where the result of a command is written: a file, or the console.

#ifndef CIBLE_CLIENTS_CLI_OUTPUT_OUTPUT_FILE_H_
#define CIBLE_CLIENTS_CLI_OUTPUT_OUTPUT_FILE_H_

#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/output/console.h"

namespace cible {

class OutputFile {
 public:
  // An empty path or "-" is the console's `out`, which must then outlive it.
  // Replaces a file of that name.
  // Errors: PERMISSION_DENIED it cannot be written.
  static absl::StatusOr<OutputFile> Open(const std::string& path, const Console& console);

  std::ostream& stream() { return file_ != nullptr ? *file_ : *console_out_; }

  // Errors: RESOURCE_EXHAUSTED not all could be written.
  absl::Status Close();

 private:
  OutputFile(std::unique_ptr<std::ostream> file, std::ostream* console_out, std::string path)
      : file_(std::move(file)), console_out_(console_out), path_(std::move(path)) {}

  std::unique_ptr<std::ostream> file_;
  std::ostream* console_out_;
  std::string path_;
};

// Whether a file of that name could be written, which changes none and leaves
// none behind: to be asked before a long computation. An empty path or "-" is
// no file.
// Errors: PERMISSION_DENIED it cannot be written.
absl::Status CheckWritable(const std::string& path);

// Whether both paths lead to one file that exists.
bool IsSameFile(const std::string& path, const std::string& other);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_OUTPUT_OUTPUT_FILE_H_
