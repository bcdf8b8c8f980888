#include "segmentation/personas/matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

using ::testing::IsEmpty;

constexpr Date kAsOf{20'000};

const SegmentationModel& PlantedModel() {
  static const TrainingResult result = TrainOnPlanted(PlantContacts(1500));
  return *result.model;
}

Match MatchOne(const std::vector<NamedValue>& values) {
  return MatchLeads(PlantedModel(), *TableFromValues(values, PlantedModel().schema()), kAsOf,
                    {.question_limit = 5})
      .at(0);
}

TEST(MatchLeads, NamesThePersonaOfALeadThatFits) {
  const Match match =
      MatchOne({{"age", 28.}, {"visits", 2.}, {"channel", std::string("web")}, {"offers", true}});
  EXPECT_EQ(match.outcome, MatchOutcome::kMatched);
  EXPECT_TRUE(match.typicality.typical);
  EXPECT_THAT(match.questions, IsEmpty());
  double sum = 0;
  for (const Reason& reason : match.reasons) sum += reason.contribution;
  const auto p = [&](int k) { return match.posterior.probabilities[static_cast<std::size_t>(k)]; };
  EXPECT_NEAR(sum, std::log(p(match.posterior.winner) / p(match.posterior.runner_up)), 1e-9);
}

TEST(MatchLeads, GivesThePriorAndWhatToAskWhenNothingIsKnown) {
  ContactTable blank;
  blank.row_count = 1;
  const Match match = MatchLeads(PlantedModel(), blank, kAsOf, {.question_limit = 5}).at(0);
  EXPECT_EQ(match.outcome, MatchOutcome::kNotEnoughKnown);
  EXPECT_EQ(match.posterior.probabilities, PlantedModel().prior());
  EXPECT_FALSE(match.typicality.typical);
  EXPECT_THAT(match.reasons, IsEmpty());
  EXPECT_EQ(match.questions.size(), 3u);
}

TEST(MatchLeads, ClaimsNoPersonaOnHardlyAnything) {
  const Match match = MatchOne({{"joined", Date{19'400}}});
  EXPECT_EQ(match.outcome, MatchOutcome::kNotEnoughKnown);
  EXPECT_GE(match.posterior.winner, 0);
  EXPECT_LT(match.posterior.information, kEnoughInformation);
}

TEST(MatchLeads, SaysWhenALeadIsLikeNoneOfTheSegments) {
  const Match match = MatchOne({{"age", 140.}, {"visits", -30.}});
  EXPECT_EQ(match.outcome, MatchOutcome::kNoneOfYours);
  EXPECT_FALSE(match.typicality.typical);
}

TEST(MatchLeads, AsksNothingThatIsKnownAlready) {
  for (const SuggestedQuestion& question : MatchOne({{"age", 28.}}).questions) {
    EXPECT_NE(question.attribute, "age");
  }
}

TEST(MatchLeads, AnswersEachLeadAsIfAlone) {
  const PlantedContacts leads = PlantContacts(60, .5, 31);
  const std::vector<Match> together =
      MatchLeads(PlantedModel(), leads.table, kAsOf, {.question_limit = 5});
  ASSERT_EQ(together.size(), 60u);
  for (int row = 0; row < 60; ++row) {
    const Match alone =
        MatchLeads(PlantedModel(), SelectRows(leads.table, {row}), kAsOf, {.question_limit = 5})
            .at(0);
    const Match& match = together[static_cast<std::size_t>(row)];
    EXPECT_EQ(alone.outcome, match.outcome);
    EXPECT_EQ(alone.posterior.probabilities, match.posterior.probabilities);
    EXPECT_EQ(alone.typicality.probability, match.typicality.probability);
    ASSERT_EQ(alone.questions.size(), match.questions.size());
    for (std::size_t q = 0; q < match.questions.size(); ++q) {
      EXPECT_EQ(alone.questions[q].attribute, match.questions[q].attribute);
      EXPECT_EQ(alone.questions[q].gain, match.questions[q].gain);
    }
  }
}

}  // namespace
}  // namespace cible
