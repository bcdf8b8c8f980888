#include "segmentation/models/segmentation_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <numeric>

#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

using ::testing::HasSubstr;

constexpr Date kAsOf{20'000};

const SegmentationModel& PlantedModel() {
  static const TrainingResult result = TrainOnPlanted(PlantContacts(1500));
  return *result.model;
}

ContactTable Lead(const std::vector<NamedValue>& values) {
  return *TableFromValues(values, PlantedModel().schema());
}

TEST(Assign, GivesProbabilitiesThatSumToOneWhateverIsKnown) {
  for (const double missing : {0., .5, .9}) {
    const PlantedContacts contacts = PlantContacts(500, missing, 11);
    for (const Posterior& posterior : PlantedModel().Assign(contacts.table, kAsOf)) {
      const auto& p = posterior.probabilities;
      ASSERT_NEAR(std::accumulate(p.begin(), p.end(), 0.), 1, 1e-12);
      ASSERT_GE(posterior.information, 0);
      ASSERT_LE(posterior.information, 1);
      ASSERT_LE(posterior.known_weight, 1);
      ASSERT_NE(posterior.winner, posterior.runner_up == -1 ? -2 : posterior.runner_up);
    }
  }
}

TEST(Assign, GivesThePriorWhenNothingIsKnown) {
  ContactTable blank;
  blank.row_count = 1;
  const Posterior posterior = PlantedModel().Assign(blank, kAsOf).at(0);
  EXPECT_EQ(posterior.probabilities, PlantedModel().prior());
  EXPECT_EQ(posterior.winner, -1);
  EXPECT_EQ(posterior.runner_up, -1);
  EXPECT_EQ(posterior.information, 0);
  EXPECT_TRUE(PlantedModel().Explain(blank, 0, kAsOf, posterior).empty());
  const Typicality typicality = PlantedModel().Typical(blank, 0, kAsOf, posterior);
  EXPECT_FALSE(typicality.typical);
  EXPECT_EQ(typicality.probability, 1);
}

TEST(Assign, TreatsALevelUnseenAtTrainingAsUnknown) {
  const ContactTable lead = Lead({{"channel", std::string("pigeon")}});
  EXPECT_EQ(PlantedModel().Assign(lead, kAsOf).at(0).winner, -1);
}

TEST(Assign, GainsInformationWithWhatIsKnown) {
  const Posterior little = PlantedModel().Assign(Lead({{"joined", Date{19'400}}}), kAsOf).at(0);
  const Posterior more =
      PlantedModel()
          .Assign(Lead({{"age", 28.}, {"visits", 2.}, {"channel", std::string("web")}}), kAsOf)
          .at(0);
  EXPECT_LT(little.information, .1);
  EXPECT_GT(more.information, .5);
  EXPECT_GT(more.known_weight, little.known_weight);
}

TEST(Assign, NeverGivesNaNForAValueBeyondTheScale) {
  for (const double age : {1e18, 1e300, -1e300, std::numeric_limits<double>::max()}) {
    const ContactTable lead = Lead({{"age", age}, {"visits", 2.}});
    const Posterior posterior = PlantedModel().Assign(lead, kAsOf).at(0);
    for (const double p : posterior.probabilities) ASSERT_TRUE(std::isfinite(p));
    for (const Reason& reason : PlantedModel().Explain(lead, 0, kAsOf, posterior)) {
      ASSERT_TRUE(std::isfinite(reason.contribution));
    }
    EXPECT_TRUE(std::isfinite(PlantedModel().Typical(lead, 0, kAsOf, posterior).probability));
  }
}

TEST(Assign, KnowsTheOnlySegmentThereIs) {
  const TrainingResult result = TrainOnPlanted(PlantContacts(100), 1);
  const ContactTable lead = Lead({{"age", 40.}});
  const Posterior posterior = result.model->Assign(lead, kAsOf).at(0);
  EXPECT_EQ(posterior.winner, 0);
  EXPECT_EQ(posterior.runner_up, -1);
  EXPECT_EQ(posterior.information, 1);
  EXPECT_TRUE(result.model->Explain(lead, 0, kAsOf, posterior).empty());
  EXPECT_TRUE(result.model->Typical(lead, 0, kAsOf, posterior).typical);
}

TEST(Explain, AddsUpToTheLogOddsOfWinnerAgainstRunnerUp) {
  int explained = 0;
  for (const double missing : {0., .3, .8}) {
    const PlantedContacts contacts = PlantContacts(400, missing, 23);
    const std::vector<Posterior> posteriors = PlantedModel().Assign(contacts.table, kAsOf);
    for (int row = 0; row < contacts.table.row_count; ++row) {
      const Posterior& posterior = posteriors[static_cast<std::size_t>(row)];
      if (posterior.runner_up < 0) continue;
      double sum = 0;
      for (const Reason& reason : PlantedModel().Explain(contacts.table, row, kAsOf, posterior)) {
        sum += reason.contribution;
      }
      const auto p = [&](int k) { return posterior.probabilities[static_cast<std::size_t>(k)]; };
      ASSERT_NEAR(sum, std::log(p(posterior.winner) / p(posterior.runner_up)), 1e-9);
      ++explained;
    }
  }
  EXPECT_GT(explained, 1000);
}

TEST(Explain, GivesThePriorFirstAndThenTheStrongestAttributes) {
  const ContactTable lead =
      Lead({{"joined", Date{19'400}}, {"age", 28.}, {"channel", std::string("web")}});
  const Posterior posterior = PlantedModel().Assign(lead, kAsOf).at(0);
  const std::vector<Reason> reasons = PlantedModel().Explain(lead, 0, kAsOf, posterior);
  ASSERT_EQ(reasons.size(), 4u);
  EXPECT_EQ(reasons[0].attribute, "");
  const std::vector<double>& prior = PlantedModel().prior();
  const double temperature = PlantedModel().parts().calibration.At(posterior.known_weight);
  EXPECT_NEAR(reasons[0].contribution,
              std::log(prior[posterior.winner] / prior[posterior.runner_up]) / temperature, 1e-12);
  EXPECT_EQ(reasons[3].attribute, "joined");
  EXPECT_GE(std::abs(reasons[1].contribution), std::abs(reasons[2].contribution));
}

TEST(Make, GivesBackAModelEqualToItsParts) {
  const auto copy = SegmentationModel::Make(PlantedModel().parts());
  ASSERT_TRUE(copy.ok());
  EXPECT_EQ((*copy)->parts(), PlantedModel().parts());
}

struct Corruption {
  std::string message;
  std::function<void(ModelParts&)> corrupt;
};

KMeansComponents& KMeansOf(ModelParts& parts) {
  return std::get<KMeansComponents>(parts.components);
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<Corruption> Corruptions() {
  return {
      {"is encoded but not in its schema", [](ModelParts& p) { p.schema = Schema(); }},
      {"its centroids have 2 features",
       [](ModelParts& p) { KMeansOf(p).centroids = DoubleMatrix(3, 2); }},
      {"it has no components",
       [](ModelParts& p) { KMeansOf(p).centroids = DoubleMatrix(0, p.encoder.feature_count()); }},
      {"a centroid is not finite", [](ModelParts& p) { KMeansOf(p).centroids(0, 0) = kNaN; }},
      {"its variance is not above 0", [](ModelParts& p) { KMeansOf(p).variance = 0; }},
      {"it has 3 components and 2 shares", [](ModelParts& p) { p.shares.pop_back(); }},
      {"a share is outside 0 to 1", [](ModelParts& p) { p.shares[0] = kNaN; }},
      {"its shares do not add up to 1", [](ModelParts& p) { p.shares[0] /= 2; }},
      {"it was trained on no contacts", [](ModelParts& p) { p.contact_count = 0; }},
      {"its typicality is of other components",
       [](ModelParts& p) { p.typicality.mean = DoubleMatrix(3, 1); }},
      {"its typicality is not finite", [](ModelParts& p) { p.typicality.mean(0, 0) = kNaN; }},
      {"its typicality is out of order",
       [](ModelParts& p) { p.typicality.covariances[0].component = 3; }},
      {"its typicality is out of order",
       [](ModelParts& p) { std::swap(p.typicality.covariances[0], p.typicality.covariances[1]); }},
      {"its typicality is not finite",
       [](ModelParts& p) { p.typicality.covariances[0].covariance = -1; }},
      {"its typicality lacks a variance",
       [](ModelParts& p) { p.typicality.covariances.pop_back(); }},
      {"the summary of attribute \"age\"",
       [](ModelParts& p) { p.aggregates[0].components.pop_back(); }},
      {"the summary of attribute \"age\"",
       [](ModelParts& p) { p.aggregates[0].population.quantiles[0] = kNaN; }},
      {"the summary of attribute \"age\"",
       [](ModelParts& p) { p.aggregates[0].components[1].level_weights = {1}; }},
      {"it has 3 components and 2 rules", [](ModelParts& p) { p.rules.pop_back(); }},
      {"a rule names an attribute that is not in its schema",
       [](ModelParts& p) { p.rules[1].conditions = {{.attribute = "gone", .low = 1}}; }},
      {"the quality of a rule is not a share",
       [](ModelParts& p) { p.rules[0].quality.recall = kNaN; }},
  };
}

MixtureComponents& MixtureOf(ModelParts& parts) {
  return std::get<MixtureComponents>(parts.components);
}

std::vector<Corruption> MixtureCorruptions() {
  const std::string unfit = "its parameters do not fit its encoder";
  return {
      {"it has no components", [](ModelParts& p) { MixtureOf(p).weights.clear(); }},
      {"weights do not sum to 1", [](ModelParts& p) { MixtureOf(p).weights[0] /= 2; }},
      {"weight is outside 0 to 1", [](ModelParts& p) { MixtureOf(p).weights[0] = kNaN; }},
      {unfit, [](ModelParts& p) { MixtureOf(p).means = DoubleMatrix(1, 3); }},
      {unfit, [](ModelParts& p) { MixtureOf(p).log_levels(1, 1) = kNaN; }},
      {"a variance is not above 0", [](ModelParts& p) { MixtureOf(p).spreads(0, 0) = 0; }},
      {"a block of numbers", [](ModelParts& p) { MixtureOf(p).blocks.at(0).numbers[0] = 99; }},
  };
}

void ExpectRefused(const ModelParts& whole, const std::vector<Corruption>& corruptions) {
  for (const Corruption& corruption : corruptions) {
    ModelParts parts = whole;
    corruption.corrupt(parts);
    const auto model = SegmentationModel::Make(std::move(parts));
    EXPECT_EQ(model.status().code(), absl::StatusCode::kInvalidArgument) << corruption.message;
    EXPECT_THAT(std::string(model.status().message()), HasSubstr(corruption.message));
  }
}

TEST(Make, TakesAModelMadeBeforeThereWereRules) {
  ModelParts parts = PlantedModel().parts();
  parts.rules.clear();
  EXPECT_TRUE(SegmentationModel::Make(std::move(parts)).ok());
}

TEST(Make, RefusesEveryPartThatDoesNotFit) {
  const TrainingResult kmeans = TrainOnPlanted(PlantContacts(1500), 3, EngineKind::kKMeans);
  ExpectRefused(kmeans.model->parts(), Corruptions());
  ExpectRefused(PlantedModel().parts(), MixtureCorruptions());
}

}  // namespace
}  // namespace cible
