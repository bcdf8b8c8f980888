#include "clients/load/send_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "clients/load/load_window.h"

namespace cible::load {
namespace {

TEST(SendSchedule, WithoutRampCallsAreEvenlySpaced) {
  const SendSchedule schedule(1000, 0, 0, 1);
  for (int i = 0; i < 5; ++i) EXPECT_DOUBLE_EQ(schedule.TimeOf(i), i / 1000.0);
}

TEST(SendSchedule, ThreadsTogetherKeepTheOneSchedule) {
  std::vector<double> times;
  for (int thread = 0; thread < 3; ++thread) {
    const SendSchedule schedule(100, 2, thread, 3);
    for (int i = 0; i < 100; ++i) times.push_back(schedule.TimeOf(i));
  }
  std::sort(times.begin(), times.end());
  const SendSchedule whole(100, 2, 0, 1);
  for (int i = 0; i < 300; ++i)
    EXPECT_DOUBLE_EQ(times[static_cast<std::size_t>(i)], whole.TimeOf(i));
}

TEST(SendSchedule, TheRateGrowsLinearlyOverTheRamp) {
  // At 100 calls/s after 4 s: 200 calls are due by then, a quarter of them in the
  // first half.
  const SendSchedule schedule(100, 4, 0, 1);
  EXPECT_DOUBLE_EQ(schedule.TimeOf(0), 0);
  EXPECT_DOUBLE_EQ(schedule.TimeOf(50), 2);
  EXPECT_DOUBLE_EQ(schedule.TimeOf(200), 4);
  EXPECT_DOUBLE_EQ(schedule.TimeOf(300), 5);
}

TEST(InFlightAt, GrowsFromOneToAll) {
  EXPECT_EQ(InFlightAt(0, 64, 4), 1);
  EXPECT_EQ(InFlightAt(2, 64, 4), 32);
  EXPECT_EQ(InFlightAt(4, 64, 4), 64);
  EXPECT_EQ(InFlightAt(0, 64, 0), 64);
}

TEST(LoadWindow, MeasuresAfterRampAndWarmUp) {
  const TimePoint start{Seconds(100)};
  const LoadWindow window({.duration = 10, .warm_up = 2, .ramp = 3}, start);
  EXPECT_FALSE(window.Covers(start + Seconds(4.9)));
  EXPECT_TRUE(window.Covers(start + Seconds(5)));
  EXPECT_TRUE(window.Covers(start + Seconds(14.9)));
  EXPECT_FALSE(window.Covers(start + Seconds(15)));
  EXPECT_FALSE(window.IsOver(start + Seconds(14.9)));
  EXPECT_TRUE(window.IsOver(start + Seconds(15)));
}

TEST(LoadWindow, IsOverWhenTheCallsAreTaken) {
  const TimePoint start{Seconds(100)};
  LoadWindow window({.duration = 1e300, .warm_up = 0, .calls = 2}, start);
  EXPECT_TRUE(window.TakeTicket());
  EXPECT_FALSE(window.IsOver(start + Seconds(1e6)));
  EXPECT_TRUE(window.TakeTicket());
  EXPECT_TRUE(window.IsOver(start));
  EXPECT_FALSE(window.TakeTicket());
}

}  // namespace
}  // namespace cible::load
