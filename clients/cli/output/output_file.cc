#include "clients/cli/output/output_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

absl::Status NotWritable(const std::string& path) {
  return absl::PermissionDeniedError(
      absl::StrCat(path, " cannot be written; name a file in a folder that can"));
}

}  // namespace

absl::StatusOr<OutputFile> OutputFile::Open(const std::string& path, const Console& console) {
  if (path.empty() || path == "-") return OutputFile(nullptr, &console.out, "the output", "");
  std::error_code none;
  const auto status = std::filesystem::status(path, none);
  const bool exists = std::filesystem::exists(status);
  // One that may not be written is not replaced either.
  if (exists && access(path.c_str(), W_OK) != 0) return NotWritable(path);
  if (!exists || std::filesystem::is_regular_file(status)) {
    // What a link leads to is replaced, not the link.
    const auto leads_to = std::filesystem::weakly_canonical(path, none);
    const std::string place = none ? path : leads_to.string();
    const std::string beside = absl::StrCat(place, ".", getpid(), ".part");
    auto file = std::make_unique<std::ofstream>(beside, std::ios::binary | std::ios::trunc);
    if (*file) {
      if (exists) std::filesystem::permissions(beside, status.permissions(), none);
      return OutputFile(std::move(file), &console.out, place, beside);
    }
  }
  auto file = std::make_unique<std::ofstream>(path, std::ios::binary | std::ios::trunc);
  if (!*file) return NotWritable(path);
  return OutputFile(std::move(file), &console.out, path, "");
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : file_(std::move(other.file_)),
      console_out_(other.console_out_),
      path_(std::move(other.path_)),
      beside_(std::exchange(other.beside_, "")) {}

OutputFile::~OutputFile() {
  file_.reset();
  std::error_code ignored;
  if (!beside_.empty()) std::filesystem::remove(beside_, ignored);
}

absl::Status OutputFile::Close() {
  stream().flush();
  const bool written = stream().good();
  file_.reset();
  std::error_code failed;
  if (written && !beside_.empty()) {
    std::filesystem::rename(beside_, path_, failed);
    if (!failed) beside_.clear();
  }
  if (written && !failed) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat(path_, " could not be written to its end; make room on the disk"));
}

absl::Status WriteText(const std::string& text, const std::string& path, const Console& console) {
  auto file = OutputFile::Open(path, console);
  if (!file.ok()) return file.status();
  file->stream() << text;
  return file->Close();
}

absl::Status CheckWritable(const std::string& path) {
  if (path.empty() || path == "-") return absl::OkStatus();
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status)) {
    // Not opened: a pipe would wait for its reader.
    const bool is_file = !std::filesystem::is_directory(status);
    return is_file && access(path.c_str(), W_OK) == 0 ? absl::OkStatus() : NotWritable(path);
  }
  if (!std::ofstream(path, std::ios::binary | std::ios::app)) return NotWritable(path);
  // Of a link that led nowhere, what it leads to now.
  std::filesystem::remove(std::filesystem::canonical(path, ignored), ignored);
  return absl::OkStatus();
}

bool IsSameFile(const std::string& path, const std::string& other) {
  std::error_code none;
  return !path.empty() && !other.empty() && std::filesystem::equivalent(path, other, none);
}

}  // namespace cible
