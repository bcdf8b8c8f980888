// LifecycleService: reading, changing and previewing the policy.

#include <functional>

#include "server/services/policy_preview.h"
#include "tests/server/services/lifecycle_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using PolicyTest = LifecycleTest;

TEST_F(PolicyTest, AWorkspaceHasTheDefaultPolicyUntilSomebodyChangesIt) {
  const v1::LifecyclePolicy stored = Stored();
  EXPECT_EQ(stored.name(), kPolicyName);
  EXPECT_EQ(stored.etag(), "");
  EXPECT_EQ(stored.customer(), DefaultPolicy().customer);
}

TEST_F(PolicyTest, WhatIsWrittenIsRead) {
  ASSERT_TRUE(Update(Policy()).ok());
  v1::LifecyclePolicy stored = Stored();
  EXPECT_FALSE(stored.etag().empty());
  EXPECT_EQ(stored.SerializeAsString(), policy_.SerializeAsString());
  stored.clear_etag();
  v1::LifecyclePolicy expected = Policy();
  expected.set_segmentation("default");
  for (v1::CriterionRule* rule : {expected.mutable_qualification()->mutable_budget(),
                                  expected.mutable_qualification()->mutable_authority()}) {
    rule->set_points(0);  // There, and empty.
  }
  EXPECT_EQ(stored.SerializeAsString(), expected.SerializeAsString());
}

TEST_F(PolicyTest, ThereIsNoneOfAWorkspaceThatIsNotThere) {
  v1::GetPolicyRequest request;
  request.set_name("workspaces/other/lifecyclePolicy");
  EXPECT_EQ(service_->GetPolicy(call_, request, &policy_),
            absl::NotFoundError("there is no workspaces/other; make it with CreateWorkspace"));
  request.set_name("workspaces/acme/policy");
  EXPECT_EQ(service_->GetPolicy(call_, request, &policy_),
            absl::InvalidArgumentError("a resource name is malformed; expected "
                                       "`workspaces/{workspace}/lifecyclePolicy`"));
}

TEST_F(PolicyTest, AnEtagThatIsOutOfDateIsAborted) {
  ASSERT_TRUE(Update(Policy()).ok());
  v1::LifecyclePolicy changed = Stored();
  changed.set_hot("visits > 9");
  ASSERT_TRUE(Update(changed).ok());
  EXPECT_EQ(Update(changed),
            absl::AbortedError(
                "the policy has changed since it was read; get it again and repeat the change"));
  changed.clear_etag();
  EXPECT_TRUE(Update(changed).ok());
}

TEST_F(PolicyTest, ValidationChangesNothing) {
  ASSERT_TRUE(Update(Policy(), true).ok());
  EXPECT_EQ(policy_.customer(), "paid > 0");
  EXPECT_EQ(policy_.etag(), "");
  EXPECT_EQ(Stored().customer(), DefaultPolicy().customer);
}

TEST_F(PolicyTest, AChangeIsAuditedUnderThePolicysName) {
  call_.principal = "zoe";
  ASSERT_TRUE(Update(Policy()).ok());
  v1::ListAuditEntriesRequest request;
  request.set_parent("workspaces/acme");
  v1::ListAuditEntriesResponse response;
  ASSERT_TRUE(workspaces_->ListAuditEntries(call_, request, &response).ok());
  const v1::AuditEntry& entry = response.audit_entries(0);
  EXPECT_EQ(entry.principal(), "zoe");
  EXPECT_EQ(entry.action(), "UpdatePolicy");
  EXPECT_EQ(entry.resource(), kPolicyName);
}

struct BadPolicy {
  std::string message;
  std::function<void(v1::LifecyclePolicy&)> spoil;
};

TEST_F(PolicyTest, WhatCannotWorkIsRefusedWithThePlaceAndWhatToDo) {
  const BadPolicy bad[] = {
      {absl::StrCat("customer: ", NotInSchema("payed")),
       [](auto& policy) { policy.set_customer("payed > 0"); }},
      {"dormant_customer_is_prospect_after_days: a delay of 1 to 36500 days is needed; an endless "
       "one would keep customers for ever",
       [](auto& policy) { policy.clear_dormant_customer_is_prospect_after_days(); }},
      {"offers \"club\": max_price: the range of prices is empty; give a max_price above 0 that is "
       "not below min_price",
       [](auto& policy) { policy.mutable_offers(0)->set_max_price(999); }},
      {"segmentation: the workspace has none of this id; make it (CreateSegmentation), or name one "
       "that is there",
       [](auto& policy) { policy.set_segmentation("shoppers"); }},
      {"next_actions, line 1: no action is given; give one, such as NURTURE",
       [](auto& policy) { policy.mutable_next_actions(0)->clear_action(); }},
      {"sample_size: give 1 to 100, or 0 for 5", nullptr},
  };
  for (const BadPolicy& each : bad) {
    v1::PreviewPolicyRequest preview;
    *preview.mutable_policy() = Policy();
    if (each.spoil) {
      each.spoil(*preview.mutable_policy());
      EXPECT_EQ(Update(preview.policy()), absl::InvalidArgumentError(each.message));
    } else {
      preview.set_sample_size(101);
    }
    v1::PreviewPolicyResponse response;
    EXPECT_EQ(service_->PreviewPolicy(call_, preview, &response),
              absl::InvalidArgumentError(each.message));
  }
  EXPECT_EQ(Stored().etag(), "");
}

// The check itself has tests of its own: policy_check_test.cc.
TEST_F(PolicyTest, WhatContradictsItselfIsRefused) {
  v1::LifecyclePolicy policy = Policy();
  policy.set_loyal_customer("last_bought > today - 30d");
  const absl::Status status = Update(policy);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("loyal_customer"));
}

// --- Preview ---

std::vector<std::string> Lines(const v1::PreviewPolicyResponse& response) {
  std::vector<std::string> lines;
  for (const v1::PolicyChange& change : response.changes()) {
    std::string line = absl::StrCat(v1::LifecycleField_Name(change.field()).substr(16), " ",
                                    change.from(), ">", change.to(), " ");
    absl::StrAppend(&line, change.withheld() ? "?" : absl::StrCat(change.contact_count()));
    for (const std::string& sample : change.samples()) {
      absl::StrAppend(&line, " ", sample.substr(std::string("workspaces/acme/contacts/").size()));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

class PreviewTest : public LifecycleTest {
 protected:
  PreviewTest() { EXPECT_TRUE(Update(Policy()).ok()); }

  v1::PreviewPolicyResponse Preview(const v1::LifecyclePolicy& policy, int sample_size = 0) {
    v1::PreviewPolicyRequest request;
    *request.mutable_policy() = policy;
    request.set_sample_size(sample_size);
    v1::PreviewPolicyResponse response;
    const absl::Status status = service_->PreviewPolicy(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }
};

TEST_F(PreviewTest, ThePolicyAsItIsChangesNothing) {
  Put("ada", {{"paid", "10"}, {"last_bought", "2026-05-20"}});
  Put("bob", {{"visits", "1"}});
  const auto response = Preview(Policy());
  EXPECT_EQ(response.contact_count(), 2);
  EXPECT_EQ(response.changed_count(), 0);
  EXPECT_THAT(response.changes(), IsEmpty());
  EXPECT_EQ(Day(response.as_of()), "2026-06-01");
}

TEST_F(PreviewTest, TellsWhatChangesByFieldAndThenMostFirst) {
  Put("ada", {{"paid", "10"}});
  Put("bob", {{"paid", "10"}, {"visits", "1"}});
  Put("cleo", {{"paid", "100"}, {"visits", "1"}});
  Put("dan", {{"visits", "1"}});
  Put("eva", {{"paid", "20"}, {"visits", "1"}});
  v1::LifecyclePolicy policy = Policy();
  policy.set_customer("paid > 50");
  policy.set_prospect("visits > 0 AND paid < 15");
  policy.set_warm("visits >= 1");
  policy.clear_next_actions();
  const auto response = Preview(policy);
  EXPECT_EQ(response.contact_count(), 5);
  EXPECT_EQ(response.changed_count(), 5);
  // Those who were customers are prospects; of Dan, who was one, nobody says that it ended.
  EXPECT_THAT(Lines(response), ElementsAre("RELATION CUSTOMER>PROSPECT 3 ada bob eva",
                                           "CUSTOMER_STAGE >NONE 3 ada bob eva",
                                           "TEMPERATURE >WARM 4 bob cleo dan eva"));
}

TEST_F(PreviewTest, ChangesNothingThatIsStored) {
  Put("ada", {{"paid", "10"}});
  v1::LifecyclePolicy policy = Policy();
  policy.set_customer("paid > 50");
  Preview(policy);
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_CUSTOMER);
  EXPECT_EQ(Stored().customer(), "paid > 0");
}

TEST_F(PreviewTest, KeepsAsManySamplesAsAreAskedFor) {
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g"}) Put(id, {{"paid", "10"}});
  v1::LifecyclePolicy policy = Policy();
  policy.set_customer("paid > 50");
  EXPECT_EQ(Preview(policy).changes(0).samples_size(), 5);
  EXPECT_EQ(Preview(policy, 2).changes(0).samples_size(), 2);
  EXPECT_EQ(Preview(policy, 100).changes(0).samples_size(), 7);
}

TEST_F(PreviewTest, PersonsInheritWhatTheirOrganisationWouldBe) {
  Put("bolt", {{"paid", "10"}}, "", v1::CONTACT_KIND_ORGANIZATION);
  Put("ada", {}, "bolt");
  ASSERT_EQ(Of("ada").relation(), v1::RELATION_CUSTOMER);
  v1::LifecyclePolicy policy = Policy();
  policy.set_customer("paid > 50");
  EXPECT_EQ(Preview(policy).changed_count(), 2);
}

TEST_F(PreviewTest, HelpsToMendAPolicyThatNoLongerFitsTheSchema) {
  Put("ada", {{"paid", "10"}});
  ASSERT_EQ(Of("ada").relation(), v1::RELATION_CUSTOMER);
  v1::UpdateSchemaRequest request;
  request.mutable_schema()->set_name("workspaces/acme/schema");
  request.set_remove_missing(true);
  for (const char* id : {"paid", "visits", "income", "last_bought", "has_club"}) {
    v1::Attribute* attribute = request.mutable_schema()->add_attributes();
    attribute->set_id(id);
    attribute->set_type(std::string(id) == "last_bought" ? v1::ATTRIBUTE_TYPE_DATE
                        : std::string(id) == "has_club"  ? v1::ATTRIBUTE_TYPE_BOOLEAN
                                                         : v1::ATTRIBUTE_TYPE_NUMERIC);
  }
  v1::Schema schema;
  ASSERT_TRUE(contacts_->UpdateSchema(call_, request, &schema).ok());
  EXPECT_EQ(Classify(Request({"ada"})).status(),
            absl::FailedPreconditionError(absl::StrCat(
                "the lifecycle policy no longer fits the schema: hot: ", NotInSchema("demo"),
                "; change it (UpdatePolicy, `cible lifecycle set`)")));
  v1::LifecyclePolicy policy = Policy();
  policy.clear_hot();
  policy.mutable_qualification()->clear_timing();
  EXPECT_EQ(Preview(policy).contact_count(), 1);
  ASSERT_TRUE(Update(policy).ok());
  EXPECT_EQ(Of("ada").relation(), v1::RELATION_CUSTOMER);
}

class WithheldPreviewTest : public PreviewTest {
 protected:
  WithheldPreviewTest() { call_.may_read_contacts = false; }

  static LifecycleState Standing(Relation relation, Temperature temperature) {
    LifecycleState state;
    state.Set(LifecycleField::kRelation, relation);
    state.Set(LifecycleField::kTemperature, temperature);
    return state;
  }

  // Leads that become something else, so many of each.
  static v1::PreviewPolicyResponse Told(int prospects, int customers, int unchanged) {
    ChangeCounts counts(5);
    const LifecycleState lead = Standing(Relation::kLead, Temperature::kCold);
    std::int64_t key = 0;
    for (int i = 0; i < prospects; ++i) {
      counts.Add(++key, lead, Standing(Relation::kProspect, Temperature::kCold));
    }
    for (int i = 0; i < customers; ++i) {
      counts.Add(++key, lead, Standing(Relation::kCustomer, Temperature::kCold));
    }
    for (int i = 0; i < unchanged; ++i) counts.Add(++key, lead, lead);
    v1::PreviewPolicyResponse response;
    counts.ToProto(10, {}, &response);
    return response;
  }
};

TEST_F(WithheldPreviewTest, WhoMayNotReadContactsGetsNoNames) {
  call_.may_read_contacts = true;
  for (int i = 0; i < 12; ++i) Put(absl::StrCat("c", i), {{"paid", "10"}});
  v1::LifecyclePolicy policy = Policy();
  policy.set_customer("paid > 50");
  call_.may_read_contacts = false;
  const auto response = Preview(policy);
  EXPECT_EQ(response.changes(0).contact_count(), 12);
  EXPECT_THAT(response.changes(0).samples(), IsEmpty());
}

TEST_F(WithheldPreviewTest, NothingIsToldOfFew) {
  const auto response = Told(9, 0, 100);
  EXPECT_TRUE(response.withheld());
  EXPECT_EQ(response.changed_count(), 0);
  EXPECT_THAT(Lines(response), ElementsAre("RELATION LEAD>PROSPECT ?"));
}

TEST_F(WithheldPreviewTest, NorOfOthersFromWhichThatCouldBeWorkedOut) {
  // 20 of 23 would tell the three.
  EXPECT_THAT(Lines(Told(3, 20, 100)),
              ElementsAre("RELATION LEAD>PROSPECT ?", "RELATION LEAD>CUSTOMER ?"));
  // 100 of 104 would tell the four who stay as they are.
  const auto response = Told(100, 0, 4);
  EXPECT_TRUE(response.withheld());
  EXPECT_EQ(response.contact_count(), 104);
  EXPECT_THAT(Lines(response), ElementsAre("RELATION LEAD>PROSPECT ?"));
}

TEST_F(WithheldPreviewTest, EnoughAreTold) {
  const auto response = Told(10, 20, 100);
  EXPECT_FALSE(response.withheld());
  EXPECT_EQ(response.changed_count(), 30);
  EXPECT_THAT(Lines(response),
              ElementsAre("RELATION LEAD>CUSTOMER 20", "RELATION LEAD>PROSPECT 10"));
}

}  // namespace
}  // namespace cible
