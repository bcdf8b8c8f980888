#include "clients/cpp/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "cible/v1/workspace_service.pb.h"
#include "clients/cpp/status.h"
#include "tests/clients/cpp/scripted_server.h"

namespace cible {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

v1::AssignSegmentRequest Ask() {
  v1::AssignSegmentRequest request;
  request.set_segmentation(kSegmentation);
  return request;
}

// Refuses so many times, then answers; counts.
struct Refuser {
  int refusals;
  absl::StatusCode code = absl::StatusCode::kUnavailable;
  int retry_delay_ms = 0;
  std::atomic<int> calls = 0;

  grpc::Status operator()(grpc::ServerContext* context) {
    if (++calls > refusals) return grpc::Status::OK;
    return Refusal(context, code, "not now", retry_delay_ms);
  }
};

ClientOptions QuickRetries() {
  return {.retry = {.initial_backoff = milliseconds(1), .max_backoff = milliseconds(5)}};
}

Script AssignScript(Refuser& refuser) {
  return {.assign_segment = [&](grpc::ServerContext* context, const auto&,
                                v1::AssignSegmentResponse*) { return refuser(context); }};
}

class RefusedCall : public testing::TestWithParam<absl::StatusCode> {};

TEST_P(RefusedCall, IsAskedAgainWhenItOnlyReads) {
  Refuser refuser{.refusals = 2, .code = GetParam()};
  const ScriptedServer server(AssignScript(refuser));
  EXPECT_TRUE(server.Connect(QuickRetries()).AssignSegment(Ask()).ok());
  EXPECT_EQ(refuser.calls, 3);
}

TEST_P(RefusedCall, IsNotAskedAgainWhenItChangesSomething) {
  Refuser refuser{.refusals = 2, .code = GetParam()};
  const ScriptedServer server(
      {.create_segmentation = [&](grpc::ServerContext* context, const auto&, v1::Segmentation*) {
        return refuser(context);
      }});
  EXPECT_EQ(server.Connect(QuickRetries()).CreateSegmentation({}).status(),
            absl::Status(GetParam(), "not now"));
  EXPECT_EQ(refuser.calls, 1);
}

TEST_P(RefusedCall, IsNotAskedAgainWithRetriesOff) {
  Refuser refuser{.refusals = 2, .code = GetParam()};
  const ScriptedServer server(AssignScript(refuser));
  Client client = server.Connect({.retry = {.max_attempts = 1}});
  EXPECT_EQ(client.AssignSegment(Ask()).status(), absl::Status(GetParam(), "not now"));
  EXPECT_EQ(refuser.calls, 1);
}

INSTANTIATE_TEST_SUITE_P(Codes, RefusedCall,
                         testing::Values(absl::StatusCode::kUnavailable,
                                         absl::StatusCode::kResourceExhausted));

TEST(Retries, EndAfterTheAttemptsAllowedWithTheServersSentence) {
  Refuser refuser{.refusals = 100};
  const ScriptedServer server(AssignScript(refuser));
  ClientOptions options = QuickRetries();
  options.retry.max_attempts = 3;
  EXPECT_EQ(server.Connect(options).AssignSegment(Ask()).status(),
            absl::UnavailableError("not now"));
  EXPECT_EQ(refuser.calls, 3);
}

TEST(Retries, AreForRefusalsOnly) {
  Refuser refuser{.refusals = 2, .code = absl::StatusCode::kInternal};
  const ScriptedServer server(AssignScript(refuser));
  EXPECT_EQ(server.Connect(QuickRetries()).AssignSegment(Ask()).status().code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(refuser.calls, 1);
}

TEST(Retries, WaitForAsLongAsTheServerAsks) {
  Refuser refuser{
      .refusals = 1, .code = absl::StatusCode::kResourceExhausted, .retry_delay_ms = 200};
  const ScriptedServer server(AssignScript(refuser));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(server.Connect(QuickRetries()).AssignSegment(Ask()).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(200));
}

TEST(Retries, AlsoOfTablesOfSeveralMegabytes) {
  Refuser refuser{.refusals = 1};
  const ScriptedServer server(
      {.assign_segments = [&](grpc::ServerContext* context, const auto&,
                              v1::AssignSegmentsResponse*) { return refuser(context); }});
  v1::AssignSegmentsRequest request;
  request.mutable_table()->add_columns()->set_bits(std::string(3 << 20, 'x'));
  EXPECT_TRUE(server.Connect(QuickRetries()).AssignSegments(request).ok());
  EXPECT_EQ(refuser.calls, 2);
}

// A stream that answers one message for each, and breaks after so many.
absl::Status AskStream(Client client) {
  bool sent = false;
  return client.StreamAssignments(
      [&](v1::AssignSegmentsRequest*) { return !std::exchange(sent, true); },
      [](const v1::AssignSegmentsResponse&) { return true; });
}

TEST(Retries, OfAStreamEndWithItsFirstAnswer) {
  std::atomic<int> streams = 0;
  const ScriptedServer server(
      {.stream_assignments = [&](grpc::ServerContext* context, auto* stream) {
        if (++streams > 1) stream->Write({});
        return Refusal(context, absl::StatusCode::kUnavailable, "not now");
      }});
  EXPECT_EQ(AskStream(server.Connect(QuickRetries())), absl::UnavailableError("not now"));
  EXPECT_EQ(streams, 2);
}

TEST(RetryDelay, IsWhatTheServerAsksFor) {
  Refuser refuser{
      .refusals = 1, .code = absl::StatusCode::kResourceExhausted, .retry_delay_ms = 250};
  const ScriptedServer server(AssignScript(refuser));
  Client client = server.Connect({.retry = {.max_attempts = 1}});
  const absl::Status refused = client.AssignSegment(Ask()).status();
  EXPECT_EQ(refused.message(), "not now");
  EXPECT_EQ(RetryDelay(refused), milliseconds(250));
}

// Which connection each call came over, and what it told.
struct Callers {
  std::mutex mutex;
  std::map<std::string, int> calls;

  grpc::Status operator()(grpc::ServerContext* context) {
    const std::lock_guard<std::mutex> lock(mutex);
    ++calls[context->peer()];
    return grpc::Status::OK;
  }
};

TEST(Channels, AreConnectionsThatCallsAndStreamsTakeInTurn) {
  Callers callers;
  const ScriptedServer server(
      {.assign_segment = [&](grpc::ServerContext* context, const auto&,
                             v1::AssignSegmentResponse*) { return callers(context); },
       .stream_assignments = [&](grpc::ServerContext* context,
                                 auto*) { return callers(context); }});
  Client client = server.Connect({.channels = 3});
  for (int call = 0; call < 6; ++call) EXPECT_TRUE(client.AssignSegment(Ask()).ok());
  for (int stream = 0; stream < 3; ++stream) EXPECT_TRUE(AskStream(client).ok());
  EXPECT_EQ(callers.calls.size(), 3u);
  for (const auto& [peer, calls] : callers.calls) EXPECT_EQ(calls, 3) << peer;
}

TEST(Channels, AreOneByDefaultAndOverAGivenOne) {
  Callers callers;
  const ScriptedServer server(
      {.assign_segment = [&](grpc::ServerContext* context, const auto&,
                             v1::AssignSegmentResponse*) { return callers(context); }});
  Client client = server.Connect();
  Client given(grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
  for (int call = 0; call < 4; ++call) EXPECT_TRUE(client.AssignSegment(Ask()).ok());
  EXPECT_EQ(callers.calls.size(), 1u);
  for (int call = 0; call < 4; ++call) EXPECT_TRUE(given.AssignSegment(Ask()).ok());
  EXPECT_EQ(callers.calls.size(), 2u);
}

Script NeverAnswers() {
  return {
      .assign_segment = [](grpc::ServerContext* context, const auto&, v1::AssignSegmentResponse*) {
        while (!context->IsCancelled()) std::this_thread::yield();
        return grpc::Status::CANCELLED;
      }};
}

TEST(Deadline, OfAViewIsItsOwnAndIsNamedWithWhatRaisesIt) {
  const ScriptedServer server(NeverAnswers());
  const Client client = server.Connect();
  EXPECT_EQ(
      client.WithDeadline(milliseconds(30)).AssignSegment(Ask()).status(),
      absl::DeadlineExceededError("no answer within 30 ms; ask for less at a time, or allow more "
                                  "(ClientOptions::deadline, Client::WithDeadline)"));
}

// A server that notices first does not know what its caller may change.
TEST(Deadline, ThatTheServerNoticesIsToldAlike) {
  Refuser refuser{.refusals = 1, .code = absl::StatusCode::kDeadlineExceeded};
  const ScriptedServer server(AssignScript(refuser));
  EXPECT_THAT(server.Connect().AssignSegment(Ask()).status().message(),
              HasSubstr("no answer within 60000 ms; ask for less at a time, or allow more"));
}

TEST(Deadline, OfTheClientHolds) {
  const ScriptedServer server(NeverAnswers());
  Client client = server.Connect({.deadline = milliseconds(20)});
  EXPECT_THAT(client.AssignSegment(Ask()).status().message(), HasSubstr("no answer within 20 ms"));
}

TEST(Connect, ToNobodySaysWhatToDo) {
  // Port 9 of the loopback: nothing listens there.
  const auto client = Client::Connect("127.0.0.1:9", {.connect_timeout = milliseconds(100)});
  EXPECT_EQ(client.status(),
            absl::UnavailableError("no server answers at 127.0.0.1:9; start one with cible-server, "
                                   "or correct the address"));
}

TEST(Connection, ThatIsLostIsToldWithTheAddress) {
  Refuser refuser{.refusals = 0};
  auto server = std::make_unique<ScriptedServer>(AssignScript(refuser));
  const std::string address = server->address();
  Client client = server->Connect(QuickRetries());
  EXPECT_TRUE(client.AssignSegment(Ask()).ok());
  server.reset();
  EXPECT_EQ(client.AssignSegment(Ask()).status(),
            absl::UnavailableError("no connection to the server at " + address +
                                   "; check that cible-server runs there and that the address is "
                                   "right, then try again"));
}

TEST(Connection, ToAServerThatDoesNotKnowTheCallSaysSo) {
  const ScriptedServer server({});
  EXPECT_THAT(server.Connect().GetServerInfo(v1::GetServerInfoRequest()).status().message(),
              HasSubstr(" does not know this call; it is older than this client"));
}

TEST(Message, ThatIsTooLargeForTheServerIsToBeDivided) {
  const ScriptedServer server({});
  v1::AssignSegmentsRequest request;
  request.mutable_table()->add_columns()->set_bits(std::string(5 << 20, 'x'));
  const absl::Status refused =
      server.Connect({.retry = {.max_attempts = 1}}).AssignSegments(request).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(refused.message(), HasSubstr("larger than the server takes"));
  EXPECT_THAT(refused.message(), HasSubstr("send fewer rows at a time"));
}

}  // namespace
}  // namespace cible
