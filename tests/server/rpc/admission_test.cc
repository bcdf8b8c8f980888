#include "server/rpc/admission.h"

#include <gtest/gtest.h>

#include <set>

namespace cible {
namespace {

TEST(Admission, TakesOnSoManyCallsAndGoesOnWhenOneHasEnded) {
  Admission admission({.calls = 2});
  EXPECT_TRUE(admission.Enter(CallKind::kBlocking).ok());
  EXPECT_TRUE(admission.Enter(CallKind::kBlocking).ok());
  EXPECT_EQ(admission.Enter(CallKind::kBlocking).code(), absl::StatusCode::kResourceExhausted);
  admission.Leave(CallKind::kBlocking);  // The refused one.
  admission.Leave(CallKind::kBlocking);
  EXPECT_TRUE(admission.Enter(CallKind::kBlocking).ok());
}

TEST(Admission, CountsStreamsAmongCallsAndByThemselves) {
  Admission admission({.calls = 10, .streams = 1});
  EXPECT_TRUE(admission.Enter(CallKind::kStream).ok());
  EXPECT_EQ(admission.Enter(CallKind::kStream).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(admission.Enter(CallKind::kBlocking).ok());
  EXPECT_EQ(admission.calls(), 3);
}

TEST(Admission, TakesOnFewerTablesThanCalls) {
  Admission admission({.calls = 10, .tables = 1});
  EXPECT_TRUE(admission.Enter(CallKind::kTable).ok());
  EXPECT_EQ(admission.Enter(CallKind::kTable).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(admission.Enter(CallKind::kBlocking).ok());
  admission.Leave(CallKind::kTable);  // The refused one.
  admission.Leave(CallKind::kTable);
  EXPECT_TRUE(admission.Enter(CallKind::kTable).ok());
}

TEST(Admission, SaysWhetherThereIsRoomWithoutTakingIt) {
  Admission admission({.calls = 10, .tables = 1});
  EXPECT_TRUE(admission.RoomFor(CallKind::kTable).ok());
  EXPECT_TRUE(admission.RoomFor(CallKind::kTable).ok());
  EXPECT_EQ(admission.calls(), 0);
  EXPECT_TRUE(admission.Enter(CallKind::kTable).ok());
  EXPECT_EQ(admission.RoomFor(CallKind::kTable).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(admission.RoomFor(CallKind::kBlocking).ok());
}

TEST(Admission, TakesOnHealthWhateverTheLimits) {
  Admission admission({.calls = 0});
  admission.Stop();
  EXPECT_TRUE(admission.Enter(CallKind::kUnlimited).ok());
  EXPECT_EQ(admission.calls(), 0);
  EXPECT_EQ(admission.all_calls(), 1);
}

TEST(Admission, NeverRefusesWhatIsAnsweredAtOnce) {
  Admission admission({.calls = 1});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(admission.Enter(CallKind::kLight).ok());
  EXPECT_TRUE(admission.Enter(CallKind::kBlocking).ok());
  EXPECT_EQ(admission.calls(), 11);
  admission.Stop();
  EXPECT_EQ(admission.Enter(CallKind::kLight), Stopping());
}

TEST(Admission, HoldsSoManyBytes) {
  Admission admission({.bytes = 100});
  EXPECT_TRUE(admission.Hold(60).ok());
  EXPECT_EQ(admission.Hold(60).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(admission.Hold(40).ok());
  admission.Release(60);
  EXPECT_TRUE(admission.Hold(60).ok());
}

TEST(Admission, RefusesEverythingOnceTheServerStops) {
  Admission admission({});
  admission.Stop();
  EXPECT_EQ(admission.Enter(CallKind::kBlocking), Stopping());
}

TEST(Overloaded, AdvisesDelaysThatAreSpread) {
  std::set<std::int64_t> delays;
  for (int i = 0; i < 100; ++i) delays.insert(AdvisedDelayMs(Overloaded()));
  EXPECT_EQ(delays.size(), 100u);
  EXPECT_GE(*delays.begin(), 100);
  EXPECT_LE(*delays.rbegin(), 300);
  EXPECT_EQ(AdvisedDelayMs(absl::ResourceExhaustedError("the disk is full")), 0);
}

}  // namespace
}  // namespace cible
