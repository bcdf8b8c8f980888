// The adaptor, over a real gRPC server inside the process, with handlers made
// for the test.

#include "server/rpc/grpc_service.h"

#include <gmock/gmock.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <thread>

#include "cible/v1/workspace_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"

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
        "GetRetentionReport", Execution::kBlocking, nullptr,
        [](const CallContext&, const v1::GetRetentionReportRequest&, v1::RetentionReport*) {
          return absl::OkStatus();
        });
    table.Unary<v1::ListAuditEntriesRequest, v1::ListAuditEntriesResponse>(
        "ListAuditEntries", Execution::kBlocking, nullptr,
        [](const CallContext&, const v1::ListAuditEntriesRequest&, v1::ListAuditEntriesResponse*) {
          return absl::OkStatus();
        });
    table.Unary<v1::GetServerInfoRequest, v1::GetServerInfoResponse>(
        "GetServerInfo", Execution::kBlocking, nullptr,
        [](const CallContext&, const v1::GetServerInfoRequest&, v1::GetServerInfoResponse*) {
          return absl::OkStatus();
        });
    service_ = MakeGrpcService(std::move(table), environment_);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel({});
    stub_ = v1::WorkspaceService::NewStub(channel_);
  }
  ~GrpcServiceTest() override { server_->Shutdown(); }

  absl::Status GetWorkspace(const CallContext& call, const v1::GetWorkspaceRequest& request,
                            v1::Workspace* response) {
    ++handled_;
    response->set_name(request.name());
    response->set_display_name(call.principal + " in " + call.workspace);
    response->set_k_anonymity(call.may_read_contacts ? 1 : 2);
    return absl::OkStatus();
  }

  absl::Status ListWorkspaces(const CallContext&, const v1::ListWorkspacesRequest&,
                              v1::ListWorkspacesResponse* response) {
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

  const std::thread::id test_thread_ = std::this_thread::get_id();
  int handled_ = 0;
  DenyForeign authorizer_;
  BlockingPool pool_{2, 8};
  RpcEnvironment environment_{
      .clock = Clock::System(), .authorizer = authorizer_, .pool = pool_, .in_flight_limit = 4};
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
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
  environment_.in_flight.fetch_add(4);
  v1::Workspace response;
  const grpc::Status status = Get("workspaces/acme", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "the server is busy; try again in a moment");
  environment_.in_flight.fetch_sub(4);
  EXPECT_TRUE(Get("workspaces/acme", &response).ok());
}

}  // namespace
}  // namespace cible
