#include "server/rpc/admission.h"

#include <gtest/gtest.h>

#include <set>

namespace cible {
namespace {

TEST(Admission, TakesOnSoManyCallsAndGoesOnWhenOneHasEnded) {
  Admission admission({.calls = 2});
  EXPECT_TRUE(admission.Enter(false).ok());
  EXPECT_TRUE(admission.Enter(false).ok());
  EXPECT_EQ(admission.Enter(false).code(), absl::StatusCode::kResourceExhausted);
  admission.Leave(false);  // The refused one.
  admission.Leave(false);
  EXPECT_TRUE(admission.Enter(false).ok());
}

TEST(Admission, CountsStreamsAmongCallsAndByThemselves) {
  Admission admission({.calls = 10, .streams = 1});
  EXPECT_TRUE(admission.Enter(true).ok());
  EXPECT_EQ(admission.Enter(true).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(admission.Enter(false).ok());
  EXPECT_EQ(admission.calls(), 3);
}

TEST(Admission, NeverRefusesWhatIsAnsweredAtOnce) {
  Admission admission({.calls = 1});
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(admission.EnterInline().ok());
  EXPECT_TRUE(admission.Enter(false).ok());
  EXPECT_EQ(admission.calls(), 11);
  admission.Stop();
  EXPECT_EQ(admission.EnterInline(), Stopping());
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
  EXPECT_EQ(admission.Enter(false), Stopping());
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
