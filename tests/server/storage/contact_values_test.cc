#include "server/storage/contact_values.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "server/storage/row_decoder.h"

namespace cible {
namespace {

using testing::ElementsAre;

std::vector<NumberedValue> OneOfEach() {
  return {{1, -0.5},
          {2, std::string("Besançon")},
          {3, StringSet{{"phone", "web"}}},
          {4, false},
          {5, true},
          {6, Date{-3}},
          {7, Timestamp{std::numeric_limits<std::int64_t>::min()}},
          {8, LatLng{-12.25, 179.5}},
          {1000000, std::string()},
          {std::numeric_limits<int>::max(), StringSet{}}};
}

Schema SchemaOfEveryType() {
  Schema schema;
  const std::vector<AttributeType> types = {
      AttributeType::kNumeric,   AttributeType::kCategorical, AttributeType::kSet,
      AttributeType::kBoolean,   AttributeType::kBoolean,     AttributeType::kDate,
      AttributeType::kTimestamp, AttributeType::kLocation,    AttributeType::kText};
  for (const AttributeType type : types) {
    const std::string id(1, static_cast<char>('a' + schema.attributes().size()));
    EXPECT_TRUE(schema.Add({.id = id, .type = type, .role = Role::kDescriptor}).ok());
  }
  return schema;
}

std::vector<const Attribute*> AllAttributes(const Schema& schema) {
  std::vector<const Attribute*> attributes;
  for (const Attribute& attribute : schema.attributes()) attributes.push_back(&attribute);
  return attributes;
}

TEST(EncodeValues, GivesBackEveryTypeOfValue) {
  const auto values = DecodeValues(EncodeValues(OneOfEach()));
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(*values, OneOfEach());
}

// On disk: this layout must never change.
TEST(EncodeValues, WritesTheLayoutThatTheHeaderDescribes) {
  EXPECT_EQ(EncodeValues({}), "\x01");
  EXPECT_EQ(EncodeValues({{1, 2.0}, {2, std::string("ab")}}),
            std::string("\x01\x08\0\0\0\0\0\0\0\x40\x11\x02"
                        "ab",
                        14));
  EXPECT_EQ(EncodeValues({{3, StringSet{{"x", "yz"}}}, {4, false}, {5, true}}),
            "\x01\x1a\x02\x01x\x02yz\x23\x2c");
  EXPECT_EQ(EncodeValues({{6, Date{-3}}, {7, Timestamp{300}}}), "\x01\x35\x05\x3e\xd8\x04");
  EXPECT_EQ(EncodeValues({{8, LatLng{1.0, 2.0}}}),
            std::string("\x01\x47\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40", 18));
}

TEST(DecodeValues, HoldsAnEmptyBlobForNothing) {
  EXPECT_THAT(*DecodeValues(""), ElementsAre());
  EXPECT_THAT(*DecodeValues("\x01"), ElementsAre());
}

TEST(DecodeValues, RefusesABlobCutAnywhereInsideAnEntry) {
  const std::string blob = EncodeValues(OneOfEach());
  std::vector<std::size_t> ends = {0, 1};  // Where an entry ends the rest is sound.
  for (std::size_t count = 1; count <= OneOfEach().size(); ++count) {
    ends.push_back(EncodeValues(absl::MakeConstSpan(OneOfEach()).subspan(0, count)).size());
  }
  for (std::size_t size = 0; size < blob.size(); ++size) {
    const auto values = DecodeValues(absl::string_view(blob).substr(0, size));
    const bool whole = std::find(ends.begin(), ends.end(), size) != ends.end();
    EXPECT_EQ(values.ok(), whole) << size;
    if (!whole) {
      EXPECT_EQ(values.status(), absl::DataLossError("the stored values of a contact cannot be "
                                                     "read; restore the store from a backup"));
    }
  }
}

TEST(DecodeValues, RefusesWhatNoEncoderWrites) {
  const std::vector<std::string> blobs = {
      "\x02",                                                   // Another version.
      "\x01\x03\x03",                                           // Number 0.
      "\x01\x0b\x0b",                                           // Number 1 twice.
      "\x01\x13\x0b",                                           // Descending.
      "\x01\x09\xff\xff\xff\xff\xff\xff\xff\xff\x7f",           // A text longer than memory.
      "\x01\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f",           // A set of as many.
      "\x01\x0d\xff\xff\xff\xff\xff\xff\xff\xff\x7f",           // A date beyond 32 bits.
      "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};  // A number without end.
  for (const std::string& blob : blobs) {
    EXPECT_EQ(DecodeValues(blob).status().code(), absl::StatusCode::kDataLoss)
        << testing::PrintToString(blob);
  }
}

TEST(MergeValues, ReplacesTheSameAttributeAndKeepsTheOthersInOrder) {
  const std::string base = EncodeValues({{1, 1.0}, {3, 3.0}, {5, 5.0}});
  const std::string update = EncodeValues({{2, 20.0}, {3, std::string("thirty")}, {9, 90.0}});
  EXPECT_EQ(*MergeValues(base, update),
            EncodeValues({{1, 1.0}, {2, 20.0}, {3, std::string("thirty")}, {5, 5.0}, {9, 90.0}}));
  EXPECT_EQ(*MergeValues(base, ""), base);
  EXPECT_EQ(*MergeValues("", update), update);
  EXPECT_EQ(*MergeValues("", ""), EncodeValues({}));
}

TEST(MergeValues, LeavesOutWhatIsForgottenUnlessItIsInTheUpdate) {
  const std::string base = EncodeValues({{1, 1.0}, {3, 3.0}, {5, 5.0}});
  EXPECT_EQ(*MergeValues(base, "", {1, 4, 5}), EncodeValues({{3, 3.0}}));
  EXPECT_EQ(*MergeValues(base, EncodeValues({{3, 30.0}, {4, 40.0}}), {3, 4, 5}),
            EncodeValues({{1, 1.0}, {3, 30.0}, {4, 40.0}}));
}

TEST(MergeValues, TellsABadBaseFromABadUpdate) {
  const std::string good = EncodeValues({{1, 1.0}});
  EXPECT_EQ(MergeValues("\x01\x08", good).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(MergeValues(good, "\x01\x08").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(EncodeRows, EncodesEachRowAsItsValuesAlone) {
  const Schema schema = SchemaOfEveryType();
  ContactTable table;
  table.row_count = 2;
  // In another order than the numbers, and with gaps.
  const std::vector<NumberedValue> row = {
      {1, 7.0},           {2, std::string("Lyon")}, {3, StringSet{{"b", "c"}}},
      {5, true},          {6, Date{20000}},         {7, Timestamp{-1}},
      {8, LatLng{45, 5}}, {9, std::string("note")}};
  for (auto value = row.rbegin(); value != row.rend(); ++value) {
    const Attribute& attribute = *schema.FindByNumber(value->first);
    Column column = MakeColumn(attribute.id, attribute.type);
    // The dictionary comes to hold c before b.
    if (attribute.type == AttributeType::kSet) {
      column.data = Sets{.members = {0, 1, 0}, .ends = {2, 3}, .dictionary = {"c", "b"}};
      column.validity = {1, 0};
    } else {
      Append(column, value->second);
      Append(column, std::nullopt);
    }
    table.columns.push_back(std::move(column));
  }
  EXPECT_THAT(EncodeRows(table, schema), ElementsAre(EncodeValues(row), EncodeValues({})));
}

TEST(RowDecoder, MakesTheColumnsThatTheRowsCameFrom) {
  const Schema schema = SchemaOfEveryType();
  RowDecoder decoder(AllAttributes(schema));
  const std::vector<NumberedValue> row = {{1, 7.0},
                                          {2, std::string("Lyon")},
                                          {3, StringSet{{"b", "c"}}},
                                          {4, false},
                                          {5, true},
                                          {6, Date{20000}},
                                          {7, Timestamp{-1}},
                                          {8, LatLng{45, 5}},
                                          {9, std::string("note")}};
  ASSERT_TRUE(decoder.Append(EncodeValues(row)).ok());
  ASSERT_TRUE(decoder.Append("").ok());
  const std::vector<Column> columns = decoder.TakeColumns();
  ASSERT_EQ(columns.size(), row.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    EXPECT_EQ(Get(columns[i], 0), row[i].second) << i;
    EXPECT_EQ(Get(columns[i], 1), std::nullopt) << i;
    EXPECT_EQ(columns[i].attribute, schema.attributes()[i].id);
  }
}

TEST(RowDecoder, SharesCodesWithinABlockAndStartsAnewInTheNext) {
  const Schema schema = SchemaOfEveryType();
  RowDecoder decoder(std::vector<const Attribute*>{schema.Find("b"), schema.Find("c")});
  const std::string lyon = EncodeValues({{2, std::string("Lyon")}, {3, StringSet{{"x", "y"}}}});
  const std::string nice = EncodeValues({{2, std::string("Nice")}, {3, StringSet{{"a", "x"}}}});
  for (const std::string& blob : {lyon, nice, lyon}) ASSERT_TRUE(decoder.Append(blob).ok());
  const std::vector<Column> first = decoder.TakeColumns();
  EXPECT_THAT(std::get<Codes>(first[0].data).codes, ElementsAre(0, 1, 0));
  EXPECT_THAT(std::get<Codes>(first[0].data).dictionary, ElementsAre("Lyon", "Nice"));
  EXPECT_THAT(std::get<Sets>(first[1].data).members, ElementsAre(0, 1, 0, 2, 0, 1));
  EXPECT_EQ(Get(first[1], 1), Value(StringSet{{"a", "x"}}));
  ASSERT_TRUE(decoder.Append(nice).ok());
  const std::vector<Column> second = decoder.TakeColumns();
  EXPECT_THAT(std::get<Codes>(second[0].data).dictionary, ElementsAre("Nice"));
}

TEST(RowDecoder, LeavesValuesOfAnotherTypeUnknown) {
  const Schema schema = SchemaOfEveryType();
  RowDecoder decoder(AllAttributes(schema));
  // A text under every number, which only the second and the last can hold.
  std::vector<NumberedValue> texts;
  for (int number = 1; number <= 9; ++number) texts.emplace_back(number, std::string("text"));
  ASSERT_TRUE(decoder.Append(EncodeValues(texts)).ok());
  const std::vector<Column> columns = decoder.TakeColumns();
  for (int number = 1; number <= 9; ++number) {
    EXPECT_EQ(Get(columns[number - 1], 0).has_value(), number == 2 || number == 9) << number;
  }
}

TEST(RowDecoder, SaysThatABlobCannotBeRead) {
  const Schema schema = SchemaOfEveryType();
  RowDecoder decoder(AllAttributes(schema));
  EXPECT_EQ(decoder.Append("\x01\x08").code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace cible
