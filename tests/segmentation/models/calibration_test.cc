#include "segmentation/models/calibration.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/clustering/random.h"
#include "tests/segmentation/models/planted_contacts.h"

namespace cible {
namespace {

TEST(Calibration, IsOneWhereNothingIsKnownAndConstantBeyondTheLastKnot) {
  const Calibration calibration{.temperatures = {2, 3, 1.5}};
  EXPECT_EQ(calibration.At(0), 1);
  EXPECT_DOUBLE_EQ(calibration.At(.15), 1.5);
  EXPECT_DOUBLE_EQ(calibration.At(.3), 2);
  EXPECT_DOUBLE_EQ(calibration.At(.4), 2.5);
  EXPECT_DOUBLE_EQ(calibration.At(.6), 2.25);
  EXPECT_DOUBLE_EQ(calibration.At(.7), 1.5);
  EXPECT_DOUBLE_EQ(calibration.At(1), 1.5);
}

// Two Gaussian components on the line, told apart by `copies` attributes that
// are one and the same: the model counts each as new evidence.
struct Copies {
  Encoder encoder;
  Components components;
  Samples samples;
};

Copies MakeCopies(int copies, int rows) {
  std::vector<AttributeEncoding> attributes;
  for (int v = 0; v < copies; ++v) {
    attributes.push_back({.attribute = absl::StrCat("x", v),
                          .clip_low = -1e9,
                          .clip_high = 1e9,
                          .begin = v,
                          .count = 1,
                          .shift = {0},
                          .factor = {1}});
  }
  Copies made{.encoder = *Encoder::Restore(attributes, {}, Encoding::kKMeans),
              .components = KMeansComponents{.centroids = DoubleMatrix(2, copies), .variance = 1},
              .samples = {.codes = ByteMatrix(rows, copies, 1),
                          .numbers = FloatMatrix(rows, copies),
                          .weights = std::vector<double>(rows, 1)}};
  auto& centroids = std::get<KMeansComponents>(made.components).centroids;
  for (int v = 0; v < copies; ++v) centroids(1, v) = 1;
  return made;
}

TEST(FitCalibration, DoesNotTrustNoiseThatLaterAttributesOverrule) {
  Copies made = MakeCopies(8, 1500);
  // Every attribute its own noise: what a part of them says is often wrong.
  for (int row = 0; row < 1500; ++row) {
    for (int v = 0; v < 8; ++v) {
      made.samples.numbers(row, v) = static_cast<float>(.5 + 3 * Normal(Key(7, row, v)));
    }
  }
  const Calibration calibration = FitCalibration(made.components, made.encoder, made.samples);
  EXPECT_GT(calibration.temperatures[0], 1.2);
  EXPECT_GT(calibration.temperatures[1], 1.2);
}

TEST(FitCalibration, TrustsCopiesMoreThanTheirOwnWord) {
  Copies made = MakeCopies(8, 1500);
  // All attributes say the same: a few of them tell what all would.
  for (int row = 0; row < 1500; ++row) {
    const auto value = static_cast<float>(.5 + Normal(Key(7, row)));
    for (int v = 0; v < 8; ++v) made.samples.numbers(row, v) = value;
  }
  const Calibration calibration = FitCalibration(made.components, made.encoder, made.samples);
  for (const double temperature : calibration.temperatures) EXPECT_LT(temperature, .8);
}

TEST(FitCalibration, IsTheSameInAnyOrder) {
  const TrainingResult result = TrainOnPlanted(PlantContacts(800));
  const SegmentationModel& model = *result.model;
  const Samples samples = model.encoder().Encode(PlantContacts(800).table, Date{20'000});
  std::vector<int> rows(800);
  std::iota(rows.rbegin(), rows.rend(), 0);
  EXPECT_EQ(
      FitCalibration(model.parts().components, model.encoder(), samples),
      FitCalibration(model.parts().components, model.encoder(), SelectSamples(samples, rows)));
}

// Of a short survey there are few patterns: rows are drawn, not patterns.
TEST(FitCalibration, DrawsFromAllPatternsWhereThereAreFew) {
  constexpr int kRows = 8'000;
  Copies made = MakeCopies(4, kRows);
  for (int row = 0; row < kRows; ++row) {
    const bool second = row % 2 == 1;
    for (int v = 0; v < 4; ++v) {
      made.samples.numbers(row, v) = Uniform(Key(3, row, v)) < (second ? .85 : .15) ? 1.f : 0.f;
    }
  }
  std::get<KMeansComponents>(made.components).variance = .15;
  const Calibration calibration = FitCalibration(made.components, made.encoder, made.samples);
  // Two equal answers of four leave no doubt that the other two could remove but
  // by both differing: never less sure than one answer.
  const PosteriorRule rule(made.components, made.encoder, calibration);
  Assigner assigner(rule);
  const std::vector<float> zeros(4);
  const Posterior one = assigner.Assign({std::vector<std::uint8_t>{1, 0, 0, 0}, zeros});
  const Posterior two = assigner.Assign({std::vector<std::uint8_t>{1, 1, 0, 0}, zeros});
  EXPECT_GT(two.probabilities[0], one.probabilities[0]);
}

TEST(FitCalibration, LearnsNothingFromOneComponentOrNoRows) {
  Copies made = MakeCopies(2, 3);
  made.samples.weights = {0, 0, 0};
  EXPECT_EQ(FitCalibration(made.components, made.encoder, made.samples), Calibration());
  made.components = KMeansComponents{.centroids = DoubleMatrix(1, 2), .variance = 1};
  EXPECT_EQ(FitCalibration(made.components, made.encoder, made.samples), Calibration());
}

}  // namespace
}  // namespace cible
