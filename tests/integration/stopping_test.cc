// Who may use a data folder, and how a server leaves it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "cible/v1/segmentation_service.pb.h"
#include "cible/v1/workspace_service.pb.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using testing::HasSubstr;

class StoppingTest : public RealServerTest {
 protected:
  void SetUp() override { Start(); }
};

// What one caller saw.
struct Traffic {
  int answered = 0;
  absl::Status first_refusal;
};

// Asks until it is refused.
Traffic CallUntilRefused(const std::string& address, std::atomic<int>& answered) {
  Traffic traffic;
  const auto client = Client::Connect(address, {.retry = {.max_attempts = 1}});
  if (!client.ok()) return {.first_refusal = client.status()};
  v1::AssignSegmentRequest request;
  request.set_segmentation(kSegmentation);
  v1::AttributeValue* age = request.mutable_contact()->add_attributes();
  age->set_attribute("age");
  age->set_number(40);
  while (traffic.first_refusal.ok()) {
    const auto response = (*client)->AssignSegment(request);
    traffic.first_refusal = response.status();
    if (!response.ok()) continue;
    ++traffic.answered;
    ++answered;
  }
  return traffic;
}

TEST_F(StoppingTest, UnderTrafficAcceptedCallsSucceedAndTheServerExitsZero) {
  ImportSample(300);
  Train({"--segments", "2"});
  std::atomic<int> answered = 0;
  std::vector<Traffic> seen(4);
  std::vector<std::thread> callers;
  for (Traffic& traffic : seen) {
    callers.emplace_back([&] { traffic = CallUntilRefused(address(), answered); });
  }
  while (answered < 200) std::this_thread::yield();
  const auto start = std::chrono::steady_clock::now();
  const Ending ending = Stop();
  const auto took = std::chrono::steady_clock::now() - start;
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(ending.exited);
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_LT(took, CIBLE_TEST_PATIENCE * std::chrono::seconds(10));  // The grace.
  EXPECT_THAT(ending.err, HasSubstr("stopping; a second signal stops at once"));
  for (const Traffic& traffic : seen) {
    EXPECT_GT(traffic.answered, 0);
    // Never begun, hence safe to send to another server.
    EXPECT_EQ(
        traffic.first_refusal,
        absl::UnavailableError("the server is stopping; call another, or try again in a moment"));
  }
}

// An idle client answers nothing for up to 5 s, and must not hold the server.
TEST_F(StoppingTest, WithAnIdleClientTheServerExitsWithinTwoSeconds) {
  EXPECT_TRUE(client().GetServerInfo({}).ok());
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Stop().code, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            CIBLE_TEST_PATIENCE * std::chrono::seconds(2));
}

TEST_F(StoppingTest, ASecondServerOnTheDataFolderIsRefused) {
  const Ending second = SecondServer();
  EXPECT_TRUE(second.exited);
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(
      second.err,
      HasSubstr("another process uses this data folder; stop it, or choose another --data-dir"));
  EXPECT_TRUE(client().GetServerInfo({}).ok());
}

TEST_F(StoppingTest, EmbeddedSaysThatAServerRunsThere) {
  const Ending embedded = CibleAt({"contacts", "list", "--embedded", Path("data")});
  EXPECT_EQ(embedded.code, 1);
  EXPECT_THAT(embedded.err, HasSubstr("a server runs on this folder; use --server ADDR to ask it"));
  EXPECT_TRUE(client().GetServerInfo({}).ok());
}

TEST_F(StoppingTest, EmbeddedWorksOnTheFolderThatAServerLeft) {
  ImportSample(100);
  EXPECT_EQ(Stop().code, 0);
  const Ending listed = CibleAt({"contacts", "list", "--embedded", Path("data"), "--limit", "3"});
  EXPECT_EQ(listed.code, 0) << listed.err;
  StartAgain();
  EXPECT_EQ(Cible({"contacts", "list", "--limit", "3"}).out, listed.out);
}

TEST_F(StoppingTest, WithoutAServerTheCommandSaysHowToStartOne) {
  EXPECT_EQ(Stop().code, 0);
  const Ending refused = Cible({"contacts", "list"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("no server answers at " + address()));
  EXPECT_THAT(refused.err, HasSubstr("start one with cible-server"));
}

TEST_F(StoppingTest, ATrainingUnderWayDoesNotHoldTheServer) {
  ImportSample(1500);
  v1::TrainModelRequest request;
  request.set_segmentation(kSegmentation);
  request.set_stability_pairs(100);
  const auto run = client().TrainModel(request);
  ASSERT_TRUE(run.ok()) << run.status();
  const auto start = std::chrono::steady_clock::now();
  const Ending ending = Stop();
  EXPECT_EQ(ending.code, 0) << ending.err;
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            CIBLE_TEST_PATIENCE * std::chrono::seconds(10));
  StartAgain();
  v1::GetTrainingRunRequest get;
  get.set_name(run->name());
  const auto ended = client().GetTrainingRun(get);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_THAT(ended->state(),
              testing::AnyOf(v1::TRAINING_RUN_STATE_CANCELLED, v1::TRAINING_RUN_STATE_FAILED));
}

}  // namespace
}  // namespace cible
