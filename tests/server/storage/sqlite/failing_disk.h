// A disk that fills up or fails when a test says so.

#ifndef CIBLE_TESTS_SERVER_STORAGE_SQLITE_FAILING_DISK_H_
#define CIBLE_TESTS_SERVER_STORAGE_SQLITE_FAILING_DISK_H_

#include <sqlite3.h>

namespace cible {

// While one exists, files that SQLite opens lie on it. One at a time.
class FailingDisk {
 public:
  FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk();

  // After `count` more writes and syncs all of them fail, until mended.
  static void FailAfter(int count, int code);
  // Whether one has failed since.
  static bool HasFailed();
  static void Mend();

 private:
  sqlite3_vfs* real_;
  sqlite3_vfs disk_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_SERVER_STORAGE_SQLITE_FAILING_DISK_H_
