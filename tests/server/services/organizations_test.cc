// Persons who belong to organisations, through ContactService.

#include "absl/strings/str_cat.h"
#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr char kOfAPerson[] =
    "the organisation that the person is to belong to is a PERSON; name an ORGANIZATION";

std::string Name(const std::string& id) { return absl::StrCat("workspaces/acme/contacts/", id); }

class OrganizationsTest : public ServiceTest {
 protected:
  OrganizationsTest() {
    ImportThreePeople();
    AddAttributes({{"sector", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
    EXPECT_TRUE(Update(Company("bolt")).ok());
    assigned_.clear();
  }

  static v1::UpdateContactRequest Update(const std::string& id, const std::string& organization,
                                         v1::BuyingRole role = v1::BUYING_ROLE_UNSPECIFIED,
                                         const std::vector<std::string>& mask = {}) {
    v1::UpdateContactRequest request;
    request.mutable_contact()->set_name(Name(id));
    if (!organization.empty()) request.mutable_contact()->set_organization(Name(organization));
    request.mutable_contact()->set_buying_role(role);
    request.set_allow_missing(true);
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    return request;
  }

  static v1::UpdateContactRequest Company(const std::string& id, const std::string& sector = "") {
    v1::UpdateContactRequest request = Update(id, "");
    request.mutable_contact()->set_kind(v1::CONTACT_KIND_ORGANIZATION);
    if (sector.empty()) return request;
    v1::AttributeValue& value = *request.mutable_contact()->add_attributes();
    value.set_attribute("sector");
    value.set_text(sector);
    return request;
  }

  absl::StatusOr<v1::Contact> Update(const v1::UpdateContactRequest& request) {
    v1::Contact contact;
    const absl::Status status = contacts_->UpdateContact(call_, request, &contact);
    if (!status.ok()) return status;
    return contact;
  }

  std::string Refusal(const v1::UpdateContactRequest& request) {
    const absl::Status status = Update(request).status();
    return absl::StrCat(absl::StatusCodeToString(status.code()), ": ", status.message());
  }

  v1::Contact Get(const std::string& id) {
    v1::GetContactRequest request;
    request.set_name(Name(id));
    v1::Contact contact;
    const absl::Status status = contacts_->GetContact(call_, request, &contact);
    EXPECT_TRUE(status.ok()) << status;
    return contact;
  }

  v1::Schema GetSchema() {
    v1::GetSchemaRequest request;
    request.set_name("workspaces/acme/schema");
    v1::Schema schema;
    EXPECT_TRUE(contacts_->GetSchema(call_, request, &schema).ok());
    return schema;
  }

  std::vector<std::pair<std::string, std::string>> PeopleAttributesThere() {
    std::vector<std::pair<std::string, std::string>> there;
    const v1::Schema schema = GetSchema();
    for (const v1::Attribute& attribute : schema.attributes()) {
      const bool is_from_people = attribute.derived_from().rfind("people/", 0) == 0;
      if (is_from_people) there.emplace_back(attribute.id(), attribute.derived_from());
    }
    return there;
  }

  absl::Status UpdateSchema(const std::vector<v1::Attribute>& attributes) {
    v1::UpdateSchemaRequest request;
    request.mutable_schema()->set_name("workspaces/acme/schema");
    for (const v1::Attribute& each : attributes) *request.mutable_schema()->add_attributes() = each;
    v1::Schema schema;
    return contacts_->UpdateSchema(call_, request, &schema);
  }

  static v1::Attribute Derived(const std::string& id, v1::AttributeType type,
                               const std::string& from) {
    v1::Attribute attribute;
    attribute.set_id(id);
    attribute.set_type(type);
    attribute.set_derived_from(from);
    return attribute;
  }

  // A message of people who belong somewhere.
  static v1::ImportContactsRequest People(const std::vector<std::string>& ids,
                                          const std::vector<std::string>& organizations,
                                          const std::vector<BuyingRole>& roles = {}) {
    v1::ImportContactsRequest request = ImportRequest(1, {});
    v1::ContactTable& table = *request.mutable_table();
    table.set_row_count(static_cast<std::uint32_t>(ids.size()));
    TextsToProto(ids, table.mutable_ids());
    MembershipsToProto(organizations, roles, &table);
    return request;
  }

  v1::ImportContactsResponse Import(const v1::ImportContactsRequest& request) {
    return Send(*contacts_->OpenImport(), request);
  }
};

// --- Updates ---

TEST_F(OrganizationsTest, AnUpdateSaysWhereAPersonBelongs) {
  const auto ann = Update(Update("ann", "bolt", v1::BUYING_ROLE_DECIDES));
  ASSERT_TRUE(ann.ok()) << ann.status();
  EXPECT_EQ(ann->organization(), Name("bolt"));
  EXPECT_EQ(ann->buying_role(), v1::BUYING_ROLE_DECIDES);
  EXPECT_EQ(Get("ann").organization(), Name("bolt"));
  // The organisation is assigned anew within the same acknowledgement.
  EXPECT_THAT(assigned_, ElementsAre(Pair("acme", ElementsAre("ann", "bolt"))));
  v1::ListContactsRequest list;
  list.set_parent("workspaces/acme");
  list.set_filter("contact.organization = \"bolt\"");
  v1::ListContactsResponse listed;
  ASSERT_TRUE(contacts_->ListContacts(call_, list, &listed).ok());
  ASSERT_THAT(listed.contacts(), SizeIs(1));
  EXPECT_EQ(listed.contacts(0).organization(), Name("bolt"));
  EXPECT_EQ(listed.contacts(0).buying_role(), v1::BUYING_ROLE_DECIDES);
  v1::GetContactDossierRequest request;
  request.set_name(Name("ann"));
  v1::ContactDossier dossier;
  ASSERT_TRUE(contacts_->GetContactDossier(call_, request, &dossier).ok());
  EXPECT_EQ(dossier.contact().organization(), Name("bolt"));
}

TEST_F(OrganizationsTest, TheMaskSaysWhatOfItChanges) {
  ASSERT_TRUE(Update(Update("ann", "bolt", v1::BUYING_ROLE_DECIDES)).ok());
  // What is not listed stays, what is listed and not sent goes.
  ASSERT_TRUE(Update(Update("ann", "cork", v1::BUYING_ROLE_USES, {"buying_role"})).ok());
  EXPECT_EQ(Get("ann").organization(), Name("bolt"));
  EXPECT_EQ(Get("ann").buying_role(), v1::BUYING_ROLE_USES);
  ASSERT_TRUE(Update(Update("ann", "", {}, {"organization"})).ok());
  EXPECT_EQ(Get("ann").organization(), "");
  EXPECT_EQ(Get("ann").buying_role(), v1::BUYING_ROLE_USES);
  ASSERT_TRUE(Update(Update("ann", "bolt", {}, {"stage"})).ok());
  EXPECT_EQ(Get("ann").organization(), "");
  ASSERT_TRUE(Update(Update("ann", "", {}, {"*"})).ok());
  EXPECT_EQ(Get("ann").buying_role(), v1::BUYING_ROLE_UNSPECIFIED);
}

TEST_F(OrganizationsTest, AnUpdateThatIsOnlyTriedShowsWhereAPersonWouldBelong) {
  v1::UpdateContactRequest request = Update("ann", "cork", v1::BUYING_ROLE_USES);
  request.set_validate_only(true);
  const auto ann = Update(request);
  ASSERT_TRUE(ann.ok()) << ann.status();
  EXPECT_EQ(ann->organization(), Name("cork"));
  EXPECT_EQ(ann->buying_role(), v1::BUYING_ROLE_USES);
  EXPECT_EQ(Get("ann").organization(), "");
  EXPECT_THAT(PeopleAttributesThere(), IsEmpty());
}

TEST_F(OrganizationsTest, AnOrganisationDoesNotBelongToItself) {
  v1::UpdateContactRequest request = Update("bolt", "bolt");
  EXPECT_EQ(Refusal(request), "INVALID_ARGUMENT: only persons belong to organisations");
  request = Update("cork", "cork");  // Not stored yet.
  request.mutable_contact()->set_kind(v1::CONTACT_KIND_ORGANIZATION);
  EXPECT_EQ(Refusal(request), "INVALID_ARGUMENT: only persons belong to organisations");
  EXPECT_EQ(Refusal(Update("bolt", "", v1::BUYING_ROLE_USES)),
            "INVALID_ARGUMENT: only persons have a buying role");
}

TEST_F(OrganizationsTest, NobodyBelongsToAPerson) {
  EXPECT_EQ(Refusal(Update("ann", "bob")), absl::StrCat("FAILED_PRECONDITION: ", kOfAPerson));
  EXPECT_EQ(Refusal(Update("new", "new")), absl::StrCat("FAILED_PRECONDITION: ", kOfAPerson));
  // Nor to one who is stored by the same batch.
  v1::BatchUpdateContactsRequest batch;
  batch.set_parent("workspaces/acme");
  *batch.add_requests() = Update("dan", "");
  *batch.add_requests() = Update("ann", "dan");
  v1::BatchUpdateContactsResponse response;
  const absl::Status status = contacts_->BatchUpdateContacts(call_, batch, &response);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), absl::StrCat("requests[1]: ", kOfAPerson));
}

TEST_F(OrganizationsTest, RefusesNamesAndRolesThatAreNone) {
  v1::UpdateContactRequest request = Update("ann", "");
  request.mutable_contact()->set_organization("workspaces/default/contacts/bolt");
  EXPECT_THAT(Update(request).status().message(), HasSubstr("of another workspace"));
  request.mutable_contact()->set_organization("bolt");
  EXPECT_EQ(Update(request).status().code(), absl::StatusCode::kInvalidArgument);
  request = Update("ann", "", static_cast<v1::BuyingRole>(77));
  EXPECT_THAT(Update(request).status().message(), HasSubstr("BUYING_ROLE_DECIDES"));
}

// --- What follows ---

TEST_F(OrganizationsTest, WhoBelongsToAnOrganisationIsAssignedAnewWithIt) {
  ASSERT_TRUE(Update(Update("ann", "bolt")).ok());
  ASSERT_TRUE(Update(Update("bob", "bolt")).ok());
  assigned_.clear();
  ASSERT_TRUE(Update(Company("bolt", "retail")).ok());
  EXPECT_THAT(assigned_, ElementsAre(Pair("acme", ElementsAre("bolt", "ann", "bob"))));
  assigned_.clear();
  v1::DeleteContactRequest removal;
  removal.set_name(Name("bolt"));
  google::protobuf::Empty empty;
  ASSERT_TRUE(contacts_->DeleteContact(call_, removal, &empty).ok());
  EXPECT_THAT(assigned_, ElementsAre(Pair("acme", ElementsAre("ann", "bob"))));
  EXPECT_EQ(Get("ann").organization(), "");
}

TEST_F(OrganizationsTest, AnObjectionIsAChangeOfTheOrganisation) {
  ASSERT_TRUE(Update(Update("ann", "bolt")).ok());
  assigned_.clear();
  v1::ObjectToProfilingRequest request;
  request.set_name(Name("ann"));
  v1::Contact contact;
  ASSERT_TRUE(contacts_->ObjectToProfiling(call_, request, &contact).ok());
  EXPECT_THAT(assigned_, ElementsAre(Pair("acme", ElementsAre("bolt"))));
}

TEST_F(OrganizationsTest, AMergeKeepsLinks) {
  ASSERT_TRUE(Update(Update("bob", "bolt", v1::BUYING_ROLE_ADVISES)).ok());
  assigned_.clear();
  v1::MergeContactsRequest request;
  request.set_parent("workspaces/acme");
  request.add_names(Name("ann"));
  request.add_names(Name("bob"));
  request.set_validate_only(true);
  v1::Contact merged;
  ASSERT_TRUE(contacts_->MergeContacts(call_, request, &merged).ok());
  EXPECT_EQ(merged.organization(), Name("bolt"));
  EXPECT_EQ(merged.buying_role(), v1::BUYING_ROLE_ADVISES);
  EXPECT_EQ(Get("ann").organization(), "");
  request.set_validate_only(false);
  merged.Clear();
  ASSERT_TRUE(contacts_->MergeContacts(call_, request, &merged).ok());
  EXPECT_EQ(merged.organization(), Name("bolt"));
  EXPECT_EQ(merged.buying_role(), v1::BUYING_ROLE_ADVISES);
  EXPECT_THAT(assigned_, ElementsAre(Pair("acme", ElementsAre("ann", "bolt"))));
}

// --- Imports and exports ---

TEST_F(OrganizationsTest, AnImportSaysWherePersonsBelong) {
  const auto response =
      Import(People({"dan", "eve", "ann"}, {"bolt", "cork", ""},
                    {BuyingRole::kUses, BuyingRole::kUnknown, BuyingRole::kAdvises}));
  EXPECT_EQ(response.created_count(), 2) << response.DebugString();
  EXPECT_EQ(response.updated_count(), 1);
  EXPECT_EQ(Get("dan").organization(), Name("bolt"));
  EXPECT_EQ(Get("dan").buying_role(), v1::BUYING_ROLE_USES);
  EXPECT_EQ(Get("eve").organization(), Name("cork"));
  EXPECT_EQ(Get("cork").kind(), v1::CONTACT_KIND_ORGANIZATION);
  EXPECT_EQ(Get("ann").organization(), "");
  EXPECT_EQ(Get("ann").buying_role(), v1::BUYING_ROLE_ADVISES);
  EXPECT_THAT(assigned_,
              ElementsAre(Pair("acme", UnorderedElementsAre("dan", "eve", "ann", "bolt", "cork"))));
  // A row that does not say it leaves it as it was.
  EXPECT_EQ(Import(People({"dan", "eve"}, {"", ""})).unchanged_count(), 2);
  EXPECT_EQ(Get("dan").organization(), Name("bolt"));
}

TEST_F(OrganizationsTest, RowsThatComeAsMessagesSayItToo) {
  v1::ImportContactsRequest request;
  request.set_parent("workspaces/acme");
  request.set_sequence(1);
  *request.add_contacts() = Update("dan", "bolt", v1::BUYING_ROLE_DECIDES).contact();
  *request.add_contacts() = Update("eve", "").contact();
  request.mutable_contacts(1)->set_organization("workspaces/default/contacts/bolt");
  *request.add_contacts() = Company("dust").contact();
  request.mutable_contacts(2)->set_organization(Name("dust"));
  const auto response = Import(request);
  EXPECT_EQ(response.created_count(), 1) << response.DebugString();
  ASSERT_THAT(response.errors(), SizeIs(2));
  EXPECT_THAT(response.errors(0).reason(), HasSubstr("of another workspace"));
  EXPECT_THAT(response.errors(1).reason(), HasSubstr("only persons belong to organisations"));
  EXPECT_EQ(Get("dan").buying_role(), v1::BUYING_ROLE_DECIDES);
}

TEST_F(OrganizationsTest, AnImportRefusesTheRowsThatCannotBeAndStoresTheOthers) {
  const auto response = Import(People({"dan", "eve", "fay", "gus", "hal"},
                                      {"bob", std::string(200, 'x'), "dan", "bolt", "bob"}));
  EXPECT_EQ(response.created_count(), 1) << response.DebugString();
  ASSERT_THAT(response.errors(), SizeIs(4));
  EXPECT_EQ(response.errors(0).reason(), kOfAPerson);  // Bob is stored,
  EXPECT_THAT(response.errors(1).reason(), HasSubstr("the organisation: a contact id has"));
  EXPECT_EQ(response.errors(2).reason(), kOfAPerson);  // Dan is a row.
  EXPECT_EQ(response.errors(3).row(), 4u);
  EXPECT_EQ(Get("gus").organization(), Name("bolt"));
}

TEST_F(OrganizationsTest, AnImportOfOrganisationsBelongsNowhere) {
  v1::ImportContactsRequest request = People({"cork", "dust"}, {"cork", ""});
  request.set_kind(v1::CONTACT_KIND_ORGANIZATION);
  const auto response = Import(request);
  EXPECT_EQ(response.created_count(), 1) << response.DebugString();
  ASSERT_THAT(response.errors(), SizeIs(1));
  EXPECT_EQ(response.errors(0).reason(),
            "only persons belong to organisations and have a role there");
}

TEST_F(OrganizationsTest, RefusesATableWhoseOrganisationsOrRolesDoNotFitItsRows) {
  v1::ImportContactsRequest request = People({"dan", "eve"}, {"bolt"});
  EXPECT_EQ(Import(request).error().message(),
            "the table has 1 organizations and 2 rows; send one a row, empty where none is said, "
            "or none at all");
  request = People({"dan", "eve"}, {"bolt", ""});
  request.mutable_table()->set_buying_roles("\x01");
  EXPECT_EQ(Import(request).error().message(),
            "the table has 1 buying_roles and 2 rows; send one byte a row or none");
  request.mutable_table()->set_buying_roles("\x01\x09");
  const auto response = Import(request);
  EXPECT_EQ(response.created_count(), 1);
  ASSERT_THAT(response.errors(), SizeIs(1));
  EXPECT_THAT(response.errors(0).reason(), HasSubstr("the buying role is none"));
}

TEST_F(OrganizationsTest, AnExportTellsWherePersonsBelong) {
  ASSERT_TRUE(Update(Update("bob", "bolt", v1::BUYING_ROLE_ADVISES)).ok());
  v1::ExportContactsRequest request;
  request.set_parent("workspaces/acme");
  auto source = contacts_->OpenExport(call_, request);
  ASSERT_TRUE(source.ok()) << source.status();
  v1::ExportContactsResponse response;
  ASSERT_EQ(*(*source)->Next(call_, &response), StreamStep::kMessage);
  EXPECT_THAT(TextsFromProto(response.table().organizations()), ElementsAre("", "bolt", "", ""));
  EXPECT_EQ(response.table().buying_roles(), std::string("\0\2\0\0", 4));
}

// --- The schema ---

TEST_F(OrganizationsTest, TheFirstWhoBelongsToOneBringsTheAttributesOfOrganisations) {
  EXPECT_THAT(PeopleAttributesThere(), IsEmpty());
  ASSERT_TRUE(Update(Update("ann", "", v1::BUYING_ROLE_USES)).ok());
  EXPECT_THAT(PeopleAttributesThere(), IsEmpty());
  ASSERT_TRUE(Update(Update("ann", "bolt")).ok());
  EXPECT_THAT(PeopleAttributesThere(),
              ElementsAre(Pair("headcount_known", "people/headcount"),
                          Pair("people_engagement", "people/engagement"),
                          Pair("people_net_paid", "people/net_paid"),
                          Pair("best_decision_maker", "people/best_decision_maker"),
                          Pair("people_monetary", "people/monetary"),
                          Pair("people_frequency", "people/frequency"),
                          Pair("people_first_purchase_date", "people/first_purchase_date"),
                          Pair("people_last_purchase_date", "people/last_purchase_date"),
                          Pair("people_contacts_made", "people/contacts_made"),
                          Pair("people_interest_shown", "people/interest_shown"),
                          Pair("people_last_interest_date", "people/last_interest_date")));
  v1::UpdateSchemaRequest request;
  request.mutable_schema()->set_name("workspaces/acme/schema");
  request.set_remove_missing(true);
  const v1::Schema before = GetSchema();
  for (const v1::Attribute& attribute : before.attributes()) {
    if (attribute.id() == "people_net_paid") continue;
    *request.mutable_schema()->add_attributes() = attribute;
  }
  v1::Schema schema;
  const absl::Status status = contacts_->UpdateSchema(call_, request, &schema);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Import(People({"dan"}, {"cork"})).created_count(), 1);
  EXPECT_THAT(PeopleAttributesThere(), SizeIs(10));  // What was removed stays so.
}

TEST_F(OrganizationsTest, AnImportBringsThemTooAndAnIdThatIsTakenIsLeftAlone) {
  AddAttributes({{"headcount_known", v1::ATTRIBUTE_TYPE_TEXT}});
  EXPECT_EQ(Import(People({"dan"}, {"cork"})).created_count(), 1);
  EXPECT_THAT(PeopleAttributesThere(), SizeIs(10));
}

TEST_F(OrganizationsTest, AnAttributeOfTheOrganisationIsAddedByWhoeverWantsIt) {
  const absl::Status status = UpdateSchema(
      {Derived("organization_sector", v1::ATTRIBUTE_TYPE_CATEGORICAL, "organization/sector")});
  ASSERT_TRUE(status.ok()) << status;
  const v1::Attribute added = *GetSchema().attributes().rbegin();
  EXPECT_EQ(added.derived_from(), "organization/sector");
  EXPECT_EQ(added.applies_to(), v1::APPLIES_TO_PERSONS);
  // Kept when it is sent again; and not to be had otherwise.
  EXPECT_TRUE(UpdateSchema({added}).ok());
  EXPECT_EQ(
      UpdateSchema({Derived("age", v1::ATTRIBUTE_TYPE_NUMERIC, "organization/sector")}).code(),
      absl::StatusCode::kFailedPrecondition);
}

TEST_F(OrganizationsTest, ASourceMayComeWithWhatIsDerivedFromIt) {
  v1::Attribute size;
  size.set_id("size");
  size.set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
  EXPECT_TRUE(
      UpdateSchema(
          {Derived("organization_size", v1::ATTRIBUTE_TYPE_NUMERIC, "organization/size"), size})
          .ok());
}

// The first created the second, which then was refused for having come meanwhile.
TEST_F(OrganizationsTest, ABatchMayNameAPersonBeforeItsNewOrganisation) {
  v1::BatchUpdateContactsRequest request;
  request.set_parent("workspaces/acme");
  *request.add_requests() = Update("dora", "newco", v1::BUYING_ROLE_DECIDES);
  *request.add_requests() = Company("newco", "retail");
  v1::BatchUpdateContactsResponse response;
  const absl::Status status = contacts_->BatchUpdateContacts(call_, request, &response);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Get("dora").organization(), Name("newco"));
  EXPECT_EQ(Get("newco").kind(), v1::CONTACT_KIND_ORGANIZATION);
  EXPECT_EQ(Get("newco").attributes(0).text(), "retail");
}

// What is said of the source later holds of what is derived from it.
TEST_F(OrganizationsTest, WhatIsDerivedStaysAsSensitiveAsItsSource) {
  ASSERT_TRUE(
      UpdateSchema({Derived("x", v1::ATTRIBUTE_TYPE_CATEGORICAL, "organization/sector")}).ok());
  v1::Attribute sector;
  sector.set_id("sector");
  sector.set_type(v1::ATTRIBUTE_TYPE_CATEGORICAL);
  sector.set_protected_(true);
  ASSERT_TRUE(UpdateSchema({sector}).ok());
  const v1::Schema schema = GetSchema();
  for (const v1::Attribute& attribute : schema.attributes()) {
    EXPECT_EQ(attribute.protected_(), attribute.id() == "x" || attribute.id() == "sector");
  }
}

TEST_F(OrganizationsTest, RefusesWhatCannotBeDerived) {
  EXPECT_EQ(UpdateSchema({Derived("x", v1::ATTRIBUTE_TYPE_NUMERIC, "organization/budget")}),
            absl::InvalidArgumentError(
                "attribute \"x\" is derived from organization/budget, and the schema has no "
                "attribute of that id; name one that it has"));
  EXPECT_EQ(UpdateSchema({Derived("x", v1::ATTRIBUTE_TYPE_NUMERIC, "organization/sector")}),
            absl::InvalidArgumentError("attribute \"x\" is derived from organization/sector, and "
                                       "that is CATEGORICAL; give both that type"));
  EXPECT_EQ(UpdateSchema({Derived("x", v1::ATTRIBUTE_TYPE_NUMERIC, "events/luck")}),
            absl::InvalidArgumentError(
                "attribute \"x\" is derived from events/luck, which is nothing that this server "
                "derives in its type; leave it out"));
  EXPECT_EQ(UpdateSchema({Derived("x", v1::ATTRIBUTE_TYPE_DATE, "events/monetary")}).code(),
            absl::StatusCode::kInvalidArgument);
}

// The schema of a workspace with events is set in one that has none yet.
TEST_F(OrganizationsTest, TakesWhatTheServiceWouldAddByItself) {
  EXPECT_TRUE(UpdateSchema({Derived("spent", v1::ATTRIBUTE_TYPE_NUMERIC, "events/monetary"),
                            Derived("heads", v1::ATTRIBUTE_TYPE_NUMERIC, "people/headcount")})
                  .ok());
}

}  // namespace
}  // namespace cible
