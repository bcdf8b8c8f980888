#include <gmock/gmock.h>
#include <google/protobuf/stubs/logging.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "server/wire/contact_wire.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Schema PeopleSchema() {
  Schema schema;
  const std::pair<const char*, AttributeType> attributes[] = {
      {"age", AttributeType::kNumeric},   {"city", AttributeType::kCategorical},
      {"channels", AttributeType::kSet},  {"member", AttributeType::kBoolean},
      {"born", AttributeType::kDate},     {"seen", AttributeType::kTimestamp},
      {"home", AttributeType::kLocation},
  };
  for (const auto& [id, type] : attributes) {
    EXPECT_TRUE(schema.Add({.id = id, .type = type}).ok());
  }
  EXPECT_TRUE(schema
                  .Add({.id = "mood",
                        .display_name = "Mood today",
                        .type = AttributeType::kOrdinal,
                        .levels = {"low", "high"}})
                  .ok());
  EXPECT_TRUE(
      schema.Add({.id = "note", .type = AttributeType::kText, .role = Role::kDescriptor}).ok());
  return schema;
}

// Two contacts; the second is known by its id alone.
ContactTable TwoContacts() {
  const std::pair<const char*, Value> values[] = {
      {"age", 41.5},
      {"city", std::string("Lyon")},
      {"channels", StringSet{{"mail", "web"}}},
      {"member", true},
      {"born", Date{-5000}},
      {"seen", Timestamp{1'700'000'000'123'456}},
      {"home", LatLng{45.76, 4.84}},
      {"mood", std::string("high")},
      {"note", std::string("vue à la foire")},
  };
  ContactTable table{.row_count = 2, .ids = {"a", "b"}};
  const Schema schema = PeopleSchema();
  for (const auto& [id, value] : values) {
    Column column = MakeColumn(id, schema.Find(id)->type);
    Append(column, value);
    Append(column, std::nullopt);
    table.columns.push_back(std::move(column));
  }
  return table;
}

v1::ContactTable Wire(const ContactTable& table) {
  v1::ContactTable message;
  TableToProto(table, &message);
  return message;
}

// A table of one column of `rows` rows, empty so far.
v1::ContactTable OneColumn(const std::string& attribute, std::uint32_t rows) {
  v1::ContactTable message;
  message.set_row_count(rows);
  message.add_columns()->set_attribute(attribute);
  return message;
}

absl::Status Refusal(const v1::ContactTable& message) {
  return TableFromProto(message, PeopleSchema()).status();
}

std::vector<std::string> Errors(const v1::ContactTable& message) {
  const auto read = TableFromProto(message, PeopleSchema());
  EXPECT_TRUE(read.ok()) << read.status();
  std::vector<std::string> errors;
  for (const RowError& error : read->errors) {
    errors.push_back(absl::StrCat(error.row, " ", error.attribute, ": ", error.reason));
  }
  return errors;
}

TEST(TableFromProto, GivesBackWhatWasWritten) {
  const auto read = TableFromProto(Wire(TwoContacts()), PeopleSchema());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->errors, IsEmpty());
  EXPECT_THAT(read->source_rows, ElementsAre(0, 1));
  EXPECT_EQ(read->row_count, 2);
  const ContactTable table = TwoContacts();
  EXPECT_EQ(read->table.ids, table.ids);
  ASSERT_EQ(read->table.columns.size(), table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    EXPECT_EQ(read->table.columns[i].attribute, table.columns[i].attribute);
    for (int row = 0; row < 2; ++row) {
      EXPECT_EQ(Get(read->table.columns[i], row), Get(table.columns[i], row));
    }
  }
  std::vector<RowError> bad_rows;
  EXPECT_TRUE(CheckTable(read->table, PeopleSchema(), &bad_rows).ok());
}

TEST(TableFromProto, ReadsAnEmptyTable) {
  EXPECT_EQ(TableFromProto({}, PeopleSchema())->table.row_count, 0);
  ContactTable table = SelectRows(TwoContacts(), {});
  EXPECT_EQ(TableFromProto(Wire(table), PeopleSchema())->table.columns.size(), 9u);
}

TEST(TableFromProto, AcceptsDisplayNames) {
  v1::ContactTable message = Wire(TwoContacts());
  message.mutable_columns(7)->set_attribute("Mood today");
  EXPECT_NE(TableFromProto(message, PeopleSchema())->table.Find("mood"), nullptr);
}

TEST(TableFromProto, RefusesUnknownRepeatedAndMistypedColumns) {
  EXPECT_EQ(Refusal(OneColumn("shoe", 1)),
            absl::InvalidArgumentError("attribute \"shoe\" is not in the schema; use the id or the "
                                       "display name of one that is"));
  v1::ContactTable twice = Wire(TwoContacts());
  *twice.add_columns() = twice.columns(0);
  EXPECT_EQ(Refusal(twice),
            absl::InvalidArgumentError("attribute \"age\" is sent twice; send it once"));
  v1::ContactTable mistyped = Wire(TwoContacts());
  mistyped.mutable_columns(1)->set_attribute("age");
  mistyped.mutable_columns(0)->set_attribute("city");
  EXPECT_EQ(Refusal(mistyped),
            absl::InvalidArgumentError("attribute \"city\" is CATEGORICAL in the schema; send its "
                                       "column as codes, or change the schema"));
  EXPECT_EQ(Refusal(OneColumn("home", 1)),
            absl::InvalidArgumentError("attribute \"home\" is LOCATION in the schema; send its "
                                       "column as locations, or change the schema"));
}

TEST(TableFromProto, RefusesMoreThan65536RowsBeforeReadingThem) {
  EXPECT_EQ(Refusal(OneColumn("age", 70'000)),
            absl::InvalidArgumentError("the table has 70000 rows; send at most 65536 at a time"));
  EXPECT_EQ(
      Refusal(OneColumn("age", 4'294'967'295)),
      absl::InvalidArgumentError("the table has 4294967295 rows; send at most 65536 at a time"));
}

TEST(TableFromProto, RefusesLengthsThatDisagree) {
  v1::ContactTable message = OneColumn("age", 3);
  message.mutable_columns(0)->mutable_numbers()->add_values(1);
  EXPECT_EQ(Refusal(message), absl::InvalidArgumentError("attribute \"age\" has 1 cells; the table "
                                                         "has 3 rows. Send one cell a row"));
  message = OneColumn("member", 9);
  message.mutable_columns(0)->set_bits("x");
  EXPECT_EQ(Refusal(message), absl::InvalidArgumentError("attribute \"member\" has 1 bytes of "
                                                         "bits; a table of 9 rows needs 2"));
  message = Wire(TwoContacts());
  message.mutable_columns(0)->set_validity("xx");
  EXPECT_EQ(Refusal(message),
            absl::InvalidArgumentError("attribute \"age\" has 2 bytes of validity; a table of 2 "
                                       "rows needs 1, or none when all cells are known"));
  message = Wire(TwoContacts());
  message.mutable_ids()->add_ends(2);
  EXPECT_EQ(Refusal(message),
            absl::InvalidArgumentError("the table has 3 ids and 2 rows; send one a row or none"));
  message = OneColumn("home", 1);
  message.mutable_columns(0)->mutable_locations()->add_latitudes(1);
  EXPECT_EQ(Refusal(message),
            absl::InvalidArgumentError("the cells of attribute \"home\" have 1 latitudes and 0 "
                                       "longitudes; send one of each a row"));
}

TEST(TableFromProto, RefusesEndsThatLeadOutsideOrBack) {
  const absl::Status refused = absl::InvalidArgumentError(
      "the ids have end offsets that descend or do not end with the data; send one end a text");
  for (const std::vector<std::uint32_t>& ends :
       {std::vector<std::uint32_t>{1, 4'294'967'295}, {4'294'967'295, 2}, {2, 1}, {1, 1}, {0, 3}}) {
    v1::ContactTable message = Wire(TwoContacts());
    message.mutable_ids()->mutable_ends()->Assign(ends.begin(), ends.end());
    EXPECT_EQ(Refusal(message), refused);
  }
  v1::ContactTable sets = Wire(TwoContacts());
  sets.mutable_columns(2)->mutable_sets()->set_ends(0, 4'294'967'295);
  EXPECT_EQ(Refusal(sets), absl::InvalidArgumentError("the cells of attribute \"channels\" have "
                                                      "ends that descend or do not end with the "
                                                      "members"));
}

TEST(TableFromProto, RefusesCodesOfAnOddWidthOrOutsideTheirDictionary) {
  v1::ContactTable message = Wire(TwoContacts());
  v1::Codes* codes = message.mutable_columns(1)->mutable_codes();
  codes->set_width(3);
  EXPECT_EQ(Refusal(message),
            absl::InvalidArgumentError(
                "the cells of attribute \"city\" have codes of width 3; expected 1, 2 or 4 bytes"));
  codes->set_width(4);
  EXPECT_EQ(Refusal(message),
            absl::InvalidArgumentError("the cells of attribute \"city\" have 2 bytes of codes, "
                                       "which is no multiple of width 4"));
  codes->set_width(4);
  codes->set_codes(std::string("\xff\xff\xff\xff\0\0\0\0", 8));
  const absl::Status outside = absl::InvalidArgumentError(
      "attribute \"city\" has codes outside its dictionary; send the dictionary whole");
  EXPECT_EQ(Refusal(message), outside);
  codes->clear_dictionary();
  EXPECT_EQ(Refusal(message), outside);
}

TEST(TableFromProto, IgnoresWhatStandsUnderAClearedValidityBit) {
  v1::ContactTable message = Wire(TwoContacts());
  message.mutable_columns(0)->mutable_numbers()->set_values(1, std::nan(""));
  message.mutable_columns(1)->mutable_codes()->set_codes(std::string("\0\x09", 2));
  message.mutable_columns(4)->mutable_days()->set_values(1, 2'000'000'000);
  EXPECT_THAT(Errors(message), IsEmpty());
}

TEST(TableFromProto, RefusesOneBadRowAndKeepsTheOthers) {
  v1::ContactTable message = OneColumn("age", 4);
  for (const double age : {30.0, std::nan(""), std::numeric_limits<double>::infinity(), 50.0}) {
    message.mutable_columns(0)->mutable_numbers()->add_values(age);
  }
  const std::string reason =
      "attribute \"age\" is NUMERIC; expected a finite number; leave it out when it is not known";
  EXPECT_THAT(Errors(message), ElementsAre("1 age: " + reason, "2 age: " + reason));
  const auto read = TableFromProto(message, PeopleSchema());
  EXPECT_THAT(read->source_rows, ElementsAre(0, 3));
  EXPECT_EQ(read->row_count, 4);
  EXPECT_EQ(Get(read->table.columns[0], 1), Value(50.0));
}

TEST(TableFromProto, NamesTheFirstBadCellOfARow) {
  v1::ContactTable message = Wire(TwoContacts());
  message.mutable_columns(0)->mutable_numbers()->set_values(0, std::nan(""));
  message.mutable_columns(6)->mutable_locations()->set_latitudes(0, 91);
  EXPECT_EQ(Errors(message).size(), 1u);
}

TEST(TableFromProto, ChecksEveryTypeOfCell) {
  const auto refused = [](int column, auto change) {
    v1::ContactTable message = Wire(TwoContacts());
    change(message.mutable_columns(column));
    const std::vector<std::string> errors = Errors(message);
    return errors.size() == 1 ? errors[0] : "no error";
  };
  EXPECT_EQ(refused(1,
                    [](auto* c) {
                      c->mutable_codes()->mutable_dictionary()->set_data("\xff\xff\xff\xff");
                    }),
            "0 city: attribute \"city\" is CATEGORICAL; expected UTF-8 text of 1 to 65536 bytes "
            "without control characters; leave it out when it is not known");
  EXPECT_EQ(
      refused(2,
              [](auto* c) {
                c->mutable_sets()->mutable_members()->mutable_dictionary()->set_data("mail\xffxx");
              }),
      "0 channels: attribute \"channels\" is SET; expected at most 1000 tags that are UTF-8 text "
      "without control characters, not empty, and of 65536 bytes together at most");
  EXPECT_EQ(refused(4, [](auto* c) { c->mutable_days()->set_values(0, 2'932'897); }),
            "0 born: attribute \"born\" is DATE; expected a day of the years 1 to 9999");
  EXPECT_EQ(refused(5, [](auto* c) { c->mutable_micros()->set_values(0, INT64_MIN); }),
            "0 seen: attribute \"seen\" is TIMESTAMP; expected an instant of the years 1 to 9999");
  EXPECT_EQ(refused(6, [](auto* c) { c->mutable_locations()->set_longitudes(0, -180.5); }),
            "0 home: attribute \"home\" is LOCATION; expected a latitude in [-90, 90] and a "
            "longitude in [-180, 180]");
  EXPECT_EQ(refused(7, [](auto* c) { c->mutable_codes()->mutable_dictionary()->set_data("good"); }),
            "0 mood: attribute \"mood\" is ORDINAL; expected one of its declared levels");
  EXPECT_EQ(refused(8, [](auto* c) { c->mutable_texts()->mutable_data()->at(0) = '\xff'; }),
            "0 note: attribute \"note\" is TEXT; expected UTF-8 text of 1 to 65536 bytes without "
            "control characters; leave it out when it is not known");
}

TEST(TableFromProto, RefusesCellsThatAreTooLongOrHoldControlCharacters) {
  ContactTable table{.row_count = 4};
  table.columns = {MakeColumn("note", AttributeType::kText),
                   MakeColumn("city", AttributeType::kCategorical),
                   MakeColumn("channels", AttributeType::kSet)};
  StringSet tags;
  for (int i = 0; i < 1'000; ++i) tags.members.push_back(std::to_string(1'000 + i));
  StringSet too_many = tags;
  too_many.members.push_back("x");
  for (const char* text : {"fine\t🎈", "be\x07ll", "fine", "fine"}) {
    Append(table.columns[0], std::string(text));
  }
  for (const std::size_t length : {1, 1, 65'537, 65'536}) {
    Append(table.columns[1], std::string(length, 'x'));
  }
  for (const StringSet& set : {tags, tags, tags, too_many}) Append(table.columns[2], set);
  v1::ContactTable message;
  TableToProto(table, &message);
  EXPECT_THAT(Errors(message),
              ElementsAre(testing::StartsWith("1 note: "), testing::StartsWith("2 city: "),
                          testing::StartsWith("3 channels: ")));
}

TEST(TableFromProto, RefusesTheLaterOfTwoRowsWithOneIdAndImpossibleIds) {
  v1::ContactTable message;
  message.set_row_count(4);
  TextsToProto({"a", "", "a", "b\xff"}, message.mutable_ids());
  EXPECT_THAT(
      Errors(message),
      ElementsAre("1 : a contact id has 1 to 128 bytes of UTF-8 without control characters",
                  "2 : repeats the id of an earlier row; send each contact once",
                  "3 : a contact id has 1 to 128 bytes of UTF-8 without control characters"));
}

TEST(TableFromProto, MergesEntriesThatADictionaryRepeats) {
  v1::ContactTable message = OneColumn("channels", 1);
  v1::Sets* sets = message.mutable_columns(0)->mutable_sets();
  sets->mutable_members()->set_width(1);
  sets->mutable_members()->set_codes(std::string("\2\0\1", 3));
  sets->add_ends(3);
  TextsToProto({"web", "mail", "web"}, sets->mutable_members()->mutable_dictionary());
  const auto read = TableFromProto(message, PeopleSchema());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::get<Sets>(read->table.columns[0].data).members.size(), 2u);
  EXPECT_EQ(Get(read->table.columns[0], 0), Value(StringSet{{"mail", "web"}}));
}

// Whatever byte is damaged, the table is read or refused; a sanitizer build
// shows that nothing outside is touched.
TEST(TableFromProto, NeverReadsOutsideADamagedMessage) {
  const google::protobuf::LogSilencer silence;
  const std::string sound = Wire(TwoContacts()).SerializeAsString();
  const Schema schema = PeopleSchema();
  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (const char damage : {'\x01', '\x80', '\xff'}) {
      std::string damaged = sound;
      damaged[i] = static_cast<char>(damaged[i] ^ damage);
      v1::ContactTable message;
      if (!message.ParseFromString(damaged)) continue;
      const auto read = TableFromProto(message, schema);
      if (!read.ok()) continue;
      std::vector<RowError> bad_rows;
      EXPECT_TRUE(CheckTable(read->table, schema, &bad_rows).ok());
      EXPECT_THAT(bad_rows, IsEmpty());
    }
  }
}

TEST(CodesToProto, TakesTheNarrowestWidthThatHoldsTheDictionary) {
  for (const auto& [levels, width] : {std::pair(256, 1u), {257, 2u}, {65536, 2u}, {65537, 4u}}) {
    Codes codes;
    for (int i = 0; i < levels; ++i) codes.dictionary.push_back(absl::StrCat(i));
    codes.codes = {0, static_cast<std::uint32_t>(levels - 1)};
    v1::Codes message;
    CodesToProto(codes, &message);
    EXPECT_EQ(message.width(), width);
    const auto read = CodesFromProto(message);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->codes, codes.codes);
    EXPECT_EQ(read->dictionary, codes.dictionary);
  }
}

TEST(CodesFromProto, RefusesWhatTableFromProtoWould) {
  v1::Codes message;
  message.set_width(3);
  EXPECT_EQ(
      CodesFromProto(message).status(),
      absl::InvalidArgumentError("the codes have codes of width 3; expected 1, 2 or 4 bytes"));
  message.set_width(1);
  message.set_codes("a");
  EXPECT_EQ(
      CodesFromProto(message).status(),
      absl::InvalidArgumentError("a code lies outside the dictionary; send the dictionary whole"));
}

TEST(TextsFromProto, ReadsMalformedTextsAsEmpty) {
  v1::Texts message;
  message.set_data("abc");
  message.add_ends(7);
  message.add_ends(3);
  EXPECT_THAT(TextsFromProto(message), ElementsAre("", ""));
}

TEST(RowErrorsToProto, StopsAtTheLimit) {
  google::protobuf::RepeatedPtrField<v1::RowError> messages;
  RowErrorsToProto({{3, "age", "why"}, {4, "", "why not"}, {5, "", "why"}}, 2, &messages);
  ASSERT_EQ(messages.size(), 2);
  EXPECT_EQ(messages[0].row(), 3u);
  EXPECT_EQ(messages[0].attribute(), "age");
  EXPECT_EQ(messages[1].reason(), "why not");
}

// 4096 contacts of 17 attributes, ten of them numbers.
TEST(TableFromProto, ReadsAndEncodesABlockFast) {
  Schema schema;
  ContactTable table{.row_count = 4096};
  for (int row = 0; row < table.row_count; ++row)
    table.ids.push_back(absl::StrCat("contact-", row));
  for (int i = 0; i < 17; ++i) {
    const AttributeType type = i < 10 ? AttributeType::kNumeric : AttributeType::kCategorical;
    ASSERT_TRUE(schema.Add({.id = absl::StrCat("a", i), .type = type}).ok());
    Column column = MakeColumn(absl::StrCat("a", i), type);
    for (int row = 0; row < table.row_count; ++row) {
      if (type == AttributeType::kNumeric) {
        Append(column, row * 1.5);
      } else {
        Append(column, absl::StrCat("level ", row % 12));
      }
    }
    table.columns.push_back(std::move(column));
  }
  const v1::ContactTable message = Wire(table);
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const auto read = TableFromProto(message, schema);
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(EncodeRows(read->table, schema).size(), 4096u);
    best = std::min(
        best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                  .count());
  }
  RecordProperty("milliseconds", absl::StrCat(best));
  // Ten times what a release build takes at most: only a change of order shows.
  EXPECT_LT(best, 100 * CIBLE_TEST_PATIENCE);
}

}  // namespace
}  // namespace cible
