#include "server/clock.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

Timestamp Instant(absl::string_view rfc3339) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, nullptr)) << rfc3339;
  return {absl::ToUnixMicros(time)};
}

double ShareIn(absl::string_view zone, absl::string_view rfc3339) {
  return ShareOfDayPassed(TimeZoneNamed(zone), Instant(rfc3339));
}

TEST(ShareOfDayPassed, CountsFromMidnightInTheZone) {
  EXPECT_DOUBLE_EQ(ShareIn("Europe/Paris", "2024-03-29T23:00:00Z"), 0);
  EXPECT_DOUBLE_EQ(ShareIn("Europe/Paris", "2024-03-30T05:00:00Z"), 6.0 / 24);
  EXPECT_DOUBLE_EQ(ShareIn("Asia/Tokyo", "2024-03-30T15:00:00Z"), 0);
  EXPECT_LT(ShareIn("UTC", "2024-03-30T23:59:59.999999Z"), 1);
}

TEST(ShareOfDayPassed, KnowsDaysOfTwentyThreeAndTwentyFiveHours) {
  EXPECT_DOUBLE_EQ(ShareIn("Europe/Paris", "2024-03-31T12:00:00+02:00"), 11.0 / 23);
  EXPECT_DOUBLE_EQ(ShareIn("Europe/Paris", "2024-10-27T02:30:00+02:00"), 2.5 / 25);
  EXPECT_DOUBLE_EQ(ShareIn("Europe/Paris", "2024-10-27T02:30:00+01:00"), 3.5 / 25);
  EXPECT_DOUBLE_EQ(ShareIn("Europe/Paris", "2024-10-27T12:00:00+01:00"), 13.0 / 25);
}

// In São Paulo clocks were put forward at midnight, and back at midnight.
TEST(ShareOfDayPassed, KnowsDaysWithoutAMidnightAndWithALateOne) {
  EXPECT_DOUBLE_EQ(ShareIn("America/Sao_Paulo", "2017-10-15T01:00:00-02:00"), 0);
  EXPECT_DOUBLE_EQ(ShareIn("America/Sao_Paulo", "2017-10-15T12:00:00-02:00"), 11.0 / 23);
  EXPECT_DOUBLE_EQ(ShareIn("America/Sao_Paulo", "2018-02-17T23:30:00-03:00"), 24.5 / 25);
  EXPECT_DOUBLE_EQ(ShareIn("America/Sao_Paulo", "2018-02-18T00:00:00-03:00"), 0);
}

}  // namespace
}  // namespace cible
