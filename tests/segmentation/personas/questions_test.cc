#include "segmentation/personas/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

constexpr Date kAsOf{20'000};

const SegmentationModel& ModelOf(EngineKind engine) {
  static const PlantedContacts contacts = PlantContacts(1500);
  static const TrainingResult mixture = TrainOnPlanted(contacts, 3, EngineKind::kMixture);
  static const TrainingResult kmeans = TrainOnPlanted(contacts, 3, EngineKind::kKMeans);
  return engine == EngineKind::kMixture ? *mixture.model : *kmeans.model;
}

std::vector<SuggestedQuestion> Ask(const SegmentationModel& model,
                                   const std::vector<NamedValue>& values, int limit = 10) {
  const Samples samples = model.encoder().Encode(*TableFromValues(values, model.schema()), kAsOf);
  Assigner assigner(model.rule());
  const Posterior posterior = assigner.Assign(samples.row(0));
  return SuggestQuestions(model, assigner, samples.row(0), posterior, limit);
}

double Entropy(const std::vector<double>& probabilities) {
  double bits = 0;
  for (const double p : probabilities) bits -= p > 0 ? p * std::log2(p) : 0;
  return bits;
}

class Questions : public testing::TestWithParam<EngineKind> {};

TEST_P(Questions, ComeByTheirGainForTheirCost) {
  const auto questions = Ask(ModelOf(GetParam()), {{"visits", 3.}});
  ASSERT_GE(questions.size(), 2u);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto& question = questions[i];
    const double cost = ModelOf(GetParam()).schema().Find(question.attribute)->ask_cost;
    EXPECT_GE(question.gain, 0);
    EXPECT_NEAR(question.gain_for_cost, question.gain / cost, 1e-12);
    EXPECT_NE(question.attribute, "visits");
    if (i > 0) {
      EXPECT_LE(question.gain_for_cost, questions[i - 1].gain_for_cost);
    }
  }
}

// The definition, by itself: a yes or no has two answers.
TEST_P(Questions, GainIsTheEntropyLessWhatIsExpectedAfterwards) {
  const SegmentationModel& model = ModelOf(GetParam());
  const auto posterior_of = [&](const std::vector<NamedValue>& values) {
    return model.Assign(*TableFromValues(values, model.schema()), kAsOf).front();
  };
  const Posterior before = posterior_of({{"visits", 3.}});
  const auto questions = Ask(model, {{"visits", 3.}});
  const auto offers = std::find_if(questions.begin(), questions.end(),
                                   [](const auto& q) { return q.attribute == "offers"; });
  ASSERT_NE(offers, questions.end());
  double expected = 0, total = 0;
  for (const AnswerEffect& effect : offers->effects) {
    const Posterior after =
        posterior_of({{"visits", 3.}, {"offers", effect.levels.at(0) == "true"}});
    EXPECT_EQ(effect.winner, after.winner);
    EXPECT_NEAR(effect.winner_probability, after.probabilities[after.winner], 1e-9);
    expected += effect.probability * Entropy(after.probabilities);
    total += effect.probability;
  }
  EXPECT_NEAR(total, 1, 1e-9);
  EXPECT_NEAR(offers->gain, std::max(0., Entropy(before.probabilities) - expected), 1e-9);
}

TEST_P(Questions, NumbersAreAnsweredInRangesThatCoverAll) {
  const auto questions = Ask(ModelOf(GetParam()), {});
  const auto age = std::find_if(questions.begin(), questions.end(),
                                [](const auto& q) { return q.attribute == "age"; });
  ASSERT_NE(age, questions.end());
  ASSERT_GE(age->effects.size(), 2u);
  EXPECT_TRUE(std::isinf(age->effects.front().low));
  EXPECT_TRUE(std::isinf(age->effects.back().high));
  double total = 0;
  for (std::size_t i = 0; i < age->effects.size(); ++i) {
    if (i > 0) {
      EXPECT_EQ(age->effects[i].low, age->effects[i - 1].high);
    }
    total += age->effects[i].probability;
  }
  EXPECT_NEAR(total, 1, 1e-6);
}

// A question about a lead that is told already gains next to nothing.
TEST_P(Questions, GainLittleWhereLittleIsLeftToLearn) {
  const auto at_first = Ask(ModelOf(GetParam()), {});
  const auto later =
      Ask(ModelOf(GetParam()), {{"age", 28.}, {"visits", 2.}, {"channel", std::string("web")}});
  ASSERT_FALSE(at_first.empty());
  ASSERT_FALSE(later.empty());
  EXPECT_LT(later.front().gain, at_first.front().gain);
}

TEST_P(Questions, AreNoMoreThanAskedFor) {
  EXPECT_EQ(Ask(ModelOf(GetParam()), {}, 1).size(), 1u);
  EXPECT_TRUE(Ask(ModelOf(GetParam()), {}, 0).empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, Questions,
                         testing::Values(EngineKind::kMixture, EngineKind::kKMeans),
                         [](const auto& each) {
                           return each.param == EngineKind::kMixture ? "Mixture" : "KMeans";
                         });

}  // namespace
}  // namespace cible
