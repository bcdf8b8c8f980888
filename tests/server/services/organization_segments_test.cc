// Companies with sectors and persons who act for them, segmented both ways.

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

constexpr int kCompanies = 60;
constexpr int kPersonsEach = 5;
constexpr std::int64_t kDay = 86'400;
const char* const kSectors[] = {"retail", "industry", "health"};

std::string CompanyId(int company) { return absl::StrCat("company", company); }
std::string PersonId(int company, int person) { return absl::StrCat("p", company, "-", person); }
std::string Name(const std::string& id) { return absl::StrCat("workspaces/acme/contacts/", id); }

// Every second company is one whose persons come often.
bool IsEngaged(int company) { return company % 2 == 0; }

class OrganizationSegmentsTest : public TrainedTest {
 protected:
  OrganizationSegmentsTest() {
    contacts_ = std::make_unique<ContactService>(
        *store_, clock_, [this](const std::string& workspace, absl::Span<const std::string> ids) {
          return keeper_->AssignContacts(workspace, ids);
        });
    AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}});
    v1::UpdateSchemaRequest request;
    request.mutable_schema()->set_name("workspaces/acme/schema");
    v1::Attribute& sector = *request.mutable_schema()->add_attributes();
    sector.set_id("sector");
    sector.set_type(v1::ATTRIBUTE_TYPE_CATEGORICAL);
    sector.set_applies_to(v1::APPLIES_TO_ORGANIZATIONS);
    v1::Attribute& derived = *request.mutable_schema()->add_attributes();
    derived.set_id("organization_sector");
    derived.set_type(v1::ATTRIBUTE_TYPE_CATEGORICAL);
    derived.set_derived_from("organization/sector");
    v1::Schema schema;
    const absl::Status status = contacts_->UpdateSchema(call_, request, &schema);
    EXPECT_TRUE(status.ok()) << status;
    ImportCompanies();
    ImportPersons();
    RecordVisits();
  }

  void ImportCompanies() {
    ContactTable table{.row_count = kCompanies, .ids = {}};
    table.columns = {MakeColumn("sector", AttributeType::kCategorical)};
    for (int company = 0; company < kCompanies; ++company) {
      table.ids.push_back(CompanyId(company));
      Append(table.columns[0], std::string(kSectors[company % 3]));
    }
    v1::ContactTable message;
    TableToProto(table, &message);
    v1::ImportContactsRequest request = ImportRequest(1, message);
    request.set_kind(v1::CONTACT_KIND_ORGANIZATION);
    EXPECT_EQ(Send(*contacts_->OpenImport(), request).created_count(), kCompanies);
  }

  // Their age goes with the sector, and tells less: ages of sectors overlap.
  void ImportPersons() {
    ContactTable table{.row_count = kCompanies * kPersonsEach, .ids = {}};
    table.columns = {MakeColumn("age", AttributeType::kNumeric)};
    std::vector<std::string> organizations;
    std::vector<BuyingRole> roles;
    for (int company = 0; company < kCompanies; ++company) {
      for (int person = 0; person < kPersonsEach; ++person) {
        table.ids.push_back(PersonId(company, person));
        Append(table.columns[0], 30.0 + 6 * (company % 3) + person + (company % 4));
        organizations.push_back(CompanyId(company));
        roles.push_back(person < 2 ? BuyingRole::kDecides : BuyingRole::kUses);
      }
    }
    v1::ContactTable message;
    TableToProto(table, &message);
    MembershipsToProto(organizations, roles, &message);
    const auto response = Send(*contacts_->OpenImport(), ImportRequest(1, message));
    EXPECT_EQ(response.created_count(), kCompanies * kPersonsEach) << response.DebugString();
  }

  void Visit(int company, int person, int times, v1::RecordEventsRequest& request) {
    for (int i = 0; i < times; ++i) {
      v1::Event& event = *request.add_events();
      event.set_contact(PersonId(company, person));
      event.set_id(absl::StrCat("v", next_event_++));
      event.set_type(v1::EVENT_TYPE_VISIT);
      event.mutable_time()->set_seconds(clock_.now.micros / 1'000'000 - (i + 1) * kDay);
    }
  }

  void Record(const v1::RecordEventsRequest& request) {
    v1::RecordEventsResponse response;
    const absl::Status status = contacts_->OpenEvents()->Handle(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.recorded_count(), request.events_size()) << response.DebugString();
  }

  static v1::RecordEventsRequest EventsRequest() {
    v1::RecordEventsRequest request;
    request.set_parent("workspaces/acme");
    request.set_sequence(1);
    return request;
  }

  void RecordVisits() {
    v1::RecordEventsRequest request = EventsRequest();
    for (int company = 0; company < kCompanies; ++company) {
      for (int person = 0; person < kPersonsEach; ++person) {
        const int times = IsEngaged(company) ? 8 + person + company % 5 : 1 + company % 3 / 2;
        Visit(company, person, times, request);
      }
    }
    Record(request);
  }

  // Clusters by these attributes and no others.
  void ClusterBy(const std::set<std::string>& ids) {
    v1::GetSchemaRequest get;
    get.set_name("workspaces/acme/schema");
    v1::UpdateSchemaRequest request;
    ASSERT_TRUE(contacts_->GetSchema(call_, get, request.mutable_schema()).ok());
    for (v1::Attribute& attribute : *request.mutable_schema()->mutable_attributes()) {
      if (attribute.type() == v1::ATTRIBUTE_TYPE_TEXT) continue;
      attribute.set_role(ids.contains(attribute.id()) ? v1::ROLE_FEATURE : v1::ROLE_DESCRIPTOR);
    }
    v1::Schema schema;
    const absl::Status status = contacts_->UpdateSchema(call_, request, &schema);
    ASSERT_TRUE(status.ok()) << status;
  }

  void TrainSegments(const std::string& segmentation, int count) {
    v1::TrainModelRequest request;
    request.set_segmentation(segmentation);
    request.set_min_segments(count);
    request.set_max_segments(count);
    request.set_stability_pairs(0);
    const v1::TrainingRun run = Train(request);
    ASSERT_EQ(run.state(), v1::TRAINING_RUN_STATE_SUCCEEDED) << run.DebugString();
  }

  v1::Contact Get(const std::string& id) {
    v1::GetContactRequest request;
    request.set_name(Name(id));
    v1::Contact contact;
    const absl::Status status = contacts_->GetContact(call_, request, &contact);
    EXPECT_TRUE(status.ok()) << status;
    return contact;
  }

  std::string SegmentOf(const std::string& id) {
    const v1::Contact contact = Get(id);
    EXPECT_EQ(contact.assignments_size(), 1) << contact.DebugString();
    return contact.assignments_size() == 1 ? contact.assignments(0).segment() : "";
  }

  // "text" or the number of an attribute; empty: unknown.
  std::string ValueOf(const std::string& id, const std::string& attribute) {
    const v1::Contact contact = Get(id);
    for (const v1::AttributeValue& value : contact.attributes()) {
      if (value.attribute() != attribute) continue;
      return value.has_number() ? absl::StrCat(value.number()) : value.text();
    }
    return "";
  }

  int next_event_ = 0;
};

TEST_F(OrganizationSegmentsTest, PersonsAreSegmentedByTheSectorOfTheirOrganisation) {
  ClusterBy({"organization_sector", "age"});
  TrainSegments(kSegmentation, 3);
  std::map<std::string, std::string> segment_of;  // By sector.
  for (int company = 0; company < kCompanies; ++company) {
    for (int person = 0; person < kPersonsEach; ++person) {
      const std::string segment = SegmentOf(PersonId(company, person));
      const auto [place, is_new] = segment_of.emplace(kSectors[company % 3], segment);
      EXPECT_EQ(place->second, segment) << PersonId(company, person);
    }
  }
  EXPECT_EQ(
      std::set<std::string>({segment_of["retail"], segment_of["industry"], segment_of["health"]})
          .size(),
      3u);

  // What becomes known of a company is known of its persons when the update is
  // acknowledged: their value and their segment.
  ASSERT_EQ(ValueOf(PersonId(7, 0), "organization_sector"), "industry");
  v1::UpdateContactRequest update;
  update.mutable_contact()->set_name(Name(CompanyId(7)));
  v1::AttributeValue& sector = *update.mutable_contact()->add_attributes();
  sector.set_attribute("sector");
  sector.set_text("health");
  v1::Contact company;
  ASSERT_TRUE(contacts_->UpdateContact(call_, update, &company).ok());
  EXPECT_EQ(ValueOf(PersonId(7, 0), "organization_sector"), "health");
  EXPECT_EQ(SegmentOf(PersonId(7, 4)), segment_of["health"]);

  // A person who changes sides.
  ASSERT_EQ(SegmentOf(PersonId(19, 4)), segment_of["industry"]);
  v1::UpdateContactRequest move;
  move.mutable_contact()->set_name(Name(PersonId(19, 4)));
  move.mutable_contact()->set_organization(Name(CompanyId(2)));
  ASSERT_TRUE(contacts_->UpdateContact(call_, move, &company).ok());
  EXPECT_EQ(SegmentOf(PersonId(19, 4)), segment_of["health"]);
}

TEST_F(OrganizationSegmentsTest, OrganisationsAreSegmentedByWhatTheirPersonsDo) {
  ClusterBy({"people_engagement"});
  v1::CreateSegmentationRequest create;
  create.set_parent("workspaces/acme");
  create.set_segmentation_id("companies");
  create.mutable_segmentation()->set_contact_kind(v1::CONTACT_KIND_ORGANIZATION);
  v1::Segmentation segmentation;
  ASSERT_TRUE(segmentations_->CreateSegmentation(call_, create, &segmentation).ok());
  TrainSegments(segmentation.name(), 2);
  const std::string engaged = SegmentOf(CompanyId(0));
  const std::string quiet = SegmentOf(CompanyId(1));
  EXPECT_NE(engaged, quiet);
  for (int company = 0; company < kCompanies; ++company) {
    EXPECT_EQ(SegmentOf(CompanyId(company)), IsEngaged(company) ? engaged : quiet) << company;
    EXPECT_EQ(ValueOf(CompanyId(company), "headcount_known"), "5");
  }
  // Of those who decide the one who came most often.
  EXPECT_EQ(ValueOf(CompanyId(0), "best_decision_maker"), PersonId(0, 1));

  // What a person does counts for its company when the events are acknowledged.
  v1::RecordEventsRequest request = EventsRequest();
  for (int person = 0; person < kPersonsEach; ++person) Visit(1, person, 9, request);
  Record(request);
  EXPECT_EQ(SegmentOf(CompanyId(1)), engaged);
  EXPECT_EQ(SegmentOf(CompanyId(3)), quiet);

  // And no more once its persons belong to none.
  v1::UpdateContactRequest leave;
  leave.mutable_update_mask()->add_paths("organization");
  v1::Contact contact;
  for (int person = 1; person < kPersonsEach; ++person) {
    leave.mutable_contact()->set_name(Name(PersonId(0, person)));
    ASSERT_TRUE(contacts_->UpdateContact(call_, leave, &contact).ok());
  }
  EXPECT_EQ(ValueOf(CompanyId(0), "headcount_known"), "1");
  EXPECT_EQ(ValueOf(CompanyId(0), "best_decision_maker"), PersonId(0, 0));
  EXPECT_EQ(SegmentOf(CompanyId(0)), quiet);
}

}  // namespace
}  // namespace cible
