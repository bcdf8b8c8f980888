// Where the result of a command is written: a file, or the console.

#ifndef CIBLE_CLIENTS_CLI_OUTPUT_OUTPUT_FILE_H_
#define CIBLE_CLIENTS_CLI_OUTPUT_OUTPUT_FILE_H_

#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/output/console.h"

namespace cible {

class OutputFile {
 public:
  // An empty path or "-" is the console's `out`, which must then outlive it.
  // A file is written beside the one of that name, and takes its place when it is
  // closed: what fails leaves nothing behind, and what was there untouched. What
  // is no plain file (a pipe), or in a folder where none can be made, is written
  // to directly.
  // Errors: PERMISSION_DENIED it cannot be written.
  static absl::StatusOr<OutputFile> Open(const std::string& path, const Console& console);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  // Without Close, what was written goes.
  ~OutputFile();

  std::ostream& stream() { return file_ != nullptr ? *file_ : *console_out_; }

  // Errors: RESOURCE_EXHAUSTED not all could be written.
  absl::Status Close();

 private:
  OutputFile(std::unique_ptr<std::ostream> file, std::ostream* console_out, std::string path,
             std::string beside)
      : file_(std::move(file)),
        console_out_(console_out),
        path_(std::move(path)),
        beside_(std::move(beside)) {}

  std::unique_ptr<std::ostream> file_;
  std::ostream* console_out_;
  std::string path_;
  std::string beside_;  // Where it is written until it is closed; empty: at path_.
};

// The text and nothing else. Errors: those of OutputFile.
absl::Status WriteText(const std::string& text, const std::string& path, const Console& console);

// Whether a file of that name could be written, which changes none and leaves
// none behind: to be asked before a long computation. An empty path or "-" is
// no file.
// Errors: PERMISSION_DENIED it cannot be written.
absl::Status CheckWritable(const std::string& path);

// Whether both paths lead to one file that exists.
bool IsSameFile(const std::string& path, const std::string& other);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_OUTPUT_OUTPUT_FILE_H_
