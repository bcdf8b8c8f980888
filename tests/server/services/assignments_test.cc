// Contacts that are asked for by name are answered without the store when they were
// asked for before, and never by what was known before an acknowledged write.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

constexpr char kContact[] = "workspaces/acme/contacts/c000001";

class AssignmentsTest : public TrainedTest {
 protected:
  void SetUp() override {
    ImportSample(300);
    Train(QuickTraining());
    ready_.may_block = false;
  }

  absl::StatusOr<v1::AssignSegmentResponse> Assign(const CallContext& call) {
    v1::AssignSegmentRequest request;
    request.set_segmentation(kSegmentation);
    request.set_name(kContact);
    v1::AssignSegmentResponse response;
    const absl::Status status = segmentations_->AssignSegment(call, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  void SetAge(double age) {
    v1::UpdateContactRequest request;
    request.mutable_contact()->set_name(kContact);
    v1::AttributeValue* value = request.mutable_contact()->add_attributes();
    value->set_attribute("age");
    value->set_number(age);
    v1::Contact contact;
    const absl::Status status = contacts_->UpdateContact(call_, request, &contact);
    ASSERT_TRUE(status.ok()) << status;
  }

  CallContext ready_ = call_;  // Where the store must not be waited for.
};

TEST_F(AssignmentsTest, TheSecondAskForANameNeedsNoStore) {
  EXPECT_TRUE(IsNotHere(Assign(ready_).status()));
  const auto first = Assign(call_);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = Assign(ready_);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
}

TEST_F(AssignmentsTest, AWriteIsSeenByTheNextAsk) {
  SetAge(20);
  const auto before = Assign(call_);
  ASSERT_TRUE(before.ok()) << before.status();
  SetAge(80);
  EXPECT_TRUE(IsNotHere(Assign(ready_).status()));
  const auto after = Assign(call_);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_NE(after->SerializeAsString(), before->SerializeAsString());
}

TEST_F(AssignmentsTest, AnErasureAndAnObjectionAreSeenByTheNextAsk) {
  ASSERT_TRUE(Assign(call_).ok());
  v1::ObjectToProfilingRequest objection;
  objection.set_name(kContact);
  v1::Contact contact;
  ASSERT_TRUE(contacts_->ObjectToProfiling(call_, objection, &contact).ok());
  EXPECT_EQ(Assign(call_).status().code(), absl::StatusCode::kFailedPrecondition);
  objection.set_withdraw(true);
  ASSERT_TRUE(contacts_->ObjectToProfiling(call_, objection, &contact).ok());
  ASSERT_TRUE(Assign(call_).ok());
  v1::DeleteContactRequest deletion;
  deletion.set_name(kContact);
  google::protobuf::Empty none;
  ASSERT_TRUE(contacts_->DeleteContact(call_, deletion, &none).ok());
  EXPECT_EQ(Assign(call_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(AssignmentsTest, AnotherModelReadsItAnew) {
  ASSERT_TRUE(Assign(call_).ok());
  v1::TrainModelRequest training = QuickTraining();
  training.set_activate(true);
  Train(training);
  EXPECT_TRUE(IsNotHere(Assign(ready_).status()));
  const auto after = Assign(call_);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_THAT(after->model(), testing::EndsWith("/m2"));
}

// An authored persona asks for attributes that the model has no use for.
TEST_F(AssignmentsTest, APersonaThatIsAuthoredAfterwardsIsMatchedByWhatIsKnown) {
  v1::MatchLeadRequest match;
  match.set_segmentation(kSegmentation);
  match.set_name(kContact);
  v1::MatchLeadResponse before, after;
  ASSERT_TRUE(personas_->MatchLead(call_, match, &before).ok());
  CallContext ready = ready_;
  v1::MatchLeadResponse again;
  ASSERT_TRUE(personas_->MatchLead(ready, match, &again).ok());
  v1::CreatePersonaRequest create;
  create.set_parent(kSegmentation);
  create.set_persona_id("young");
  create.mutable_persona()->set_display_name("Young");
  v1::PersonaCriterion* criterion = create.mutable_persona()->add_criteria();
  criterion->set_attribute("age");
  criterion->set_low(18);
  criterion->set_high(35);
  v1::Persona persona;
  const absl::Status created = personas_->CreatePersona(call_, create, &persona);
  ASSERT_TRUE(created.ok()) << created;
  EXPECT_TRUE(IsNotHere(personas_->MatchLead(ready, match, &after)));
  after.Clear();
  ASSERT_TRUE(personas_->MatchLead(call_, match, &after).ok());
  EXPECT_EQ(after.authored_matches_size(), 1);
}

TEST_F(AssignmentsTest, KeepsNoMoreThanItsCapacity) {
  for (int i = 1; i <= 150; ++i) {
    v1::AssignSegmentRequest request;
    request.set_segmentation(kSegmentation);
    request.set_name("workspaces/acme/contacts/c" + std::to_string(1'000'000 + i).substr(1));
    v1::AssignSegmentResponse response;
    ASSERT_TRUE(segmentations_->AssignSegment(call_, request, &response).ok()) << i;
  }
  EXPECT_EQ(observations_->size(), 100u);
}

TEST_F(AssignmentsTest, RowsOfContactsAndATableAndSinglesAgree) {
  v1::AssignSegmentsRequest rows, table;
  rows.set_segmentation(kSegmentation);
  table.set_segmentation(kSegmentation);
  table.mutable_table()->set_row_count(3);
  v1::ContactColumn* column = table.mutable_table()->add_columns();
  column->set_attribute("age");
  for (const double age : {22., 47., 71.}) {
    v1::AttributeValue* value = rows.add_contacts()->add_attributes();
    value->set_attribute("age");
    value->set_number(age);
    column->mutable_numbers()->add_values(age);
  }
  v1::AssignSegmentsResponse of_rows, of_table;
  ASSERT_TRUE(segmentations_->AssignSegments(call_, rows, &of_rows).ok());
  ASSERT_TRUE(segmentations_->AssignSegments(call_, table, &of_table).ok());
  EXPECT_EQ(of_rows.SerializeAsString(), of_table.SerializeAsString());
  for (int row = 0; row < 3; ++row) {
    v1::AssignSegmentRequest single;
    single.set_segmentation(kSegmentation);
    *single.mutable_contact() = rows.contacts(row);
    v1::AssignSegmentResponse response;
    ASSERT_TRUE(segmentations_->AssignSegment(ready_, single, &response).ok());
    EXPECT_EQ(response.probability(), of_table.probabilities(row));
  }
}

}  // namespace
}  // namespace cible
