#include "clients/cli/local_time.h"

#include <cstdint>

#include "absl/time/civil_time.h"

namespace cible {

Timestamp InstantOfLocalTime(Timestamp local, const absl::TimeZone& zone) {
  constexpr std::int64_t kMicrosPerSecond = 1'000'000;
  const absl::CivilSecond shown =
      absl::ToCivilSecond(absl::FromUnixMicros(local.micros), absl::UTCTimeZone());
  std::int64_t fraction = local.micros % kMicrosPerSecond;
  if (fraction < 0) fraction += kMicrosPerSecond;
  return {absl::ToUnixMicros(zone.At(shown).pre) + fraction};
}

}  // namespace cible
