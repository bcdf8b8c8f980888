// A clock that a file sets: so that tests of a server process decide what time it
// is, and move it on.

#ifndef CIBLE_SERVER_CLOCK_FILE_H_
#define CIBLE_SERVER_CLOCK_FILE_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "segmentation/data/value.h"
#include "server/clock.h"

namespace cible {

// The file holds one time of RFC 3339, as in `2011-04-01T12:00:00Z`. It is read
// whenever the clock is looked at, and best replaced by a rename. Between two
// changes time stands still. Thread-safe.
class ClockFile : public Clock {
 public:
  // Errors: NOT_FOUND the file cannot be read; INVALID_ARGUMENT it holds no time.
  static absl::StatusOr<std::unique_ptr<ClockFile>> Open(const std::string& path);

  // While the file cannot be read or holds no time: the last that it held, and a
  // line in the log when that begins.
  Timestamp Now() const override;

 private:
  ClockFile(std::string path, Timestamp now) : path_(std::move(path)), last_(now) {}

  const std::string path_;
  mutable std::mutex mutex_;
  mutable Timestamp last_;           // Guarded by mutex_.
  mutable bool is_readable_ = true;  // Likewise.
};

}  // namespace cible

#endif  // CIBLE_SERVER_CLOCK_FILE_H_
