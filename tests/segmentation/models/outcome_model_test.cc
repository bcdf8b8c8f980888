#include "segmentation/models/outcome_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>

#include "segmentation/models/outcome_fit.h"
#include "tests/segmentation/models/outcome_contacts.h"

namespace cible {
namespace {

using testing::HasSubstr;

class OutcomeModelTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    contacts_ = new OutcomeContacts(PlantOutcomes(2000));
    model_ = new OutcomeModel(
        FitOutcome(contacts_->table, contacts_->schema, contacts_->Ones(), kOutcomeDay));
  }
  static void TearDownTestSuite() {
    delete contacts_;
    delete model_;
  }

  static OutcomeScore Score(const std::vector<NamedValue>& values) {
    const auto table = TableFromValues(values, contacts_->schema);
    EXPECT_TRUE(table.ok()) << table.status();
    return ScoreOutcomes(*model_, *table, kOutcomeDay).at(0);
  }

  static OutcomeContacts* contacts_;
  static OutcomeModel* model_;
};
OutcomeContacts* OutcomeModelTest::contacts_;
OutcomeModel* OutcomeModelTest::model_;

TEST_F(OutcomeModelTest, TheLedgerSumsToTheLogit) {
  for (const OutcomeScore& score : ScoreOutcomes(*model_, contacts_->table, kOutcomeDay)) {
    double sum = 0;
    for (const Reason& reason : score.reasons) sum += reason.contribution;
    EXPECT_NEAR(sum, std::log(score.probability / (1 - score.probability)), 1e-9);
    EXPECT_EQ(score.reasons.front().attribute, "");
    EXPECT_EQ(score.reasons.front().contribution, model_->intercept);
    for (std::size_t i = 2; i < score.reasons.size(); ++i) {
      EXPECT_GE(std::abs(score.reasons[i - 1].contribution),
                std::abs(score.reasons[i].contribution));
    }
  }
}

TEST_F(OutcomeModelTest, SharesAreZeroOnAverage) {
  std::map<std::string, double> sums;
  for (const OutcomeScore& score : ScoreOutcomes(*model_, contacts_->table, kOutcomeDay)) {
    for (const Reason& reason : score.reasons) sums[reason.attribute] += reason.contribution;
  }
  sums.erase("");
  EXPECT_EQ(sums.size(), model_->terms.size());
  for (const auto& [attribute, sum] : sums) EXPECT_NEAR(sum / 2000, 0, 1e-9) << attribute;
}

TEST_F(OutcomeModelTest, ScoresEachContactAsIfAlone) {
  const auto together = ScoreOutcomes(*model_, contacts_->table, kOutcomeDay);
  for (const int row : {0, 7, 1999}) {
    const auto alone = ScoreOutcomes(*model_, SelectRows(contacts_->table, {row}), kOutcomeDay);
    EXPECT_EQ(alone.at(0).probability, together[static_cast<std::size_t>(row)].probability);
  }
}

TEST_F(OutcomeModelTest, AnUnseenLevelIsUnknown) {
  EXPECT_EQ(Score({{"channel", std::string("pigeon")}, {"age", 30.0}}).probability,
            Score({{"age", 30.0}}).probability);
  EXPECT_NE(Score({{"channel", std::string("web")}, {"age", 30.0}}).probability,
            Score({{"age", 30.0}}).probability);
}

TEST_F(OutcomeModelTest, UnseenTagsAddNothing) {
  EXPECT_EQ(Score({{"tags", StringSet{{"news", "zebra"}}}}).probability,
            Score({{"tags", StringSet{{"news"}}}}).probability);
  EXPECT_GT(Score({{"tags", StringSet{{"news"}}}}).probability,
            Score({{"tags", StringSet{}}}).probability);
}

TEST_F(OutcomeModelTest, NumbersBeyondThoseSeenFallIntoTheLastBin) {
  const double most = std::numeric_limits<double>::max();
  EXPECT_EQ(Score({{"age", most}}).probability, Score({{"age", 79.0}}).probability);
  EXPECT_EQ(Score({{"age", -most}}).probability, Score({{"age", 20.0}}).probability);
  EXPECT_GT(Score({{"age", 79.0}}).probability, Score({{"age", 20.0}}).probability);
}

TEST_F(OutcomeModelTest, WhatWasAlwaysKnownSaysNothingByBeingUnknown) {
  const OutcomeContacts complete = PlantOutcomes(500, 0);
  const OutcomeModel model =
      FitOutcome(complete.table, complete.schema, complete.Ones(), kOutcomeDay);
  for (const OutcomeTerm& term : model.terms) EXPECT_EQ(term.missing, 0) << term.attribute;
  const ContactTable nothing{.row_count = 1, .ids = {}, .columns = {}};
  const OutcomeScore score = ScoreOutcomes(model, nothing, kOutcomeDay).at(0);
  EXPECT_EQ(score.reasons.size(), 1);
  EXPECT_NEAR(score.probability, 1 / (1 + std::exp(-model.intercept)), 1e-15);
}

TEST_F(OutcomeModelTest, SaysWhatItWasTrainedOn) {
  EXPECT_THAT(OutcomeNotices(*model_).front(), HasSubstr("score of bought: trained on "));
}

TEST_F(OutcomeModelTest, FindsWhatDoesNotFitTogether) {
  EXPECT_TRUE(CheckOutcome(*model_, contacts_->schema).ok());
  const auto refusal = [&](const std::function<void(OutcomeModel&)>& change) {
    OutcomeModel model = *model_;
    change(model);
    return std::string(CheckOutcome(model, contacts_->schema).message());
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(refusal([](OutcomeModel& m) { m.attribute = "else"; }), HasSubstr("its outcome"));
  EXPECT_THAT(refusal([&](OutcomeModel& m) { m.intercept = nan; }), HasSubstr("not finite"));
  EXPECT_THAT(refusal([](OutcomeModel& m) { m.others = 0; }), HasSubstr("one side"));
  const char* incomplete = "the score's table of attribute \"age\" is incomplete or not finite";
  EXPECT_THAT(refusal([](OutcomeModel& m) { m.terms[0].coefficients.pop_back(); }),
              HasSubstr(incomplete));
  EXPECT_THAT(refusal([](OutcomeModel& m) { m.terms[0].edges[1] = m.terms[0].edges[0]; }),
              HasSubstr(incomplete));
  EXPECT_THAT(refusal([&](OutcomeModel& m) { m.terms[0].missing = nan; }), HasSubstr(incomplete));
  EXPECT_THAT(refusal([](OutcomeModel& m) { m.terms[0].type = AttributeType::kDate; }),
              HasSubstr(incomplete));
  EXPECT_THAT(refusal([](OutcomeModel& m) { m.terms[0].levels = {"a"}; }), HasSubstr(incomplete));
}

}  // namespace
}  // namespace cible
