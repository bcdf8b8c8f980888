// What the tests of the services stand on: a real store in a folder of its
// own, with the workspaces `default` and `acme`, and a clock that stands still.

#ifndef CIBLE_TESTS_SERVER_SERVICES_SERVICE_FIXTURE_H_
#define CIBLE_TESTS_SERVER_SERVICES_SERVICE_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cible/storage/v1/resources.pb.h"
#include "server/services/contact_service.h"
#include "server/services/workspace_service.h"
#include "server/storage/collections.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "server/storage/watched_store.h"
#include "server/wire/contact_wire.h"
#include "tests/temporary_folder.h"

namespace cible {

class StandingClock : public Clock {
 public:
  Timestamp Now() const override { return now; }
  Timestamp now{1'700'000'000'000'000};
};

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    auto store = OpenSqliteStore(folder_.path(), Durability::kRelaxed);
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = std::make_unique<WatchedStore>(*std::move(store));
    EXPECT_TRUE(EnsureDefaultWorkspace(*store_, clock_.now).ok());
    workspaces_ = std::make_unique<WorkspaceService>(*store_, clock_);
    contacts_ = std::make_unique<ContactService>(
        *store_, clock_, [this](const std::string& workspace, absl::Span<const std::string> ids) {
          assigned_.emplace_back(workspace, std::vector<std::string>(ids.begin(), ids.end()));
          return assign_status_;
        });
    v1::CreateWorkspaceRequest request;
    request.set_workspace_id("acme");
    v1::Workspace workspace;
    EXPECT_TRUE(workspaces_->CreateWorkspace(call_, request, &workspace).ok());
  }

  // Adds attributes to the schema of workspaces/acme.
  void AddAttributes(const std::vector<std::pair<std::string, v1::AttributeType>>& attributes) {
    v1::UpdateSchemaRequest request;
    request.mutable_schema()->set_name("workspaces/acme/schema");
    for (const auto& [id, type] : attributes) {
      v1::Attribute* attribute = request.mutable_schema()->add_attributes();
      attribute->set_id(id);
      attribute->set_type(type);
    }
    v1::Schema schema;
    const absl::Status status = contacts_->UpdateSchema(call_, request, &schema);
    EXPECT_TRUE(status.ok()) << status;
  }

  // A table of people with an age and a city.
  static v1::ContactTable People(const std::vector<std::string>& ids,
                                 const std::vector<double>& ages,
                                 const std::vector<std::string>& cities) {
    ContactTable table{.row_count = static_cast<int>(ages.size()), .ids = ids};
    table.columns = {MakeColumn("age", AttributeType::kNumeric),
                     MakeColumn("city", AttributeType::kCategorical)};
    for (const double age : ages) Append(table.columns[0], age);
    for (const std::string& city : cities) Append(table.columns[1], city);
    v1::ContactTable message;
    TableToProto(table, &message);
    return message;
  }

  static v1::ImportContactsRequest ImportRequest(std::int64_t sequence,
                                                 const v1::ContactTable& table) {
    v1::ImportContactsRequest request;
    request.set_parent("workspaces/acme");
    request.set_sequence(sequence);
    *request.mutable_table() = table;
    return request;
  }

  v1::ImportContactsResponse Send(StreamSession& session,
                                  const v1::ImportContactsRequest& request) {
    v1::ImportContactsResponse response;
    const absl::Status status = session.Handle(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  // In a stream of its own.
  v1::ImportContactsResponse Import(const v1::ContactTable& table) {
    return Send(*contacts_->OpenImport(), ImportRequest(1, table));
  }

  // Ann (30, Lyon), Bob (40, Nantes), Cleo (50, Lyon).
  void ImportThreePeople() {
    AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}, {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
    const auto response =
        Import(People({"ann", "bob", "cleo"}, {30, 40, 50}, {"Lyon", "Nantes", "Lyon"}));
    EXPECT_EQ(response.created_count(), 3) << response.DebugString();
  }

  // Segments of workspaces/acme in its segmentation `default`, by model m1.
  void Assign(const std::vector<PutAssignments::Entry>& entries, bool active = true) {
    storage::v1::StoredSegmentation stored;
    if (active) stored.set_active_model("m1");
    const auto results = store_->Commit(
        {{PutAssignments{"acme", "default", "m1", entries},
          PutResource{SegmentationKey("acme", "default"), stored.SerializeAsString(), {}}},
         clock_.now});
    EXPECT_TRUE(results.ok()) << results.status();
  }

  TemporaryFolder folder_;
  StandingClock clock_;
  CallContext call_{.cancelled = [] { return false; }};
  std::unique_ptr<WatchedStore> store_;
  std::unique_ptr<WorkspaceService> workspaces_;
  std::unique_ptr<ContactService> contacts_;
  std::vector<std::pair<std::string, std::vector<std::string>>> assigned_;
  absl::Status assign_status_;
};

}  // namespace cible

#endif  // CIBLE_TESTS_SERVER_SERVICES_SERVICE_FIXTURE_H_
