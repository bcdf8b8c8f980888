// FindDuplicates and MergeContacts of ContactService.

#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class DuplicateMethodsTest : public ServiceTest {
 protected:
  DuplicateMethodsTest() {
    v1::UpdateSchemaRequest request;
    request.mutable_schema()->set_name("workspaces/acme/schema");
    Declare(request, "email", v1::IDENTITY_FORM_EMAIL);
    Declare(request, "phone", v1::IDENTITY_FORM_PHONE);
    Declare(request, "surname", v1::IDENTITY_FORM_UNSPECIFIED);
    v1::Attribute* age = request.mutable_schema()->add_attributes();
    age->set_id("age");
    age->set_type(v1::ATTRIBUTE_TYPE_NUMERIC);
    v1::Schema schema;
    const absl::Status status = contacts_->UpdateSchema(call_, request, &schema);
    EXPECT_TRUE(status.ok()) << status;
  }

  static void Declare(v1::UpdateSchemaRequest& request, const std::string& id,
                      v1::IdentityForm form) {
    v1::Attribute* attribute = request.mutable_schema()->add_attributes();
    attribute->set_id(id);
    attribute->set_type(v1::ATTRIBUTE_TYPE_TEXT);
    attribute->set_role(v1::ROLE_IDENTITY);
    attribute->set_identity_form(form);
  }

  static std::string Name(const std::string& id) { return "workspaces/acme/contacts/" + id; }

  void Put(const std::string& id, const std::vector<std::pair<std::string, std::string>>& texts,
           v1::ContactKind kind = v1::CONTACT_KIND_UNSPECIFIED) {
    v1::UpdateContactRequest request;
    request.mutable_contact()->set_name(Name(id));
    request.mutable_contact()->set_kind(kind);
    for (const auto& [attribute, text] : texts) {
      v1::AttributeValue* value = request.mutable_contact()->add_attributes();
      value->set_attribute(attribute);
      value->set_text(text);
    }
    request.set_allow_missing(true);
    v1::Contact contact;
    const absl::Status status = contacts_->UpdateContact(call_, request, &contact);
    EXPECT_TRUE(status.ok()) << status;
    assigned_.clear();
  }

  absl::StatusOr<std::vector<v1::FindDuplicatesResponse>> FindDuplicates(
      v1::FindDuplicatesRequest request = {}) {
    request.set_parent("workspaces/acme");
    auto source = contacts_->OpenDuplicates(call_, request);
    if (!source.ok()) return source.status();
    std::vector<v1::FindDuplicatesResponse> responses;
    while (true) {
      v1::FindDuplicatesResponse response;
      const auto step = (*source)->Next(call_, &response);
      if (!step.ok()) return step.status();
      if (*step == StreamStep::kEnd) return responses;
      responses.push_back(response);
    }
  }

  static v1::MergeContactsRequest Merging(const std::vector<std::string>& ids) {
    v1::MergeContactsRequest request;
    request.set_parent("workspaces/acme");
    for (const std::string& id : ids) request.add_names(Name(id));
    return request;
  }

  absl::StatusOr<v1::Contact> Merge(const v1::MergeContactsRequest& request) {
    v1::Contact contact;
    const absl::Status status = contacts_->MergeContacts(call_, request, &contact);
    if (!status.ok()) return status;
    return contact;
  }

  absl::StatusOr<v1::Contact> Get(const std::string& id) {
    v1::GetContactRequest request;
    request.set_name(Name(id));
    v1::Contact contact;
    const absl::Status status = contacts_->GetContact(call_, request, &contact);
    if (!status.ok()) return status;
    return contact;
  }

  static std::vector<std::string> Texts(const v1::Contact& contact) {
    std::vector<std::string> texts;
    for (const v1::AttributeValue& value : contact.attributes()) texts.push_back(value.text());
    return texts;
  }
};

TEST_F(DuplicateMethodsTest, FindsGroupsWithWhatLinksThem) {
  Put("ann", {{"email", "Ann@Example.org"}, {"surname", "Lopez"}});
  Put("bob", {{"email", "bob@example.org"}, {"surname", "Lopez"}});
  Put("ann2", {{"email", "ann@example.org"}});
  const auto responses = FindDuplicates();
  ASSERT_TRUE(responses.ok()) << responses.status();
  ASSERT_THAT(*responses, SizeIs(1));
  const v1::FindDuplicatesResponse& response = responses->at(0);
  EXPECT_EQ(response.examined_count(), 3);
  EXPECT_EQ(response.group_count(), 1);
  ASSERT_EQ(response.groups_size(), 1);
  EXPECT_THAT(response.groups(0).contacts(), ElementsAre(Name("ann"), Name("ann2")));
  EXPECT_EQ(response.groups(0).contact_count(), 2);
  ASSERT_EQ(response.groups(0).matches_size(), 1);
  EXPECT_THAT(response.groups(0).matches(0).attributes(), ElementsAre("email"));
  EXPECT_THAT(response.groups(0).matches(0).contacts(), ElementsAre(Name("ann"), Name("ann2")));
}

TEST_F(DuplicateMethodsTest, AnAttributeWithoutFormIsComparedWhenItIsNamed) {
  Put("ann", {{"surname", "Lopez"}});
  Put("bob", {{"surname", "LOPEZ "}});
  EXPECT_EQ(FindDuplicates()->at(0).group_count(), 0);
  v1::FindDuplicatesRequest request;
  request.add_attributes("surname");
  EXPECT_EQ(FindDuplicates(request)->at(0).group_count(), 1);
}

TEST_F(DuplicateMethodsTest, PhoneNumbersAreReadInTheRegionOfTheWorkspace) {
  Put("ann", {{"phone", "06 12 34 56 78"}});
  Put("bob", {{"phone", "+33 6 12 34 56 78"}});
  EXPECT_EQ(FindDuplicates()->at(0).group_count(), 0);
  v1::UpdateWorkspaceRequest request;
  request.mutable_workspace()->set_name("workspaces/acme");
  request.mutable_workspace()->set_phone_region("FR");
  v1::Workspace workspace;
  ASSERT_TRUE(workspaces_->UpdateWorkspace(call_, request, &workspace).ok());
  EXPECT_EQ(workspace.phone_region(), "FR");
  EXPECT_EQ(FindDuplicates()->at(0).group_count(), 1);
  request.mutable_workspace()->set_phone_region("France");
  EXPECT_EQ(workspaces_->UpdateWorkspace(call_, request, &workspace),
            absl::InvalidArgumentError("phone_region is not known; give a region of ISO 3166-1 "
                                       "such as `FR`, or leave it out"));
}

TEST_F(DuplicateMethodsTest, SaysWhatIsWrongWithARequest) {
  v1::FindDuplicatesRequest request;
  request.add_attributes("age");
  EXPECT_THAT(FindDuplicates(request).status().message(),
              HasSubstr("attribute \"age\" is no IDENTITY"));
  request.clear_attributes();
  request.set_max_holders(1);
  EXPECT_THAT(FindDuplicates(request).status().message(), HasSubstr("outside 2 to 10000"));
  request.set_max_holders(0);
  request.set_parent("workspaces/default");
  const absl::Status status = contacts_->OpenDuplicates(call_, request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("give those that do the role IDENTITY"));
}

TEST_F(DuplicateMethodsTest, ManyGroupsComeInSeveralMessages) {
  v1::ContactTable table;
  constexpr int kPairs = 1200;
  table.set_row_count(2 * kPairs);
  v1::ContactColumn* column = table.add_columns();
  column->set_attribute("email");
  for (int i = 0; i < 2 * kPairs; ++i) {
    for (const auto& [texts, text] :
         {std::make_pair(table.mutable_ids(), "c" + std::to_string(i)),
          std::make_pair(column->mutable_texts(), std::to_string(i % kPairs) + "@x.fr")}) {
      texts->mutable_data()->append(text);
      texts->add_ends(static_cast<std::uint32_t>(texts->data().size()));
    }
  }
  EXPECT_EQ(Import(table).created_count(), 2 * kPairs);
  const auto responses = FindDuplicates();
  ASSERT_TRUE(responses.ok()) << responses.status();
  EXPECT_GT(responses->size(), 1u);
  int groups = 0;
  for (const auto& response : *responses) {
    EXPECT_EQ(response.group_count(), kPairs);
    groups += response.groups_size();
  }
  EXPECT_EQ(groups, kPairs);
}

TEST_F(DuplicateMethodsTest, AtMostTwoSearchesAtATime) {
  v1::FindDuplicatesRequest request;
  request.set_parent("workspaces/acme");
  auto first = contacts_->OpenDuplicates(call_, request);
  const auto second = contacts_->OpenDuplicates(call_, request);
  EXPECT_EQ(contacts_->OpenDuplicates(call_, request).status().code(),
            absl::StatusCode::kResourceExhausted);
  first->reset();
  EXPECT_TRUE(contacts_->OpenDuplicates(call_, request).ok());
}

TEST_F(DuplicateMethodsTest, AMergeAnswersWithTheContactThatIsKept) {
  Put("ann", {{"email", "ann@x.fr"}});
  Put("ann2", {{"email", "ANN@x.fr"}, {"phone", "+33612345678"}});
  const auto merged = Merge(Merging({"ann2", "ann"}));
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->name(), Name("ann"));
  EXPECT_THAT(Texts(*merged), ElementsAre("ann@x.fr", "+33612345678"));
  EXPECT_THAT(merged->former_names(), ElementsAre(Name("ann2")));
  EXPECT_THAT(assigned_, ElementsAre(Pair("acme", ElementsAre("ann2"))));
  EXPECT_EQ(Get("ann2")->name(), Name("ann"));
  v1::ListContactsRequest list;
  list.set_parent("workspaces/acme");
  v1::ListContactsResponse listed;
  ASSERT_TRUE(contacts_->ListContacts(call_, list, &listed).ok());
  ASSERT_EQ(listed.contacts_size(), 1);
  EXPECT_THAT(listed.contacts(0).former_names(), ElementsAre(Name("ann2")));
}

TEST_F(DuplicateMethodsTest, WritesToAMergedNameReachTheContactThatIsKept) {
  Put("ann", {{"email", "ann@x.fr"}});
  Put("ann2", {});
  ASSERT_TRUE(Merge(Merging({"ann", "ann2"})).ok());
  Put("ann2", {{"surname", "Lopez"}});
  EXPECT_THAT(Texts(*Get("ann")), ElementsAre("ann@x.fr", "Lopez"));
  v1::ImportContactsRequest import;
  import.set_parent("workspaces/acme");
  import.set_sequence(1);
  import.add_contacts()->set_name(Name("ann2"));
  EXPECT_EQ(Send(*contacts_->OpenImport(), import).unchanged_count(), 1);
  v1::BatchUpdateContactsRequest batch;
  batch.set_parent("workspaces/acme");
  for (const char* id : {"ann", "ann2"}) {
    batch.add_requests()->mutable_contact()->set_name(Name(id));
  }
  v1::BatchUpdateContactsResponse updated;
  EXPECT_THAT(contacts_->BatchUpdateContacts(call_, batch, &updated).message(),
              HasSubstr("leads to the same contact as requests[0]"));
  v1::DeleteContactRequest removal;
  removal.set_name(Name("ann2"));
  google::protobuf::Empty empty;
  EXPECT_TRUE(contacts_->DeleteContact(call_, removal, &empty).ok());
  EXPECT_EQ(Get("ann").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get("ann2").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(DuplicateMethodsTest, AMergeIsMadeOnceUnderItsName) {
  Put("ann", {});
  Put("ann2", {});
  v1::MergeContactsRequest request = Merging({"ann", "ann2"});
  request.set_request_id("m1");
  const auto merged = Merge(request);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(Merge(request)->etag(), merged->etag());
  EXPECT_THAT(assigned_, SizeIs(1));
  request.add_names(Name("cleo"));
  EXPECT_THAT(Merge(request).status().message(), HasSubstr("request_id was given to another"));
  // And so without a name: they are one already.
  EXPECT_EQ(Merge(Merging({"ann2", "ann"}))->etag(), merged->etag());
}

TEST_F(DuplicateMethodsTest, APreviewOfAMergeChangesNothing) {
  Put("ann", {{"email", "ann@x.fr"}});
  Put("ann2", {{"phone", "+33612345678"}});
  v1::MergeContactsRequest request = Merging({"ann2", "ann"});
  request.set_validate_only(true);
  const auto preview = Merge(request);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_EQ(preview->name(), Name("ann"));
  EXPECT_THAT(Texts(*preview), ElementsAre("ann@x.fr", "+33612345678"));
  EXPECT_THAT(preview->former_names(), ElementsAre(Name("ann2")));
  EXPECT_EQ(Get("ann2")->name(), Name("ann2"));
  EXPECT_THAT(Get("ann")->former_names(), IsEmpty());
}

TEST_F(DuplicateMethodsTest, SaysWhatIsWrongWithAMerge) {
  Put("ann", {});
  Put("firm", {}, v1::CONTACT_KIND_ORGANIZATION);
  EXPECT_THAT(Merge(Merging({"ann"})).status().message(),
              HasSubstr("names has 1 contacts; send 2 to 100"));
  EXPECT_THAT(Merge(Merging({"ann", "ann"})).status().message(),
              HasSubstr("names[1] repeats an earlier one"));
  EXPECT_EQ(Merge(Merging({"ann", "nobody"})).status(),
            absl::NotFoundError("names[1]: there is no such contact; leave it out"));
  EXPECT_EQ(Merge(Merging({"ann", "firm"})).status().code(), absl::StatusCode::kFailedPrecondition);
  v1::MergeContactsRequest foreign = Merging({"ann"});
  foreign.add_names("workspaces/default/contacts/ann");
  EXPECT_THAT(Merge(foreign).status().message(), HasSubstr("names[1] is of another workspace"));
}

}  // namespace
}  // namespace cible
