// The adaptor (grpc_service.h), over a real gRPC server inside the process, with handlers made
// for the test.

#include <gmock/gmock.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "cible/v1/workspace_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "server/rpc/rpc_server.h"

namespace cible {
namespace {

class DenyForeign : public Authorizer {
 public:
  absl::Status Authorize(const std::string& principal, absl::string_view,
                         const std::string& workspace) const override {
    if (workspace != "foreign" && principal != "mallory") return absl::OkStatus();
    return absl::PermissionDeniedError("not yours");
  }
  bool MayReadContacts(const std::string& principal, const std::string&) const override {
    return principal != "analyst";
  }
};

class GrpcServiceTest : public testing::Test {
 protected:
  GrpcServiceTest() {
    MethodTable table(v1::Workspace::descriptor()->file()->service(0));
    table.Unary("GetWorkspace", Execution::kInline, &v1::GetWorkspaceRequest::name, this,
                &GrpcServiceTest::GetWorkspace);
    table.Unary("ListWorkspaces", Execution::kBlocking, nullptr, this,
                &GrpcServiceTest::ListWorkspaces);
    table.Unary<v1::CreateWorkspaceRequest, v1::Workspace>(
        "CreateWorkspace", Execution::kBlocking, nullptr,
        [](const CallContext&, const v1::CreateWorkspaceRequest&, v1::Workspace*) {
          return absl::InvalidArgumentError("é" + std::string(2000, 'x'));
        });
    table.Unary<v1::UpdateWorkspaceRequest, v1::Workspace>(
        "UpdateWorkspace", Execution::kBlocking, nullptr,
        [](const CallContext&, const v1::UpdateWorkspaceRequest&, v1::Workspace*) {
          return absl::OkStatus();
        });
    table.Unary<v1::GetRetentionReportRequest, v1::RetentionReport>(
        "GetRetentionReport", Execution::kInlineIfSmall, nullptr,
        [this](const CallContext& call, const v1::GetRetentionReportRequest& request,
               v1::RetentionReport*) {
          might_block_.push_back(call.may_block);
          return request.name() == "long" && !call.may_block ? NotHere() : absl::OkStatus();
        });
    table.Unary<v1::ListAuditEntriesRequest, v1::ListAuditEntriesResponse>(
        "ListAuditEntries", Execution::kCompute, nullptr,
        [this](const CallContext&, const v1::ListAuditEntriesRequest&,
               v1::ListAuditEntriesResponse*) {
          ++waiting_;
          if (wait_for_.valid()) wait_for_.wait();
          return absl::OkStatus();
        });
    table.Unary<v1::GetServerInfoRequest, v1::GetServerInfoResponse>(
        "GetServerInfo", Execution::kBlocking, nullptr,
        [](const CallContext&, const v1::GetServerInfoRequest&, v1::GetServerInfoResponse*) {
          return absl::OkStatus();
        });
    server_.emplace(RpcServerOptions{.limits = {.calls = 4, .tables = 1}}, Clock::System(),
                    authorizer_);
    std::vector<MethodTable> tables;
    tables.push_back(std::move(table));
    const absl::Status status = server_->Start("", std::move(tables));
    if (!status.ok()) throw std::runtime_error(status.ToString());
    channel_ = server_->InProcessChannel();
    stub_ = v1::WorkspaceService::NewStub(channel_);
  }
  absl::Status GetWorkspace(const CallContext& call, const v1::GetWorkspaceRequest& request,
                            v1::Workspace* response) {
    ++handled_;
    if (call.workspace == "needs-store" && !call.may_block) return NotHere();
    response->set_name(request.name());
    response->set_display_name(call.principal + " in " + call.workspace);
    response->set_k_anonymity(call.may_read_contacts ? 1 : 2);
    return absl::OkStatus();
  }

  absl::Status ListWorkspaces(const CallContext&, const v1::ListWorkspacesRequest&,
                              v1::ListWorkspacesResponse* response) {
    ++waiting_;
    if (wait_for_.valid()) wait_for_.wait();
    response->set_next_page_token(std::this_thread::get_id() == test_thread_ ? "here"
                                                                             : "elsewhere");
    return absl::OkStatus();
  }

  grpc::Status Get(const std::string& name, v1::Workspace* response,
                   const std::string& actor = "") {
    grpc::ClientContext context;
    if (!actor.empty()) context.AddMetadata("cible-actor", actor);
    v1::GetWorkspaceRequest request;
    request.set_name(name);
    return stub_->GetWorkspace(&context, request, response);
  }

  static std::string PushbackOf(const grpc::ClientContext& context) {
    const auto pushback = context.GetServerTrailingMetadata().find("grpc-retry-pushback-ms");
    if (pushback == context.GetServerTrailingMetadata().end()) return "";
    return std::string(pushback->second.data(), pushback->second.size());
  }

  const std::thread::id test_thread_ = std::this_thread::get_id();
  std::atomic<int> handled_ = 0;
  std::atomic<int> waiting_ = 0;
  std::vector<bool> might_block_;      // GetRetentionReport, each time it was called.
  std::shared_future<void> wait_for_;  // What ListWorkspaces and ListAuditEntries wait for.
  DenyForeign authorizer_;
  std::optional<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::WorkspaceService::Stub> stub_;
};

TEST_F(GrpcServiceTest, TellsTheHandlerWhoCallsAndForWhichWorkspace) {
  v1::Workspace response;
  ASSERT_TRUE(Get("workspaces/acme", &response).ok());
  EXPECT_EQ(response.display_name(), "local in acme");
  ASSERT_TRUE(Get("workspaces/acme", &response, "ann").ok());
  EXPECT_EQ(response.display_name(), "ann in acme");
}

TEST_F(GrpcServiceTest, AsksTheAuthorizerBeforeTheHandler) {
  v1::Workspace response;
  EXPECT_EQ(Get("workspaces/foreign", &response).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(Get("workspaces/acme", &response, "mallory").error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(handled_, 0);
}

TEST_F(GrpcServiceTest, TellsTheHandlerWhetherTheCallerMayReadContacts) {
  v1::Workspace response;
  ASSERT_TRUE(Get("workspaces/acme", &response, "ann").ok());
  EXPECT_EQ(response.k_anonymity(), 1);
  ASSERT_TRUE(Get("workspaces/acme", &response, "analyst").ok());
  EXPECT_EQ(response.k_anonymity(), 2);
}

TEST_F(GrpcServiceTest, ANameWithoutAWorkspaceIsRefused) {
  v1::Workspace response;
  const grpc::Status status = Get("acme", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(),
            "the request names no workspace; resource names begin with `workspaces/{workspace}`");
  EXPECT_EQ(handled_, 0);
}

TEST_F(GrpcServiceTest, BytesThatAreNoMessageAreAnInvalidArgument) {
  grpc::GenericStub stub(channel_);
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  const grpc::Slice garbage("\xff\xff\xff garbage");
  const grpc::ByteBuffer request(&garbage, 1);
  const auto call =
      stub.PrepareUnaryCall(&context, "/cible.v1.WorkspaceService/GetWorkspace", request, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(),
            "the request is not a valid cible.v1.GetWorkspaceRequest; check that client and server "
            "use the same protos, and that text is UTF-8");
}

TEST_F(GrpcServiceTest, BlockingMethodsRunOnAThreadOfTheirOwn) {
  grpc::ClientContext context;
  v1::ListWorkspacesResponse response;
  ASSERT_TRUE(stub_->ListWorkspaces(&context, {}, &response).ok());
  EXPECT_EQ(response.next_page_token(), "elsewhere");
}

TEST_F(GrpcServiceTest, ErrorsCarryErrorInfoAndAreCutBetweenCharacters) {
  grpc::ClientContext context;
  v1::Workspace response;
  const grpc::Status status = stub_->CreateWorkspace(&context, {}, &response);
  EXPECT_EQ(status.error_message().size(), 1024u);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::ErrorInfo info;
  ASSERT_EQ(details.details_size(), 1);
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "INVALID_ARGUMENT");
  EXPECT_EQ(info.domain(), "cible");
}

TEST_F(GrpcServiceTest, TurnsCallsAwayAboveItsLimitAndServesAgainBelow) {
  std::promise<void> go;
  wait_for_ = go.get_future().share();
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([this] {
      grpc::ClientContext context;
      v1::ListWorkspacesResponse response;
      EXPECT_TRUE(stub_->ListWorkspaces(&context, {}, &response).ok());
    });
  }
  while (waiting_ < 4) std::this_thread::yield();
  v1::ListWorkspacesResponse response;
  grpc::ClientContext context;
  const grpc::Status status = stub_->ListWorkspaces(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "the server is busy; try again in a moment");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::RetryInfo retry;
  ASSERT_EQ(details.details_size(), 2);
  ASSERT_TRUE(details.details(1).UnpackTo(&retry));
  EXPECT_GE(retry.retry_delay().nanos(), 100'000'000);
  EXPECT_EQ(PushbackOf(context), std::to_string(retry.retry_delay().nanos() / 1'000'000));
  v1::Workspace workspace;  // Answered at once, hence never refused for load.
  EXPECT_TRUE(Get("workspaces/acme", &workspace).ok());
  go.set_value();
  for (std::thread& caller : callers) caller.join();
  grpc::ClientContext after;
  EXPECT_TRUE(stub_->ListWorkspaces(&after, {}, &response).ok());
}

TEST_F(GrpcServiceTest, TurnsTablesAwayAboveTheirOwnLimit) {
  std::promise<void> go;
  wait_for_ = go.get_future().share();
  const auto ask = [this] {
    grpc::ClientContext context;
    v1::ListAuditEntriesRequest request;
    request.set_page_token(std::string(1 << 20, 'x'));
    v1::ListAuditEntriesResponse response;
    return stub_->ListAuditEntries(&context, request, &response).error_code();
  };
  std::thread first([&] { EXPECT_EQ(ask(), grpc::StatusCode::OK); });
  while (waiting_ < 1) std::this_thread::yield();
  EXPECT_EQ(ask(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  v1::Workspace workspace;
  EXPECT_TRUE(Get("workspaces/needs-store", &workspace).ok());
  go.set_value();
  first.join();
  // Its answer may be here before the server has counted it out.
  while (ask() == grpc::StatusCode::RESOURCE_EXHAUSTED) std::this_thread::yield();
  EXPECT_EQ(waiting_, 2);
}

TEST_F(GrpcServiceTest, CallsWhoseMessageNeverComesTakeNobodysPlace) {
  grpc::GenericStub stub(channel_);
  grpc::CompletionQueue queue;
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::GenericClientAsyncReaderWriter>> streams;
  void* tag;
  bool ok;
  for (int i = 0; i < 5; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    streams.push_back(stub.PrepareCall(contexts.back().get(),
                                       "/cible.v1.WorkspaceService/ListAuditEntries", &queue));
    streams.back()->StartCall(nullptr);
    ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  }
  grpc::ClientContext context;
  v1::ListAuditEntriesResponse response;
  EXPECT_TRUE(stub_->ListAuditEntries(&context, {}, &response).ok());
  server_->Shutdown(std::chrono::seconds(60));  // And nobody waits for them.
  for (const auto& stream : streams) {
    grpc::Status status;
    stream->Finish(&status, nullptr);
    ASSERT_TRUE(queue.Next(&tag, &ok));
    EXPECT_FALSE(status.ok());
  }
}

TEST_F(GrpcServiceTest, ASmallTableIsAnsweredWhereItComesInUnlessItsHandlerDeclines) {
  const auto ask = [this](const std::string& name) {
    grpc::ClientContext context;
    v1::GetRetentionReportRequest request;
    request.set_name(name);
    v1::RetentionReport response;
    return stub_->GetRetentionReport(&context, request, &response).error_code();
  };
  EXPECT_EQ(ask("short"), grpc::StatusCode::OK);
  EXPECT_THAT(might_block_, testing::ElementsAre(false));
  might_block_.clear();
  EXPECT_EQ(ask("long"), grpc::StatusCode::OK);
  EXPECT_THAT(might_block_, testing::ElementsAre(false, true));
  might_block_.clear();
  EXPECT_EQ(ask(std::string(64 << 10, 'x')), grpc::StatusCode::OK);
  EXPECT_THAT(might_block_, testing::ElementsAre(true));
}

// Of a call that waits for a thread the message is read after the call was taken on.
TEST_F(GrpcServiceTest, ACallWithoutAMessageIsAnInvalidArgument) {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto stream =
      stub.PrepareCall(&context, "/cible.v1.WorkspaceService/ListWorkspaces", &queue);
  grpc::Status status;
  void* tag;
  bool ok;
  stream->StartCall(nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  stream->WritesDone(nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  stream->Finish(&status, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "the call has no request; send one message");
  EXPECT_EQ(waiting_, 0);
}

TEST_F(GrpcServiceTest, AHandlerThatNeedsTheStoreIsCalledAgainWhereItMayWait) {
  v1::Workspace response;
  ASSERT_TRUE(Get("workspaces/needs-store", &response).ok());
  EXPECT_EQ(handled_, 2);
  EXPECT_EQ(response.display_name(), "local in needs-store");
}

TEST_F(GrpcServiceTest, HealthIsToldHoweverBusyTheServerIsAndWhileItStops) {
  const auto health = grpc::health::v1::Health::NewStub(channel_);
  const auto check = [&](const std::string& service) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const grpc::Status status = health->Check(&context, request, &response);
    return status.ok() ? static_cast<int>(response.status()) : -1;
  };
  EXPECT_EQ(check(""), grpc::health::v1::HealthCheckResponse::SERVING);
  EXPECT_EQ(check("cible.v1.WorkspaceService"), grpc::health::v1::HealthCheckResponse::SERVING);
  EXPECT_EQ(check("no.Such"), -1);
  grpc::ClientContext context;
  const auto watch = health->Watch(&context, {});
  grpc::health::v1::HealthCheckResponse seen;
  ASSERT_TRUE(watch->Read(&seen));
  EXPECT_EQ(seen.status(), grpc::health::v1::HealthCheckResponse::SERVING);
  server_->Drain();
  ASSERT_TRUE(watch->Read(&seen));
  EXPECT_EQ(seen.status(), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(check(""), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  server_->Shutdown(std::chrono::milliseconds(1'000));
  EXPECT_FALSE(watch->Read(&seen));
}

TEST_F(GrpcServiceTest, CallsThatComeAsTheServerStopsDoNoHarm) {
  for (int round = 0; round < 10; ++round) {
    RpcServer server({}, Clock::System(), authorizer_);
    ASSERT_TRUE(server.Start("127.0.0.1:0", {}).ok());
    std::atomic<bool> over = false;
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&, health = grpc::health::v1::Health::NewStub(grpc::CreateChannel(
                                   server.address(), grpc::InsecureChannelCredentials()))] {
        while (!over) {
          grpc::ClientContext context;
          const auto watch = health->Watch(&context, {});
          grpc::health::v1::HealthCheckResponse seen;
          watch->Read(&seen);
          context.TryCancel();
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    server.Shutdown(std::chrono::milliseconds(0));
    over = true;
    for (std::thread& caller : callers) caller.join();
  }
}

}  // namespace
}  // namespace cible
