#include "server/storage/sqlite/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace cible {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

absl::Status StatusFromErrno(int error, absl::string_view what) {
  const std::string message =
      absl::StrCat("cannot ", what, ": ", std::generic_category().message(error),
                   "; check --data-dir, its owner and its mode");
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS: return absl::PermissionDeniedError(message);
    case ENOSPC:
    case EDQUOT: return absl::ResourceExhaustedError(message);
    case ENOTDIR:
    case EEXIST: return absl::FailedPreconditionError(message);
    default: return absl::UnavailableError(message);
  }
}

absl::StatusOr<int> OpenFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (file < 0) return StatusFromErrno(errno, "open a file in the data folder");
  return file;
}

// A folder made now must still be there after a power cut.
void SyncFolder(const std::filesystem::path& folder) {
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  fsync(file);
  close(file);
}

absl::Status MakeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return absl::OkStatus();
  const std::filesystem::path parent = std::filesystem::absolute(folder).parent_path();
  std::filesystem::create_directories(parent, error);
  if (error) return StatusFromErrno(error.value(), "make the data folder");
  if (mkdir(folder.c_str(), S_IRWXU) != 0) return StatusFromErrno(errno, "make the data folder");
  SyncFolder(parent);
  return absl::OkStatus();
}

bool HasLog(const std::string& database) {
  std::error_code error;
  const auto size = std::filesystem::file_size(absl::StrCat(database, "-wal"), error);
  return !error && size > 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DataFolder>> DataFolder::Open(const std::string& path) {
  if (absl::Status status = MakeFolder(path); !status.ok()) return status;
  const auto lock = OpenFile(absl::StrCat(path, "/lock"));
  if (!lock.ok()) return lock.status();
  std::unique_ptr<DataFolder> folder(new DataFolder(path, *lock));
  if (flock(*lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return StatusFromErrno(errno, "lock the data folder");
    return absl::FailedPreconditionError(
        "another process uses this data folder; stop it, or choose another --data-dir");
  }
  folder->was_left_open_ = HasLog(folder->database());
  const auto database = OpenFile(folder->database());
  if (!database.ok()) return database.status();
  close(*database);
  return folder;
}

DataFolder::DataFolder(std::string path, int lock)
    : path_(std::move(path)), lock_(lock), was_left_open_(false) {}

DataFolder::~DataFolder() { close(lock_); }

std::string DataFolder::database() const { return absl::StrCat(path_, "/cible.db"); }

}  // namespace cible
