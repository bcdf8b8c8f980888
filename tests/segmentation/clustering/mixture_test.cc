#include "segmentation/clustering/mixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "segmentation/clustering/components.h"
#include "segmentation/clustering/stability.h"
#include "segmentation/clustering/term_table.h"
#include "tests/segmentation/clustering/fixtures.h"
#include "tests/segmentation/clustering/mixed_tables.h"

namespace cible {
namespace {

// Every kind of attribute in two kinds of contacts; `unknown` of the cells are.
Data Mixed(int n, double unknown, std::uint64_t seed, double unit = 1) {
  enum { kAge, kSpend, kWine, kVisits, kColour, kSize, kTags, kPlace, kColumns };
  std::vector<Cells> cells(kColumns, Cells(n));
  for (int i = 0; i < n; ++i) {
    const auto at = [&](int c) { return Key(seed, static_cast<std::uint64_t>(i), c); };
    const int kind = Uniform(at(90)) < 0.4;
    const double spend = Normal(at(kSpend));
    const auto put = [&](int c, Value value) {
      if (Uniform(Key(at(c), 7)) >= unknown) cells[c][i] = std::move(value);
    };
    put(kAge, std::round(30 + 20 * kind + 5 * Normal(at(kAge))) * unit);
    put(kSpend, Uniform(at(91)) < 0.15 ? 0. : std::exp(2 + kind + 0.5 * spend) * unit);
    put(kWine, std::exp(1 + 0.8 * kind + 0.4 * spend + 0.3 * Normal(at(kWine))) * unit);
    put(kVisits, std::floor(-(1. + 2 * kind) * std::log(1 - Uniform(at(kVisits)))));
    put(kColour, std::string(Uniform(at(kColour)) < 0.3 + 0.4 * kind ? "red" : "blue"));
    put(kSize, std::string(Uniform(at(kSize)) < 0.5 ? "S" : kind ? "L" : "M"));
    std::vector<std::string> tags;
    if (Uniform(Key(at(kTags), 1)) < 0.3 + 0.5 * kind) tags.push_back("app");
    if (Uniform(Key(at(kTags), 2)) < 0.5) tags.push_back("web");
    put(kTags, StringSet{tags});
    put(kPlace, LatLng{48 - 5. * kind + Normal(at(kPlace)), 2 + Normal(Key(at(kPlace), 1))});
  }
  Data data;
  data.Add(Number("age"), cells[kAge])
      .Add(Number("spend", Distribution::kLogNormal), cells[kSpend])
      .Add(Number("wine", Distribution::kLogNormal), cells[kWine])
      .Add(Number("visits", Distribution::kCount), cells[kVisits])
      .Add({.id = "colour", .type = AttributeType::kCategorical}, cells[kColour])
      .Add({.id = "size", .type = AttributeType::kOrdinal, .levels = {"S", "M", "L"}}, cells[kSize])
      .Add({.id = "tags", .type = AttributeType::kSet}, cells[kTags])
      .Add({.id = "place", .type = AttributeType::kLocation}, cells[kPlace]);
  return data;
}

double Objective(const MixtureEm& em, const MixtureComponents& components, int rows) {
  return em.Accumulate(*em.Prepare(components), 0, rows).objective + em.LogPrior(components);
}

struct Case {
  double unknown;
  double prior;
  bool block;
};

class MixtureEmSteps : public testing::TestWithParam<Case> {};

// The property EM is known by, on tables with holes, blocks and places.
TEST_P(MixtureEmSteps, NeverLowerTheObjective) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto [encoder, samples] =
        Encode(Mixed(400, GetParam().unknown, seed), GetParam().prior == 0);
    MixtureOptions options{.component_count = 3, .prior = GetParam().prior};
    if (GetParam().block) options.blocks = {{encoder.IndexOf("spend"), encoder.IndexOf("wine")}};
    const MixtureEm em(samples, samples.weights, encoder, options);
    std::vector<int> labels(400);
    for (int i = 0; i < 400; ++i) labels[i] = static_cast<int>(3 * Uniform(Key(seed, i)));
    MixtureComponents components = em.Neutral();
    components = em.Update(components, em.Accumulate(*em.Prepare(components), 0, 400, &labels));
    double before = Objective(em, components, 400);
    for (int step = 0; step < 60; ++step) {
      components = em.Update(components, em.Accumulate(*em.Prepare(components), 0, 400));
      const double after = Objective(em, components, 400);
      EXPECT_GE(after, before - 1e-8 * std::abs(before)) << "seed " << seed << ", step " << step;
      before = after;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, MixtureEmSteps,
                         testing::Values(Case{0, 1, false}, Case{0.3, 1, false}, Case{0.3, 1, true},
                                         Case{0, 0, false}, Case{0.3, 0, false}));

TEST(MixtureEm, AddsUpTheSumsOfBlocksOfRows) {
  const auto [encoder, samples] = Encode(Mixed(300, 0.2, 5));
  const MixtureEm em(samples, samples.weights, encoder, {.component_count = 2});
  const MixtureComponents neutral = em.Neutral();
  const auto lasting = em.Prepare(neutral);
  MixtureSums halves;
  MixtureEm::Merge(em.Accumulate(*lasting, 0, 137), halves);
  MixtureEm::Merge(em.Accumulate(*lasting, 137, 300), halves);
  const MixtureSums whole = em.Accumulate(*lasting, 0, 300);
  EXPECT_NEAR(halves.objective, whole.objective, 1e-9 * std::abs(whole.objective));
  EXPECT_NEAR(halves.weights[1], whole.weights[1], 1e-9);
  for (int r = 0; r < whole.levels.rows(); ++r) {
    EXPECT_NEAR(halves.levels(r, 0), whole.levels(r, 0), 1e-9);
  }
}

TEST(MixtureResponsibilities, AreThePosteriorOfTheTerms) {
  const auto [encoder, samples] = Encode(Mixed(300, 0.3, 4));
  WorkerPool pool(2);
  const auto fit = FitMixture(samples, {}, encoder, {.component_count = 3}, pool);
  ASSERT_TRUE(fit.ok());
  const DoubleMatrix responsibilities = Responsibilities(samples, encoder, fit->components, pool);
  const TermTable table(fit->components, encoder);
  DoubleMatrix terms(encoder.attribute_count(), 3);
  for (int i = 0; i < 300; ++i) {
    table.Fill(samples.row(i), terms);
    double likelihood[3], sum = 0;
    for (int k = 0; k < 3; ++k) {
      double log = 0;
      for (int v = 0; v < terms.rows(); ++v) log += terms(v, k);
      likelihood[k] = fit->components.weights[k] * std::exp(log);
      sum += likelihood[k];
    }
    for (int k = 0; k < 3; ++k) {
      EXPECT_NEAR(responsibilities(i, k), likelihood[k] / sum, 1e-6) << "row " << i;
    }
  }
}

// The fast pass over rows and the terms that matching explains are the same.
TEST(Mixture, ObjectiveIsTheSumOfTheTermsOfItsContacts) {
  Data data = Mixed(300, 0.2, 8);
  data.schema.Remove("visits").IgnoreError();  // The objective leaves out ln x! of counts.
  const auto [encoder, samples] = Encode(data);
  const MixtureOptions options{.component_count = 3,
                               .blocks = {{encoder.IndexOf("spend"), encoder.IndexOf("wine")}}};
  WorkerPool pool(1);
  const auto fit = FitMixture(samples, {}, encoder, options, pool);
  ASSERT_TRUE(fit.ok()) << fit.status();
  const Components components = fit->components;
  const auto priors = LogPriors(components);
  const TermTable table(components, encoder);
  DoubleMatrix terms(encoder.attribute_count(), ComponentCount(components));
  double sum = 0;
  for (int i = 0; i < samples.count(); ++i) {
    if (!AnythingKnown(samples.row(i))) continue;
    table.Fill(samples.row(i), terms);
    double total = 0;
    for (int k = 0; k < terms.cols(); ++k) {
      double log = priors[k];
      for (int v = 0; v < terms.rows(); ++v) log += terms(v, k);
      total += std::exp(log);
    }
    sum += std::log(total);
  }
  MixtureOptions same = options;
  same.component_count = terms.cols();
  const MixtureEm em(samples, samples.weights, encoder, same);
  const double objective = em.Accumulate(*em.Prepare(fit->components), 0, 300).objective;
  EXPECT_NEAR(sum, objective, 1e-8 * std::abs(objective));
}

// One component: the correlation is the table's own, the likelihood that of a
// bivariate normal.
TEST(Mixture, FitsTheCorrelationOfABlock) {
  Cells x, y;
  constexpr int kRows = 500;
  for (int i = 0; i < kRows; ++i) {
    const double a = Normal(Key(3, i)), b = 0.8 * a + 0.6 * Normal(Key(4, i));
    x.emplace_back(a);
    y.emplace_back(b);
  }
  Data data;
  data.Add(Number("x"), x).Add(Number("y"), y);
  const auto [encoder, samples] = Encode(data, true);
  WorkerPool pool(1);
  const auto fit = FitMixture(samples, {}, encoder,
                              {.component_count = 1, .prior = 0, .blocks = {{0, 1}}}, pool);
  ASSERT_TRUE(fit.ok()) << fit.status();
  double product = 0;
  for (int i = 0; i < kRows; ++i) product += samples.numbers(i, 0) * samples.numbers(i, 1) / kRows;
  ASSERT_EQ(fit->components.blocks.size(), 1u);
  const double r = fit->components.blocks[0].correlation(0, 1);
  EXPECT_NEAR(r, product, 1e-6);
  const double log_factors =
      std::log(encoder.attributes()[0].factor[0]) + std::log(encoder.attributes()[1].factor[0]);
  EXPECT_NEAR(
      fit->log_likelihood,
      kRows * (-std::log(2 * std::numbers::pi) - 0.5 * std::log(1 - r * r) - 1 + log_factors),
      1e-3);
  EXPECT_EQ(fit->parameter_count, 5);
}

// A hole in a block is filled by nothing: the likelihood is that of the rest.
TEST(Mixture, LeavesOutWhatABlockDoesNotKnow) {
  Data data;
  data.Add(Number("x"), {1., 2., 3., 4., 5.})
      .Add(Number("y"), {1.1, 2.3, 2.9, std::nullopt, std::nullopt});
  const auto [encoder, samples] = Encode(data);
  const MixtureEm em(samples, samples.weights, encoder, {.component_count = 1, .blocks = {{0, 1}}});
  const MixtureEm apart(samples, samples.weights, encoder, {.component_count = 1});
  EXPECT_NEAR(em.Accumulate(*em.Prepare(em.Neutral()), 3, 5).objective,
              apart.Accumulate(*apart.Prepare(apart.Neutral()), 3, 5).objective, 1e-9);
}

TEST(Mixture, DoesNotDependOnUnits) {
  const auto a = Encode(Mixed(500, 0.1, 11)), b = Encode(Mixed(500, 0.1, 11, 100));
  WorkerPool pool(2);
  const auto one = FitMixture(a.samples, {}, a.encoder, {.component_count = 2}, pool);
  const auto two = FitMixture(b.samples, {}, b.encoder, {.component_count = 2}, pool);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_GT(AdjustedRandIndex(one->labels, two->labels), 0.99);
  // With numbers as cells of the resolution; float32 rounds the scaled numbers.
  EXPECT_NEAR(one->log_likelihood, two->log_likelihood, 1e-3 * std::abs(one->log_likelihood));
}

TEST(Mixture, SharesTheParametersOfAttributesThatTellNothingApart) {
  const auto [encoder, samples] = Encode(Mixed(400, 0.1, 12));
  WorkerPool pool(2);
  const int age = encoder.IndexOf("age"), colour = encoder.IndexOf("colour");
  const MixtureOptions options{.component_count = 2, .shared = {age, colour}};
  const auto fit = FitMixture(samples, {}, encoder, options, pool);
  const auto free = FitMixture(samples, {}, encoder, {.component_count = 2}, pool);
  ASSERT_TRUE(fit.ok() && free.ok());
  const auto& components = fit->components;
  EXPECT_EQ(components.means(encoder.attributes()[age].number, 0),
            components.means(encoder.attributes()[age].number, 1));
  const int level = LevelRows(encoder)[encoder.attributes()[colour].code] + 1;
  EXPECT_EQ(components.log_levels(level, 0), components.log_levels(level, 1));
  EXPECT_EQ(free->parameter_count - fit->parameter_count, 3);  // A mean, a variance, a share.
  EXPECT_LT(fit->log_likelihood, free->log_likelihood);
}

// Of two that are the same the lighter one would be delivered empty.
TEST(Mixture, LeavesOutSegmentsThatNobodyBelongsTo) {
  const auto [encoder, samples] = Encode(Mixed(400, 0.1, 12));
  WorkerPool pool(2);
  std::vector<int> all(encoder.attribute_count());
  std::iota(all.begin(), all.end(), 0);
  const auto fit = FitMixture(samples, {}, encoder, {.component_count = 3, .shared = all}, pool);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->components.weights.size(), 1u);
  EXPECT_EQ(fit->sizes, std::vector<double>{400});
}

TEST(Mixture, PoolsNoRareLevelsInPlainMaximumLikelihood) {
  Cells cells;
  for (int i = 0; i < 1000; ++i) {
    cells.emplace_back(std::string(i == 0 ? "rare" : i < 4 ? "seldom" : i % 2 == 0 ? "a" : "b"));
  }
  Data data;
  data.Add({.id = "level", .type = AttributeType::kCategorical}, cells);
  const auto [encoder, samples] = Encode(data, true);
  WorkerPool pool(2);
  const auto fit = FitMixture(samples, {}, encoder, {.component_count = 1, .prior = 0}, pool);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->parameter_count, 3);
  double expected = 0;
  for (const double n : {1., 3., 498., 498.}) expected += n * std::log(n / 1000);
  EXPECT_NEAR(fit->log_likelihood, expected, 1e-8);
}

TEST(Mixture, FindsPlacesWhenAsked) {
  Cells places;
  for (int i = 0; i < 400; ++i) {
    // Around the antimeridian, and around a pole.
    const double a = Normal(Key(1, i)), b = Normal(Key(2, i));
    places.emplace_back(i % 2 == 0 ? LatLng{2 * a, b > 0 ? 179 + b / 9 : -179 + b / 9}
                                   : LatLng{88 + std::tanh(a), 180 * std::tanh(b)});
  }
  Data data;
  data.Add({.id = "place", .type = AttributeType::kLocation}, places);
  const auto [encoder, samples] = Encode(data);
  WorkerPool pool(2);
  const auto fit = FitMixture(samples, {}, encoder, {.component_count = 2}, pool);
  ASSERT_TRUE(fit.ok());
  for (int i = 0; i < 400; ++i) EXPECT_EQ(fit->labels[i], fit->labels[i % 2]);
}

// Tables that leave nothing to estimate, or numbers at the ends of double.
TEST(Mixture, StandsDegenerateTables) {
  const auto number = [](double x) { return std::optional<Value>(x); };
  Data one, same, huge, holes;
  one.Add(Number("x"), {number(1), number(2)});
  same.Add(Number("x"), {number(1), number(1), number(2)})
      .Add({.id = "c", .type = AttributeType::kBoolean}, {true, true, true});
  huge.Add(Number("x"), {number(1e30), number(-1e30), number(5e-324), number(1)});
  holes.Add(Number("x"), {number(1), {}, {}, number(2)})
      .Add({.id = "c", .type = AttributeType::kBoolean}, {{}, true, {}, false});
  WorkerPool pool(1);
  for (const Data* data : {&one, &same, &huge, &holes}) {
    const auto [encoder, samples] = Encode(*data);
    for (const int k : {1, 2}) {
      const auto fit = FitMixture(samples, {}, encoder, {.component_count = k}, pool);
      ASSERT_TRUE(fit.ok()) << fit.status();
      EXPECT_TRUE(std::isfinite(fit->log_likelihood));
      double sum = 0;
      for (const double weight : fit->components.weights) sum += weight;
      EXPECT_NEAR(sum, 1, 1e-9);
    }
  }
}

// A run of equal numbers among others would have an unbounded likelihood.
TEST(Mixture, SpikesCannotBuyAComponent) {
  Cells cells;
  for (int i = 0; i < 1000; ++i) cells.emplace_back(i % 20 == 0 ? 0.123 : Normal(Key(9, i)));
  Data data;
  data.Add(Number("x"), cells);
  const auto [encoder, samples] = Encode(data);
  WorkerPool pool(2);
  const auto fit = FitMixture(samples, {}, encoder, {.component_count = 2}, pool);
  ASSERT_TRUE(fit.ok());
  for (const double variance : fit->components.spreads.row(0)) {
    EXPECT_GE(variance, 0.05 * 0.05 - 1e-12);
  }
}

TEST(Mixture, NamesTheSpreadsAtTheirFloor) {
  Cells cells;
  for (int i = 0; i < 1000; ++i) cells.emplace_back(i % 13 == 0 ? 20. : Normal(Key(9, i)));
  Data data;
  data.Add(Number("x"), cells);
  const auto [encoder, samples] = Encode(data);
  WorkerPool pool(2);
  const auto fit = FitMixture(samples, {}, encoder, {.component_count = 2}, pool);
  ASSERT_TRUE(fit.ok());
  EXPECT_EQ(fit->floored, (std::vector<FlooredSpread>{{"x", 1}}));
}

TEST(Mixture, MakesOftenRepeatedNumbersPointMasses) {
  Cells cells;
  for (int i = 0; i < 1000; ++i) cells.emplace_back(i % 4 == 0 ? -1. : 50 + Normal(Key(9, i)));
  Data data;
  data.Add(Number("days"), cells);
  const auto [encoder, samples] = Encode(data);
  EXPECT_EQ(encoder.attributes()[0].point_masses, (std::vector<double>{-1}));
  EXPECT_EQ(samples.codes(0, 0), 2);
  EXPECT_EQ(samples.codes(1, 0), 1);
  EXPECT_EQ(Encode(data, true).encoder.attributes()[0].point_masses, std::vector<double>());
}

TEST(Mixture, GivesTheSameBitsForAnyNumberOfThreadsOnManyRows) {
  const auto [encoder, samples] = Encode(Mixed(9000, 0.2, 14));
  std::optional<MixtureFit> first;
  for (const int threads : {1, 2, 4, 8}) {
    WorkerPool pool(threads);
    auto fit = FitMixture(samples, {}, encoder, {.component_count = 3, .start_count = 4}, pool);
    ASSERT_TRUE(fit.ok());
    if (!first) first = *fit;
    EXPECT_EQ(fit->components, first->components);
    EXPECT_EQ(fit->log_likelihood, first->log_likelihood);
    EXPECT_EQ(fit->labels, first->labels);
  }
}

// The rows of a table in another order.
Data Shuffled(const Data& data, const std::vector<int>& order) {
  return {.table = SelectRows(data.table, order), .schema = data.schema};
}

// Rows used where they lie: starts are drawn by content, and sums added in
// another order differ by rounding alone.
TEST(Mixture, DoesNotDependOnTheOrderOfManyRows) {
  const int n = 6000;
  const auto order = Shuffle(n, 3);
  WorkerPool pool(2);
  for (const double prior : {1., 0.}) {
    const Data data = Mixed(n, 0.2, 31);
    const auto [encoder, samples] = Encode(data, prior == 0);
    const auto [same_encoder, shuffled] = Encode(Shuffled(data, order), prior == 0);
    EXPECT_EQ(encoder.attributes(), same_encoder.attributes());
    std::vector<double> weights(n), shuffled_weights(n);
    for (int i = 0; i < n; ++i) weights[i] = 1 + i % 3;
    for (int i = 0; i < n; ++i) shuffled_weights[i] = weights[order[i]];
    const MixtureOptions options{
        .component_count = 4, .start_count = 4, .prior = prior, .collapse_limit = 0};
    const auto a = FitMixture(samples, weights, encoder, options, pool);
    const auto b = FitMixture(shuffled, shuffled_weights, encoder, options, pool);
    ASSERT_TRUE(a.ok() && b.ok());
    EXPECT_NEAR(a->log_likelihood, b->log_likelihood, 1e-9 * std::abs(a->log_likelihood));
    for (int i = 0; i < n; ++i) EXPECT_EQ(b->labels[i], a->labels[order[i]]) << i;
  }
}

// Whether equal rows become one is decided by content too: by the first rows
// of this table they would not, by all of them they do.
TEST(Mixture, MakesEqualRowsOneWhereverTheyLie) {
  const int n = 6000;
  Data data = Mixed(n, 0, 32);
  std::vector<int> order(n);
  for (int i = 0; i < n; ++i) order[i] = i < n / 4 ? i : i % 8;
  data = Shuffled(data, order);
  const auto shuffle = Shuffle(n, 4);
  const auto [encoder, samples] = Encode(data);
  const Samples shuffled = SelectSamples(samples, shuffle);
  WorkerPool pool(2);
  const MixtureOptions options{.component_count = 3, .start_count = 4, .collapse_limit = 0};
  const auto a = FitMixture(samples, {}, encoder, options, pool);
  const auto b = FitMixture(shuffled, {}, encoder, options, pool);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->components, b->components);
  for (int i = 0; i < n; ++i) EXPECT_EQ(b->labels[i], a->labels[shuffle[i]]);
}

TEST(Mixture, RefusesWhatWouldNotFitIntoMemory) {
  const auto [encoder, samples] = Encode(Mixed(1000, 0.2, 15));
  WorkerPool pool(1);
  const auto fit =
      FitMixture(samples, {}, encoder, {.component_count = 2, .memory_limit = 20'000}, pool);
  EXPECT_EQ(fit.status().code(), absl::StatusCode::kResourceExhausted) << fit.status();
}

}  // namespace
}  // namespace cible
