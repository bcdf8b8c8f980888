#include "segmentation/lifecycle/edges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/segmentation/behaviour/added_up.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Attribute Of(std::string id, AttributeType type) {
  Attribute attribute;
  attribute.id = std::move(id);
  attribute.type = type;
  attribute.role = Role::kDescriptor;
  if (type == AttributeType::kOrdinal) attribute.levels = {"none", "low", "mid", "high", "top"};
  return attribute;
}

Schema SchemaOf(std::vector<Attribute> attributes) {
  Schema schema;
  for (Attribute& attribute : attributes) EXPECT_TRUE(schema.Add(std::move(attribute)).ok());
  return schema;
}

const Schema& EveryType() {
  static const auto* const schema = new Schema(
      SchemaOf({Of("income", AttributeType::kNumeric), Of("joined", AttributeType::kDate),
                Of("seen", AttributeType::kTimestamp), Of("tags", AttributeType::kSet),
                Of("city", AttributeType::kCategorical), Of("tier", AttributeType::kOrdinal),
                Of("member", AttributeType::kBoolean), Of("home", AttributeType::kLocation)}));
  return *schema;
}

EdgesByName EdgesOf(const std::string& text, const std::optional<Offer>& offer = {}) {
  const FilterContext prices{.numbers = {{"offer.min_price", 1.}, {"offer.max_price", 1.}}};
  auto filter = Filter::Parse(text, EveryType(), prices);
  EXPECT_TRUE(filter.ok()) << filter.status();
  EdgesByName edges;
  AddEdges(Condition("hot", text, *std::move(filter)), EveryType(), offer, edges);
  return edges;
}

std::vector<std::optional<Value>> ValuesOf(const std::string& id, const Edges& edges) {
  return ValuesAt(*EveryType().Find(id), edges, Day("2026-01-01"));
}

TEST(AddEdges, FindsWhatEachTypeIsComparedWith) {
  EdgesByName edges = EdgesOf(
      "income > 3 AND NOT (income <= -0.5 OR joined < today - 30d) AND joined != \"2026-02-03\" "
      "AND tags:vip AND city = \"Paris\" AND tier >= low AND distance(home, 48, 2) < 50 AND "
      "member = true");
  EXPECT_THAT(edges["income"].numbers, ElementsAre(-0.5, 3));
  EXPECT_THAT(edges["joined"].from_today, ElementsAre(-30));
  EXPECT_THAT(edges["joined"].days, ElementsAre(Day("2026-02-03").days));
  EXPECT_THAT(edges["joined"].DaysAsOf(Day("2026-03-31")),
              ElementsAre(Day("2026-02-03").days, Day("2026-03-01").days));
  EXPECT_THAT(edges["tags"].texts, ElementsAre("vip"));
  EXPECT_THAT(edges["city"].texts, ElementsAre("Paris"));
  EXPECT_THAT(edges["tier"].texts, ElementsAre("low"));
  ASSERT_EQ(edges["home"].circles.size(), 1u);
  EXPECT_EQ(edges["home"].circles[0].km, 50);
  EXPECT_EQ(edges["home"].circles[0].centre, (LatLng{48, 2}));
  EXPECT_TRUE(edges.contains("member"));
}

TEST(AddEdges, KeepsWhatIsOnlyAskedForAndFactsOfTheContact) {
  const EdgesByName edges =
      EdgesOf("income:* AND contact.stage = LEAD AND is_missing(contact.organization)");
  ASSERT_EQ(edges.size(), 3u);
  EXPECT_THAT(edges.at("income").numbers, IsEmpty());
  EXPECT_THAT(edges.at("contact.stage").texts, ElementsAre("LEAD"));
  EXPECT_THAT(edges.at("contact.organization").texts, IsEmpty());
}

TEST(AddEdges, ReadsThePricesOfTheOffer) {
  Offer offer;
  offer.min_price = 80;
  offer.max_price = 120;
  const std::string text = "income >= offer.min_price AND income < offer.max_price";
  EXPECT_THAT(EdgesOf(text, offer).at("income").numbers, ElementsAre(80, 120));
  EXPECT_THAT(EdgesOf(text).at("income").numbers, IsEmpty());
}

TEST(AddEdges, TellsDaysFromInstants) {
  const EdgesByName edges =
      EdgesOf("seen > \"2026-02-03\" OR seen < \"1970-01-01T00:00:02Z\" OR seen = today");
  EXPECT_THAT(edges.at("seen").days, ElementsAre(Day("2026-02-03").days));
  EXPECT_THAT(edges.at("seen").instants, ElementsAre(2'000'000));
  EXPECT_THAT(edges.at("seen").from_today, ElementsAre(0));
}

TEST(NumbersAt, LieOnBothSidesOfEveryEdgeAndAtIt) {
  EXPECT_THAT(NumbersAt({}), ElementsAre(0));
  EXPECT_THAT(NumbersAt({3}), ElementsAre(2, 3, 4));
  EXPECT_THAT(NumbersAt({3, 4}), ElementsAre(2, 3, 3.5, 4, 5));
  EXPECT_THAT(NumbersAt({3, 10}), ElementsAre(2, 3, 4, 10, 11));
  EXPECT_THAT(NumbersAt({0.2}), ElementsAre(0.1, 0.2, 0.6));
  EXPECT_THAT(NumbersAt({-1, 0}), ElementsAre(-2, -1, -0.5, 0, 1));
  const std::vector<double> large = NumbersAt({1e18});
  EXPECT_LT(large[0], 1e18);
  EXPECT_GT(large[2], 1e18);
}

TEST(CountsAt, AreWholeAndNotBelowNothing) {
  EXPECT_THAT(CountsAt({}), IsEmpty());
  EXPECT_THAT(CountsAt({0}), ElementsAre(0, 1));
  EXPECT_THAT(CountsAt({3}), ElementsAre(2, 3, 4));
  EXPECT_THAT(CountsAt({2.5}), ElementsAre(1, 2, 3));
  EXPECT_THAT(CountsAt({-4, 1e300}), IsEmpty());
}

TEST(SetsAt, AreEverySubsetOfFewTagsAndEachOfMany) {
  EXPECT_EQ(SetsAt({}).size(), 1u);
  EXPECT_THAT(SetsAt({"a", "b"}),
              ElementsAre(StringSet{{"a", "b"}}, StringSet{{"b"}}, StringSet{{"a"}}, StringSet{}));
  EXPECT_EQ(SetsAt({"a", "b", "c", "d"}).size(), 16u);
  EXPECT_EQ(SetsAt({"a", "b", "c", "d", "e"}).size(), 7u);
}

TEST(ValuesAt, AreUnknownAtLast) {
  for (const Attribute& attribute : EveryType().attributes()) {
    const auto values = ValuesOf(attribute.id, {});
    ASSERT_GE(values.size(), 2u) << attribute.id;
    EXPECT_FALSE(values.back().has_value()) << attribute.id;
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
      ASSERT_TRUE(values[i].has_value()) << attribute.id;
      EXPECT_TRUE(CheckValue(*values[i], attribute).ok()) << attribute.id;
    }
  }
}

TEST(ValuesAt, AreNextToTheEdges) {
  EXPECT_THAT(ValuesOf("joined", {.from_today = {-10}}),
              ElementsAre(Date{20'443}, Date{20'444}, Date{20'445}, std::nullopt));
  EXPECT_THAT(ValuesOf("city", {.texts = {"Paris", "another"}}),
              ElementsAre(std::string("Paris"), std::string("another"), std::string("another_"),
                          std::nullopt));
  EXPECT_THAT(ValuesOf("tier", {.texts = {"mid"}}),
              ElementsAre(std::string("none"), std::string("low"), std::string("mid"),
                          std::string("high"), std::nullopt));
  EXPECT_THAT(ValuesOf("member", {}), ElementsAre(true, false, std::nullopt));
}

TEST(ValuesAt, LieInsideACircleAndOutside) {
  for (const LatLng centre : {LatLng{48, 2}, LatLng{89.9, -170}, LatLng{-89.9, 180}}) {
    const auto condition =
        EdgesOf(absl::StrCat("distance(home, ", centre.latitude, ", ", centre.longitude, ") < 50"));
    const auto filter = Filter::Parse(
        absl::StrCat("distance(home, ", centre.latitude, ", ", centre.longitude, ") < 50"),
        EveryType());
    ContactTable table;
    table.columns.push_back(MakeColumn("home", AttributeType::kLocation));
    for (const auto& value : ValuesOf("home", condition.at("home"))) {
      if (value.has_value()) {
        EXPECT_TRUE(CheckValue(*value, *EveryType().Find("home")).ok());
      }
      Append(table.columns[0], value);
      ++table.row_count;
    }
    EXPECT_THAT(filter->Judge(table, {}),
                ElementsAre(kIsTrue, kIsTrue, kIsFalse, kIsFalse, kIsUnknown));
  }
}

TEST(SideOf, TellsApartWhatComparisonsMayTellApart) {
  const Date today = Day("2026-01-01");
  const auto side = [&](const std::optional<Value>& value, const Edges& edges) {
    return SideOf(value, edges, today);
  };
  const Edges numbers{.numbers = {3, 5}};
  EXPECT_EQ(side(1., numbers), side(2.9, numbers));
  EXPECT_NE(side(2.9, numbers), side(3., numbers));
  EXPECT_NE(side(3., numbers), side(4., numbers));
  EXPECT_NE(side(4., numbers), side(6., numbers));
  EXPECT_NE(side(std::nullopt, numbers), side(1., numbers));
  const Edges days{.from_today = {-1}};
  EXPECT_NE(side(Date{today.days - 1}, days), side(today, days));
  EXPECT_EQ(side(Date{today.days + 5}, days), side(today, days));
  const Edges texts{.texts = {"a", "b"}};
  EXPECT_NE(side(std::string("a"), texts), side(std::string("b"), texts));
  EXPECT_EQ(side(std::string("x"), texts), side(std::string("y"), texts));
  EXPECT_NE(side(StringSet{{"a"}}, texts), side(StringSet{{"b"}}, texts));
  EXPECT_EQ(side(StringSet{{"a", "x"}}, texts), side(StringSet{{"a"}}, texts));
}

}  // namespace
}  // namespace cible
