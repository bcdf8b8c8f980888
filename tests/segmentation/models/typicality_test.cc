#include "segmentation/models/typicality.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

TEST(GammaTail, IsExponentialWhenTheVarianceIsTheSquaredMean) {
  EXPECT_NEAR(GammaTail(2, 4, 3), std::exp(-1.5), 1e-12);
  EXPECT_NEAR(GammaTail(2, 4, 2000), 0, 1e-300);
  EXPECT_EQ(GammaTail(2, 4, 0), 1);
}

// Chi-square with 4 degrees of freedom: mean 4, variance 8, .99 quantile 13.2767.
TEST(GammaTail, IsChiSquareWhenTheVarianceIsTwiceTheMean) {
  EXPECT_NEAR(GammaTail(4, 8, 13.27670413598762), .01, 1e-9);
}

TEST(GammaTail, WithoutVarianceReachesToTheMean) {
  EXPECT_EQ(GammaTail(2, 0, 2), 1);
  EXPECT_EQ(GammaTail(2, 0, 2.1), 0);
  EXPECT_EQ(GammaTail(0, 0, 0), 1);
}

TEST(GammaTail, AnswersZeroAndNeverNaNFarOutside) {
  EXPECT_EQ(GammaTail(1, 1, std::numeric_limits<double>::infinity()), 0);
  EXPECT_EQ(GammaTail(1, 1, 1e300), 0);
  EXPECT_EQ(GammaTail(1e-300, 1, 5), 0);
}

// Var(a + b) = 1 + 2 + 2 * .5 within a block; the third is unknown.
TEST(MeasureTypicality, CountsCovariancesOfWhatIsKnown) {
  TypicalityMoments moments{.mean = DoubleMatrix(1, 3, 1.5)};
  moments.covariances = {{0, 0, 0, 1}, {0, 0, 1, .5}, {0, 1, 1, 2}, {0, 1, 2, .7}, {0, 2, 2, 9}};
  const std::vector<double> divergences = {3, 4, 0};
  const std::vector<std::uint8_t> known = {1, 1, 0};
  const Typicality typicality =
      MeasureTypicality(moments, moments.covariances, 0, divergences, known);
  EXPECT_EQ(typicality.distance, 7);
  EXPECT_DOUBLE_EQ(typicality.probability, GammaTail(3, 4, 7));
  EXPECT_TRUE(typicality.typical);
}

double TypicalShare(const SegmentationModel& model, const ContactTable& table) {
  const Samples samples = model.encoder().Encode(table, model.parts().as_of);
  const std::vector<Posterior> posteriors = model.Assign(samples);
  int typical = 0;
  for (int row = 0; row < table.row_count; ++row) {
    const Posterior& posterior = posteriors[static_cast<std::size_t>(row)];
    typical += model.Typical(samples, row, posterior).typical ? 1 : 0;
  }
  return typical / static_cast<double>(table.row_count);
}

// The gamma is an approximation: 97.5 % to 99.9 % is what we promise.
TEST(Typicality, HoldsForAboutNinetyNineInAHundredTrainingContacts) {
  for (const double missing : {0., .2, .5}) {
    const PlantedContacts planted = PlantContacts(6000, missing);
    const TrainingResult result = TrainOnPlanted(planted);
    const double share = TypicalShare(*result.model, planted.table);
    RecordProperty("typical_share_missing_" + std::to_string(missing), std::to_string(share));
    EXPECT_GT(share, .975);
    EXPECT_LT(share, .999);
  }
}

TEST(Typicality, HoldsAsWellForContactsNotSeenAtTraining) {
  const TrainingResult result = TrainOnPlanted(PlantContacts(6000));
  const double share = TypicalShare(*result.model, PlantContacts(6000, .2, 99).table);
  RecordProperty("typical_share", std::to_string(share));
  EXPECT_GT(share, .97);
  EXPECT_LT(share, .999);
}

TEST(Typicality, DoesNotHoldForAContactFarFromEverySegment) {
  const TrainingResult result = TrainOnPlanted(PlantContacts(2000));
  const ContactTable stranger =
      *TableFromValues({{"age", 140.}, {"visits", -30.}}, result.model->schema());
  const Posterior posterior = result.model->Assign(stranger, Date{20'000})[0];
  const Typicality typicality = result.model->Typical(stranger, 0, Date{20'000}, posterior);
  EXPECT_FALSE(typicality.typical);
  EXPECT_LT(typicality.probability, 1e-6);
}

AttributeEncoding OneFeature(const std::string& attribute, int begin) {
  return {.attribute = attribute,
          .clip_low = -1e9,
          .clip_high = 1e9,
          .begin = begin,
          .count = 1,
          .shift = {0},
          .factor = {1}};
}

// Two components far apart in x; nobody near the first knows y.
TEST(FitTypicality, BorrowsTheMomentsOfAnAttributeThatASegmentDoesNotKnow) {
  const Encoder encoder =
      *Encoder::Restore({OneFeature("x", 0), OneFeature("y", 1)}, {}, Encoding::kKMeans);
  KMeansComponents components{.centroids = DoubleMatrix(2, 2), .variance = .5};
  components.centroids(1, 0) = 1000;
  Samples samples{
      .codes = ByteMatrix(4, 2, 1), .numbers = FloatMatrix(4, 2), .weights = {1, 1, 1, 1}};
  for (const int row : {0, 1}) samples.codes(row, 1) = 0;
  for (const int row : {2, 3}) {
    samples.numbers(row, 0) = 1000;
    samples.numbers(row, 1) = static_cast<float>(row);
  }
  WorkerPool pool(2);
  const TypicalityFit fit = FitTypicality(components, encoder, Schema(), samples, pool);
  EXPECT_EQ(fit.labels, (std::vector<int>{0, 0, 1, 1}));
  // D = y^2: 4 and 9.
  EXPECT_DOUBLE_EQ(fit.moments.mean(1, 1), 6.5);
  EXPECT_DOUBLE_EQ(fit.moments.mean(0, 1), 6.5);
  EXPECT_DOUBLE_EQ(fit.moments.covariances.at(1).covariance, 6.25);
  EXPECT_DOUBLE_EQ(fit.moments.covariances.at(3).covariance, 6.25);
}

// Spends of one block rise and fall together inside a segment, and so do their
// divergences; taken as independent, their sum would seem to spread less.
TEST(FitTypicality, KeepsCovariancesWithinABlockOnly) {
  // A mixture's divergences are those of decorrelated numbers.
  const TrainingResult result = TrainOnPlanted(PlantContacts(1500), 3, EngineKind::kKMeans);
  const Encoder& encoder = result.model->encoder();
  int pairs = 0;
  for (const TypicalityMoments::Pair& pair : result.model->parts().typicality.covariances) {
    if (pair.first == pair.second) continue;
    ++pairs;
    EXPECT_EQ(pair.first, encoder.IndexOf("wine"));
    EXPECT_EQ(pair.second, encoder.IndexOf("meat"));
    EXPECT_GT(pair.covariance, 0);
  }
  EXPECT_EQ(pairs, 3);
}

}  // namespace
}  // namespace cible
