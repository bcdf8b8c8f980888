#include "server/services/contact_service.h"

#include <atomic>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ContactServiceTest : public ServiceTest {
 protected:
  ContactServiceTest() { ImportThreePeople(); }

  absl::Status Get(const std::string& name) {
    v1::GetContactRequest request;
    request.set_name(name);
    contact_.Clear();
    return contacts_->GetContact(call_, request, &contact_);
  }

  absl::Status Delete(const std::string& name) {
    v1::DeleteContactRequest request;
    request.set_name(name);
    google::protobuf::Empty response;
    return contacts_->DeleteContact(call_, request, &response);
  }

  static v1::ListContactsRequest ListRequest(const std::string& filter = "") {
    v1::ListContactsRequest request;
    request.set_parent("workspaces/acme");
    request.set_filter(filter);
    return request;
  }

  absl::Status ListStatus(const v1::ListContactsRequest& request) {
    list_.Clear();
    return contacts_->ListContacts(call_, request, &list_);
  }

  // The ids of the contacts on the page.
  std::vector<std::string> List(const v1::ListContactsRequest& request) {
    const absl::Status status = ListStatus(request);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> ids;
    for (const v1::Contact& contact : list_.contacts()) {
      ids.push_back(contact.name().substr(std::string("workspaces/acme/contacts/").size()));
    }
    return ids;
  }

  // All messages of an export.
  absl::StatusOr<std::vector<v1::ExportContactsResponse>> Export(
      const v1::ExportContactsRequest& request) {
    auto source = contacts_->OpenExport(call_, request);
    if (!source.ok()) return source.status();
    std::vector<v1::ExportContactsResponse> responses;
    while (true) {
      v1::ExportContactsResponse response;
      const auto step = (*source)->Next(call_, &response);
      if (!step.ok()) return step.status();
      if (*step == StreamStep::kEnd) return responses;
      responses.push_back(response);
    }
  }

  static v1::ExportContactsRequest ExportRequest(const std::string& filter = "") {
    v1::ExportContactsRequest request;
    request.set_parent("workspaces/acme");
    request.set_filter(filter);
    return request;
  }

  v1::Contact contact_;
  v1::ListContactsResponse list_;
};

TEST_F(ContactServiceTest, GivesAContactWithItsSegment) {
  Assign({{"ann", "s2", .75}, {"bob", "", 0}});
  ASSERT_TRUE(Get("workspaces/acme/contacts/ann").ok());
  EXPECT_EQ(contact_.name(), "workspaces/acme/contacts/ann");
  EXPECT_EQ(contact_.kind(), v1::CONTACT_KIND_PERSON);
  EXPECT_EQ(contact_.stage(), v1::STAGE_UNSPECIFIED);
  ASSERT_EQ(contact_.attributes_size(), 2);
  EXPECT_EQ(contact_.attributes(0).attribute(), "age");
  EXPECT_EQ(contact_.attributes(0).number(), 30);
  EXPECT_EQ(contact_.attributes(1).text(), "Lyon");
  EXPECT_FALSE(contact_.etag().empty());
  EXPECT_EQ(contact_.create_time().seconds(), 1'700'000'000);
  ASSERT_EQ(contact_.assignments_size(), 1);
  EXPECT_EQ(contact_.assignments(0).segmentation(), "workspaces/acme/segmentations/default");
  EXPECT_EQ(contact_.assignments(0).segment(), "workspaces/acme/segmentations/default/segments/s2");
  EXPECT_EQ(contact_.assignments(0).model(), "workspaces/acme/segmentations/default/models/m1");
  EXPECT_EQ(contact_.assignments(0).probability(), .75);
  ASSERT_TRUE(Get("workspaces/acme/contacts/bob").ok());
  EXPECT_EQ(contact_.assignments(0).segment(), "");
}

TEST_F(ContactServiceTest, ShowsNoSegmentOfASegmentationWithoutAnActiveModel) {
  Assign({{"ann", "s2", .75}}, /*active=*/false);
  ASSERT_TRUE(Get("workspaces/acme/contacts/ann").ok());
  EXPECT_EQ(contact_.assignments_size(), 0);
}

TEST_F(ContactServiceTest, AContactThatIsNotThereIsNotFoundAndNotNamed) {
  const absl::Status not_found = absl::NotFoundError("there is no such contact");
  EXPECT_EQ(Get("workspaces/acme/contacts/dora"), not_found);
  EXPECT_EQ(Delete("workspaces/acme/contacts/dora"), not_found);
  EXPECT_EQ(Delete("workspaces/default/contacts/ann"), not_found);
  EXPECT_EQ(Get("workspaces/acme/contacts/%FF"),
            absl::InvalidArgumentError("a resource name is malformed; expected "
                                       "`workspaces/{workspace}/contacts/{contact}`"));
}

TEST_F(ContactServiceTest, ADeletedContactIsGoneWithItsAssignments) {
  Assign({{"ann", "s2", .75}});
  ASSERT_TRUE(Delete("workspaces/acme/contacts/ann").ok());
  EXPECT_EQ(Get("workspaces/acme/contacts/ann").code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(List(ListRequest()), ElementsAre("bob", "cleo"));
}

TEST_F(ContactServiceTest, ListsContactsInTheOrderTheyWereStored) {
  EXPECT_THAT(List(ListRequest()), ElementsAre("ann", "bob", "cleo"));
  EXPECT_EQ(list_.next_page_token(), "");
  v1::ListContactsRequest other = ListRequest();
  other.set_parent("workspaces/default");
  EXPECT_THAT(List(other), IsEmpty());
}

TEST_F(ContactServiceTest, FiltersByValueSegmentStageAndId) {
  Assign({{"ann", "s1", .9}, {"bob", "s2", .8}, {"cleo", "s2", .7}});
  v1::ImportContactsRequest customer = ImportRequest(1, People({"bob"}, {40}, {"Nantes"}));
  customer.set_stage(v1::STAGE_CUSTOMER);
  Send(*contacts_->OpenImport(), customer);
  EXPECT_THAT(List(ListRequest("age >= 40 AND city = \"Lyon\"")), ElementsAre("cleo"));
  EXPECT_THAT(List(ListRequest("contact.segment = \"s2\"")), ElementsAre("bob", "cleo"));
  EXPECT_EQ(list_.contacts(0).assignments(0).probability(), .8);
  EXPECT_THAT(List(ListRequest("contact.stage = CUSTOMER")), ElementsAre("bob"));
  EXPECT_THAT(List(ListRequest("contact.id = \"ann\"")), ElementsAre("ann"));
}

TEST_F(ContactServiceTest, PagesCoverTheListOnceFilteredOrNot) {
  std::vector<std::string> ids;
  std::vector<double> ages;
  for (int i = 0; i < 2500; ++i) {
    ids.push_back(absl::StrCat("c", i));
    ages.push_back(i % 2);
  }
  Import(People(ids, ages, std::vector<std::string>(2500, "Nice")));
  for (const auto& [filter, total] : {std::pair("city = \"Nice\" AND age = 1", 1250), {"", 2503}}) {
    v1::ListContactsRequest request = ListRequest(filter);
    request.set_page_size(1000);
    std::set<std::string> seen;
    int pages = 0;
    do {
      for (const std::string& id : List(request)) EXPECT_TRUE(seen.insert(id).second);
      request.set_page_token(list_.next_page_token());
      ++pages;
    } while (!request.page_token().empty());
    EXPECT_EQ(std::ssize(seen), total);
    EXPECT_EQ(pages, (total + 999) / 1000);
  }
}

// Whoever is there throughout is listed once, in order, whatever is written
// between and during the pages.
TEST_F(ContactServiceTest, PagesCoverTheListOnceWhileContactsAreWritten) {
  constexpr int kStay = 600;
  std::vector<std::string> ids, expected;
  for (int i = 0; i < kStay; ++i) {
    for (const char* kind : {"stays", "goes"}) ids.push_back(absl::StrCat(kind, i));
    expected.push_back(absl::StrCat("stays", i));
  }
  Import(People(ids, std::vector<double>(ids.size(), 30),
                std::vector<std::string>(ids.size(), "Nice")));
  for (const char* filter : {"city = \"Nice\" AND age < 1000", ""}) {
    std::atomic<bool> stop = false;
    std::thread writer([&] {
      for (int i = 0; !stop; ++i) {
        const int at = i % kStay;
        Delete(absl::StrCat("workspaces/acme/contacts/goes", at)).IgnoreError();
        Import(People({absl::StrCat("comes", i), absl::StrCat("stays", (at * 7) % kStay),
                       absl::StrCat("goes", at)},
                      {40, 31. + i % 50, 30}, {"Nice", "Nice", "Nice"}));
      }
    });
    for (int round = 0; round < 3; ++round) {
      v1::ListContactsRequest request = ListRequest(filter);
      request.set_page_size(97);
      std::vector<std::string> listed;
      std::set<std::string> seen;
      do {
        for (const std::string& id : List(request)) {
          EXPECT_TRUE(seen.insert(id).second || !absl::StartsWith(id, "stays")) << id;
          if (absl::StartsWith(id, "stays")) listed.push_back(id);
        }
        request.set_page_token(list_.next_page_token());
      } while (!request.page_token().empty());
      EXPECT_EQ(listed, expected);
    }
    stop = true;
    writer.join();
  }
}

TEST_F(ContactServiceTest, CountsWhatTheFilterLeavesInTheViewOfThePage) {
  v1::ListContactsRequest request = ListRequest("age >= 30");
  request.set_page_size(1);
  EXPECT_THAT(List(request), SizeIs(1));
  EXPECT_FALSE(list_.has_total_size());
  request.set_count(true);
  const std::vector<std::string> first = List(request);
  const std::int64_t total = list_.total_size();
  EXPECT_EQ(list_.as_of().seconds(), clock_.Now().micros / 1'000'000);
  request.set_page_size(1000);
  EXPECT_EQ(std::ssize(List(request)), total);
  request.set_page_size(1);
  request.set_page_token("");
  List(request);
  request.set_page_token(list_.next_page_token());
  EXPECT_NE(List(request), first);
  EXPECT_EQ(list_.total_size(), total);
}

TEST_F(ContactServiceTest, AFullLastPageHasNoToken) {
  v1::ListContactsRequest request = ListRequest();
  request.set_page_size(3);
  EXPECT_THAT(List(request), SizeIs(3));
  EXPECT_EQ(list_.next_page_token(), "");
}

TEST_F(ContactServiceTest, ATokenBelongsToItsList) {
  v1::ListContactsRequest request = ListRequest("age > 1");
  request.set_page_size(1);
  List(request);
  request.set_page_token(list_.next_page_token());
  const absl::Status refused = absl::InvalidArgumentError(
      "page_token is not of this list; send the next_page_token of the page before and leave the "
      "other fields as they were, or start again without one");
  request.set_filter("age > 2");
  EXPECT_EQ(ListStatus(request), refused);
  request.set_filter("age > 1");
  request.set_parent("workspaces/default");
  EXPECT_EQ(ListStatus(request), refused);
  request.set_parent("workspaces/acme");
  std::string changed = request.page_token();
  changed.back() = changed.back() == 'A' ? 'Q' : 'A';
  request.set_page_token(changed);
  EXPECT_EQ(ListStatus(request), refused);
}

TEST_F(ContactServiceTest, BadListsAreRefused) {
  v1::ListContactsRequest request = ListRequest();
  request.set_page_size(-3);
  EXPECT_EQ(ListStatus(request),
            absl::InvalidArgumentError(
                "page_size is negative; give 1 to 1000, or 0 for the default of 50"));
  EXPECT_EQ(ListStatus(ListRequest("shoe > 1")).code(), absl::StatusCode::kInvalidArgument);
  request = ListRequest();
  request.set_parent("workspaces/shop");
  EXPECT_EQ(ListStatus(request).code(), absl::StatusCode::kNotFound);
  request.set_parent("workspaces/acme");
  request.set_segmentation("workspaces/default/segmentations/default");
  EXPECT_EQ(ListStatus(request),
            absl::InvalidArgumentError("the segmentation is of another workspace than the "
                                       "contacts; name one of the same"));
  request.set_segmentation("workspaces/acme/segmentations/gone");
  EXPECT_EQ(ListStatus(request),
            absl::NotFoundError("there is no workspaces/acme/segmentations/gone"));
}

TEST_F(ContactServiceTest, ExportsTablesWithSegmentsAndStages) {
  Assign({{"ann", "s1", .9}, {"cleo", "s2", .7}});
  const auto responses = Export(ExportRequest());
  ASSERT_TRUE(responses.ok()) << responses.status();
  ASSERT_THAT(*responses, SizeIs(1));
  const v1::ExportContactsResponse& response = responses->front();
  EXPECT_THAT(TextsFromProto(response.table().ids()), ElementsAre("ann", "bob", "cleo"));
  ASSERT_EQ(response.table().columns_size(), 2);
  EXPECT_THAT(response.table().columns(0).numbers().values(), ElementsAre(30, 40, 50));
  const auto segments = CodesFromProto(response.segments());
  ASSERT_TRUE(segments.ok());
  EXPECT_THAT(segments->codes, ElementsAre(0, 1, 2));
  EXPECT_THAT(segments->dictionary, ElementsAre("s1", "", "s2"));
  EXPECT_EQ(response.stages_size(), 3);
}

TEST_F(ContactServiceTest, ExportsTheAttributesAskedForAndNotThoseOfTheFilter) {
  v1::ExportContactsRequest request = ExportRequest("age > 35 AND contact.segment = \"s2\"");
  Assign({{"bob", "s2", .9}, {"ann", "s2", .7}});
  request.add_attributes("city");
  const auto responses = Export(request);
  ASSERT_TRUE(responses.ok()) << responses.status();
  ASSERT_THAT(*responses, SizeIs(1));
  EXPECT_THAT(TextsFromProto(responses->front().table().ids()), ElementsAre("bob"));
  ASSERT_EQ(responses->front().table().columns_size(), 1);
  EXPECT_EQ(responses->front().table().columns(0).attribute(), "city");
  request.add_attributes("city");
  EXPECT_EQ(Export(request).status(),
            absl::InvalidArgumentError("attribute \"city\" is named twice; name it once"));
  request.set_attributes(1, "shoe");
  EXPECT_EQ(Export(request).status(),
            absl::InvalidArgumentError("attribute \"shoe\" is not in the schema; use the id or the "
                                       "display name of one that is"));
}

TEST_F(ContactServiceTest, AnExportSeesOneViewWhateverIsWrittenMeanwhile) {
  std::vector<std::string> ids;
  for (int i = 0; i < 9000; ++i) ids.push_back(absl::StrCat("c", i));
  Import(People(ids, std::vector<double>(9000, 1), std::vector<std::string>(9000, "Nice")));
  auto source = contacts_->OpenExport(call_, ExportRequest());
  ASSERT_TRUE(source.ok());
  v1::ExportContactsResponse response;
  ASSERT_EQ(*(*source)->Next(call_, &response), StreamStep::kMessage);
  std::int64_t rows = response.table().row_count();
  ASSERT_TRUE(Delete("workspaces/acme/contacts/c8999").ok());
  Import(People({"late"}, {1}, {"Nice"}));
  while (*(*source)->Next(call_, &response) == StreamStep::kMessage) {
    rows += response.table().row_count();
  }
  EXPECT_EQ(rows, 9003);
}

TEST_F(ContactServiceTest, AnExportStaysBelowTheLimitOfAMessage) {
  AddAttributes({{"note", v1::ATTRIBUTE_TYPE_TEXT}});
  ContactTable table{.row_count = 1000};
  table.columns.push_back(MakeColumn("note", AttributeType::kText));
  for (int i = 0; i < 1000; ++i) {
    table.ids.push_back(absl::StrCat("long", i));
    Append(table.columns[0], std::string(10'000, 'x'));
  }
  v1::ContactTable message;
  TableToProto(table, &message);
  ASSERT_EQ(Import(message).created_count(), 1000);
  const auto responses = Export(ExportRequest());
  ASSERT_TRUE(responses.ok()) << responses.status();
  std::vector<std::string> ids;
  for (const v1::ExportContactsResponse& response : *responses) {
    EXPECT_LT(response.ByteSizeLong(), std::size_t{4} << 20);
    EXPECT_EQ(static_cast<int>(response.table().row_count()), response.stages_size());
    for (std::string& id : TextsFromProto(response.table().ids())) ids.push_back(std::move(id));
  }
  EXPECT_THAT(ids, SizeIs(1003));
  EXPECT_EQ(ids.back(), "long999");
}

TEST_F(ContactServiceTest, AnEmptyExportEndsAtOnce) {
  const auto responses = Export(ExportRequest("age > 99"));
  ASSERT_TRUE(responses.ok()) << responses.status();
  EXPECT_THAT(*responses, IsEmpty());
}

TEST_F(ContactServiceTest, OnlyFourExportsAreOpenAtATime) {
  std::vector<std::unique_ptr<ResponseSource>> open;
  for (int i = 0; i < 4; ++i) {
    auto source = contacts_->OpenExport(call_, ExportRequest());
    ASSERT_TRUE(source.ok()) << source.status();
    open.push_back(*std::move(source));
  }
  EXPECT_EQ(contacts_->OpenExport(call_, ExportRequest()).status(),
            absl::ResourceExhaustedError(
                "4 exports are under way; try again when one of them has ended"));
  EXPECT_EQ(contacts_->OpenExport(call_, ExportRequest("shoe > 1")).status().code(),
            absl::StatusCode::kResourceExhausted);
  open.pop_back();
  EXPECT_TRUE(contacts_->OpenExport(call_, ExportRequest()).ok());
}

TEST_F(ContactServiceTest, EveryMethodIsInTheTable) {
  MethodTable table(v1::GetContactRequest::descriptor()->file()->service(0));
  contacts_->Register(table);
  EXPECT_EQ(static_cast<int>(table.methods().size()), table.service()->method_count());
  for (const auto& [name, method] : table.methods()) {
    EXPECT_EQ(method.execution, Execution::kBlocking) << name;
    EXPECT_TRUE(method.resource) << name;
    EXPECT_EQ(method.request_type->GetDescriptor(), method.descriptor->input_type()) << name;
    EXPECT_EQ(method.response_type->GetDescriptor(), method.descriptor->output_type()) << name;
  }
  v1::GetContactRequest request;
  request.set_name("workspaces/acme/contacts/ann");
  v1::Contact contact;
  EXPECT_TRUE(table.methods().at("GetContact").unary(call_, request, &contact).ok());
}

}  // namespace
}  // namespace cible
