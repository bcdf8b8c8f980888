#include "server/services/workspace_service.h"

#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WorkspaceServiceTest : public ServiceTest {
 protected:
  absl::Status Create(const std::string& id, const v1::Workspace& workspace = {}) {
    v1::CreateWorkspaceRequest request;
    request.set_workspace_id(id);
    *request.mutable_workspace() = workspace;
    response_.Clear();
    return workspaces_->CreateWorkspace(call_, request, &response_);
  }

  absl::Status Get(const std::string& name) {
    v1::GetWorkspaceRequest request;
    request.set_name(name);
    response_.Clear();
    return workspaces_->GetWorkspace(call_, request, &response_);
  }

  absl::Status Update(const v1::Workspace& workspace) {
    v1::UpdateWorkspaceRequest request;
    *request.mutable_workspace() = workspace;
    response_.Clear();
    return workspaces_->UpdateWorkspace(call_, request, &response_);
  }

  std::vector<std::string> List(int page_size, std::string* token) {
    v1::ListWorkspacesRequest request;
    request.set_page_size(page_size);
    request.set_page_token(*token);
    v1::ListWorkspacesResponse response;
    EXPECT_TRUE(workspaces_->ListWorkspaces(call_, request, &response).ok());
    *token = response.next_page_token();
    std::vector<std::string> names;
    for (const v1::Workspace& workspace : response.workspaces()) names.push_back(workspace.name());
    return names;
  }

  v1::Workspace response_;
};

TEST_F(WorkspaceServiceTest, TheDefaultWorkspaceIsMadeOnce) {
  ASSERT_TRUE(Get("workspaces/default").ok());
  const std::string etag = response_.etag();
  ASSERT_TRUE(EnsureDefaultWorkspace(*store_, clock_.now).ok());
  ASSERT_TRUE(Get("workspaces/default").ok());
  EXPECT_EQ(response_.etag(), etag);
  EXPECT_EQ(response_.display_name(), "Default");
}

TEST_F(WorkspaceServiceTest, AWorkspaceHasDefaultsASchemaAndASegmentation) {
  ASSERT_TRUE(Create("shop").ok());
  EXPECT_EQ(response_.name(), "workspaces/shop");
  EXPECT_EQ(response_.time_zone(), "UTC");
  EXPECT_EQ(response_.currency_code(), "EUR");
  EXPECT_EQ(response_.k_anonymity(), 10);
  EXPECT_EQ(response_.create_time().seconds(), 1'700'000'000);
  EXPECT_FALSE(response_.etag().empty());
  const auto snapshot = store_->OpenSnapshot();
  EXPECT_TRUE((*snapshot)->Get(SchemaKey("shop")).ok());
  const auto resource = (*snapshot)->Get(SegmentationKey("shop", "default"));
  ASSERT_TRUE(resource.ok());
  storage::v1::StoredSegmentation stored;
  ASSERT_TRUE(stored.ParseFromString(resource->body));
  // Its name is that of its key, told on reading.
  EXPECT_EQ(stored.segmentation().contact_kind(), v1::CONTACT_KIND_PERSON);
  EXPECT_EQ(stored.next_model(), 1);
}

TEST_F(WorkspaceServiceTest, AnIdIsTakenOnce) {
  EXPECT_EQ(Create("acme"),
            absl::AlreadyExistsError("workspaces/acme exists already; choose another id"));
}

TEST_F(WorkspaceServiceTest, AMalformedIdIsRefused) {
  for (const char* id : {"", "Acme", "1a", "a/b", "a_b"}) {
    EXPECT_EQ(Create(id).code(), absl::StatusCode::kInvalidArgument) << id;
  }
}

TEST_F(WorkspaceServiceTest, SettingsAreChecked) {
  v1::Workspace workspace;
  const absl::Status zone = absl::InvalidArgumentError(
      "time_zone is not known; give an IANA name such as `Europe/Paris` or `UTC`");
  for (const char* name : {"Mars/Olympus", "/etc/passwd", "../../etc/passwd", "localtime",
                           "file:/etc/passwd", "Europe/../../x"}) {
    workspace.set_time_zone(name);
    EXPECT_EQ(Create("shop", workspace), zone) << name;
  }
  workspace.set_time_zone("Europe/Paris");
  for (const char* code : {"eur", "EURO", "E", "EÙ"}) {
    workspace.set_currency_code(code);
    EXPECT_EQ(Create("shop", workspace),
              absl::InvalidArgumentError("currency_code is not three capital letters; give an ISO "
                                         "4217 code such as `EUR`"));
  }
  workspace.set_currency_code("CHF");
  for (const int k : {-1, 1001}) {
    workspace.set_k_anonymity(k);
    EXPECT_EQ(Create("shop", workspace),
              absl::InvalidArgumentError("k_anonymity is outside 1 to 1000; give one within, or 0 "
                                         "for the default of 10"));
  }
  workspace.set_k_anonymity(3);
  workspace.set_display_name(std::string(257, 'x'));
  EXPECT_EQ(Create("shop", workspace),
            absl::InvalidArgumentError("display_name has more than 256 bytes; shorten it"));
  workspace.set_display_name("Shop");
  ASSERT_TRUE(Create("shop", workspace).ok());
  EXPECT_EQ(response_.time_zone(), "Europe/Paris");
  EXPECT_EQ(response_.currency_code(), "CHF");
  EXPECT_EQ(response_.k_anonymity(), 3);
}

TEST_F(WorkspaceServiceTest, OneThatIsNotThereIsNotFound) {
  EXPECT_EQ(Get("workspaces/shop"),
            absl::NotFoundError("there is no workspaces/shop; make it with CreateWorkspace"));
  v1::Workspace workspace;
  workspace.set_name("workspaces/shop");
  EXPECT_EQ(Update(workspace).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get("shop").code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(WorkspaceServiceTest, AnUpdateReplacesAndChangesTheEtag) {
  ASSERT_TRUE(Get("workspaces/acme").ok());
  v1::Workspace workspace = response_;
  workspace.set_display_name("Acme");
  clock_.now.micros += 1'000'000;
  ASSERT_TRUE(Update(workspace).ok());
  EXPECT_EQ(response_.display_name(), "Acme");
  EXPECT_NE(response_.etag(), workspace.etag());
  EXPECT_EQ(response_.create_time().seconds() + 1, response_.update_time().seconds());
  EXPECT_EQ(Update(workspace),
            absl::AbortedError("the workspace has changed since it was read; get it again and "
                               "repeat the change"));
  workspace.clear_etag();
  EXPECT_TRUE(Update(workspace).ok());
}

TEST_F(WorkspaceServiceTest, WorkspacesAreListedInPages) {
  ASSERT_TRUE(Create("shop").ok());
  std::string token;
  EXPECT_THAT(List(2, &token), ElementsAre("workspaces/default", "workspaces/acme"));
  EXPECT_THAT(List(2, &token), ElementsAre("workspaces/shop"));
  EXPECT_EQ(token, "");
  EXPECT_EQ(List(3, &token).size(), 3u);
  EXPECT_EQ(token, "");
}

TEST_F(WorkspaceServiceTest, BadPagesAreRefused) {
  v1::ListWorkspacesRequest request;
  v1::ListWorkspacesResponse response;
  request.set_page_size(-1);
  EXPECT_EQ(workspaces_->ListWorkspaces(call_, request, &response),
            absl::InvalidArgumentError(
                "page_size is negative; give 1 to 1000, or 0 for the default of 50"));
  request.set_page_size(1);
  request.set_page_token("nonsense");
  EXPECT_EQ(workspaces_->ListWorkspaces(call_, request, &response),
            absl::InvalidArgumentError("page_token is not of this list; send the next_page_token "
                                       "of the page before and leave the other fields as they "
                                       "were, or start again without one"));
}

TEST_F(WorkspaceServiceTest, TheServerTellsWhatItIs) {
  v1::GetServerInfoResponse response;
  ASSERT_TRUE(workspaces_->GetServerInfo(call_, {}, &response).ok());
  EXPECT_THAT(response.version(), HasSubstr("."));
  EXPECT_THAT(response.store(), HasSubstr("SQLite"));
  EXPECT_EQ(response.start_time().seconds(), 1'700'000'000);
}

TEST_F(WorkspaceServiceTest, EveryMethodIsInTheTable) {
  MethodTable table(v1::GetWorkspaceRequest::descriptor()->file()->service(0));
  workspaces_->Register(table);
  EXPECT_EQ(static_cast<int>(table.methods().size()), table.service()->method_count());
  v1::UpdateWorkspaceRequest request;
  request.mutable_workspace()->set_name("workspaces/acme");
  EXPECT_EQ(table.methods().at("UpdateWorkspace").resource(request), "workspaces/acme");
  EXPECT_FALSE(table.methods().at("GetServerInfo").resource);
}

}  // namespace
}  // namespace cible
