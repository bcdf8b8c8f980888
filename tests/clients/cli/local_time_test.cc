#include "clients/cli/local_time.h"

#include <gtest/gtest.h>

#include "segmentation/data/date_text.h"

namespace cible {
namespace {

std::string InParis(absl::string_view local) {
  absl::TimeZone paris;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Paris", &paris));
  return FormatTimestamp(InstantOfLocalTime(ParseDateText(local)->instant, paris));
}

TEST(InstantOfLocalTime, CountsWithTheOffsetOfTheDay) {
  EXPECT_EQ(InParis("2026-01-15 08:00:00"), "2026-01-15T07:00:00Z");
  EXPECT_EQ(InParis("2026-07-15 08:00:00"), "2026-07-15T06:00:00Z");
  EXPECT_EQ(InParis("2026-07-15 00:30"), "2026-07-14T22:30:00Z");
}

TEST(InstantOfLocalTime, ReadsATimeThatTheClocksSkippedAsTheMomentAnHourLater) {
  EXPECT_EQ(InParis("2026-03-29 01:59:59"), "2026-03-29T00:59:59Z");
  EXPECT_EQ(InParis("2026-03-29 02:30"), "2026-03-29T01:30:00Z");
  EXPECT_EQ(InParis("2026-03-29 03:30"), "2026-03-29T01:30:00Z");
}

TEST(InstantOfLocalTime, ReadsATimeThatTheClocksShowedTwiceAsTheFirst) {
  EXPECT_EQ(InParis("2026-10-25 02:30"), "2026-10-25T00:30:00Z");
  EXPECT_EQ(InParis("2026-10-25 03:00"), "2026-10-25T02:00:00Z");
}

TEST(InstantOfLocalTime, KeepsFractionsOnBothSidesOf1970) {
  EXPECT_EQ(InParis("2026-01-15 08:00:00.25"), "2026-01-15T07:00:00.250000Z");
  EXPECT_EQ(InParis("1969-12-31 08:00:00.25"), "1969-12-31T07:00:00.250000Z");
}

}  // namespace
}  // namespace cible
