// The folder of the embedded store: made when absent, held by one process.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_DATA_FOLDER_H_
#define CIBLE_SERVER_STORAGE_SQLITE_DATA_FOLDER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cible {

// Holds DIR/lock, until destroyed or until the process ends, however it ends.
// What is made is readable by its owner only: it holds personal data.
class DataFolder {
 public:
  // Errors: FAILED_PRECONDITION another process (or another store of this
  // one) holds the folder; PERMISSION_DENIED; UNAVAILABLE the disk failed.
  static absl::StatusOr<std::unique_ptr<DataFolder>> Open(const std::string& path);

  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;
  ~DataFolder();

  // DIR/cible.db, an empty file when it was absent.
  std::string database() const;

  // Whether the last process that wrote did not close the database, which
  // empties and removes the log.
  bool was_left_open() const { return was_left_open_; }

 private:
  DataFolder(std::string path, int lock);

  std::string path_;
  int lock_;
  bool was_left_open_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_DATA_FOLDER_H_
