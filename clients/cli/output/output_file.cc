#include "clients/cli/output/output_file.h"

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {

absl::StatusOr<OutputFile> OutputFile::Open(const std::string& path, const Console& console) {
  if (path.empty() || path == "-") return OutputFile(nullptr, &console.out, "the output");
  auto file = std::make_unique<std::ofstream>(path, std::ios::binary | std::ios::trunc);
  if (!*file) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, " cannot be written; name a file in a folder that can"));
  }
  return OutputFile(std::move(file), &console.out, path);
}

absl::Status OutputFile::Close() {
  stream().flush();
  const bool written = stream().good();
  file_.reset();
  if (written) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat(path_, " could not be written to its end; make room on the disk"));
}

}  // namespace cible
