#include "segmentation/models/rule_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ReadableCuts, TakesTheFewestDigitsThatKeepThemApart) {
  EXPECT_THAT(ReadableCuts(-800, {71.3, 448, 1427, 4093}, false), ElementsAre(70, 400, 1400, 4000));
  EXPECT_THAT(ReadableCuts(1'000'000, {1'000'001}, true), ElementsAre(1'000'001));
  EXPECT_THAT(ReadableCuts(0, {.1234, .1239}, false), ElementsAre(.1234, .124));
  EXPECT_THAT(ReadableCuts(0, {1, 2, 3}, true), ElementsAre(1, 2, 3));
  EXPECT_THAT(ReadableCuts(0, {}, true), IsEmpty());
}

struct Contacts {
  Schema schema;
  ContactTable table;
  std::vector<int> rows;
  std::vector<double> weights;
  std::vector<int> labels;

  void Add(Attribute attribute, Column column) {
    EXPECT_TRUE(schema.Add(attribute).ok());
    table.row_count = static_cast<int>(column.validity.size());
    table.columns.push_back(std::move(column));
    rows.resize(table.row_count);
    std::iota(rows.begin(), rows.end(), 0);
    weights.assign(table.row_count, 1);
    labels.assign(table.row_count, 0);
  }
  std::vector<RuleVariable> Variables(const RuleVocabulary& vocabulary = {}) const {
    return RuleVariables(table, schema, rows, weights, labels, 1, vocabulary);
  }
};

TEST(RuleVariables, LeaveOutWhatIsConstantOrUnknown) {
  Contacts contacts;
  contacts.Add({.id = "same", .type = AttributeType::kNumeric},
               {"same", {1, 1, 1}, Numbers{{5, 5, 5}}});
  contacts.Add({.id = "none", .type = AttributeType::kNumeric},
               {"none", {0, 0, 0}, Numbers{{1, 2, 3}}});
  contacts.Add({.id = "nothing", .type = AttributeType::kCategorical},
               {"nothing", {0, 0, 0}, Codes{{0, 0, 0}, {}}});
  EXPECT_THAT(contacts.Variables(), IsEmpty());
}

TEST(RuleVariables, BinValuesBetweenCuts) {
  Contacts contacts;
  contacts.Add({.id = "visits", .type = AttributeType::kNumeric},
               {"visits", {1, 1, 0, 1}, Numbers{{0, 7, 99, 2}}});
  const auto variables = contacts.Variables();
  ASSERT_THAT(variables, SizeIs(1));
  EXPECT_TRUE(variables[0].whole);
  EXPECT_THAT(variables[0].cuts, ElementsAre(2, 7));
  EXPECT_THAT(variables[0].bins, ElementsAre(0, 2, RuleVariable::kUnknownBin, 1));
}

TEST(RuleVariables, PutLevelsThatMayNotBeSaidAmongTheOthers) {
  Contacts contacts;
  contacts.Add({.id = "job", .type = AttributeType::kCategorical},
               {"job", {1, 1, 1, 1}, Codes{{0, 1, 1, 2}, {"a", "b", "c"}}});
  const auto variables =
      contacts.Variables([](const Attribute&, const std::string& level) { return level != "b"; });
  ASSERT_THAT(variables, SizeIs(1));
  EXPECT_THAT(variables[0].levels, ElementsAre("a", "c"));
  EXPECT_THAT(variables[0].bins, ElementsAre(0, 2, 2, 1));
}

}  // namespace
}  // namespace cible
