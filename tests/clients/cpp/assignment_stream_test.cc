#include "clients/cpp/assignment_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include "clients/cpp/assigned_rows.h"
#include "clients/cpp/contact_table_builder.h"
#include "tests/clients/cpp/scripted_server.h"

namespace cible {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

using Stream = grpc::ServerReaderWriter<v1::AssignSegmentsResponse, v1::AssignSegmentsRequest>;

v1::ContactTable TableOfOne(double number) {
  ContactTableBuilder builder(NumbersAndCategories({"age"}, {}));
  EXPECT_TRUE(builder.Add(ContactWithNumber("age", number)).ok());
  return builder.Build();
}

// Refuses tables of a negative number as a whole.
grpc::Status AnswerEach(grpc::ServerContext*, Stream* stream) {
  v1::AssignSegmentsRequest request;
  while (stream->Read(&request)) {
    v1::AssignSegmentsResponse response;
    AnswerByNumber(request, &response);
    if (request.table().columns(0).numbers().values(0) < 0) {
      response.Clear();
      response.set_sequence(request.sequence());
      response.mutable_error()->set_code(static_cast<int>(absl::StatusCode::kInvalidArgument));
      response.mutable_error()->set_message("the table is wrong");
    }
    stream->Write(response);
  }
  return grpc::Status::OK;
}

// What came back, in words.
struct Answers {
  std::vector<std::string> words;

  AssignmentStream::Callback Sink() {
    return [this](std::int64_t table, const absl::StatusOr<v1::AssignSegmentsResponse>& answer) {
      const std::string place = std::to_string(table) + ": ";
      words.push_back(place + (answer.ok() ? (*AssignedRows(*answer))[0]->segment
                                           : std::string(answer.status().message())));
    };
  }
};

TEST(AssignmentStream, AnswersEachTableInOrderAndARefusedOneWithItsError) {
  const ScriptedServer server({.stream_assignments = AnswerEach});
  Answers answers;
  AssignmentStream stream(server.Connect(), kSegmentation, answers.Sink());
  EXPECT_TRUE(stream.Write(TableOfOne(3)));
  EXPECT_TRUE(stream.Write(TableOfOne(-1)));
  EXPECT_TRUE(stream.Write(TableOfOne(5)));
  EXPECT_EQ(stream.Finish(), absl::OkStatus());
  EXPECT_THAT(answers.words, ElementsAre("0: s3", "1: the table is wrong", "2: s5"));
}

TEST(AssignmentStream, TakesNothingMoreWhenItIsFinished) {
  const ScriptedServer server({.stream_assignments = AnswerEach});
  Answers answers;
  AssignmentStream stream(server.Connect(), kSegmentation, answers.Sink());
  EXPECT_EQ(stream.Finish(), absl::OkStatus());
  EXPECT_FALSE(stream.Write(TableOfOne(3)));
  EXPECT_EQ(stream.Finish(), absl::OkStatus());
  EXPECT_TRUE(answers.words.empty());
}

TEST(AssignmentStream, HoldsTheWriterBackWhileTheWindowIsFull) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  const ScriptedServer server(
      {.stream_assignments = [&](grpc::ServerContext* context, Stream* stream) {
        released.wait();
        return AnswerEach(context, stream);
      }});
  Answers answers;
  AssignmentStream stream(server.Connect(), kSegmentation, answers.Sink(), {.window = 3});
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (; written < 50; ++written) ASSERT_TRUE(stream.Write(TableOfOne(1)));
  });
  while (written < 3) std::this_thread::yield();
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(written, 3);
  release.set_value();
  writer.join();
  EXPECT_EQ(stream.Finish(), absl::OkStatus());
  EXPECT_EQ(answers.words.size(), 50u);
}

TEST(AssignmentStream, ThatBreaksRefusesWhatIsWrittenAndSaysWhy) {
  const ScriptedServer server(
      {.stream_assignments = [&](grpc::ServerContext* context, Stream* stream) {
        v1::AssignSegmentsRequest request;
        stream->Read(&request);
        stream->Write({});
        return Refusal(context, absl::StatusCode::kResourceExhausted, "too much");
      }});
  AssignmentStream stream(server.Connect(), kSegmentation, [](auto, const auto&) {});
  while (stream.Write(TableOfOne(1))) {
  }
  EXPECT_EQ(stream.Finish(), absl::ResourceExhaustedError("too much"));
}

TEST(AssignmentStream, ThatIsAbandonedIsCancelledAndTellsNothingMore) {
  std::promise<bool> cancelled;
  const ScriptedServer server(
      {.stream_assignments = [&](grpc::ServerContext* context, Stream* stream) {
        v1::AssignSegmentsRequest request;
        while (stream->Read(&request)) {
        }
        cancelled.set_value(context->IsCancelled());
        return grpc::Status::OK;
      }});
  Answers answers;
  {
    AssignmentStream stream(server.Connect(), kSegmentation, answers.Sink());
    EXPECT_TRUE(stream.Write(TableOfOne(1)));
  }
  EXPECT_TRUE(cancelled.get_future().get());
  EXPECT_TRUE(answers.words.empty());
}

}  // namespace
}  // namespace cible
