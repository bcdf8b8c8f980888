// Objection, consent, provenance, dossier and audit, through the services.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "server/services/contact_dossier.h"
#include "server/wire/instant_wire.h"
#include "tests/server/services/trained_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const char kAnn[] = "workspaces/acme/contacts/ann";

class PrivacyTest : public TrainedTest {
 protected:
  PrivacyTest() {
    call_.principal = "mia";
    // As in the server.
    contacts_ = std::make_unique<ContactService>(
        *store_, clock_,
        [this](const std::string& workspace, absl::Span<const std::string> ids) {
          return keeper_->AssignContacts(workspace, ids);
        },
        [this](const std::string& workspace, const std::string& id, v1::ContactDossier* dossier) {
          return ExplainAssignments(*observations_, *registry_, clock_.now, workspace, id, dossier);
        });
  }

  absl::StatusOr<v1::Contact> Object(const std::string& name, bool withdraw = false) {
    v1::ObjectToProfilingRequest request;
    request.set_name(name);
    request.set_withdraw(withdraw);
    v1::Contact contact;
    const absl::Status status = contacts_->ObjectToProfiling(call_, request, &contact);
    if (!status.ok()) return status;
    return contact;
  }

  v1::Contact Get(const std::string& name) {
    v1::GetContactRequest request;
    request.set_name(name);
    v1::Contact contact;
    const absl::Status status = contacts_->GetContact(call_, request, &contact);
    EXPECT_TRUE(status.ok()) << status;
    return contact;
  }

  std::vector<std::string> Listed(bool include_left_out = false) {
    v1::ListContactsRequest request;
    request.set_parent("workspaces/acme");
    request.set_page_size(1000);
    request.set_include_left_out(include_left_out);
    v1::ListContactsResponse response;
    const absl::Status status = contacts_->ListContacts(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> names;
    for (const v1::Contact& contact : response.contacts()) names.push_back(contact.name());
    return names;
  }

  int Exported(bool include_left_out = false) {
    v1::ExportContactsRequest request;
    request.set_parent("workspaces/acme");
    request.set_include_left_out(include_left_out);
    const auto source = contacts_->OpenExport(call_, request);
    EXPECT_TRUE(source.ok()) << source.status();
    int count = 0;
    v1::ExportContactsResponse response;
    while (*(*source)->Next(call_, &response) == StreamStep::kMessage) {
      count += static_cast<int>(response.table().row_count());
    }
    return count;
  }

  absl::Status AssignSegment(const std::string& name) {
    v1::AssignSegmentRequest request;
    request.set_segmentation(kSegmentation);
    request.set_name(name);
    v1::AssignSegmentResponse response;
    return segmentations_->AssignSegment(call_, request, &response);
  }

  absl::Status MatchLead(const std::string& name) {
    v1::MatchLeadRequest request;
    request.set_segmentation(kSegmentation);
    request.set_name(name);
    v1::MatchLeadResponse response;
    return personas_->MatchLead(call_, request, &response);
  }

  absl::StatusOr<v1::Contact> SetAge(const std::string& name, double age,
                                     const v1::Provenance& provenance = {}) {
    v1::UpdateContactRequest request;
    request.mutable_contact()->set_name(name);
    v1::AttributeValue* value = request.mutable_contact()->add_attributes();
    value->set_attribute("age");
    value->set_number(age);
    request.set_allow_missing(true);
    *request.mutable_provenance() = provenance;
    v1::Contact contact;
    const absl::Status status = contacts_->UpdateContact(call_, request, &contact);
    if (!status.ok()) return status;
    return contact;
  }

  static v1::Provenance From(const std::string& source, v1::LegalBasis basis) {
    v1::Provenance provenance;
    provenance.set_source(source);
    provenance.set_legal_basis(basis);
    return provenance;
  }

  void RequireLegalBasis(bool required) {
    v1::UpdateWorkspaceRequest request;
    request.mutable_workspace()->set_name("workspaces/acme");
    request.mutable_workspace()->set_require_legal_basis(required);
    v1::Workspace workspace;
    const absl::Status status = workspaces_->UpdateWorkspace(call_, request, &workspace);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(workspace.require_legal_basis(), required);
  }

  absl::StatusOr<v1::Contact> Record(const v1::RecordConsentRequest& request) {
    v1::Contact contact;
    const absl::Status status = contacts_->RecordConsent(call_, request, &contact);
    if (!status.ok()) return status;
    return contact;
  }

  static v1::RecordConsentRequest News() {
    v1::RecordConsentRequest request;
    request.set_name(kAnn);
    request.set_purpose("newsletter");
    request.set_channel("email");
    return request;
  }

  v1::ContactDossier Dossier(const std::string& name) {
    v1::GetContactDossierRequest request;
    request.set_name(name);
    v1::ContactDossier dossier;
    const absl::Status status = contacts_->GetContactDossier(call_, request, &dossier);
    EXPECT_TRUE(status.ok()) << status;
    return dossier;
  }

  // "mia UpdateContact workspaces/acme/contacts/ann"
  std::vector<std::string> Audit(const std::string& contact = "") {
    v1::ListAuditEntriesRequest request;
    request.set_parent("workspaces/acme");
    request.set_contact(contact);
    v1::ListAuditEntriesResponse response;
    const absl::Status status = workspaces_->ListAuditEntries(call_, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> words;
    for (const v1::AuditEntry& entry : response.audit_entries()) {
      words.push_back(absl::StrCat(entry.principal(), " ", entry.action(), " ", entry.resource()));
    }
    return words;
  }
};

// --- Objection ---

TEST_F(PrivacyTest, OneWhoObjectsLeavesListsAndIsShownMarked) {
  ImportThreePeople();
  const auto ann = Object(kAnn);
  ASSERT_TRUE(ann.ok()) << ann.status();
  EXPECT_EQ(TimestampFromProto(ann->objection_time())->micros, clock_.now.micros);
  EXPECT_EQ(ann->attributes_size(), 2);
  EXPECT_TRUE(Get(kAnn).has_objection_time());
  EXPECT_THAT(Listed(), SizeIs(2));
  EXPECT_THAT(Listed(true), SizeIs(3));
  EXPECT_EQ(Exported(), 2);
  EXPECT_EQ(Exported(true), 3);
  EXPECT_EQ(Object("workspaces/acme/contacts/nobody").status(),
            absl::NotFoundError("there is no such contact"));
}

TEST_F(PrivacyTest, APageTokenIsOfTheListThatItCameFrom) {
  ImportThreePeople();
  v1::ListContactsRequest request;
  request.set_parent("workspaces/acme");
  request.set_page_size(1);
  v1::ListContactsResponse response;
  ASSERT_TRUE(contacts_->ListContacts(call_, request, &response).ok());
  request.set_page_token(response.next_page_token());
  request.set_include_left_out(true);
  EXPECT_EQ(contacts_->ListContacts(call_, request, &response).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(PrivacyTest, OneWhoObjectsLeavesItsSegmentAndNothingBringsItBack) {
  ImportSample(300);
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  const std::string name = "workspaces/acme/contacts/c000001";
  ASSERT_EQ(Get(name).assignments_size(), 1);
  const auto objecting = Object(name);
  ASSERT_TRUE(objecting.ok()) << objecting.status();
  EXPECT_THAT(objecting->assignments(), IsEmpty());
  for (const absl::Status& status : {AssignSegment(name), MatchLead(name)}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr("objects to profiling"));
    EXPECT_THAT(std::string(status.message()), HasSubstr("--withdraw"));
  }
  // An update, an activation and a start, which assign all others.
  const auto updated = SetAge(name, 51);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_THAT(updated->assignments(), IsEmpty());
  ASSERT_TRUE(keeper_->CatchUp("acme", "default").ok());
  EXPECT_THAT(Get(name).assignments(), IsEmpty());
  v1::TrainModelRequest again = QuickTraining();
  again.set_activate(true);
  const v1::TrainingRun run = Train(again);
  ASSERT_EQ(run.state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  EXPECT_THAT(Get(name).assignments(), IsEmpty());
  EXPECT_EQ(run.contact_count(), 299);
  EXPECT_THAT(Dossier(name).explanations(), IsEmpty());
  // Until it takes the objection back.
  const auto back = Object(name, true);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->assignments_size(), 1);
  EXPECT_TRUE(AssignSegment(name).ok());
}

// --- Provenance ---

TEST_F(PrivacyTest, AnImportRecordsWhereItsContactsComeFrom) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}, {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
  v1::ImportContactsRequest request = ImportRequest(1, People({"ann"}, {30}, {"Lyon"}));
  *request.mutable_provenance() = From("fair Lyon", v1::LEGAL_BASIS_CONSENT);
  const auto session = contacts_->OpenImport();
  EXPECT_EQ(Send(*session, request).without_legal_basis_count(), 0);
  // Of the whole stream, as kind and stage are.
  EXPECT_EQ(
      Send(*session, ImportRequest(2, People({"bob"}, {40}, {"Lyon"}))).without_legal_basis_count(),
      0);
  for (const char* id : {"ann", "bob"}) {
    const v1::Contact contact = Get(absl::StrCat("workspaces/acme/contacts/", id));
    ASSERT_EQ(contact.provenances_size(), 1);
    EXPECT_EQ(contact.provenances(0).source(), "fair Lyon");
    EXPECT_EQ(contact.provenances(0).legal_basis(), v1::LEGAL_BASIS_CONSENT);
    EXPECT_EQ(contact.provenances(0).date().year(), 2023);
  }
  // The same file, a day later.
  clock_.now.micros += 86'400'000'000;
  EXPECT_EQ(Send(*contacts_->OpenImport(), request).unchanged_count(), 1);
}

TEST_F(PrivacyTest, AnotherProvenanceIsAnotherRequest) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}, {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
  v1::ImportContactsRequest request = ImportRequest(1, People({"ann"}, {30}, {"Lyon"}));
  request.set_request_id("r1");
  EXPECT_EQ(Send(*contacts_->OpenImport(), request).created_count(), 1);
  *request.mutable_provenance() = From("fair", v1::LEGAL_BASIS_CONSENT);
  EXPECT_TRUE(Send(*contacts_->OpenImport(), request).has_error());
}

TEST_F(PrivacyTest, AnUnstatedBasisIsAllowedAndReported) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}, {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL}});
  ASSERT_TRUE(SetAge(kAnn, 30, From("form", v1::LEGAL_BASIS_CONTRACT)).ok());
  const auto response = Import(People({"ann", "bob"}, {30, 40}, {"Lyon", "Lyon"}));
  EXPECT_EQ(response.created_count(), 1);
  EXPECT_EQ(response.without_legal_basis_count(), 1);  // Ann's is known.
}

TEST_F(PrivacyTest, ProvenanceThatIsNoneIsRefused) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}});
  EXPECT_EQ(SetAge(kAnn, 30, From(std::string(257, 'x'), v1::LEGAL_BASIS_CONSENT)).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(SetAge(kAnn, 30, From("a", static_cast<v1::LegalBasis>(99))).status().code(),
            absl::StatusCode::kInvalidArgument);
  v1::Provenance day_alone;
  day_alone.mutable_date()->set_year(2026);
  EXPECT_EQ(SetAge(kAnn, 30, day_alone).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(PrivacyTest, WhereABasisIsRequiredOthersAreStoredAndLeftOut) {
  ImportSample(300);
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  const std::string name = "workspaces/acme/contacts/c000001";
  RequireLegalBasis(true);
  EXPECT_THAT(Get(name).assignments(), IsEmpty());
  EXPECT_THAT(Listed(), IsEmpty());
  EXPECT_THAT(Listed(true), SizeIs(300));
  EXPECT_EQ(AssignSegment(name).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(MatchLead(name).message()), HasSubstr("no legal basis"));
  const v1::TrainingRun refused = Train(QuickTraining());
  EXPECT_EQ(refused.state(), v1::TRAINING_RUN_STATE_FAILED);
  EXPECT_THAT(refused.error().message(), HasSubstr("300 of 300 contacts are left out"));
  // A basis that is stated brings it back.
  const auto stated = SetAge(name, 40, From("form", v1::LEGAL_BASIS_CONTRACT));
  ASSERT_TRUE(stated.ok()) << stated.status();
  EXPECT_EQ(stated->assignments_size(), 1);
  EXPECT_THAT(Listed(), ElementsAre(name));
}

TEST_F(PrivacyTest, ABasisAloneIsAChangeThatAssigns) {
  ImportSample(300);
  RequireLegalBasis(false);
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  RequireLegalBasis(true);
  v1::UpdateContactRequest request;
  request.mutable_contact()->set_name("workspaces/acme/contacts/c000001");
  *request.mutable_provenance() = From("form", v1::LEGAL_BASIS_CONTRACT);
  v1::Contact contact;
  const absl::Status status = contacts_->UpdateContact(call_, request, &contact);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(contact.assignments_size(), 1);
}

// --- Consent ---

TEST_F(PrivacyTest, AConsentCountsUntilItExpires) {
  ImportThreePeople();
  v1::RecordConsentRequest request = News();
  TimestampToProto({clock_.now.micros + 1'000'000}, request.mutable_expire_time());
  const auto ann = Record(request);
  ASSERT_TRUE(ann.ok()) << ann.status();
  ASSERT_EQ(ann->consents_size(), 1);
  EXPECT_EQ(ann->consents(0).purpose(), "newsletter");
  EXPECT_EQ(TimestampFromProto(ann->consents(0).give_time())->micros, clock_.now.micros);
  EXPECT_TRUE(ann->consents(0).in_force());
  clock_.now.micros += 1'000'000;
  EXPECT_FALSE(Get(kAnn).consents(0).in_force());
}

TEST_F(PrivacyTest, AConsentCanBeWithdrawnAndGivenAgain) {
  ImportThreePeople();
  v1::RecordConsentRequest withdrawal = News();
  withdrawal.set_withdraw(true);
  EXPECT_EQ(Record(withdrawal).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(Record(News()).ok());
  clock_.now.micros += 5'000'000;
  const auto withdrawn = Record(withdrawal);
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_FALSE(withdrawn->consents(0).in_force());
  EXPECT_TRUE(withdrawn->consents(0).has_withdraw_time());
  EXPECT_EQ(Record(withdrawal)->etag(), withdrawn->etag());  // A second time changes nothing.
  EXPECT_TRUE(Record(News())->consents(0).in_force());
}

TEST_F(PrivacyTest, AConsentThatIsNoneIsRefused) {
  ImportThreePeople();
  v1::RecordConsentRequest request = News();
  request.set_purpose("News Letter");
  EXPECT_EQ(Record(request).status().code(), absl::StatusCode::kInvalidArgument);
  request = News();
  TimestampToProto({clock_.now.micros + 1}, request.mutable_give_time());
  EXPECT_EQ(Record(request).status().code(), absl::StatusCode::kInvalidArgument);
  request = News();
  TimestampToProto(clock_.now, request.mutable_expire_time());
  EXPECT_EQ(Record(request).status().code(), absl::StatusCode::kInvalidArgument);
  request = News();
  request.set_name("workspaces/acme/contacts/nobody");
  EXPECT_EQ(Record(request).status().code(), absl::StatusCode::kNotFound);
}

// --- Dossier ---

TEST_F(PrivacyTest, ADossierHasEverythingThatIsKnown) {
  ImportSample(300);
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  const std::string name = "workspaces/acme/contacts/c000001";
  const v1::Contact before = Get(name);
  clock_.now.micros += 1'000'000;
  ASSERT_TRUE(SetAge(name, 51, From("form", v1::LEGAL_BASIS_CONTRACT)).ok());
  v1::RecordConsentRequest consent = News();
  consent.set_name(name);
  ASSERT_TRUE(Record(consent).ok());
  const v1::ContactDossier dossier = Dossier(name);
  EXPECT_EQ(dossier.contact().SerializeAsString(), Get(name).SerializeAsString());
  EXPECT_EQ(dossier.contact().provenances_size(), 1);
  EXPECT_EQ(dossier.contact().consents_size(), 1);
  ASSERT_EQ(dossier.versions_size(), 1);
  EXPECT_EQ(dossier.versions(0).attributes_size(), before.attributes_size());
  EXPECT_EQ(dossier.versions(0).update_time().seconds(), before.update_time().seconds());
  ASSERT_EQ(dossier.explanations_size(), 1);
  const v1::AssignmentExplanation& why = dossier.explanations(0);
  EXPECT_EQ(why.assignment().segment(), dossier.contact().assignments(0).segment());
  EXPECT_NEAR(why.assignment().probability(), dossier.contact().assignments(0).probability(),
              1e-12);
  EXPECT_FALSE(why.reasons().empty());
  ASSERT_EQ(dossier.audit_entries_size(), 2);
  EXPECT_EQ(dossier.audit_entries(0).action(), "RecordConsent");
  EXPECT_EQ(dossier.audit_entries(1).principal(), "mia");
}

// --- Audit trail ---

TEST_F(PrivacyTest, TheTrailSaysWhoDidWhatAndForgetsWhomWhenErased) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}});
  ASSERT_TRUE(SetAge(kAnn, 30).ok());
  call_.principal = "noe";
  ASSERT_TRUE(Object(kAnn).ok());
  EXPECT_THAT(Audit(kAnn), ElementsAre("noe ObjectToProfiling workspaces/acme/contacts/ann",
                                       "mia UpdateContact workspaces/acme/contacts/ann"));
  EXPECT_THAT(Audit(), testing::Contains("mia UpdateSchema workspaces/acme/schema"));
  v1::DeleteContactRequest request;
  request.set_name(kAnn);
  google::protobuf::Empty empty;
  ASSERT_TRUE(contacts_->DeleteContact(call_, request, &empty).ok());
  const std::vector<std::string> entries = Audit();
  EXPECT_THAT(entries[0], testing::StartsWith("noe DeleteContact workspaces/acme/erasedContacts/"));
  for (const std::string& entry : entries) {
    EXPECT_THAT(entry, testing::Not(HasSubstr("contacts/ann")));
  }
  const std::string erased = entries[0].substr(entries[0].rfind(' ') + 1);
  EXPECT_THAT(Audit(erased), SizeIs(3));
  v1::ListAuditEntriesRequest of_ann;
  of_ann.set_parent("workspaces/acme");
  of_ann.set_contact(kAnn);
  v1::ListAuditEntriesResponse response;
  EXPECT_EQ(workspaces_->ListAuditEntries(call_, of_ann, &response).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(PrivacyTest, TheTrailComesInPages) {
  AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC}});
  for (int age = 1; age <= 5; ++age) ASSERT_TRUE(SetAge(kAnn, age).ok());
  v1::ListAuditEntriesRequest request;
  request.set_parent("workspaces/acme");
  request.set_contact(kAnn);
  request.set_page_size(2);
  std::vector<int> sizes;
  do {
    v1::ListAuditEntriesResponse response;
    ASSERT_TRUE(workspaces_->ListAuditEntries(call_, request, &response).ok());
    sizes.push_back(response.audit_entries_size());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(sizes, ElementsAre(2, 2, 1));
}

TEST_F(PrivacyTest, AnImportIsOneEntryWithItsNumberOfContacts) {
  ImportThreePeople();
  v1::ListAuditEntriesRequest request;
  request.set_parent("workspaces/acme");
  v1::ListAuditEntriesResponse response;
  ASSERT_TRUE(workspaces_->ListAuditEntries(call_, request, &response).ok());
  EXPECT_EQ(response.audit_entries(0).action(), "ImportContacts");
  EXPECT_EQ(response.audit_entries(0).contact_count(), 3);
  EXPECT_EQ(response.audit_entries(0).resource(), "");
}

// --- Minors ---

TEST_F(PrivacyTest, MinorsAreNotProfiled) {
  ImportSample(300);
  ASSERT_TRUE(SetAge("workspaces/acme/contacts/kid", 15).ok());
  const v1::TrainingRun run = Train(QuickTraining());
  ASSERT_EQ(run.state(), v1::TRAINING_RUN_STATE_SUCCEEDED) << run.DebugString();
  EXPECT_EQ(run.contact_count(), 300);
  EXPECT_THAT(Get("workspaces/acme/contacts/kid").assignments(), IsEmpty());
  for (const absl::Status& status :
       {AssignSegment("workspaces/acme/contacts/kid"), MatchLead("workspaces/acme/contacts/kid")}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(status.message()), HasSubstr("minors are not profiled"));
  }
  EXPECT_THAT(Listed(), SizeIs(301));  // They are in lists.
  // One that comes of age, or was wrong.
  EXPECT_EQ(SetAge("workspaces/acme/contacts/kid", 18)->assignments_size(), 1);
  EXPECT_EQ(SetAge("workspaces/acme/contacts/c000001", 17)->assignments_size(), 0);
}

TEST_F(PrivacyTest, MinorsWhoAreNotStoredAreRefusedToo) {
  ImportSample(300);
  ASSERT_EQ(Train(QuickTraining()).state(), v1::TRAINING_RUN_STATE_SUCCEEDED);
  v1::MatchLeadRequest lead;
  lead.set_segmentation(kSegmentation);
  v1::AttributeValue* value = lead.mutable_lead()->add_attributes();
  value->set_attribute("age");
  value->set_number(12);
  v1::MatchLeadResponse match;
  EXPECT_EQ(personas_->MatchLead(call_, lead, &match).code(),
            absl::StatusCode::kFailedPrecondition);
  ContactTable table{.row_count = 3, .ids = {"a", "b", "c"}};
  table.columns = {MakeColumn("age", AttributeType::kNumeric)};
  for (const double age : {40.0, 12.0, 50.0}) Append(table.columns[0], age);
  v1::AssignSegmentsRequest request;
  request.set_segmentation(kSegmentation);
  TableToProto(table, request.mutable_table());
  v1::AssignSegmentsResponse response;
  ASSERT_TRUE(segmentations_->AssignSegments(call_, request, &response).ok());
  ASSERT_EQ(response.errors_size(), 1);
  EXPECT_EQ(response.errors(0).row(), 1u);
  EXPECT_EQ(response.probabilities(1), 0);
  EXPECT_GT(response.probabilities(2), 0);
}

}  // namespace
}  // namespace cible
