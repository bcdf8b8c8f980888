#include "segmentation/models/outcome_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/segmentation/models/outcome_contacts.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

OutcomeModel Fit(const OutcomeContacts& contacts) {
  return FitOutcome(contacts.table, contacts.schema, contacts.Ones(), kOutcomeDay);
}

std::vector<std::string> TermsOf(const OutcomeModel& model) {
  std::vector<std::string> ids;
  for (const OutcomeTerm& term : model.terms) ids.push_back(term.attribute);
  return ids;
}

double LogitOf(const OutcomeScore& score) {
  double logit = 0;
  for (const Reason& reason : score.reasons) logit += reason.contribution;
  return logit;
}

TEST(FitOutcome, FindsThePlantedLaw) {
  const OutcomeContacts contacts = PlantOutcomes(20'000, 0);
  const OutcomeModel model = Fit(contacts);
  EXPECT_EQ(model.refusal, "");
  EXPECT_THAT(model.barred, IsEmpty());
  const auto scores = ScoreOutcomes(model, contacts.table, kOutcomeDay);
  double squares = 0;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    squares += std::pow(LogitOf(scores[row]) - contacts.logits[row], 2);
  }
  // The law has some 12 free numbers: by chance alone their root mean square
  // error is about sqrt(12 / (n p (1 - p))) = .06.
  EXPECT_LT(std::sqrt(squares / 20'000), .12);
}

TEST(FitOutcome, TheMeanScoreIsTheBaseRate) {
  const OutcomeContacts contacts = PlantOutcomes(3000);
  const OutcomeModel model = Fit(contacts);
  double sum = 0;
  for (const OutcomeScore& score : ScoreOutcomes(model, contacts.table, kOutcomeDay)) {
    sum += score.probability;
  }
  EXPECT_NEAR(sum / 3000, model.base_rate(), 1e-9);
}

TEST(FitOutcome, UsesWhatTheSchemaLetsIt) {
  OutcomeContacts contacts = PlantOutcomes(1000);
  EXPECT_THAT(TermsOf(Fit(contacts)),
              ElementsAre("age", "channel", "member", "interest", "tags", "joined"));
  contacts.Update("age", [](Attribute& a) { a.consequence_of_outcome = true; });
  contacts.Update("channel", [](Attribute& a) { a.is_protected = true; });
  contacts.Update("member", [](Attribute& a) { a.sensitive = true; });
  contacts.Update("tags", [](Attribute& a) { a.role = Role::kIgnored; });
  EXPECT_THAT(TermsOf(Fit(contacts)), ElementsAre("interest", "joined"));
  contacts.Update("member", [](Attribute& a) { a.sensitive_feature = true; });
  EXPECT_THAT(TermsOf(Fit(contacts)), ElementsAre("member", "interest", "joined"));
}

TEST(FitOutcome, AnOutcomeMayBeALevelOrANumber) {
  OutcomeContacts contacts = PlantOutcomes(1000);
  const std::vector<bool> outcomes = contacts.Outcomes();
  const OutcomeModel before = Fit(contacts);
  contacts.Update("bought", [](Attribute& a) {
    a.role = Role::kIgnored;
    a.outcome_value.clear();
  });
  OutcomeContacts counted = contacts;
  contacts.Add({.id = "state",
                .type = AttributeType::kCategorical,
                .role = Role::kOutcome,
                .outcome_value = "won"},
               [&](int row) -> Value { return std::string(outcomes[row] ? "Won" : "Lost"); });
  counted.Add({.id = "state",
               .type = AttributeType::kNumeric,
               .role = Role::kOutcome,
               .outcome_value = "1"},
              [&](int row) -> Value { return outcomes[row] ? 1.0 : 0.0; });
  EXPECT_EQ(Fit(contacts).terms, before.terms);
  EXPECT_EQ(Fit(counted).terms, before.terms);
  counted.Update("state", [](Attribute& a) { a.outcome_value = "won"; });
  EXPECT_EQ(Fit(counted).refusal,
            "the outcome \"state\" is NUMERIC and its outcome_value is no such value; correct "
            "outcome_value in the schema and train again");
}

TEST(FitOutcome, AWeightOfTwoIsARowTwiceAndAWeightOfZeroNone) {
  const OutcomeContacts contacts = PlantOutcomes(600);
  std::vector<double> weights;
  std::vector<int> rows;
  for (int row = 0; row < 600; ++row) {
    weights.push_back(row % 3);
    for (int i = 0; i < row % 3; ++i) rows.push_back(row);
  }
  const ContactTable repeated = SelectRows(contacts.table, rows);
  const std::vector<double> ones(rows.size(), 1);
  EXPECT_EQ(FitOutcome(contacts.table, contacts.schema, weights, kOutcomeDay),
            FitOutcome(repeated, contacts.schema, ones, kOutcomeDay));
}

TEST(FitOutcome, TheOrderOfRowsDoesNotMatter) {
  const OutcomeContacts contacts = PlantOutcomes(800);
  std::vector<int> rows(800);
  std::iota(rows.begin(), rows.end(), 0);
  std::sort(rows.begin(), rows.end(), [](int a, int b) { return Key(3, a) < Key(3, b); });
  const ContactTable shuffled = SelectRows(contacts.table, rows);
  EXPECT_EQ(Fit(contacts), FitOutcome(shuffled, contacts.schema, contacts.Ones(), kOutcomeDay));
}

TEST(FitOutcome, ContactsOfUnknownOutcomeTeachNothing) {
  OutcomeContacts contacts = PlantOutcomes(500);
  const OutcomeModel before = Fit(contacts);
  const OutcomeContacts others = PlantOutcomes(300, .15, -1, 5);
  ContactTable unknown = others.table;
  for (Column& column : unknown.columns) {
    if (column.attribute == "bought") std::fill(column.validity.begin(), column.validity.end(), 0);
  }
  AppendRows(contacts.table, unknown);
  EXPECT_EQ(Fit(contacts), before);
}

TEST(FitOutcome, ConstantAndDuplicatedColumnsDoNoHarm) {
  OutcomeContacts contacts = PlantOutcomes(2000);
  const auto before = ScoreOutcomes(Fit(contacts), contacts.table, kOutcomeDay);
  const Column ages = *contacts.table.Find("age");
  contacts.Add({.id = "same", .type = AttributeType::kNumeric}, [](int) -> Value { return 7.0; });
  contacts.Add({.id = "age_again", .type = AttributeType::kNumeric},
               [&](int row) { return Get(ages, row); });
  const OutcomeModel model = Fit(contacts);
  EXPECT_THAT(TermsOf(model), testing::Not(testing::Contains("same")));
  const auto after = ScoreOutcomes(model, contacts.table, kOutcomeDay);
  for (std::size_t row = 0; row < before.size(); ++row) {
    EXPECT_NEAR(after[row].probability, before[row].probability, .06);
  }
}

// Nothing but noise: the scores stay near the base rate.
TEST(FitOutcome, LearnsNothingFromNoise) {
  OutcomeContacts contacts = PlantOutcomes(1000);
  contacts.Update("bought", [](Attribute& a) { a.role = Role::kIgnored; });
  contacts.Add(
      {.id = "coin", .type = AttributeType::kBoolean, .role = Role::kOutcome, .outcome_value = "1"},
      [](int row) -> Value { return Uniform(Key(77, row)) < .3; });
  for (const OutcomeScore& score : ScoreOutcomes(Fit(contacts), contacts.table, kOutcomeDay)) {
    EXPECT_NEAR(score.probability, .3, .12);
  }
}

TEST(FitOutcome, RefusesAnOutcomeOfOneValue) {
  OutcomeContacts contacts = PlantOutcomes(100);
  Column& outcome = contacts.table.columns[7];
  auto& bits = std::get<Bits>(outcome.data).values;
  std::fill(bits.begin(), bits.end(), 1);
  EXPECT_EQ(Fit(contacts).refusal,
            "every contact that the model was trained on has the outcome \"bought\", so there is "
            "nothing to tell it by; import contacts without it and train again");
  std::fill(bits.begin(), bits.end(), 0);
  const OutcomeModel none = Fit(contacts);
  EXPECT_EQ(none.refusal,
            "no contact that the model was trained on has the outcome \"bought\": check "
            "outcome_value in the schema, or import contacts with it, and train again");
  EXPECT_THAT(OutcomeNotices(none), ElementsAre("no score: " + none.refusal));
  EXPECT_TRUE(CheckOutcome(none, contacts.schema).ok());
  std::fill(outcome.validity.begin(), outcome.validity.end(), 0);
  EXPECT_THAT(Fit(contacts).refusal, HasSubstr("is known of no contact"));
}

TEST(FitOutcome, HoldsScoresNearTheBaseRateWhenOutcomesAreFewAndSaysSo) {
  double spread_before = 5;
  for (const double base : {-5.5, -6.5, -8.0}) {
    const OutcomeContacts contacts = PlantOutcomes(2000, .15, base);
    const OutcomeModel model = Fit(contacts);
    ASSERT_GT(model.outcomes, 0);
    ASSERT_LT(model.outcomes, kEnoughOutcomes) << base;
    EXPECT_THAT(OutcomeNotices(model).at(1), HasSubstr("held near the base rate of "));
    EXPECT_THAT(OutcomeNotices(model).at(1), HasSubstr("since fewer than 50 contacts are known "
                                                       "with the outcome"));
    double spread = 0;
    for (const OutcomeScore& score : ScoreOutcomes(model, contacts.table, kOutcomeDay)) {
      spread = std::max(spread, std::abs(LogitOf(score) - model.intercept));
    }
    EXPECT_LT(spread, spread_before) << base;
    spread_before = spread;
  }
  EXPECT_LT(spread_before, .6);
}

TEST(FitOutcome, OneContactOfEachKindIsEnoughNotToFail) {
  const OutcomeContacts contacts = PlantOutcomes(2, 0, 0, 3);
  OutcomeContacts two = contacts;
  auto& bits = std::get<Bits>(two.table.columns[7].data).values;
  bits = {0, 1};
  const OutcomeModel model = Fit(two);
  EXPECT_EQ(model.refusal, "");
  for (const OutcomeScore& score : ScoreOutcomes(model, two.table, kOutcomeDay)) {
    EXPECT_NEAR(score.probability, .5, .05);
  }
}

TEST(FitOutcome, KeepsTheMostInformativeOfTooManyColumns) {
  OutcomeContacts contacts = PlantOutcomes(1000, 0);
  for (int i = 0; i < 200; ++i) {
    contacts.Add({.id = "noise_" + std::to_string(i), .type = AttributeType::kNumeric},
                 [&](int row) -> Value { return Uniform(Key(i, row)); });
  }
  const OutcomeModel model = Fit(contacts);
  EXPECT_THAT(model.set_aside, testing::Not(IsEmpty()));
  EXPECT_THAT(model.set_aside, testing::Not(testing::Contains("age")));
  EXPECT_THAT(OutcomeNotices(model).back(), HasSubstr("take no part, there being too many"));
}

TEST(FitOutcome, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  const OutcomeContacts contacts = PlantOutcomes(200);
  EXPECT_NE(
      FitOutcome(contacts.table, contacts.schema, contacts.Ones(), kOutcomeDay, source.get_token())
          .refusal,
      "");
}

}  // namespace
}  // namespace cible
