// LifecycleService::QualifyLeads: contacts that need not be stored.

#include <cmath>
#include <functional>

#include "server/wire/contact_wire.h"
#include "tests/server/services/lifecycle_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class QualifyLeadsTest : public LifecycleTest {
 protected:
  QualifyLeadsTest() { EXPECT_TRUE(Update(Policy()).ok()); }

  static v1::QualifyLeadsRequest Of(const Values& values) {
    v1::QualifyLeadsRequest request;
    request.set_parent("workspaces/acme");
    Fill(values, request.mutable_contact());
    return request;
  }

  absl::StatusOr<v1::QualifyLeadsResponse> Qualify(const v1::QualifyLeadsRequest& request) {
    v1::QualifyLeadsResponse response;
    const absl::Status status = service_->QualifyLeads(call_, request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // Of the only one.
  v1::Classification Answer(const v1::QualifyLeadsRequest& request) {
    const auto response = Qualify(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->classifications(0) : v1::Classification();
  }

  // A table of visits, with ids.
  static v1::QualifyLeadsRequest Table(const std::vector<std::string>& ids,
                                       const std::vector<double>& visits) {
    ContactTable table{.row_count = static_cast<int>(visits.size()), .ids = ids};
    table.columns = {MakeColumn("visits", AttributeType::kNumeric)};
    for (const double count : visits) Append(table.columns[0], count);
    v1::QualifyLeadsRequest request;
    request.set_parent("workspaces/acme");
    TableToProto(table, request.mutable_table());
    return request;
  }
};

TEST_F(QualifyLeadsTest, ClassifiesAndQualifiesOneContact) {
  v1::QualifyLeadsRequest request = Of({{"visits", "4"}, {"income", "1500"}});
  request.mutable_contact()->set_name("workspaces/acme/contacts/new");
  request.set_with_reasons(true);
  const auto response = Qualify(request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->policy_etag(), Stored().etag());
  const v1::Classification& lead = response->classifications(0);
  EXPECT_EQ(lead.contact(), "workspaces/acme/contacts/new");
  EXPECT_EQ(lead.relation(), v1::RELATION_PROSPECT);
  EXPECT_EQ(lead.temperature(), v1::TEMPERATURE_WARM);
  EXPECT_EQ(lead.qualification(0).finding(), v1::FINDING_MET);
  EXPECT_EQ(lead.score(), 45);
  EXPECT_EQ(Field(lead, v1::LIFECYCLE_FIELD_RELATION).reason(), "prospect: visits > 0");
  EXPECT_EQ(Day(Field(lead, v1::LIFECYCLE_FIELD_RELATION).since()), "2026-06-01");
}

TEST_F(QualifyLeadsTest, NothingOfItIsStored) {
  Answer(Of({{"paid", "4"}}));
  EXPECT_EQ(*(**store_->OpenSnapshot()).CountContacts("acme", std::nullopt), 0);
}

TEST_F(QualifyLeadsTest, MoneyIsJudgedByTheOffer) {
  v1::QualifyLeadsRequest request = Of({{"income", "1500"}});
  EXPECT_EQ(Answer(request).qualification(0).finding(), v1::FINDING_MET);  // The main offer.
  v1::Offer& dear = *request.mutable_new_offer();
  dear.set_id("yacht");
  dear.set_min_price(1e6);
  dear.set_max_price(2e6);
  EXPECT_EQ(Answer(request).qualification(0).finding(), v1::FINDING_NOT_MET);
  request.set_offer("club");
  EXPECT_EQ(Answer(request).qualification(0).finding(), v1::FINDING_MET);
  v1::LifecyclePolicy policy = Policy();
  policy.clear_main_offer();
  ASSERT_TRUE(Update(policy).ok());
  request.clear_sold();
  EXPECT_EQ(Answer(request).qualification(0).finding(), v1::FINDING_UNSPECIFIED);
  request.set_offer("club");
  EXPECT_EQ(Answer(request).qualification(0).finding(), v1::FINDING_MET);
}

TEST_F(QualifyLeadsTest, AnOfferOfTheSameIdTakesThePlaceOfThePolicys) {
  v1::QualifyLeadsRequest request = Of({{"income", "1500"}});
  v1::Offer& club = *request.mutable_new_offer();
  club.set_id("club");
  club.set_max_price(5000);
  club.set_min_price(4000);
  EXPECT_EQ(Answer(request).qualification(0).finding(), v1::FINDING_NOT_MET);
  EXPECT_EQ(Stored().offers(0).min_price(), 1000);
}

TEST_F(QualifyLeadsTest, RefusesAnOfferThatIsNone) {
  v1::QualifyLeadsRequest request = Of({});
  request.set_offer("yacht");
  EXPECT_EQ(Qualify(request).status(),
            absl::NotFoundError("offer: the policy has none of this id; GetPolicy lists them"));
  v1::Offer& offer = *request.mutable_new_offer();
  offer.set_id("yacht");
  offer.set_min_price(10);
  offer.set_max_price(5);
  EXPECT_EQ(Qualify(request).status(),
            absl::InvalidArgumentError("new_offer.max_price: the range of prices is empty; give a "
                                       "max_price above 0 that is not below min_price"));
  offer.set_max_price(50);
  offer.set_bought("payed > 0");
  EXPECT_EQ(Qualify(request).status(), absl::InvalidArgumentError(absl::StrCat(
                                           "offers \"yacht\".bought: ", NotInSchema("payed"))));
}

TEST_F(QualifyLeadsTest, AnswersForATableRowByRow) {
  const auto response = Qualify(Table({"ada", "bob"}, {0, 4}));
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_THAT(response->classifications(), SizeIs(2));
  EXPECT_EQ(response->classifications(0).contact(), "ada");
  EXPECT_EQ(response->classifications(0).relation(), v1::RELATION_LEAD);
  EXPECT_EQ(response->classifications(1).contact(), "bob");
  EXPECT_EQ(response->classifications(1).relation(), v1::RELATION_PROSPECT);
}

TEST_F(QualifyLeadsTest, ABadRowSinksNoOther) {
  v1::QualifyLeadsRequest request = Table({}, {1, std::nan(""), 4});
  const auto response = Qualify(request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_THAT(response->classifications(), SizeIs(3));
  EXPECT_EQ(response->classifications(0).relation(), v1::RELATION_PROSPECT);
  EXPECT_EQ(response->classifications(1).relation(), v1::RELATION_UNSPECIFIED);
  EXPECT_EQ(response->classifications(2).temperature(), v1::TEMPERATURE_WARM);
  ASSERT_THAT(response->row_errors(), SizeIs(1));
  EXPECT_EQ(response->row_errors(0).row(), 1);
  EXPECT_EQ(response->row_errors(0).attribute(), "visits");
}

TEST_F(QualifyLeadsTest, MinorsAreRefusedAndRowsKeepWhatIsTheirs) {
  v1::UpdateSchemaRequest schema_request;
  schema_request.mutable_schema()->set_name("workspaces/acme/schema");
  v1::Attribute& age = *schema_request.mutable_schema()->add_attributes();
  age.set_id("age");
  age.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
  age.set_birth(v1::BIRTH_AGE);
  v1::Schema schema;
  ASSERT_TRUE(contacts_->UpdateSchema(call_, schema_request, &schema).ok());
  Put("bolt", {{"paid", "1"}}, "", v1::CONTACT_KIND_ORGANIZATION);
  ContactTable table{.row_count = 2, .ids = {}};
  table.columns = {MakeColumn("age", AttributeType::kNumeric)};
  for (const double years : {12., 40.}) Append(table.columns[0], years);
  v1::QualifyLeadsRequest request;
  request.set_parent("workspaces/acme");
  TableToProto(table, request.mutable_table());
  MembershipsToProto({"", "bolt"}, {BuyingRole::kUnknown, BuyingRole::kDecides},
                     request.mutable_table());
  const auto response = Qualify(request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->classifications(0).relation(), v1::RELATION_UNSPECIFIED);
  EXPECT_EQ(response->classifications(1).relation(), v1::RELATION_CUSTOMER);
  ASSERT_THAT(response->row_errors(), SizeIs(1));
  EXPECT_THAT(response->row_errors(0).reason(), HasSubstr("under 18"));
  const absl::Status minor = Qualify(Of({{"age", "12"}})).status();
  EXPECT_EQ(minor.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(minor.message()), HasSubstr("under 18"));
  request = Of({{"age", "12"}});
  request.mutable_contact()->set_kind(v1::CONTACT_KIND_ORGANIZATION);
  EXPECT_TRUE(Qualify(request).ok());
}

TEST_F(QualifyLeadsTest, APersonStandsAsTheStoredOrganisationItNames) {
  Put("bolt", {{"paid", "1"}}, "", v1::CONTACT_KIND_ORGANIZATION);
  v1::QualifyLeadsRequest request = Of({});
  request.mutable_contact()->set_organization(Name("bolt"));
  EXPECT_EQ(Answer(request).relation(), v1::RELATION_CUSTOMER);
  request.mutable_contact()->set_organization(Name("unknown"));
  EXPECT_EQ(Answer(request).relation(), v1::RELATION_LEAD);
  request.mutable_contact()->set_organization(Name("bolt"));
  call_.may_read_contacts = false;
  EXPECT_EQ(Answer(request).relation(), v1::RELATION_LEAD);
}

TEST_F(QualifyLeadsTest, ReadsStageAndRole) {
  v1::LifecyclePolicy policy = Policy();
  policy.set_customer("contact.stage = CUSTOMER");
  policy.mutable_qualification()->mutable_authority()->set_met("contact.buying_role = DECIDES");
  ASSERT_TRUE(Update(policy).ok());
  v1::QualifyLeadsRequest request = Of({});
  request.mutable_contact()->set_stage(v1::STAGE_CUSTOMER);
  request.mutable_contact()->set_buying_role(v1::BUYING_ROLE_DECIDES);
  const v1::Classification lead = Answer(request);
  EXPECT_EQ(lead.relation(), v1::RELATION_CUSTOMER);
  EXPECT_EQ(lead.qualification(1).finding(), v1::FINDING_MET);
}

TEST_F(QualifyLeadsTest, DatesAreMeasuredFromTheDayAskedFor) {
  v1::QualifyLeadsRequest request = Of({{"paid", "1"}, {"last_bought", "2026-05-20"}});
  EXPECT_EQ(Answer(request).customer_stage(), v1::CUSTOMER_STAGE_NEW);
  DateToProto(*ParseDate("2027-05-20"), request.mutable_as_of());
  const v1::Classification later = Answer(request);
  EXPECT_EQ(later.customer_stage(), v1::CUSTOMER_STAGE_DORMANT);
  EXPECT_EQ(Day(later.as_of()), "2027-05-20");
  DateToProto(*ParseDate("2029-05-19"), request.mutable_as_of());
  EXPECT_TRUE(Answer(request).former_customer());
  request.mutable_as_of()->set_month(13);
  EXPECT_EQ(Qualify(request).status().code(), absl::StatusCode::kInvalidArgument);
}

struct BadRequest {
  std::string message;
  std::function<void(v1::QualifyLeadsRequest&)> spoil;
};

TEST_F(QualifyLeadsTest, RefusesWhatItCannotRead) {
  const BadRequest bad[] = {
      {"leads: nobody is given; send a contact or a table",
       [](auto& request) { request.clear_leads(); }},
      {"contact.kind is none that this server knows; leave it out, or send CONTACT_KIND_PERSON or "
       "CONTACT_KIND_ORGANIZATION",
       [](auto& request) { request.mutable_contact()->set_kind(static_cast<v1::ContactKind>(9)); }},
      {"contact.stage is none that this server knows; leave it out, or send STAGE_LEAD, "
       "STAGE_PROSPECT or STAGE_CUSTOMER",
       [](auto& request) { request.mutable_contact()->set_stage(static_cast<v1::Stage>(9)); }},
      {"contact.buying_role is none that this server knows; leave it out, or send "
       "BUYING_ROLE_DECIDES, BUYING_ROLE_ADVISES or BUYING_ROLE_USES",
       [](auto& request) {
         request.mutable_contact()->set_buying_role(static_cast<v1::BuyingRole>(9));
       }},
      {"contact.organization: a resource name is malformed; expected "
       "`workspaces/{workspace}/contacts/{contact}`",
       [](auto& request) { request.mutable_contact()->set_organization("bolt"); }},
      {"contact.organization: it is of another workspace than the request; name one of the same",
       [](auto& request) {
         request.mutable_contact()->set_organization("workspaces/default/contacts/bolt");
       }},
      {"contact: an organisation belongs to no other and has no buying role; leave both out",
       [](auto& request) {
         request.mutable_contact()->set_kind(v1::CONTACT_KIND_ORGANIZATION);
         request.mutable_contact()->set_organization(Name("bolt"));
       }},
      {"table: organisations belong to no other and have no buying roles; leave both out",
       [](auto& request) {
         request = Table({}, {1});
         request.set_kind(v1::CONTACT_KIND_ORGANIZATION);
         MembershipsToProto({"bolt"}, {}, request.mutable_table());
       }},
      {"kind is none that this server knows; leave it out, or send CONTACT_KIND_PERSON or "
       "CONTACT_KIND_ORGANIZATION",
       [](auto& request) {
         request = Table({}, {1});
         request.set_kind(static_cast<v1::ContactKind>(9));
       }},
  };
  for (const BadRequest& each : bad) {
    v1::QualifyLeadsRequest request = Of({});
    each.spoil(request);
    EXPECT_EQ(Qualify(request).status(), absl::InvalidArgumentError(each.message));
  }
}

}  // namespace
}  // namespace cible
