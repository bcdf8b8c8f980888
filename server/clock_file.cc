#include "server/clock_file.h"

#include <spdlog/spdlog.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace cible {
namespace {

absl::StatusOr<Timestamp> ReadTime(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return absl::NotFoundError(
        absl::StrCat("cannot read the clock file ", path, "; write what time it is there"));
  }
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  absl::Time time;
  // What the parser takes for infinite is no time either.
  if (absl::ParseTime(absl::RFC3339_full, text, &time, nullptr) && time > absl::InfinitePast() &&
      time < absl::InfiniteFuture()) {
    return Timestamp{absl::ToUnixMicros(time)};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the clock file ", path, " holds no time; write one such as 2011-04-01T12:00:00Z"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ClockFile>> ClockFile::Open(const std::string& path) {
  const auto now = ReadTime(path);
  if (!now.ok()) return now.status();
  return std::unique_ptr<ClockFile>(new ClockFile(path, *now));
}

Timestamp ClockFile::Now() const {
  const std::lock_guard lock(mutex_);
  const auto now = ReadTime(path_);
  if (now.ok()) {
    last_ = *now;
  } else if (is_readable_) {
    spdlog::warn("{}; until then it is as late as it was", std::string(now.status().message()));
  }
  is_readable_ = now.ok();
  return last_;
}

}  // namespace cible
