#include "segmentation/models/posterior.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace cible {
namespace {

using ::testing::ElementsAre;

// One attribute of one feature, and centroids at 0 and 2.
struct Line {
  Encoder encoder = *Encoder::Restore({{.attribute = "x",
                                        .clip_low = -1e9,
                                        .clip_high = 1e9,
                                        .begin = 0,
                                        .count = 1,
                                        .shift = {0},
                                        .factor = {1}}},
                                      {}, Encoding::kKMeans);
  Components components = KMeansComponents{.centroids = DoubleMatrix(2, 1), .variance = .5};
  Line() { std::get<KMeansComponents>(components).centroids(1, 0) = 2; }
};

TEST(Assigner, GivesTheSoftmaxOfTheTerms) {
  const Line line;
  const PosteriorRule rule(line.components, line.encoder);
  const Posterior posterior =
      Assigner(rule).Assign({std::vector<std::uint8_t>{1}, std::vector<float>{.5f}});
  // Terms -.25 and -2.25.
  EXPECT_NEAR(posterior.probabilities[0], 1 / (1 + std::exp(-2)), 1e-12);
  EXPECT_EQ(posterior.winner, 0);
  EXPECT_EQ(posterior.runner_up, 1);
  EXPECT_EQ(posterior.known_weight, 1);
  const double p = posterior.probabilities[0], q = posterior.probabilities[1];
  EXPECT_NEAR(posterior.information, 1 + (p * std::log(p) + q * std::log(q)) / std::log(2), 1e-12);
}

TEST(Assigner, LeavesATieToTheLowerIndex) {
  const Line line;
  const PosteriorRule rule(line.components, line.encoder);
  const Posterior posterior =
      Assigner(rule).Assign({std::vector<std::uint8_t>{1}, std::vector<float>{1.f}});
  EXPECT_THAT(posterior.probabilities, ElementsAre(.5, .5));
  EXPECT_EQ(posterior.winner, 0);
  EXPECT_EQ(posterior.information, 0);
}

// The difference of two infinite scores would be NaN.
TEST(Assigner, LearnsNothingFromAFeatureThatOverflowed) {
  const Line line;
  const PosteriorRule rule(line.components, line.encoder);
  Assigner assigner(rule);
  const std::vector<float> features = {std::numeric_limits<float>::infinity()};
  const std::vector<std::uint8_t> codes = {1};
  const Posterior posterior = assigner.Assign({codes, features});
  EXPECT_THAT(posterior.probabilities, ElementsAre(.5, .5));
  for (const Reason& reason : assigner.Explain({codes, features}, posterior)) {
    EXPECT_EQ(reason.contribution, 0);
  }
}

// Two attributes: one overflowed, the other still tells, and reasons add up.
TEST(Assigner, KeepsWhatTheOtherAttributesTell) {
  std::vector<AttributeEncoding> attributes;
  for (int v = 0; v < 2; ++v) {
    attributes.push_back({.attribute = v == 0 ? "x" : "y",
                          .clip_low = -1e9,
                          .clip_high = 1e9,
                          .begin = v,
                          .count = 1,
                          .shift = {0},
                          .factor = {1}});
  }
  const Encoder encoder = *Encoder::Restore(attributes, {}, Encoding::kKMeans);
  KMeansComponents centroids{.centroids = DoubleMatrix(2, 2), .variance = .5};
  centroids.centroids(1, 0) = centroids.centroids(1, 1) = 2;
  const Components components = centroids;
  const PosteriorRule rule(components, encoder);
  Assigner assigner(rule);
  const std::vector<std::uint8_t> codes = {1, 1};
  const std::vector<float> features = {1e25f, .5f};
  const Posterior posterior = assigner.Assign({codes, features});
  double sum = 0;
  for (const Reason& reason : assigner.Explain({codes, features}, posterior)) {
    sum += reason.contribution;
  }
  EXPECT_NEAR(posterior.probabilities[0], 1 / (1 + std::exp(-2)), 1e-9);
  EXPECT_NEAR(sum, std::log(posterior.probabilities[0] / posterior.probabilities[1]), 1e-9);
}

// More components than are summed up at a time, and among the rows one that tells
// nothing, one of which nothing is known, and one that overflowed.
TEST(Assigner, AssignsManyRowsAsItDoesEach) {
  Line line;
  auto& centroids = std::get<KMeansComponents>(line.components).centroids;
  centroids = DoubleMatrix(11, 1);
  for (int k = 0; k < 11; ++k) centroids(k, 0) = k;
  const PosteriorRule rule(line.components, line.encoder);
  const std::vector<float> numbers = {
      0, 10, 3.2f, 0, 1e25f, -7, std::numeric_limits<float>::infinity(), 5, 8.5f};
  const auto count = static_cast<int>(numbers.size());
  Samples samples{.codes = ByteMatrix(count, 1, 1),
                  .numbers = FloatMatrix(count, 1),
                  .weights = std::vector<double>(numbers.size(), 1)};
  for (int i = 0; i < count; ++i) samples.numbers(i, 0) = numbers[static_cast<std::size_t>(i)];
  samples.codes(3, 0) = 0;
  Assigner assigner(rule);
  std::vector<Winner> winners(numbers.size());
  assigner.AssignWinners(samples, absl::MakeSpan(winners));
  EXPECT_EQ(winners[3].component, -1);
  EXPECT_EQ(winners[4].component, 0);  // All are as far from it: the lowest index.
  for (int i = 0; i < count; ++i) {
    const Posterior posterior = assigner.Assign(samples.row(i));
    const Winner& winner = winners[static_cast<std::size_t>(i)];
    EXPECT_EQ(winner.component, posterior.winner) << i;
    if (posterior.winner < 0) continue;
    EXPECT_EQ(winner.probability,
              posterior.probabilities[static_cast<std::size_t>(winner.component)]);
  }
}

TEST(Assigner, RanksBeyondTheUnderflowOfProbabilities) {
  Line line;
  std::get<KMeansComponents>(line.components).variance = 1e-6;
  const PosteriorRule rule(line.components, line.encoder);
  const Posterior posterior =
      Assigner(rule).Assign({std::vector<std::uint8_t>{1}, std::vector<float>{2.f}});
  EXPECT_THAT(posterior.probabilities, ElementsAre(0, 1));
  EXPECT_EQ(posterior.winner, 1);
  EXPECT_EQ(posterior.runner_up, 0);
  EXPECT_EQ(posterior.information, 1);
}

TEST(Temperature, IsOneUntilAModelIsCalibrated) {
  EXPECT_EQ(Calibration().At(0), 1);
  EXPECT_EQ(Calibration().At(1), 1);
}

// Other shares move the calibrated posterior by their ratio, and the reasons say
// so; with nothing known the answer is the shares.
TEST(Assigner, TakesOtherSharesAfterTheTemperature) {
  const Line line;
  const PosteriorRule rule(line.components, line.encoder, {{2, 2, 2}});
  const SegmentPrior other = SegmentPrior::Instead(rule.prior, {.8, .2});
  const std::vector<std::uint8_t> codes = {1};
  const std::vector<float> numbers = {.5f};
  const Posterior own = Assigner(rule).Assign({codes, numbers});
  Assigner assigner(rule, other);
  const Posterior posterior = assigner.Assign({codes, numbers});
  const double odds = own.probabilities[0] / own.probabilities[1] * .8 / .2;
  EXPECT_NEAR(posterior.probabilities[0] / posterior.probabilities[1], odds, 1e-9);
  double sum = 0;
  for (const Reason& reason : assigner.Explain({codes, numbers}, posterior)) {
    sum += reason.contribution;
  }
  EXPECT_NEAR(sum, std::log(odds), 1e-9);
  const std::vector<std::uint8_t> nothing = {0};
  EXPECT_THAT(assigner.Assign({nothing, numbers}).probabilities, ElementsAre(.8, .2));
}

}  // namespace
}  // namespace cible
