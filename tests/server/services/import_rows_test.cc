// Contacts imported as messages, one a row.

#include "server/services/import_session.h"
#include "tests/server/services/service_fixture.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class ImportRowsTest : public ServiceTest {
 protected:
  ImportRowsTest() {
    AddAttributes({{"age", v1::ATTRIBUTE_TYPE_NUMERIC},
                   {"city", v1::ATTRIBUTE_TYPE_CATEGORICAL},
                   {"note", v1::ATTRIBUTE_TYPE_TEXT},
                   {"tags", v1::ATTRIBUTE_TYPE_SET}});
  }

  static v1::ImportContactsRequest Rows(std::int64_t sequence = 1) {
    v1::ImportContactsRequest request;
    request.set_parent("workspaces/acme");
    request.set_sequence(sequence);
    return request;
  }

  static v1::Contact* AddRow(v1::ImportContactsRequest& request, const std::string& id) {
    v1::Contact* contact = request.add_contacts();
    if (!id.empty()) contact->set_name("workspaces/acme/contacts/" + id);
    return contact;
  }

  static void SetNumber(v1::Contact* contact, const std::string& attribute, double number) {
    v1::AttributeValue* value = contact->add_attributes();
    value->set_attribute(attribute);
    value->set_number(number);
  }

  static void SetText(v1::Contact* contact, const std::string& attribute, const std::string& text) {
    v1::AttributeValue* value = contact->add_attributes();
    value->set_attribute(attribute);
    value->set_text(text);
  }

  v1::ImportContactsResponse SendAlone(const v1::ImportContactsRequest& request) {
    return Send(*contacts_->OpenImport(), request);
  }

  v1::Contact GetContact(const std::string& id) {
    v1::GetContactRequest request;
    request.set_name("workspaces/acme/contacts/" + id);
    v1::Contact contact;
    const absl::Status status = contacts_->GetContact(call_, request, &contact);
    EXPECT_TRUE(status.ok()) << status;
    return contact;
  }

  // Of every contact of a workspace: its id and its values as stored.
  std::vector<std::pair<std::string, std::string>> Stored() {
    v1::ListContactsRequest request;
    request.set_parent("workspaces/acme");
    v1::ListContactsResponse response;
    EXPECT_TRUE(contacts_->ListContacts(call_, request, &response).ok());
    std::vector<std::string> ids;
    for (const v1::Contact& contact : response.contacts()) {
      ids.push_back(contact.name().substr(std::string("workspaces/acme/contacts/").size()));
    }
    const auto snapshot = store_->OpenSnapshot();
    std::vector<std::pair<std::string, std::string>> stored;
    const auto records = (*snapshot)->Lookup("acme", ids);
    for (const auto& record : *records) {
      stored.emplace_back(record->id, record->values);
    }
    return stored;
  }
};

TEST_F(ImportRowsTest, RowsAndTablesOfTheSameContactsGiveTheSameStore) {
  // With ids, and without: an id is then made of the values, the same by both.
  for (const bool with_ids : {true, false}) {
    const std::vector<std::string> ids = {"ann", "bob", "cleo"};
    v1::ImportContactsRequest rows = Rows();
    const double ages[] = {30, 40, 40};
    const char* cities[] = {"Lyon", "Nantes", "Nantes"};
    for (std::size_t i = 0; i < ids.size(); ++i) {
      v1::Contact* contact = AddRow(rows, with_ids ? ids[i] : "");
      SetText(contact, "city", cities[i]);  // In another order than the schema's.
      SetNumber(contact, "age", ages[i]);
    }
    EXPECT_EQ(SendAlone(rows).created_count(), 3);
    const auto by_rows = Stored();
    const auto table = Import(People(with_ids ? ids : std::vector<std::string>(), {30, 40, 40},
                                     {"Lyon", "Nantes", "Nantes"}));
    EXPECT_EQ(table.unchanged_count(), 3) << table.DebugString();
    EXPECT_EQ(Stored(), by_rows);
  }
  EXPECT_EQ(Stored().size(), 6u);
}

TEST_F(ImportRowsTest, ARowSaysItsOwnKindAndStage) {
  v1::ImportContactsRequest request = Rows();
  request.set_stage(v1::STAGE_LEAD);
  AddRow(request, "ann");
  v1::Contact* firm = AddRow(request, "firm");
  firm->set_kind(v1::CONTACT_KIND_ORGANIZATION);
  firm->set_stage(v1::STAGE_CUSTOMER);
  EXPECT_EQ(SendAlone(request).created_count(), 2);
  EXPECT_EQ(GetContact("ann").stage(), v1::STAGE_LEAD);
  EXPECT_EQ(GetContact("firm").stage(), v1::STAGE_CUSTOMER);
  EXPECT_EQ(GetContact("firm").kind(), v1::CONTACT_KIND_ORGANIZATION);
}

TEST_F(ImportRowsTest, ContactsOfTheOtherKindAreRefusedAndTheOthersStored) {
  v1::ImportContactsRequest request = Rows();
  for (int i = 0; i < 20; ++i) AddRow(request, "c" + std::to_string(i));
  EXPECT_EQ(SendAlone(request).created_count(), 20);
  v1::ImportContactsRequest others = Rows();
  for (int i = 0; i < 20; ++i) {
    v1::Contact* contact = AddRow(others, "c" + std::to_string(i));
    SetNumber(contact, "age", 30);
    if (i % 2 == 0) contact->set_kind(v1::CONTACT_KIND_ORGANIZATION);
  }
  const auto response = SendAlone(others);
  EXPECT_EQ(response.updated_count(), 10);
  EXPECT_EQ(response.refused_count(), 10);
  EXPECT_THAT(response.errors(0).reason(), HasSubstr("stored as a PERSON"));
}

TEST_F(ImportRowsTest, BadRowsAreReportedByIndexAttributeAndReason) {
  v1::ImportContactsRequest request = Rows();
  SetNumber(AddRow(request, "ann"), "age", 30);
  SetText(AddRow(request, "wrong-type"), "age", "thirty");
  SetNumber(AddRow(request, "unknown"), "shoe", 42);
  v1::Contact* twice = AddRow(request, "twice");
  SetNumber(twice, "age", 1);
  SetNumber(twice, "age", 2);
  AddRow(request, "ann");
  AddRow(request, "etag")->set_etag("7");
  request.add_contacts()->set_name("workspaces/default/contacts/x");
  request.add_contacts()->set_name("ann");
  AddRow(request, "kind")->set_kind(static_cast<v1::ContactKind>(9));
  AddRow(request, "none")->add_attributes()->set_attribute("age");
  SetNumber(AddRow(request, "bob"), "age", 40);

  const auto response = SendAlone(request);
  EXPECT_EQ(response.created_count(), 2);
  EXPECT_EQ(response.refused_count(), 9);
  ASSERT_EQ(response.errors_size(), 9);
  const auto expect = [&](int i, std::uint32_t row, const char* attribute, const char* reason) {
    EXPECT_EQ(response.errors(i).row(), row);
    EXPECT_EQ(response.errors(i).attribute(), attribute);
    EXPECT_THAT(response.errors(i).reason(), HasSubstr(reason));
  };
  expect(0, 1, "age", "attribute \"age\" is NUMERIC; expected a number");
  expect(1, 2, "", "attribute \"shoe\" is not in the schema");
  expect(2, 3, "age", "attribute \"age\" is given twice; give it once");
  expect(3, 4, "", "repeats the id of an earlier row; send each contact once");
  expect(4, 5, "", "an import compares no etags; leave it out, or use UpdateContact");
  expect(5, 6, "", "is of another workspace than the stream; name both in one");
  expect(6, 7, "", "a resource name is malformed");
  expect(7, 8, "", "the kind or the stage is none that this server knows");
  expect(8, 9, "age", "expected a value; leave the attribute out when it is not known");
  EXPECT_EQ(GetContact("ann").attributes(0).number(), 30);
}

TEST_F(ImportRowsTest, AMessageHasATableOrContacts) {
  const auto session = contacts_->OpenImport();
  v1::ImportContactsRequest request = Rows(1);
  EXPECT_EQ(Send(*session, request).error().message(),
            "the message has neither a table nor contacts; send one of both");
  AddRow(request, "ann");
  request.mutable_table();
  EXPECT_EQ(Send(*session, request).error().message(),
            "the message has a table and contacts; send one of both");
  request.clear_table();
  EXPECT_EQ(Send(*session, request).acknowledged_sequence(), 1);
}

TEST_F(ImportRowsTest, OutputOnlyFieldsAreIgnored) {
  v1::ImportContactsRequest request = Rows();
  v1::Contact* contact = AddRow(request, "ann");
  contact->add_assignments()->set_segment("workspaces/acme/segmentations/default/segments/s1");
  contact->mutable_create_time()->set_seconds(1);
  EXPECT_EQ(SendAlone(request).created_count(), 1);
  EXPECT_EQ(GetContact("ann").assignments_size(), 0);
  EXPECT_NE(GetContact("ann").create_time().seconds(), 1);
}

TEST_F(ImportRowsTest, SentAgainUnderItsNameNothingIsWritten) {
  v1::ImportContactsRequest request = Rows();
  request.set_request_id("r1");
  SetNumber(AddRow(request, "ann"), "age", 30);
  EXPECT_EQ(SendAlone(request).created_count(), 1);
  EXPECT_EQ(SendAlone(request).created_count(), 1);
  request.mutable_contacts(0)->mutable_attributes(0)->set_number(31);
  EXPECT_THAT(SendAlone(request).error().message(), HasSubstr("request_id was given to another"));
  EXPECT_EQ(GetContact("ann").attributes(0).number(), 30);
}

TEST_F(ImportRowsTest, WhatChangedIsAssigned) {
  v1::ImportContactsRequest request = Rows();
  SetNumber(AddRow(request, "ann"), "age", 30);
  SetNumber(AddRow(request, "bob"), "age", 40);
  SendAlone(request);
  request.mutable_contacts(1)->mutable_attributes(0)->set_number(41);
  SendAlone(request);
  EXPECT_THAT(assigned_, ElementsAre(Pair("acme", ElementsAre("ann", "bob")),
                                     Pair("acme", ElementsAre("bob"))));
}

TEST_F(ImportRowsTest, TenThousandAttributesInOneContact) {
  constexpr int kCount = 9'996;  // With those of the fixture as many as a schema may have.
  std::vector<std::pair<std::string, v1::AttributeType>> attributes;
  for (int i = 0; i < kCount; ++i) {
    attributes.emplace_back("a" + std::to_string(i), v1::ATTRIBUTE_TYPE_NUMERIC);
  }
  AddAttributes(attributes);
  v1::ImportContactsRequest request = Rows();
  v1::Contact* contact = AddRow(request, "ann");
  for (int i = kCount - 1; i >= 0; --i) SetNumber(contact, "a" + std::to_string(i), i);
  EXPECT_EQ(SendAlone(request).created_count(), 1);
  const v1::Contact stored = GetContact("ann");
  ASSERT_EQ(stored.attributes_size(), kCount);
  EXPECT_EQ(stored.attributes(kCount - 1).number(), kCount - 1);
}

TEST_F(ImportRowsTest, TenMegabytesInOneAttributeAreRefusedAloneAndNotRepeated) {
  v1::ImportContactsRequest request = Rows();
  SetText(AddRow(request, "ann"), "note", std::string(10 << 20, 'x'));
  SetText(AddRow(request, "bob"), std::string(10 << 20, 'y'), "x");
  SetText(AddRow(request, "cleo"), "note", std::string(65'536, 'x'));
  const auto response = SendAlone(request);
  EXPECT_EQ(response.created_count(), 1);
  EXPECT_EQ(response.refused_count(), 2);
  EXPECT_EQ(response.errors(0).attribute(), "note");
  EXPECT_LT(response.ByteSizeLong(), 2048u);
  EXPECT_EQ(GetContact("cleo").attributes(0).text().size(), 65'536u);
}

TEST_F(ImportRowsTest, ControlCharactersAreRefusedAndEmojiKept) {
  v1::ImportContactsRequest request = Rows();
  const std::string family = "Ann \U0001F468\u200D\U0001F469\u200D\U0001F467 \u202Ebidi";
  SetText(AddRow(request, "%F0%9F%98%80"), "note", family);  // Its id is an emoji.
  SetText(AddRow(request, "bell"), "note", std::string("a\ab"));
  SetText(AddRow(request, "nul"), "note", std::string("a\0b", 3));
  SetText(AddRow(request, "lines"), "note", "a\tb\r\nc");
  const auto response = SendAlone(request);
  EXPECT_EQ(response.created_count(), 2);
  ASSERT_EQ(response.errors_size(), 2);
  EXPECT_EQ(response.errors(0).row(), 1u);
  EXPECT_EQ(response.errors(1).row(), 2u);
  EXPECT_EQ(GetContact("%F0%9F%98%80").attributes(0).text(), family);
}

}  // namespace
}  // namespace cible
