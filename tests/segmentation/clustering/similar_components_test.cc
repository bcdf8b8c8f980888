#include "segmentation/clustering/similar_components.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "segmentation/clustering/mixture.h"
#include "tests/segmentation/clustering/fixtures.h"
#include "tests/segmentation/clustering/mixed_tables.h"

namespace cible {
namespace {

DoubleMatrix Rows3(const std::vector<std::vector<double>>& rows) {
  DoubleMatrix matrix(static_cast<int>(rows.size()), 3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (int k = 0; k < 3; ++k) matrix(static_cast<int>(i), k) = rows[i][k];
  }
  return matrix;
}

// Of 0 and 1 each sample says what their weights say; 2 has its own samples.
TEST(FindSimilarComponents, NamesThoseThatNoSampleTellsApart) {
  const DoubleMatrix responsibilities =
      Rows3({{.6, .3, .1}, {.4, .2, .4}, {0, 0, 1}, {.66, .33, .01}});
  const auto similar = FindSimilarComponents(responsibilities, {{1, 2, 1, 3}});
  ASSERT_EQ(similar.size(), 1);
  EXPECT_EQ(similar[0].first, 0);
  EXPECT_EQ(similar[0].second, 1);
  EXPECT_NEAR(similar[0].information, 0, 1e-12);
}

// .12 is settled at .3 and .7, .03 at .4 and .6.
TEST(FindSimilarComponents, MeasuresHowMuchOfTheDoubtIsSettled) {
  EXPECT_TRUE(FindSimilarComponents(Rows3({{.3, .7, 0}, {.7, .3, 0}}), {{1, 1}}).empty());
  const auto similar = FindSimilarComponents(Rows3({{.4, .6, 0}, {.6, .4, 0}}), {{1, 1}});
  ASSERT_EQ(similar.size(), 1);
  const double h = -(.4 * std::log(.4) + .6 * std::log(.6));
  EXPECT_NEAR(similar[0].information, 1 - h / std::log(2), 1e-12);
}

// Two normal components that lie d deviations apart: alike at half a
// deviation, not at one and a half.
TEST(FindSimilarComponents, SeesHowFarTwoDistributionsLieApart) {
  Cells cells(4000);
  for (int i = 0; i < 4000; ++i) cells[i] = Normal(Key(1, static_cast<std::uint64_t>(i)));
  Data data;
  data.Add(Number("x"), cells);
  const auto [encoder, samples] = Encode(data);
  WorkerPool pool(1);
  const MixtureComponents one =
      FitMixture(samples, {}, encoder, {.component_count = 1}, pool)->components;
  for (const double apart : {0., 0.5, 1.5}) {
    MixtureComponents two{.weights = {.5, .5},
                          .log_levels = DoubleMatrix(one.log_levels.rows(), 2),
                          .means = DoubleMatrix(1, 2),
                          .spreads = DoubleMatrix(1, 2, one.spreads(0, 0))};
    two.means(0, 0) = one.means(0, 0) - apart / 2;
    two.means(0, 1) = one.means(0, 0) + apart / 2;
    const auto similar =
        FindSimilarComponents(Responsibilities(samples, encoder, two, pool), samples.weights);
    EXPECT_EQ(similar.size(), apart < 1 ? 1 : 0) << apart;
    if (apart > 0) continue;
    EXPECT_NEAR(similar.at(0).information, 0, 1e-12);
  }
}

// StepMix, issue 60: two classes that are the same, without a word.
TEST(FindSimilarComponents, HasNothingToSayOfSegmentsThatAreThere) {
  const Rows rows = Blobs({{0, 0}, {4, 0}, {0, 4}}, 200, 1, 5);
  Cells x(rows.size()), y(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    x[i] = rows[i][0];
    y[i] = rows[i][1];
  }
  Data data;
  data.Add(Number("x"), x).Add(Number("y"), y);
  const auto [encoder, samples] = Encode(data);
  WorkerPool pool(1);
  const auto fit = FitMixture(samples, {}, encoder, {.component_count = 3}, pool);
  EXPECT_TRUE(FindSimilarComponents(Responsibilities(samples, encoder, fit->components, pool),
                                    samples.weights)
                  .empty());
}

}  // namespace
}  // namespace cible
