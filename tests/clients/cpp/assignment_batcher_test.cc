#include "clients/cpp/assignment_batcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <utility>

#include "tests/clients/cpp/scripted_server.h"

namespace cible {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::HasSubstr;

// A server that knows "age", counts tables, and may be held back.
class AssignmentBatcherTest : public testing::Test {
 protected:
  Script NumbersServer() {
    return {.get_schema =
                [this](grpc::ServerContext*, const v1::GetSchemaRequest& request,
                       v1::Schema* response) {
                  EXPECT_EQ(request.name(), "workspaces/default/schema");
                  const std::lock_guard<std::mutex> lock(mutex_);
                  *response = NumbersAndCategories(numbers_, {"city"});
                  ++schemas_read_;
                  return grpc::Status::OK;
                },
            .assign_segments =
                [this](grpc::ServerContext* context, const v1::AssignSegmentsRequest& request,
                       v1::AssignSegmentsResponse* response) {
                  return Answer(context, request, response);
                }};
  }

  grpc::Status Answer(grpc::ServerContext* context, const v1::AssignSegmentsRequest& request,
                      v1::AssignSegmentsResponse* response) {
    EXPECT_EQ(request.segmentation(), kSegmentation);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      tables_.push_back(static_cast<int>(request.table().row_count()));
      for (const v1::ContactColumn& column : request.table().columns()) {
        if (std::count(numbers_.begin(), numbers_.end(), column.attribute()) == 0) {
          return Refusal(context, absl::StatusCode::kInvalidArgument,
                         "attribute \"" + column.attribute() + "\" is not in the schema; use ...");
        }
      }
      if (!refusal_.empty()) {
        return Refusal(context, absl::StatusCode::kFailedPrecondition, refusal_);
      }
    }
    held_.wait();
    AnswerByNumber(request, response);
    return grpc::Status::OK;
  }

  std::vector<int> tables() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return tables_;
  }

  // Answers wait until Release(). Before the first call.
  void Hold() { held_ = release_.get_future().share(); }
  void Release() { release_.set_value(); }

  std::mutex mutex_;
  std::vector<std::string> numbers_ = {"age"};
  std::vector<int> tables_;
  std::string refusal_;
  std::atomic<int> schemas_read_ = 0;

 private:
  static std::shared_future<void> Released() {
    std::promise<void> promise;
    promise.set_value();
    return promise.get_future().share();
  }

  std::promise<void> release_;
  std::shared_future<void> held_ = Released();
};

// Asks for ages 0, 1, ... by the callback form.
std::vector<std::future<AssignedRow>> AskForAges(AssignmentBatcher& batcher, int count) {
  std::vector<std::future<AssignedRow>> answers;
  for (int age = 0; age < count; ++age) {
    auto promise = std::make_shared<std::promise<AssignedRow>>();
    answers.push_back(promise->get_future());
    batcher.Assign(ContactWithNumber("age", age),
                   [promise](AssignedRow row) { promise->set_value(std::move(row)); });
  }
  return answers;
}

TEST_F(AssignmentBatcherTest, GivesEachOfManyThreadsItsOwnAnswerInFewTables) {
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(server.Connect(), kSegmentation);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 32; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const int age = (thread * 50 + i) % 100;
        const AssignedRow row = batcher.Assign(ContactWithNumber("age", age));
        ASSERT_TRUE(row.ok()) << row.status();
        EXPECT_EQ(row->segment, "s" + std::to_string(age));
        EXPECT_EQ(row->probability, age / 1000.0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(tables().size(), 800u);  // Of 1,600 asks.
  EXPECT_EQ(schemas_read_, 1);
}

TEST_F(AssignmentBatcherTest, SendsAFullTableAtOnce) {
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(server.Connect(), kSegmentation,
                            {.max_rows = 10, .max_delay = hours(1)});
  for (auto& answer : AskForAges(batcher, 20)) EXPECT_TRUE(answer.get().ok());
  EXPECT_EQ(tables(), (std::vector<int>{10, 10}));
}

TEST_F(AssignmentBatcherTest, SendsWhatWaitsWhenTheFirstHasWaitedLongEnough) {
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(server.Connect(), kSegmentation, {.max_delay = milliseconds(300)});
  const auto start = std::chrono::steady_clock::now();
  for (auto& answer : AskForAges(batcher, 5)) EXPECT_TRUE(answer.get().ok());
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(300));
  EXPECT_EQ(tables(), std::vector<int>{5});
}

TEST_F(AssignmentBatcherTest, AnswersAllThatWaitBeforeItEnds) {
  const ScriptedServer server(NumbersServer());
  std::vector<std::future<AssignedRow>> answers;
  {
    AssignmentBatcher batcher(server.Connect(), kSegmentation,
                              {.max_rows = 10, .max_delay = hours(1)});
    answers = AskForAges(batcher, 25);
  }
  for (auto& answer : answers) {
    ASSERT_EQ(answer.wait_for(milliseconds(0)), std::future_status::ready);
    EXPECT_TRUE(answer.get().ok());
  }
}

TEST_F(AssignmentBatcherTest, EndsWithoutHavingBeenAsked) {
  const ScriptedServer server({});
  const AssignmentBatcher batcher(server.Connect(), kSegmentation);
}

TEST_F(AssignmentBatcherTest, HoldsTheAskerBackWhenAsManyWaitAsMay) {
  Hold();
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(
      server.Connect(), kSegmentation,
      {.max_rows = 2, .max_delay = milliseconds(0), .max_waiting = 6, .tables_in_flight = 2});
  std::atomic<int> asked = 0;
  std::atomic<int> answered = 0;
  std::thread asker([&] {
    for (; asked < 100; ++asked) {
      batcher.Assign(ContactWithNumber("age", 1), [&](AssignedRow row) { answered += row.ok(); });
    }
  });
  // Two tables of at most two are under way, six wait: no more come in.
  while (asked < 6) std::this_thread::yield();
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_LE(asked, 10);
  EXPECT_EQ(answered, 0);
  Release();
  asker.join();
  while (answered < 100) std::this_thread::yield();
}

TEST_F(AssignmentBatcherTest, GivesAWrongContactItsOwnErrorAndNobodyElse) {
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(server.Connect(), kSegmentation,
                            {.max_rows = 4, .max_delay = hours(1)});
  auto fine = AskForAges(batcher, 1);
  const auto ask = [&](v1::Contact contact) {
    return std::async(std::launch::async, [&, contact] { return batcher.Assign(contact); });
  };
  v1::Contact of_wrong_type;
  of_wrong_type.add_attributes()->set_attribute("age");
  of_wrong_type.mutable_attributes(0)->set_text("three");
  auto unknown = ask(ContactWithNumber("shoe_size", 3));
  auto wrong = ask(of_wrong_type);
  auto impossible = ask(ContactWithNumber("age", -1));
  EXPECT_EQ(fine[0].get()->segment, "s0");
  EXPECT_EQ(unknown.get().status(),
            absl::InvalidArgumentError("attribute \"shoe_size\" is not in the schema; use the id "
                                       "or the display name of one that is"));
  EXPECT_EQ(wrong.get().status(),
            absl::InvalidArgumentError("attribute \"age\" is NUMERIC; expected a number"));
  EXPECT_EQ(impossible.get().status(), absl::InvalidArgumentError("is negative"));
}

TEST_F(AssignmentBatcherTest, LearnsOfAttributesThatCameLater) {
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(server.Connect(), kSegmentation);
  EXPECT_TRUE(batcher.Assign(ContactWithNumber("age", 1)).ok());
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    numbers_.push_back("income");
  }
  EXPECT_EQ(batcher.Assign(ContactWithNumber("income", 7))->segment, "s7");
  EXPECT_EQ(schemas_read_, 2);
}

TEST_F(AssignmentBatcherTest, DoesNotReadTheSchemaForEveryWrongName) {
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(server.Connect(), kSegmentation, {.max_delay = milliseconds(0)});
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(batcher.Assign(ContactWithNumber("shoe", 1)).ok());
  const auto seconds = std::chrono::steady_clock::now() - start;
  EXPECT_LE(schemas_read_, 2 + seconds / std::chrono::seconds(1));
}

// The schema that was read has the attribute; the server's does not any more,
// or only for reading.
TEST_F(AssignmentBatcherTest, LeavesThoseBehindForWhoseAttributeTheTableIsRefused) {
  Script script = NumbersServer();
  script.get_schema = [this](grpc::ServerContext*, const auto&, v1::Schema* response) {
    *response = NumbersAndCategories({"age", "gone"}, {});
    ++schemas_read_;
    return grpc::Status::OK;
  };
  const ScriptedServer server(std::move(script));
  AssignmentBatcher batcher(server.Connect(), kSegmentation,
                            {.max_rows = 3, .max_delay = hours(1)});
  auto fine = AskForAges(batcher, 2);
  EXPECT_THAT(batcher.Assign(ContactWithNumber("gone", 1)).status().message(),
              HasSubstr("attribute \"gone\" is not in the schema"));
  EXPECT_EQ(fine[0].get()->segment, "s0");
  EXPECT_EQ(fine[1].get()->segment, "s1");
  EXPECT_EQ(schemas_read_, 2);
}

TEST_F(AssignmentBatcherTest, GivesEveryoneTheErrorOfTheCall) {
  refusal_ = "segmentations/default has no active model";
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(server.Connect(), kSegmentation, {.max_delay = milliseconds(20)});
  for (auto& answer : AskForAges(batcher, 3)) {
    EXPECT_EQ(answer.get().status(), absl::FailedPreconditionError(refusal_));
  }
  EXPECT_EQ(tables().size(), 1u);
}

TEST_F(AssignmentBatcherTest, RefusesANameThatIsNoSegmentations) {
  const ScriptedServer server(NumbersServer());
  AssignmentBatcher batcher(server.Connect(), "default");
  EXPECT_EQ(batcher.Assign(ContactWithNumber("age", 1)).status(),
            absl::InvalidArgumentError("the segmentation must be named "
                                       "workspaces/{workspace}/segmentations/{segmentation}"));
}

}  // namespace
}  // namespace cible
