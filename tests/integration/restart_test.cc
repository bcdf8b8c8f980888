// What outlives the server's process.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>

#include "cible/v1/contact_service.grpc.pb.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "cible/v1/workspace_service.pb.h"
#include "tests/integration/real_server.h"

namespace cible {
namespace {

using testing::HasSubstr;

v1::MatchLeadRequest YoungWebVisitor() {
  v1::MatchLeadRequest request;
  request.set_segmentation(kSegmentation);
  request.mutable_as_of()->set_year(2026);
  request.mutable_as_of()->set_month(6);
  request.mutable_as_of()->set_day(30);
  for (const auto& [attribute, number] : {std::pair("age", 27), std::pair("web_visits", 9)}) {
    v1::AttributeValue* value = request.mutable_lead()->add_attributes();
    value->set_attribute(attribute);
    value->set_number(number);
  }
  return request;
}

class RestartTest : public RealServerTest {
 protected:
  void SetUp() override { Start(); }

  v1::MatchLeadResponse Match() {
    const auto response = client().MatchLead(YoungWebVisitor());
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? *response : v1::MatchLeadResponse();
  }

  std::string Export() { return Cible({"contacts", "export"}).out; }
};

TEST_F(RestartTest, AKilledServerGivesTheSameAnswersBitForBit) {
  ImportSample(600);
  Train({"--segments", "3"});
  const v1::MatchLeadResponse before = Match();
  ASSERT_EQ(before.personas_size(), 3);
  const std::string contacts = Export();
  const std::string personas = Cible({"personas", "--format", "json"}).out;
  Kill();
  StartAgain();
  EXPECT_EQ(Match().SerializeAsString(), before.SerializeAsString());
  EXPECT_EQ(Export(), contacts);
  EXPECT_EQ(Cible({"personas", "--format", "json"}).out, personas);
}

// Ten contacts "c<first>"... of one number.
v1::ImportContactsRequest TenContacts(int sequence) {
  v1::ImportContactsRequest request;
  request.set_parent(kWorkspace);
  request.set_sequence(sequence);
  v1::ContactTable& table = *request.mutable_table();
  table.set_row_count(10);
  v1::ContactColumn& ages = *table.add_columns();
  ages.set_attribute("age");
  for (int row = 0; row < 10; ++row) {
    *table.mutable_ids()->mutable_data() += "c" + std::to_string(10 * sequence + row);
    table.mutable_ids()->add_ends(static_cast<std::uint32_t>(table.ids().data().size()));
    ages.mutable_numbers()->add_values(20 + row);
  }
  return request;
}

class ImportTest : public RestartTest {
 protected:
  void SetUp() override {
    RestartTest::SetUp();
    v1::UpdateSchemaRequest request;
    request.mutable_schema()->set_name("workspaces/default/schema");
    v1::Attribute& age = *request.mutable_schema()->add_attributes();
    age.set_id("age");
    age.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
    const auto schema = client().UpdateSchema(request);
    ASSERT_TRUE(schema.ok()) << schema.status();
    stub_ = v1::ContactService::NewStub(
        grpc::CreateChannel(address(), grpc::InsecureChannelCredentials()));
  }

  std::size_t StoredCount() {
    v1::ListContactsRequest request;
    request.set_parent(kWorkspace);
    request.set_page_size(1000);
    const auto contacts = client().ListContacts(request);
    EXPECT_TRUE(contacts.ok()) << contacts.status();
    return contacts.ok() ? static_cast<std::size_t>(contacts->contacts_size()) : 0;
  }

  std::unique_ptr<v1::ContactService::Stub> stub_;
};

TEST_F(ImportTest, WhatWasAcknowledgedSurvivesAKill) {
  grpc::ClientContext context;
  const auto stream = stub_->ImportContacts(&context);
  v1::ImportContactsResponse response;
  for (int sequence = 1; sequence <= 5; ++sequence) {
    ASSERT_TRUE(stream->Write(TenContacts(sequence)));
    ASSERT_TRUE(stream->Read(&response));
    ASSERT_EQ(response.acknowledged_sequence(), sequence);
    ASSERT_EQ(response.created_count(), 10);
  }
  Kill();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  StartAgain();
  EXPECT_EQ(StoredCount(), 50);
}

TEST_F(ImportTest, AStreamUnderWayEndsWellWhenTheServerIsToldToStop) {
  grpc::ClientContext context;
  const auto stream = stub_->ImportContacts(&context);
  v1::ImportContactsResponse response;
  ASSERT_TRUE(stream->Write(TenContacts(1)));
  ASSERT_TRUE(stream->Read(&response));
  server().Signal(SIGTERM);
  for (int sequence = 2; sequence <= 4; ++sequence) {
    ASSERT_TRUE(stream->Write(TenContacts(sequence)));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.acknowledged_sequence(), sequence);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  const Ending ending = server().Wait();
  EXPECT_TRUE(ending.exited);
  EXPECT_EQ(ending.code, 0) << ending.err;
  StartAgain();
  EXPECT_EQ(StoredCount(), 40);
}

// It took the interruption for a second signal, and ended at once.
TEST_F(ImportTest, AServerPausedWhileItStopsEndsWell) {
  grpc::ClientContext context;
  const auto stream = stub_->ImportContacts(&context);
  v1::ImportContactsResponse response;
  ASSERT_TRUE(stream->Write(TenContacts(1)));
  ASSERT_TRUE(stream->Read(&response));
  server().Signal(SIGTERM);
  while (client().GetServerInfo({}).ok()) {
  }
  server().Pause();
  ASSERT_TRUE(stream->Write(TenContacts(2)));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.acknowledged_sequence(), 2);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  const Ending ending = server().Wait();
  EXPECT_EQ(ending.code, 0) << ending.err;
}

class CorruptArtifactTest : public RestartTest {
 protected:
  void SetUp() override {
    RestartTest::SetUp();
    ImportSample(400);
    Train({"--segments", "3"});
    of_m1_ = Match();
    Train({"--segments", "4", "--activate"});
    EXPECT_EQ(Match().model(), std::string(kSegmentation) + "/models/m2");
    EXPECT_EQ(Stop().code, 0);
  }

  v1::MatchLeadResponse of_m1_;
};

TEST_F(CorruptArtifactTest, IsRefusedAndThePreviousModelServes) {
  ChangeStore(
      "UPDATE resources SET body = zeroblob(length(body)) "
      "WHERE collection = 'artifacts' AND id = 'm2'");
  StartAgain();
  EXPECT_EQ(Match().SerializeAsString(), of_m1_.SerializeAsString());
  EXPECT_THAT(server().Err(), HasSubstr("models/m2: not served: "));
  EXPECT_THAT(server().Err(), HasSubstr("; the one active before it serves instead"));
  v1::ActivateModelRequest activate;
  activate.set_name(std::string(kSegmentation) + "/models/m2");
  const absl::Status refused = client().ActivateModel(activate).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss) << refused;
  EXPECT_EQ(Match().SerializeAsString(), of_m1_.SerializeAsString());
}

TEST_F(CorruptArtifactTest, TheModelThatServesIsTheOneSaidToBeActive) {
  ChangeStore(
      "UPDATE resources SET body = substr(body, 1, length(body) / 2) "
      "WHERE collection = 'artifacts' AND id = 'm2'");
  StartAgain();
  const Ending models = Cible({"models", "list", "--format", "csv"});
  EXPECT_THAT(models.out, HasSubstr("\nm1,true,"));
  EXPECT_THAT(models.out, HasSubstr("\nm2,false,"));
  v1::GetSegmentationRequest request;
  request.set_name(kSegmentation);
  const auto segmentation = client().GetSegmentation(request);
  ASSERT_TRUE(segmentation.ok()) << segmentation.status();
  EXPECT_EQ(segmentation->active_model(), std::string(kSegmentation) + "/models/m1");
  // A new training puts things right.
  Train({"--segments", "4", "--activate"});
  EXPECT_EQ(Match().model(), std::string(kSegmentation) + "/models/m3");
}

class KeptStoreTest : public RealServerTest {};

// tests/server/storage/testdata holds what earlier versions wrote.
TEST_F(KeptStoreTest, AServerStartsOnTheStoreOfVersionOneAndWorksOnIt) {
  std::filesystem::create_directory(Path("data"));
  std::filesystem::copy_file(std::string(CIBLE_SOURCE_DIR) + "/tests/server/storage/testdata/v1.db",
                             Path("data/cible.db"));
  Start();
  const Ending kept = Cible({"contacts", "get", "ana"});
  EXPECT_EQ(kept.code, 0) << kept.err;
  EXPECT_THAT(kept.out, HasSubstr("ana"));
  ImportSample(300);
  Train({"--segments", "3"});
  EXPECT_EQ(Cible({"match", "--set", "age=34"}).code, 0);
}

}  // namespace
}  // namespace cible
