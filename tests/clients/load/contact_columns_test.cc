#include "clients/load/contact_columns.h"

#include <gtest/gtest.h>

#include "clients/load/made_contacts.h"
#include "tests/clients/load/every_type.h"

namespace cible::load {
namespace {

using namespace std::string_literals;

ContactSet TwoContacts() {
  ContactSet set;
  set.schema = EveryType();
  set.ids = {"a", "bc"};
  set.contacts.push_back(FromText<v1::Contact>(R"(
    attributes { attribute: "age" number: 30 }
    attributes { attribute: "city" text: "Lyon" }
    attributes { attribute: "tags" set { members: "x" members: "y" } }
    attributes { attribute: "news" flag: true }
    attributes { attribute: "since" date { year: 1970 month: 1 day: 3 } }
    attributes { attribute: "seen" instant { seconds: 2 nanos: 3000 } }
    attributes { attribute: "home" location { latitude: 1 longitude: 2 } }
    attributes { attribute: "email" text: "me" })"));
  set.contacts.push_back(FromText<v1::Contact>(R"(
    attributes { attribute: "age" number: 40 }
    attributes { attribute: "tags" set { members: "y" } })"));
  return set;
}

TEST(ToColumns, WritesAColumnForEachAttributeThatSomebodyHas) {
  const v1::ContactTable table = ToColumns(TwoContacts(), {0, 1}, true);
  EXPECT_EQ(table.DebugString(), FromText<v1::ContactTable>(R"(
    row_count: 2
    ids { data: "abc" ends: 1 ends: 3 }
    columns { attribute: "age" numbers { values: 30 values: 40 } }
    columns { attribute: "city" validity: "\001"
              codes { codes: "\000\000" width: 1 dictionary { data: "Lyon" ends: 4 } } }
    columns { attribute: "tags"
              sets { members { codes: "\000\001\001" width: 1
                               dictionary { data: "xy" ends: 1 ends: 2 } }
                     ends: 2 ends: 3 } }
    columns { attribute: "news" validity: "\001" bits: "\001" }
    columns { attribute: "since" validity: "\001" days { values: 2 values: 0 } }
    columns { attribute: "seen" validity: "\001" micros { values: 2000003 values: 0 } }
    columns { attribute: "home" validity: "\001"
              locations { latitudes: 1 latitudes: 0 longitudes: 2 longitudes: 0 } }
    columns { attribute: "email" validity: "\001" texts { data: "me" ends: 2 ends: 2 } })")
                                     .DebugString());
}

TEST(ToColumns, RowsMayRepeatAndGoWithoutIds) {
  const v1::ContactTable table = ToColumns(TwoContacts(), {1, 1, 0}, false);
  EXPECT_EQ(table.row_count(), 3u);
  EXPECT_FALSE(table.has_ids());
  ASSERT_EQ(table.columns(0).numbers().values_size(), 3);
  EXPECT_EQ(table.columns(0).numbers().values(0), 40);
  EXPECT_EQ(table.columns(0).numbers().values(2), 30);
  EXPECT_EQ(table.columns(1).validity(), "\x04"s);
}

TEST(ToColumns, LongDictionariesTakeWiderCodes) {
  ContactSet set;
  set.schema = EveryType();
  std::vector<std::size_t> indexes;
  for (std::size_t i = 0; i < 300; ++i) {
    v1::AttributeValue& value = *set.contacts.emplace_back().add_attributes();
    value.set_attribute("city");
    value.set_text("city " + std::to_string(i));
    indexes.push_back(i);
  }
  const v1::ContactTable table = ToColumns(set, indexes, true);
  const v1::Codes& codes = table.columns(0).codes();
  EXPECT_EQ(codes.width(), 2u);
  ASSERT_EQ(codes.codes().size(), 600u);
  EXPECT_EQ(codes.codes().substr(2 * 299, 2), "\x2B\x01"s);  // 299, low byte first.
  EXPECT_EQ(codes.dictionary().ends_size(), 300);
}

TEST(MakeContacts, DrawsFromStoredContactsAndInventsTheRest) {
  const std::vector<v1::Contact> stored = {
      FromText<v1::Contact>(R"(attributes { attribute: "city" text: "Lyon" })"),
      FromText<v1::Contact>(R"(attributes { attribute: "city" text: "Nice" })")};
  const ContactSet set = MakeContacts({.count = 50}, EveryType(), stored);
  ASSERT_EQ(set.contacts.size(), 50u);
  EXPECT_EQ(set.ids[0], "c000001");
  bool lyon = false, nice = false;
  for (const v1::Contact& contact : set.contacts) {
    // Everything but the e-mail address, which says nothing of what they are.
    ASSERT_EQ(contact.attributes_size(), 8);
    const std::string& city = contact.attributes(1).text();
    EXPECT_TRUE(city == "Lyon" || city == "Nice");
    lyon = lyon || city == "Lyon";
    nice = nice || city == "Nice";
  }
  EXPECT_TRUE(lyon && nice);
}

// Of 50 x 8 values each is known with probability 1/4: 100 give or take 4 standard
// errors of sqrt(400 x 1/4 x 3/4).
TEST(MakeContacts, KnowsTheShareAskedFor) {
  int known = 0;
  for (const v1::Contact& contact :
       MakeContacts({.count = 50, .known = 0.25}, EveryType(), {}).contacts) {
    known += contact.attributes_size();
  }
  EXPECT_NEAR(known, 100, 4 * 8.66);
}

TEST(MakeContacts, TheSameSeedMakesTheSame) {
  const auto text = [](std::uint64_t seed) {
    return MakeContacts({.count = 3, .seed = seed}, EveryType(), {}).contacts[2].DebugString();
  };
  EXPECT_EQ(text(5), text(5));
  EXPECT_NE(text(5), text(6));
}

}  // namespace
}  // namespace cible::load
