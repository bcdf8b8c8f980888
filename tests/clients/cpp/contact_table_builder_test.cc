#include "clients/cpp/contact_table_builder.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <random>

#include "server/wire/contact_wire.h"

namespace cible {
namespace {

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

v1::Schema EveryType() {
  return Parse<v1::Schema>(R"(
    attributes { id: "age" display_name: "Age in years" type: ATTRIBUTE_TYPE_NUMERIC }
    attributes { id: "city" display_name: "City" type: ATTRIBUTE_TYPE_CATEGORICAL }
    attributes { id: "size" display_name: "Size" type: ATTRIBUTE_TYPE_ORDINAL
                 levels: "S" levels: "M" levels: "L" }
    attributes { id: "tastes" display_name: "Tastes" type: ATTRIBUTE_TYPE_SET }
    attributes { id: "member" display_name: "Member" type: ATTRIBUTE_TYPE_BOOLEAN }
    attributes { id: "first_visit" display_name: "First visit" type: ATTRIBUTE_TYPE_DATE }
    attributes { id: "seen" display_name: "Seen" type: ATTRIBUTE_TYPE_TIMESTAMP }
    attributes { id: "home" display_name: "Home" type: ATTRIBUTE_TYPE_LOCATION }
    attributes { id: "note" display_name: "Note" type: ATTRIBUTE_TYPE_TEXT }
  )");
}

Schema DomainSchema(const v1::Schema& message) {
  Schema schema;
  for (const v1::Attribute& attribute : message.attributes()) {
    EXPECT_TRUE(schema.Add(*AttributeFromProto(attribute)).ok());
  }
  return schema;
}

// What the server reads in the table's rows.
std::vector<v1::Contact> ReadByTheServer(const v1::ContactTable& table, const v1::Schema& schema) {
  const Schema domain = DomainSchema(schema);
  const auto read = TableFromProto(table, domain);
  EXPECT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->errors.empty());
  std::vector<v1::Contact> contacts(static_cast<std::size_t>(read->row_count));
  for (int row = 0; row < read->row_count; ++row) {
    AttributesToProto(read->table, row, domain, &contacts[static_cast<std::size_t>(row)]);
  }
  return contacts;
}

// A value of each type that differs from draw to draw.
void SetValue(int place, std::mt19937& random, v1::AttributeValue* value) {
  const int draw = static_cast<int>(random() % 300);
  switch (place) {
    case 0: value->set_number(draw - 150.5); break;
    case 1: value->set_text("city " + std::to_string(draw)); break;  // More than a byte's codes.
    case 2: value->set_text(draw % 2 == 0 ? "S" : "L"); break;
    case 3:
      value->mutable_set();
      for (int tag = 0; tag < draw % 4; ++tag) {
        value->mutable_set()->add_members("taste " + std::to_string(tag));
      }
      break;
    case 4: value->set_flag(draw % 2 == 0); break;
    case 5:
      *value->mutable_date() = Parse<v1::Date>("year: 1930 month: 2 day: 28");
      value->mutable_date()->set_year(1700 + draw);
      break;
    case 6:
      value->mutable_instant()->set_seconds(draw - 200);
      value->mutable_instant()->set_nanos(draw * 1000);
      break;
    case 7: value->mutable_location()->set_latitude(draw / 10.0); break;
    default: value->set_text("note " + std::to_string(draw)); break;
  }
}

TEST(ContactTableBuilder, MakesTablesInWhichTheServerReadsTheSameContacts) {
  const v1::Schema schema = EveryType();
  std::mt19937 random(20260508);
  ContactTableBuilder builder(schema);
  for (const int rows : {1, 8, 1000}) {
    std::vector<v1::Contact> contacts(static_cast<std::size_t>(rows));
    for (v1::Contact& contact : contacts) {
      for (int place = 0; place < schema.attributes_size(); ++place) {
        if (random() % 4 == 0) continue;
        v1::AttributeValue* value = contact.add_attributes();
        value->set_attribute(schema.attributes(place).id());
        SetValue(place, random, value);
      }
      EXPECT_TRUE(builder.Add(contact).ok());
    }
    EXPECT_EQ(builder.row_count(), rows);
    const std::vector<v1::Contact> read = ReadByTheServer(builder.Build(), schema);
    ASSERT_EQ(read.size(), contacts.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(read[i], contacts[i]))
          << read[i].DebugString() << contacts[i].DebugString();
    }
  }
}

TEST(ContactTableBuilder, SendsNoColumnOfWhatNobodyHasAndNoValidityOfWhatAllHave) {
  ContactTableBuilder builder(EveryType());
  ASSERT_TRUE(builder.Add(Parse<v1::Contact>(R"(attributes { attribute: "age" number: 3 })")).ok());
  ASSERT_TRUE(builder.Add(Parse<v1::Contact>(R"(attributes { attribute: "age" number: 4 })")).ok());
  const v1::ContactTable table = builder.Build();
  EXPECT_EQ(table.ShortDebugString(), Parse<v1::ContactTable>(R"(row_count: 2
                columns { attribute: "age" numbers { values: 3 values: 4 } })")
                                          .ShortDebugString());
}

TEST(ContactTableBuilder, TakesDisplayNames) {
  ContactTableBuilder builder(EveryType());
  ASSERT_TRUE(
      builder.Add(Parse<v1::Contact>(R"(attributes { attribute: "Age in years" number: 3 })"))
          .ok());
  EXPECT_EQ(builder.Build().columns(0).attribute(), "age");
}

TEST(ContactTableBuilder, KeepsRowsOfContactsOfWhichNothingIsKnown) {
  ContactTableBuilder builder(EveryType());
  EXPECT_TRUE(builder.Add({}).ok());
  EXPECT_EQ(builder.Build().row_count(), 1u);
  EXPECT_EQ(builder.Build().row_count(), 0u);
}

// Refused contacts leave nothing in the table, whichever of their values is wrong.
struct Refused {
  std::string attributes;
  std::string reason;
};

class RefusedContact : public testing::TestWithParam<Refused> {};

TEST_P(RefusedContact, HasItsReasonAndNoRow) {
  ContactTableBuilder builder(EveryType());
  const auto contact =
      Parse<v1::Contact>(R"(attributes { attribute: "note" text: "n" } )" + GetParam().attributes);
  EXPECT_EQ(builder.Add(contact), absl::InvalidArgumentError(GetParam().reason));
  EXPECT_EQ(builder.row_count(), 0);
  EXPECT_EQ(builder.Build().columns_size(), 0);
  // The server says the same of the same contact.
  const auto by_server = TableFromContact(contact, DomainSchema(EveryType()));
  EXPECT_EQ(by_server.status().code(), absl::StatusCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(
    Reasons, RefusedContact,
    testing::Values(
        Refused{R"(attributes { attribute: "shoe" number: 3 })",
                "attribute \"shoe\" is not in the schema; use the id or the display name of one "
                "that is"},
        Refused{R"(attributes { attribute: "age" text: "3" })",
                "attribute \"age\" is NUMERIC; expected a number"},
        Refused{R"(attributes { attribute: "age" })",
                "attribute \"age\" is NUMERIC; expected a number"},
        Refused{R"(attributes { attribute: "note" text: "again" })",
                "attribute \"note\" is given twice; give it once"},
        Refused{R"(attributes { attribute: "first_visit" date { year: 2023 month: 2 day: 29 } })",
                "attribute \"first_visit\" is DATE; expected a day of the calendar, years 1 to "
                "9999"},
        Refused{R"(attributes { attribute: "seen" instant { nanos: -1 } })",
                "attribute \"seen\" is TIMESTAMP; expected an instant of the years 1 to 9999"}));

TEST(IsUnknownAttribute, TellsItFromOtherErrors) {
  ContactTableBuilder builder(EveryType());
  EXPECT_TRUE(IsUnknownAttribute(
      builder.Add(Parse<v1::Contact>(R"(attributes { attribute: "shoe" number: 3 })"))));
  EXPECT_FALSE(IsUnknownAttribute(
      builder.Add(Parse<v1::Contact>(R"(attributes { attribute: "age" flag: true })"))));
  EXPECT_FALSE(IsUnknownAttribute(absl::OkStatus()));
}

}  // namespace
}  // namespace cible
