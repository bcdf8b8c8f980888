// What may be known of a contact: one value of one attribute.
//
// A value that is not known is absent (std::nullopt, or a cleared validity
// flag in a ContactTable); there is no null, no NaN and no empty marker that
// means "unknown".

#ifndef CIBLE_SEGMENTATION_DATA_VALUE_H_
#define CIBLE_SEGMENTATION_DATA_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cible {

// A calendar day, without time zone: days since 1970-01-01.
struct Date {
  std::int32_t days = 0;
  auto operator<=>(const Date&) const = default;
};

// An instant: microseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t micros = 0;
  auto operator<=>(const Timestamp&) const = default;
};

// A place, in degrees: latitude in [-90, 90], longitude in [-180, 180].
struct LatLng {
  double latitude = 0;
  double longitude = 0;
  auto operator<=>(const LatLng&) const = default;
};

// The tags of a multi-valued attribute: sorted, without repetition. An empty
// set is known to be empty.
struct StringSet {
  std::vector<std::string> members;
  bool operator==(const StringSet&) const = default;
};

using Value = std::variant<double, std::string, StringSet, bool, Date, Timestamp, LatLng>;

// Parses `2026-11-22`. Errors: INVALID_ARGUMENT for anything else.
absl::StatusOr<Date> ParseDate(absl::string_view text);

// Formats as `2026-11-22`.
std::string FormatDate(Date date);

// The day, in UTC, on which the instant falls.
Date DayOf(Timestamp timestamp);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_VALUE_H_
