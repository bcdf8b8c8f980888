#include "segmentation/data/value.h"

#include "absl/status/status.h"
#include "absl/time/civil_time.h"

namespace cible {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);
constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

}  // namespace

absl::StatusOr<Date> ParseDate(absl::string_view text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) {
    return absl::InvalidArgumentError("not a date; write it as YYYY-MM-DD");
  }
  return Date{static_cast<std::int32_t>(day - kEpoch)};
}

std::string FormatDate(Date date) { return absl::FormatCivilTime(kEpoch + date.days); }

Date DayOf(Timestamp timestamp) {
  std::int64_t days = timestamp.micros / kMicrosPerDay;
  if (timestamp.micros % kMicrosPerDay < 0) --days;
  return Date{static_cast<std::int32_t>(days)};
}

}  // namespace cible
