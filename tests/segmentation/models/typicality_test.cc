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
    std::cout << "missing " << missing << ": typical share " << share << "\n";
    EXPECT_GT(share, .975);
    EXPECT_LT(share, .999);
  }
}

TEST(Typicality, HoldsAsWellForContactsNotSeenAtTraining) {
  const TrainingResult result = TrainOnPlanted(PlantContacts(6000));
  const double share = TypicalShare(*result.model, PlantContacts(6000, .2, 99).table);
  std::cout << "unseen: typical share " << share << "\n";
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

// Nobody in the first component knows the second attribute.
TEST(FitTypicality, BorrowsTheMomentsOfAnAttributeThatASegmentDoesNotKnow) {
  PlantedContacts planted = PlantContacts(600, 0);
  Column& visits = planted.table.columns[1];
  for (std::size_t row = 0; row < planted.groups.size(); ++row) {
    if (planted.groups[row] == 0) visits.validity[row] = 0;
  }
  const TrainingResult result = TrainOnPlanted(planted);
  const SegmentationModel& model = *result.model;
  const ContactTable lead = *TableFromValues(
      {{"age", 28.}, {"channel", std::string("web")}, {"visits", 8.}}, model.schema());
  const Posterior posterior = model.Assign(lead, Date{20'000})[0];
  EXPECT_TRUE(model.Typical(lead, 0, Date{20'000}, posterior).typical);
}

}  // namespace
}  // namespace cible
