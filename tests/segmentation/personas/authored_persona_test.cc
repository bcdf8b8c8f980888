#include "segmentation/personas/authored_persona.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using State = CriterionState;

Schema TestSchema() {
  Schema schema;
  for (const Attribute& attribute : std::vector<Attribute>{
           {.id = "age", .type = AttributeType::kNumeric},
           {.id = "channel", .type = AttributeType::kCategorical},
           {.id = "size", .type = AttributeType::kOrdinal, .levels = {"small", "medium", "large"}},
           {.id = "likes", .type = AttributeType::kSet},
           {.id = "loan", .type = AttributeType::kBoolean},
           {.id = "since", .type = AttributeType::kDate},
           {.id = "sex", .type = AttributeType::kCategorical, .is_protected = true},
           {.id = "debt",
           .type = AttributeType::kNumeric,
           .role = Role::kDescriptor,
           .sensitive = true},
           {.id = "email", .type = AttributeType::kText, .role = Role::kIdentity}}) {
    EXPECT_TRUE(schema.Add(attribute).ok());
  }
  return schema;
}

absl::StatusOr<PersonaCriterion> Make(const char* id, std::optional<double> low,
                                      std::optional<double> high,
                                      std::vector<std::string> levels = {},
                                      bool preference = false) {
  return MakeCriterion(*TestSchema().Find(id), low, high, std::move(levels), preference);
}

std::string Complaint(const char* id, std::optional<double> low, std::optional<double> high,
                      std::vector<std::string> levels = {}) {
  const auto made = Make(id, low, high, std::move(levels));
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(made.status().message());
}

ContactTable TableOf(const std::vector<std::vector<NamedValue>>& rows) {
  const Schema schema = TestSchema();
  ContactTable table;
  for (const auto& row : rows) {
    const auto one = TableFromValues(row, schema);
    EXPECT_TRUE(one.ok()) << one.status();
    ContactTable padded = *one;
    padded.row_count = 1;
    if (table.row_count == 0 && padded.columns.empty()) {
      table.row_count = 1;
    } else {
      AppendRows(table, padded);
    }
  }
  return table;
}

TEST(MakeCriterion, SaysWhatToChange) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(Complaint("age", 40, 30), HasSubstr("has an empty range"));
  EXPECT_THAT(Complaint("age", 40, 40), HasSubstr("has an empty range"));
  EXPECT_THAT(Complaint("age", kNan, {}), HasSubstr("a bound that is not a number"));
  EXPECT_THAT(Complaint("age", {}, {}), HasSubstr("has no range; set low, high or both"));
  EXPECT_THAT(Complaint("age", {}, {}, {"young"}), HasSubstr("is a number and has no levels"));
  EXPECT_THAT(Complaint("channel", 1, 2), HasSubstr("is CATEGORICAL and has no range"));
  EXPECT_THAT(Complaint("channel", {}, {}), HasSubstr("names no level"));
  EXPECT_THAT(Complaint("size", {}, {}, {"huge"}), HasSubstr("the schema does not declare"));
  EXPECT_THAT(Complaint("loan", {}, {}, {"maybe"}), HasSubstr("`true` or `false`"));
  EXPECT_THAT(Complaint("since", 1, 2), HasSubstr("take another attribute"));
  EXPECT_THAT(Complaint("sex", {}, {}, {"F"}), HasSubstr("it is protected"));
  EXPECT_THAT(Complaint("debt", 1, 2), HasSubstr("it is sensitive"));
  EXPECT_THAT(Complaint("email", {}, {}, {"a"}), HasSubstr("neither FEATURE nor DESCRIPTOR"));
}

TEST(StatesOf, KnowsMetNotMetAndUnknown) {
  const Schema schema = TestSchema();
  const ContactTable table = TableOf({{{"age", 25.}, {"likes", StringSet{{"tea", "jazz"}}}},
                                      {{"age", 40.}, {"likes", StringSet{}}},
                                      {{"channel", std::string("web")}}});
  EXPECT_THAT(StatesOf(*Make("age", 25, 40), schema, table),
              ElementsAre(State::kMet, State::kNotMet, State::kUnknown));
  EXPECT_THAT(StatesOf(*Make("likes", {}, {}, {"opera", "jazz"}), schema, table),
              ElementsAre(State::kMet, State::kNotMet, State::kUnknown));
  EXPECT_THAT(StatesOf(*Make("channel", {}, {}, {"web", "shop"}), schema, table),
              ElementsAre(State::kUnknown, State::kUnknown, State::kMet));
  // Nobody's size is in the table at all.
  EXPECT_THAT(StatesOf(*Make("size", {}, {}, {"large"}), schema, table),
              ElementsAre(State::kUnknown, State::kUnknown, State::kUnknown));
}

TEST(MatchAuthored, SumsLogLikelihoodRatiosOfWhatIsKnown) {
  const Schema schema = TestSchema();
  PersonaCriterion young = *Make("age", 18, 35);
  young.population_share = .3;
  PersonaCriterion web = *Make("channel", {}, {}, {"web"}, true);
  web.population_share = .5;
  const std::vector<AuthoredPersona> personas = {{"other", {}}, {"young-web", {young, web}}};
  const auto matches =
      MatchAuthored(personas, schema,
                    TableOf({{{"age", 20.}, {"channel", std::string("shop")}}, {{"loan", true}}}));
  // The better one first: ln(.9 / .3) + ln(.3 / .5) > 0.
  EXPECT_EQ(matches[0][0].persona, 1);
  EXPECT_NEAR(matches[0][0].fit, std::log(3) + std::log(.6), 1e-12);
  EXPECT_EQ(matches[0][0].criteria[1].state, State::kNotMet);
  // Nothing of it is known: 0, and the order they are given in.
  EXPECT_EQ(matches[1][0].persona, 0);
  EXPECT_EQ(matches[1][1].fit, 0);
}

// What nearly everybody meets must not count against those who meet it.
TEST(MatchAuthored, LearnsNothingFromWhatNearlyEverybodyMeets) {
  PersonaCriterion adult = *Make("age", 18, {});
  adult.population_share = .97;
  EXPECT_EQ(ContributionOf(adult, State::kMet), 0);
  EXPECT_EQ(ContributionOf(adult, State::kNotMet), 0);
  adult.population_share = 0;  // Never counted.
  EXPECT_EQ(ContributionOf(adult, State::kMet), 0);
}

TEST(CountPopulation, CountsAmongThoseOfWhomItIsKnown) {
  const Schema schema = TestSchema();
  AuthoredPersona persona{"p", {*Make("age", 18, 35), *Make("loan", {}, {}, {"true"})}};
  const auto all = CountPopulation(
      persona, schema,
      TableOf({{{"age", 20.}, {"loan", true}}, {{"age", 30.}}, {{"age", 60.}}, {{"loan", false}}}));
  EXPECT_NEAR(persona.criteria[0].population_share, 2.5 / 4, 1e-12);
  EXPECT_NEAR(persona.criteria[1].population_share, 1.5 / 3, 1e-12);
  // Met by the first; unmet by the last two, of whom one criterion suffices.
  ASSERT_TRUE(all.has_value());
  EXPECT_NEAR(*all, 1. / 3, 1e-12);
  EXPECT_EQ(CountPopulation(persona, schema, ContactTable{}), std::nullopt);
}

TEST(MembersOf, AsksForCriteriaAndNotForPreferences) {
  const Schema schema = TestSchema();
  const ContactTable table = TableOf({{{"age", 20.}, {"loan", false}}, {{"loan", true}}});
  const PersonaCriterion young = *Make("age", 18, 35);
  const PersonaCriterion loan = *Make("loan", {}, {}, {"true"}, true);
  EXPECT_THAT(MembersOf({"p", {young, loan}}, schema, table),
              ElementsAre(State::kMet, State::kUnknown));
  EXPECT_THAT(MembersOf({"p", {loan}}, schema, table), ElementsAre(State::kNotMet, State::kMet));
}

// 40 of 100 contacts meet it: 36 of segment 0 (of 50), 4 of segment 1 (of 50).
TEST(CompareWithSegments, MeasuresOverlap) {
  std::vector<State> members;
  std::vector<int> segments;
  for (int i = 0; i < 100; ++i) {
    segments.push_back(i < 50 ? 0 : 1);
    members.push_back(i < 36 || (i >= 50 && i < 54) ? State::kMet : State::kNotMet);
  }
  segments.push_back(-1);  // Not assigned: takes no part.
  members.push_back(State::kMet);
  const AuthoredComparison comparison = CompareWithSegments(members, segments, 2);
  EXPECT_EQ(comparison.members, 40);
  EXPECT_EQ(comparison.closest, 0);
  EXPECT_NEAR(comparison.cells[0].share, .9, 1e-12);
  EXPECT_NEAR(comparison.cells[0].lift, 1.8, 1e-12);
  EXPECT_NEAR(comparison.cells[0].jaccard, 36. / 54, 1e-12);
  EXPECT_EQ(DescribeComparison(comparison, {"Savers", "Spenders"}, Language::kEnglish),
            "It exists in the data: it is much the same as “Savers”, where 90% of the 40 contacts "
            "who meet it are.");
}

TEST(DescribeComparison, TellsPartsFromSpread) {
  const auto verdict = [](const std::vector<int>& met_of_fifty) {
    std::vector<State> members;
    std::vector<int> segments;
    for (std::size_t k = 0; k < met_of_fifty.size(); ++k) {
      for (int i = 0; i < 50; ++i) {
        segments.push_back(static_cast<int>(k));
        members.push_back(i < met_of_fifty[k] ? State::kMet : State::kNotMet);
      }
    }
    return DescribeComparison(
        CompareWithSegments(members, segments, static_cast<int>(met_of_fifty.size())),
        {"A", "B", "C"}, Language::kEnglish);
  };
  EXPECT_THAT(verdict({15, 1, 0}), HasSubstr("A part of “A”"));
  EXPECT_THAT(verdict({12, 12, 12}), HasSubstr("much as everyone is"));
  EXPECT_THAT(verdict({2, 1, 0}), HasSubstr("Only 3 contacts"));
  EXPECT_THAT(verdict({0, 0, 0}), HasSubstr("does not exist"));
}

// A schema may come to refuse a criterion: it then tells nothing, and nobody is a
// member for want of it.
TEST(LostCriterion, IsMetByNobodyAndKnownOfNobody) {
  const Schema schema = TestSchema();
  const ContactTable table = TableOf({{{"age", 20.}}, {{"age", 60.}}});
  AuthoredPersona persona{"p", {LostCriterion("sex"), *Make("age", 18, 35)}};
  EXPECT_THAT(MembersOf(persona, schema, table), ElementsAre(State::kUnknown, State::kNotMet));
  EXPECT_EQ(MembersOf({"q", {LostCriterion("sex")}}, schema, table)[0], State::kUnknown);
  CountPopulation(persona, schema, table);
  EXPECT_EQ(persona.criteria[0].population_share, 0);
  EXPECT_THAT(DescribeCriterion(persona.criteria[0], schema, Language::kEnglish),
              HasSubstr("passed over"));
}

TEST(BestAuthored, IsTheFirstOfTheFullMatch) {
  const Schema schema = TestSchema();
  PersonaCriterion young = *Make("age", 18, 35), old = *Make("age", 60, {});
  young.population_share = old.population_share = .3;
  const std::vector<AuthoredPersona> personas = {{"young", {young}}, {"old", {old}}};
  const ContactTable table = TableOf({{{"age", 20.}}, {{"age", 70.}}, {{"age", 45.}}});
  const auto best = BestAuthored(personas, schema, table);
  const auto all = MatchAuthored(personas, schema, table);
  for (const std::size_t row : {0, 1}) {
    EXPECT_EQ(best[row].persona, all[row].front().persona);
    EXPECT_EQ(best[row].fit, all[row].front().fit);
  }
  EXPECT_EQ(best[2].persona, -1);  // Neither fits better than chance.
}

TEST(DescribeComparison, SaysWhatItDoesNotKnow) {
  const AuthoredComparison comparison{.unknown = 40, .cells = {{}, {}}};
  EXPECT_EQ(DescribeComparison(comparison, {"A", "B"}, Language::kEnglish),
            "Nobody is known to meet all of its criteria, and of 40 contacts it is not known "
            "whether they do.");
}

// One member of a tiny segment outweighs nobody.
TEST(DescribeComparison, NamesTheSegmentThatHoldsMost) {
  AuthoredComparison comparison{.members = 100, .closest = 0};
  comparison.cells = {{.members = 60, .share = .6, .lift = 1.6, .jaccard = .4},
                      {.members = 39, .share = .39, .lift = .7, .jaccard = .2},
                      {.members = 1, .share = .01, .lift = 1.7, .jaccard = .01}};
  EXPECT_THAT(DescribeComparison(comparison, {"A", "B", "C"}, Language::kEnglish),
              HasSubstr("A part of “A”"));
}

}  // namespace
}  // namespace cible
