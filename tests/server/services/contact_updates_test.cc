// UpdateContact and BatchUpdateContacts.

#include "server/services/contact_updates.h"

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "server/rpc/status.h"
#include "server/storage/contact_values.h"
#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

// "field: description" of each violation in the details.
std::vector<std::string> Details(const absl::Status& status) {
  std::vector<std::string> lines;
  const google::rpc::Status message = ToRpcStatus(status);
  for (const google::protobuf::Any& any : message.details()) {
    google::rpc::BadRequest details;
    if (!any.UnpackTo(&details)) continue;
    for (const auto& violation : details.field_violations()) {
      lines.push_back(absl::StrCat(violation.field(), ": ", violation.description()));
    }
  }
  return lines;
}

// "age=34" of numbers and texts, in order of the schema, then the stage.
std::string Words(const v1::Contact& contact) {
  std::string words;
  for (const v1::AttributeValue& value : contact.attributes()) {
    absl::StrAppend(&words, value.attribute(), "=");
    if (value.has_set()) {
      absl::StrAppend(&words, value.set().members_size(), " ");
    } else if (value.has_number()) {
      absl::StrAppend(&words, value.number(), " ");
    } else {
      absl::StrAppend(&words, value.text(), " ");
    }
  }
  return absl::StrCat(words, v1::Stage_Name(contact.stage()));
}

class UpdateTest : public ServiceTest {
 protected:
  UpdateTest() {
    ImportThreePeople();
    AddAttributes({{"channels", v1::ATTRIBUTE_TYPE_SET}, {"note", v1::ATTRIBUTE_TYPE_TEXT}});
    assigned_.clear();
  }

  // An update of workspaces/acme/contacts/{id}.
  static v1::UpdateContactRequest Request(const std::string& id,
                                          const std::vector<std::string>& mask = {}) {
    v1::UpdateContactRequest request;
    request.mutable_contact()->set_name(absl::StrCat("workspaces/acme/contacts/", id));
    for (const std::string& path : mask) request.mutable_update_mask()->add_paths(path);
    return request;
  }

  static v1::AttributeValue& Add(v1::UpdateContactRequest& request, const std::string& attribute) {
    v1::AttributeValue& value = *request.mutable_contact()->add_attributes();
    value.set_attribute(attribute);
    return value;
  }

  static v1::UpdateContactRequest AgeRequest(const std::string& id, double age,
                                             const std::vector<std::string>& mask = {}) {
    v1::UpdateContactRequest request = Request(id, mask);
    Add(request, "age").set_number(age);
    return request;
  }

  absl::Status Update(const v1::UpdateContactRequest& request) {
    contact_.Clear();
    return contacts_->UpdateContact(call_, request, &contact_);
  }

  // What is stored afterwards; expects success.
  std::string Updated(const v1::UpdateContactRequest& request) {
    const absl::Status status = Update(request);
    EXPECT_TRUE(status.ok()) << status;
    return Words(contact_);
  }

  v1::Contact Stored(const std::string& id) {
    v1::GetContactRequest request;
    request.set_name(absl::StrCat("workspaces/acme/contacts/", id));
    v1::Contact contact;
    const absl::Status status = contacts_->GetContact(call_, request, &contact);
    if (!status.ok()) contact.set_name(std::string(status.message()));
    return contact;
  }

  v1::Contact contact_;
};

TEST_F(UpdateTest, WithoutAMaskMergesWhatIsSent) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  EXPECT_EQ(Updated(request), "age=31 city=Lyon STAGE_UNSPECIFIED");
  request.mutable_contact()->set_stage(v1::STAGE_CUSTOMER);
  Add(request, "channels").mutable_set()->add_members("web");
  EXPECT_EQ(Updated(request), "age=31 city=Lyon channels=1 STAGE_CUSTOMER");
  EXPECT_EQ(Updated(AgeRequest("ann", 32)), "age=32 city=Lyon channels=1 STAGE_CUSTOMER");
  EXPECT_EQ(contact_.SerializeAsString(), Stored("ann").SerializeAsString());
}

TEST_F(UpdateTest, AStarReplacesEverything) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  request.mutable_contact()->set_stage(v1::STAGE_LEAD);
  Updated(request);
  request = Request("ann", {"*"});
  Add(request, "city").set_text("Nice");
  EXPECT_EQ(Updated(request), "city=Nice STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, ListedPathsAreChangedAndNothingElse) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31, {"stage"});
  request.mutable_contact()->set_stage(v1::STAGE_LEAD);
  EXPECT_EQ(Updated(request), "age=30 city=Lyon STAGE_LEAD");
  request = AgeRequest("ann", 31, {"attributes.age"});
  Add(request, "city").set_text("Nice");
  EXPECT_EQ(Updated(request), "age=31 city=Lyon STAGE_LEAD");
  request.mutable_update_mask()->set_paths(0, "attributes");
  request.mutable_contact()->mutable_attributes()->RemoveLast();
  EXPECT_EQ(Updated(request), "age=31 STAGE_LEAD");
  EXPECT_EQ(Updated(Request("ann", {"stage", "kind"})), "age=31 STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, AListedAttributeWithoutAValueBecomesUnknown) {
  EXPECT_EQ(Updated(Request("ann", {"attributes.age"})), "city=Lyon STAGE_UNSPECIFIED");
  EXPECT_EQ(Updated(Request("ann", {"attributes.age", "attributes.note"})),
            "city=Lyon STAGE_UNSPECIFIED");
  EXPECT_EQ(Updated(Request("bob", {"attributes"})), "STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, AttributesGoByDisplayNameToo) {
  v1::UpdateSchemaRequest schema;
  schema.mutable_schema()->set_name("workspaces/acme/schema");
  v1::Attribute* attribute = schema.mutable_schema()->add_attributes();
  attribute->set_id("marital_status");
  attribute->set_display_name("Marital. Status, 2026");
  attribute->set_type(v1::ATTRIBUTE_TYPE_CATEGORICAL);
  v1::Schema stored;
  ASSERT_TRUE(contacts_->UpdateSchema(call_, schema, &stored).ok());
  v1::UpdateContactRequest request = Request("ann", {"attributes.Marital. Status, 2026"});
  Add(request, "Marital. Status, 2026").set_text("single");
  EXPECT_EQ(Updated(request), "age=30 city=Lyon marital_status=single STAGE_UNSPECIFIED");
  request.mutable_contact()->clear_attributes();
  EXPECT_EQ(Updated(request), "age=30 city=Lyon STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, AnAbsentContactIsNotFoundUnlessItMayBeMissing) {
  v1::UpdateContactRequest request = AgeRequest("dora", 20, {"attributes.city"});
  const absl::Status status = Update(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no such contact; set allow_missing to store a new one");
  request.set_allow_missing(true);
  request.mutable_contact()->set_kind(v1::CONTACT_KIND_ORGANIZATION);
  request.mutable_contact()->set_stage(v1::STAGE_LEAD);
  EXPECT_EQ(Updated(request), "age=20 STAGE_LEAD") << "a new contact gets all, whatever the mask";
  EXPECT_EQ(contact_.kind(), v1::CONTACT_KIND_ORGANIZATION);
  request.mutable_contact()->mutable_attributes(0)->set_number(21);
  EXPECT_EQ(Updated(request), "age=20 STAGE_LEAD") << "an old one what is listed";
}

TEST_F(UpdateTest, AStaleEtagIsAborted) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  request.mutable_contact()->set_etag(Stored("ann").etag());
  ASSERT_TRUE(Update(request).ok());
  request.mutable_contact()->mutable_attributes(0)->set_number(32);
  absl::Status status = Update(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(status.message(),
            "the contact has changed since it was read; get it again and repeat the change");
  EXPECT_EQ(Words(Stored("ann")), "age=31 city=Lyon STAGE_UNSPECIFIED");
  request.mutable_contact()->set_etag("no etag");
  EXPECT_EQ(Update(request).code(), absl::StatusCode::kAborted);
  request.mutable_contact()->set_name("workspaces/acme/contacts/gone");
  EXPECT_EQ(Update(request).code(), absl::StatusCode::kNotFound);
  request.set_allow_missing(true);
  EXPECT_EQ(Update(request).code(), absl::StatusCode::kAborted)
      << "its etag says that it was there";
}

TEST_F(UpdateTest, TheKindOfAContactNeverChanges) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  request.mutable_contact()->set_kind(v1::CONTACT_KIND_ORGANIZATION);
  const absl::Status status = Update(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "the contact is a PERSON and cannot become an ORGANIZATION; leave the kind out, or "
            "delete the contact first");
  request.mutable_contact()->set_kind(v1::CONTACT_KIND_PERSON);
  EXPECT_TRUE(Update(request).ok());
}

TEST_F(UpdateTest, AssignsWhatChangedAndAnswersWithTheAssignment) {
  Assign({{"ann", "s2", .75}});
  Updated(Request("ann"));
  EXPECT_THAT(assigned_, IsEmpty()) << "nothing changed";
  EXPECT_EQ(contact_.assignments_size(), 1);
  Updated(AgeRequest("ann", 31));
  ASSERT_THAT(assigned_, SizeIs(1));
  EXPECT_EQ(assigned_[0].first, "acme");
  EXPECT_THAT(assigned_[0].second, ElementsAre("ann"));
  assign_status_ = absl::UnavailableError("later");
  EXPECT_TRUE(Update(AgeRequest("ann", 33)).ok()) << "it is durable all the same";
}

TEST_F(UpdateTest, ValidateOnlyShowsTheContactAsItWouldBe) {
  Assign({{"ann", "s2", .75}});
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  request.set_validate_only(true);
  request.set_request_id("r1");
  EXPECT_EQ(Updated(request), "age=31 city=Lyon STAGE_UNSPECIFIED");
  EXPECT_EQ(contact_.assignments_size(), 0);
  EXPECT_EQ(contact_.etag(), Stored("ann").etag());
  request.mutable_contact()->mutable_attributes(0)->set_number(30);
  Updated(request);
  EXPECT_EQ(contact_.assignments_size(), 1) << "nothing would change";
  request.mutable_contact()->mutable_attributes(0)->set_number(31);
  request.mutable_contact()->set_name("workspaces/acme/contacts/dora");
  request.set_allow_missing(true);
  EXPECT_EQ(Updated(request), "age=31 STAGE_UNSPECIFIED");
  EXPECT_EQ(contact_.etag(), "");
  EXPECT_FALSE(contact_.has_create_time());
  EXPECT_EQ(Stored("dora").name(), "there is no such contact");
  EXPECT_EQ(Words(Stored("ann")), "age=30 city=Lyon STAGE_UNSPECIFIED");
  request.set_allow_missing(false);
  EXPECT_EQ(Update(request).code(), absl::StatusCode::kNotFound);
}

TEST_F(UpdateTest, RefusesImpossibleValuesAndNeverRepeatsThem) {
  const auto refusal = [&](auto set) {
    v1::UpdateContactRequest request = Request("ann");
    set(request);
    const absl::Status status = Update(request);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  for (const double number : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(refusal([&](auto& r) { Add(r, "age").set_number(number); }),
              "attribute \"age\" is NUMERIC; expected a finite number; leave it out when it is not "
              "known");
  }
  EXPECT_EQ(refusal([](auto& r) { Add(r, "age").set_text("secret"); }),
            "attribute \"age\" is NUMERIC; expected a number");
  EXPECT_EQ(refusal([](auto& r) { Add(r, "age"); }),
            "attribute \"age\": expected a value; leave the attribute out when it is not known");
  EXPECT_EQ(refusal([](auto& r) { Add(r, "city").set_text(""); }),
            "attribute \"city\": expected text that is not empty; leave it out when it is not "
            "known");
  EXPECT_EQ(refusal([](auto& r) { Add(r, "note").set_text("secret\x07"); }),
            "attribute \"note\" is TEXT; expected text without control characters, tabs and ends "
            "of lines excepted");
  EXPECT_EQ(refusal([](auto& r) { Add(r, "note").set_text(std::string(10 << 20, 'x')); }),
            "attribute \"note\" is TEXT; expected at most 65536 bytes of text; got 10485760");
  EXPECT_EQ(refusal([](auto& r) { Add(r, "shoe").set_number(42); }),
            "attribute \"shoe\" is not in the schema; use the id or the display name of one that "
            "is");
  EXPECT_EQ(refusal([](auto& r) {
              Add(r, "age").set_number(1);
              Add(r, "age").set_number(2);
            }),
            "attribute \"age\" is given twice; give it once");
  EXPECT_EQ(refusal([](auto& r) {
              for (int i = 0; i < 10'000; ++i) Add(r, absl::StrCat("a", i)).set_number(1);
            }),
            "the contact has 10000 attributes; the schema has 4. Send each once");
  EXPECT_EQ(refusal([](auto& r) { r.mutable_contact()->set_stage(static_cast<v1::Stage>(9)); }),
            "the stage is none that this server knows; leave it out, or send STAGE_LEAD, "
            "STAGE_PROSPECT or STAGE_CUSTOMER");
  EXPECT_EQ(
      refusal([](auto& r) { r.mutable_contact()->set_kind(static_cast<v1::ContactKind>(9)); }),
      "the kind is none that this server knows; leave it out, or send CONTACT_KIND_PERSON or "
      "CONTACT_KIND_ORGANIZATION");
  EXPECT_EQ(Words(Stored("ann")), "age=30 city=Lyon STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, TenThousandAttributesOfTheSchemaAreStored) {
  std::vector<std::pair<std::string, v1::AttributeType>> attributes;
  for (int i = 0; i < 9'996; ++i) {
    attributes.emplace_back(absl::StrCat("a", i), v1::ATTRIBUTE_TYPE_NUMERIC);
  }
  AddAttributes(attributes);
  v1::UpdateContactRequest request = Request("ann");
  for (const auto& [id, type] : attributes) Add(request, id).set_number(1);
  ASSERT_TRUE(Update(request).ok());
  EXPECT_EQ(contact_.attributes_size(), 9'998);
  request.mutable_contact()->clear_attributes();
  for (const auto& [id, type] : attributes) {
    request.mutable_update_mask()->add_paths("attributes." + id);
  }
  EXPECT_EQ(Updated(request), "age=30 city=Lyon STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, EmojiAndTabsAndEndsOfLinesAreText) {
  v1::UpdateContactRequest request = Request("ann", {"*"});
  Add(request, "note").set_text("Zoë 👩‍🚀\t1\r\n2");
  EXPECT_EQ(Updated(request), "note=Zoë 👩‍🚀\t1\r\n2 STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, RefusesMasksThatNameNothing) {
  const auto refusal = [&](const std::vector<std::string>& mask) {
    const absl::Status status = Update(Request("ann", mask));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  const std::string advice =
      " is none of a contact that can be updated; use \"*\", \"stage\", \"organization\", "
      "\"buying_role\", \"attributes\" or \"attributes.{attribute}\"";
  EXPECT_EQ(refusal({"name"}), "path \"name\"" + advice);
  EXPECT_EQ(refusal({""}), "path \"\"" + advice);
  EXPECT_EQ(refusal({"attributes.age", "etag\x01"}), "path \"etag\\x01\"" + advice);
  EXPECT_EQ(refusal({std::string(1 << 20, 'x')}),
            "path \"" + std::string(64, 'x') + "...\"" + advice);
  EXPECT_EQ(refusal({"attributes.shoe"}),
            "attribute \"shoe\" is not in the schema; use the id or the display name of one that "
            "is");
  EXPECT_EQ(refusal({"*", "stage"}), "\"*\" stands alone; leave the other paths out");
}

TEST_F(UpdateTest, TellsAllThatIsWrongAtOnce) {
  v1::UpdateContactRequest request = Request("dora", {"name"});
  Add(request, "age").set_text("x");
  Add(request, "shoe").set_number(1);
  const absl::Status status = Update(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "attribute \"age\" is NUMERIC; expected a number; 4 things are wrong in all, each in "
            "the details");
  EXPECT_THAT(Details(status),
              ElementsAre("contact.attributes.age: attribute \"age\" is NUMERIC; expected a number",
                          StartsWith("contact.attributes[1]: attribute \"shoe\" is not in"),
                          StartsWith("update_mask: path \"name\""),
                          StartsWith("contact.name: there is no such contact")));
}

TEST_F(UpdateTest, TheNameIsOfAContactOfAWorkspaceThatIsThere) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  request.mutable_contact()->set_name("workspaces/acme/contacts/");
  EXPECT_EQ(Update(request),
            absl::InvalidArgumentError("a resource name is malformed; expected "
                                       "`workspaces/{workspace}/contacts/{contact}`"));
  request.mutable_contact()->set_name("workspaces/shop/contacts/ann");
  EXPECT_EQ(Update(request),
            absl::NotFoundError("there is no workspaces/shop; make it with CreateWorkspace"));
}

TEST_F(UpdateTest, UpdatesOfOneContactAtTheSameTimeAllCount) {
  std::vector<std::pair<std::string, v1::AttributeType>> attributes;
  for (int i = 0; i < 8; ++i) {
    attributes.emplace_back(absl::StrCat("a", i), v1::ATTRIBUTE_TYPE_NUMERIC);
  }
  AddAttributes(attributes);
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  const AssignContactsFn assign = [](const auto&, const auto&) { return absl::OkStatus(); };
  ContactService service(*store_, clock_, assign);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        v1::UpdateContactRequest request = Request("new");
        request.set_allow_missing(true);
        Add(request, absl::StrCat("a", t)).set_number(i);
        v1::Contact contact;
        failed += service.UpdateContact(call_, request, &contact).ok() ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(Words(Stored("new")), "a0=9 a1=9 a2=9 a3=9 a4=9 a5=9 a6=9 a7=9 STAGE_UNSPECIFIED");
}

// --- request_id ---

TEST_F(UpdateTest, ARepeatedRequestWritesNothingAndAnswersWithTheContactAsItIs) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  request.set_request_id("5f9f7a36-5d1c-4d6a-9a5e-6b0c6f5a9d11");
  request.mutable_contact()->set_etag(Stored("ann").etag());
  EXPECT_EQ(Updated(request), "age=31 city=Lyon STAGE_UNSPECIFIED");
  const std::string answer = contact_.SerializeAsString();
  Updated(request);
  EXPECT_EQ(contact_.SerializeAsString(), answer) << "the etag was current the first time";
  Updated(AgeRequest("ann", 40));
  assigned_.clear();
  EXPECT_EQ(Updated(request), "age=40 city=Lyon STAGE_UNSPECIFIED");
  EXPECT_THAT(assigned_, IsEmpty());
  google::protobuf::Empty empty;
  v1::DeleteContactRequest removal;
  removal.set_name(request.contact().name());
  ASSERT_TRUE(contacts_->DeleteContact(call_, removal, &empty).ok());
  EXPECT_EQ(Update(request),
            absl::NotFoundError("the contact was written, and has been deleted since"));
  EXPECT_EQ(Stored("ann").name(), "there is no such contact");
}

TEST_F(UpdateTest, ARequestIdGivenToAnotherRequestIsRefused) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  request.set_request_id("r1");
  Updated(request);
  const absl::Status other = absl::InvalidArgumentError(
      "request_id was given to another request in the last 24 hours; give each request one of its "
      "own, and repeat a request unchanged");
  v1::UpdateContactRequest changed = request;
  changed.mutable_contact()->mutable_attributes(0)->set_number(32);
  EXPECT_EQ(Update(changed), other);
  changed = request;
  changed.mutable_update_mask()->add_paths("*");
  EXPECT_EQ(Update(changed), other);
  v1::BatchUpdateContactsRequest batch;
  batch.set_parent("workspaces/acme");
  batch.set_request_id("r1");
  *batch.add_requests() = AgeRequest("ann", 31);
  v1::BatchUpdateContactsResponse response;
  EXPECT_EQ(contacts_->BatchUpdateContacts(call_, batch, &response), other);
  EXPECT_EQ(Words(Stored("ann")), "age=31 city=Lyon STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, ARequestThatFailedMayBeRepeatedAndIsThenCarriedOut) {
  v1::UpdateContactRequest request = AgeRequest("dora", 31);
  request.set_request_id("r1");
  EXPECT_EQ(Update(request).code(), absl::StatusCode::kNotFound);
  request.set_allow_missing(true);
  EXPECT_EQ(Updated(request), "age=31 STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, ARequestIsForgottenAfterADay) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  request.set_request_id("r1");
  Updated(request);
  Updated(AgeRequest("ann", 40));
  clock_.now.micros += kRequestMemoryMicros;
  Updated(AgeRequest("bob", 41));
  EXPECT_EQ(Updated(request), "age=40 city=Lyon STAGE_UNSPECIFIED");
  clock_.now.micros += 1;
  Updated(AgeRequest("bob", 42));
  EXPECT_EQ(Updated(request), "age=31 city=Lyon STAGE_UNSPECIFIED");
}

TEST_F(UpdateTest, ARequestSentSeveralTimesAtOnceIsWrittenOnce) {
  const AssignContactsFn assign = [](const auto&, const auto&) { return absl::OkStatus(); };
  ContactService service(*store_, clock_, assign);
  const Revision before = (*store_->OpenSnapshot())->revision();
  for (int round = 0; round < 10; ++round) {
    v1::UpdateContactRequest request = AgeRequest("ann", 100 + round);
    request.set_request_id(absl::StrCat("round ", round));
    std::atomic<int> failed = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        v1::Contact contact;
        const absl::Status status = service.UpdateContact(call_, request, &contact);
        failed += status.ok() && contact.attributes(0).number() == 100 + round ? 0 : 1;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
  }
  EXPECT_EQ((*store_->OpenSnapshot())->revision(), before + 10);
}

TEST_F(UpdateTest, RequestIdsAreShortAndPrintable) {
  v1::UpdateContactRequest request = AgeRequest("ann", 31);
  for (const std::string& id : {std::string(65, 'x'), std::string("a\nb"), std::string("é")}) {
    request.set_request_id(id);
    EXPECT_EQ(Update(request),
              absl::InvalidArgumentError("request_id is not 1 to 64 printable characters of ASCII; "
                                         "send a UUID, or leave it out"));
  }
  request.set_request_id(std::string(64, '~'));
  EXPECT_TRUE(Update(request).ok());
}

// --- Batches ---

class BatchUpdateTest : public UpdateTest {
 protected:
  BatchUpdateTest() { batch_.set_parent("workspaces/acme"); }

  absl::Status UpdateBatch() {
    response_.Clear();
    return contacts_->BatchUpdateContacts(call_, batch_, &response_);
  }

  v1::BatchUpdateContactsRequest batch_;
  v1::BatchUpdateContactsResponse response_;
};

TEST_F(BatchUpdateTest, MakesAllUpdatesAndAnswersInTheirOrder) {
  *batch_.add_requests() = AgeRequest("cleo", 51);
  *batch_.add_requests() = AgeRequest("dora", 20);
  batch_.mutable_requests(1)->set_allow_missing(true);
  *batch_.add_requests() = Request("ann", {"*"});
  const Revision before = (*store_->OpenSnapshot())->revision();
  ASSERT_TRUE(UpdateBatch().ok());
  ASSERT_EQ(response_.contacts_size(), 3);
  EXPECT_EQ(Words(response_.contacts(0)), "age=51 city=Lyon STAGE_UNSPECIFIED");
  EXPECT_EQ(Words(response_.contacts(1)), "age=20 STAGE_UNSPECIFIED");
  EXPECT_EQ(Words(response_.contacts(2)), "STAGE_UNSPECIFIED");
  EXPECT_EQ((*store_->OpenSnapshot())->revision(), before + 3);
  ASSERT_THAT(assigned_, SizeIs(1));
  EXPECT_THAT(assigned_[0].second, ElementsAre("cleo", "dora", "ann"));
}

TEST_F(BatchUpdateTest, TellsAllViolationsOfAllRequestsAndWritesNothing) {
  *batch_.add_requests() = AgeRequest("ann", 31);
  *batch_.add_requests() = AgeRequest("dora", 20);
  *batch_.add_requests() = AgeRequest("bob", std::nan(""), {"shoes"});
  *batch_.add_requests() = AgeRequest("ann", 32);
  *batch_.add_requests() = AgeRequest("cleo", 1);
  batch_.mutable_requests(4)->mutable_contact()->set_etag("1000000");
  batch_.mutable_requests(4)->set_request_id("r1");
  batch_.mutable_requests(4)->set_validate_only(true);
  *batch_.add_requests() = AgeRequest("cleo", 1);
  batch_.mutable_requests(5)->mutable_contact()->set_name("workspaces/default/contacts/x");
  const absl::Status status = UpdateBatch();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), StartsWith("requests[2]: attribute \"age\""));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("; 8 things are wrong in all, each in the details"));
  EXPECT_THAT(
      Details(status),
      ElementsAre(
          StartsWith("requests[1].contact.name: there is no such contact"),
          StartsWith("requests[2].contact.attributes.age: "),
          StartsWith("requests[2].update_mask: "),
          "requests[3].contact.name: names the same contact as requests[0]; send each contact "
          "once",
          "requests[4].request_id: request_id is of the batch as a whole; give it there",
          "requests[4].validate_only: validate_only is of the batch as a whole; give it there",
          StartsWith("requests[4].contact.etag: the contact has changed"),
          StartsWith("requests[5].contact.name: the contact is of another workspace")));
  EXPECT_EQ(Words(Stored("ann")), "age=30 city=Lyon STAGE_UNSPECIFIED");
}

TEST_F(BatchUpdateTest, DetailsStayBelowTwoKibAndSayHowManyAreLeftOut) {
  for (int i = 0; i < 1000; ++i) *batch_.add_requests() = AgeRequest(absl::StrCat("x", i), 1);
  const absl::Status status = UpdateBatch();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  const std::size_t shown = Details(status).size();
  EXPECT_GT(shown, 5u);
  EXPECT_EQ(status.message(),
            absl::StrCat("requests[0]: there is no such contact; set allow_missing to store a new "
                         "one; 1000 things are wrong in all, the first ",
                         shown, " in the details, ", 1000 - shown, " left out"));
  std::size_t bytes = 0;
  const google::rpc::Status message = ToRpcStatus(status);
  for (const auto& detail : message.details()) bytes += detail.ByteSizeLong();
  EXPECT_LT(bytes, 2048u);
}

TEST_F(BatchUpdateTest, HoldsOneToAThousandRequests) {
  EXPECT_EQ(UpdateBatch(), absl::InvalidArgumentError("the batch has 0 requests; send 1 to 1000"));
  for (int i = 0; i < 1000; ++i) {
    *batch_.add_requests() = AgeRequest(absl::StrCat("x", i), i);
    batch_.mutable_requests(i)->set_allow_missing(true);
  }
  EXPECT_TRUE(UpdateBatch().ok());
  EXPECT_EQ(response_.contacts_size(), 1000);
  *batch_.add_requests() = AgeRequest("ann", 1);
  EXPECT_EQ(UpdateBatch(),
            absl::InvalidArgumentError("the batch has 1001 requests; send 1 to 1000"));
}

TEST_F(BatchUpdateTest, ValidateOnlyWritesNothing) {
  *batch_.add_requests() = AgeRequest("ann", 31);
  *batch_.add_requests() = AgeRequest("bob", 41);
  batch_.set_validate_only(true);
  ASSERT_TRUE(UpdateBatch().ok());
  EXPECT_EQ(Words(response_.contacts(1)), "age=41 city=Nantes STAGE_UNSPECIFIED");
  EXPECT_EQ(Words(Stored("bob")), "age=40 city=Nantes STAGE_UNSPECIFIED");
}

TEST_F(BatchUpdateTest, ARepeatedBatchWritesNothing) {
  *batch_.add_requests() = AgeRequest("ann", 31);
  *batch_.add_requests() = AgeRequest("bob", 41);
  batch_.set_request_id("b1");
  ASSERT_TRUE(UpdateBatch().ok());
  Updated(AgeRequest("ann", 60));
  ASSERT_TRUE(UpdateBatch().ok());
  EXPECT_EQ(Words(response_.contacts(0)), "age=60 city=Lyon STAGE_UNSPECIFIED");
  EXPECT_EQ(Words(response_.contacts(1)), "age=41 city=Nantes STAGE_UNSPECIFIED");
}

// A store in which somebody else is quicker.
class RacingStore : public Store {
 public:
  RacingStore(Store& store, std::vector<Operation> first)
      : store_(store), first_(std::move(first)) {}
  absl::StatusOr<std::vector<OperationResult>> Commit(WriteBatch batch) override {
    if (!first_.empty()) {
      EXPECT_TRUE(
          store_.Commit({.operations = std::exchange(first_, {}), .time = batch.time}).ok());
    }
    return store_.Commit(std::move(batch));
  }
  absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() override {
    return store_.OpenSnapshot();
  }
  std::string Description() const override { return store_.Description(); }

 private:
  Store& store_;
  std::vector<Operation> first_;
};

TEST_F(BatchUpdateTest, LooksAgainWhenAContactWasStoredOrDeletedMeanwhile) {
  PutContact dora{.workspace = "acme", .id = "dora"};
  dora.values = EncodeValues({{2, std::string("Nice")}});
  RacingStore store(*store_, {dora, DeleteContact{"acme", "ann"}});
  ContactService service(store, clock_, [](const auto&, const auto&) { return absl::OkStatus(); });
  for (const char* id : {"ann", "dora"}) {
    *batch_.add_requests() = AgeRequest(id, 20);
    batch_.mutable_requests()->rbegin()->set_allow_missing(true);
  }
  ASSERT_TRUE(service.BatchUpdateContacts(call_, batch_, &response_).ok());
  EXPECT_EQ(Words(response_.contacts(0)), "age=20 STAGE_UNSPECIFIED");
  EXPECT_EQ(Words(response_.contacts(1)), "age=20 city=Nice STAGE_UNSPECIFIED");
}

TEST_F(BatchUpdateTest, TellsWhatCameInBetweenWhenTheBatchIsRefusedForIt) {
  RacingStore store(*store_, {DeleteContact{"acme", "ann"}});
  ContactService service(store, clock_, [](const auto&, const auto&) { return absl::OkStatus(); });
  *batch_.add_requests() = AgeRequest("bob", 20);
  *batch_.add_requests() = AgeRequest("ann", 20);
  const absl::Status status = service.BatchUpdateContacts(call_, batch_, &response_);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "requests[1]: there is no such contact; set allow_missing to store a new one");
  EXPECT_EQ(Words(Stored("bob")), "age=40 city=Nantes STAGE_UNSPECIFIED");
}

}  // namespace
}  // namespace cible
