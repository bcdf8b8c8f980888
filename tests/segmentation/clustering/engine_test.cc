// What every engine must do, run for each kind of engine.
#include "segmentation/clustering/engine.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <thread>

#include "gtest/gtest.h"
#include "segmentation/clustering/divergence_table.h"
#include "segmentation/clustering/stability.h"
#include "segmentation/clustering/term_table.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

// Contacts of three kinds, told apart by a number, an amount and a category.
ContactTable Contacts(int n, double unknown) {
  ContactTable table{.row_count = n};
  table.columns = {MakeColumn("age", AttributeType::kNumeric),
                   MakeColumn("spend", AttributeType::kNumeric),
                   MakeColumn("channel", AttributeType::kCategorical)};
  const char* const channels[] = {"web", "shop", "phone"};
  for (int i = 0; i < n; ++i) {
    const int kind = i % 3;
    const auto known = [&](int c) { return Uniform(Key(61, i, c)) >= unknown; };
    const double age = 30 + 15 * kind + 3 * Normal(Key(1, i));
    const double spend = std::exp(3 + (kind == 1 ? 3 : 0) + 0.5 * Normal(Key(2, i)));
    Append(table.columns[0], known(0) ? std::optional<Value>(age) : std::nullopt);
    Append(table.columns[1], known(1) ? std::optional<Value>(spend) : std::nullopt);
    Append(table.columns[2],
           known(2) ? std::optional<Value>(std::string(channels[kind])) : std::nullopt);
  }
  return table;
}

Schema ContactsSchema() {
  Schema schema;
  for (const auto& [id, type] :
       {std::pair("age", AttributeType::kNumeric), std::pair("spend", AttributeType::kNumeric),
        std::pair("channel", AttributeType::kCategorical)}) {
    EXPECT_TRUE(schema.Add({.id = id, .display_name = id, .type = type}).ok());
  }
  return schema;
}

class EveryEngine : public testing::TestWithParam<EngineKind> {
 protected:
  explicit EveryEngine() { Load(Contacts(600, 0.1)); }

  void Load(const ContactTable& table) {
    auto encoder = Encoder::Fit(table, {}, ContactsSchema(), {.encoding = EncodingOf(GetParam())});
    ASSERT_TRUE(encoder.ok()) << encoder.status();
    encoder_ = *std::move(encoder);
    samples_ = encoder_->Encode(table, {});
  }

  absl::StatusOr<Clustering> TryFit(const Samples& samples, int k, int threads = 2,
                                    absl::Span<const double> weights = {}) {
    WorkerPool pool(threads);
    return MakeEngine(GetParam(), *encoder_, pool)->Fit(samples, weights, k, 5, {});
  }

  Clustering Fit(const Samples& samples, int k, int threads = 2,
                 absl::Span<const double> weights = {}) {
    auto fit = TryFit(samples, k, threads, weights);
    EXPECT_TRUE(fit.ok()) << fit.status();
    return *std::move(fit);
  }

  std::optional<Encoder> encoder_;
  Samples samples_;
};

TEST_P(EveryEngine, FindsTheKindsOfContacts) {
  const Clustering fit = Fit(samples_, 3);
  std::vector<int> kinds(600);
  for (int i = 0; i < 600; ++i) kinds[i] = i % 3;
  EXPECT_GT(AdjustedRandIndex(fit.labels, kinds), 0.95);
  EXPECT_EQ(ComponentCount(fit.components), 3);
  const auto priors = LogPriors(fit.components);
  EXPECT_TRUE(std::is_sorted(priors.rbegin(), priors.rend()));
}

TEST_P(EveryEngine, GivesTheSameBitsForAnyNumberOfThreads) {
  const Clustering one = Fit(samples_, 4, 1), four = Fit(samples_, 4, 4);
  EXPECT_EQ(one.components, four.components);
  EXPECT_EQ(one.labels, four.labels);
  EXPECT_EQ(one.objective, four.objective);
}

TEST_P(EveryEngine, DoesNotDependOnTheOrderOfTheSamples) {
  const auto order = Shuffle(600, 12);
  const Clustering a = Fit(samples_, 4), b = Fit(SelectSamples(samples_, order), 4);
  for (int i = 0; i < 600; ++i) EXPECT_EQ(b.labels[i], a.labels[order[i]]);
  EXPECT_NEAR(a.objective, b.objective, 1e-9 * std::abs(a.objective));
}

TEST_P(EveryEngine, TakesWeightsForRepetitionAndZeroForAbsence) {
  std::vector<int> rows;
  std::vector<double> weights;
  for (int i = 0; i < 600; ++i) {
    weights.push_back(i % 4);
    for (int copy = 0; copy < i % 4; ++copy) rows.push_back(i);
  }
  const Clustering weighted = Fit(samples_, 3, 2, weights);
  const Clustering repeated = Fit(SelectSamples(samples_, rows), 3);
  EXPECT_EQ(weighted.sizes, repeated.sizes);
  EXPECT_NEAR(weighted.objective, repeated.objective, 1e-9 * std::abs(weighted.objective));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    EXPECT_EQ(repeated.labels[r], weighted.labels[rows[r]]);
  }
}

TEST_P(EveryEngine, LabelsAreThoseOfItsComponents) {
  const Clustering fit = Fit(samples_, 5);
  EXPECT_EQ(AssignSamples(fit.components, *encoder_, samples_), fit.labels);
}

// The label maximises prior + sum of terms; a divergence is how far a term lies
// below its best.
TEST_P(EveryEngine, LabelsAreTheMostProbableComponents) {
  const Clustering fit = Fit(samples_, 4);
  const auto priors = LogPriors(fit.components);
  const TermTable table(fit.components, *encoder_);
  const DivergenceTable divergence_table(fit.components, *encoder_);
  DoubleMatrix terms(3, 4), divergences(4, 3);
  for (int i = 0; i < 600; ++i) {
    const std::vector<std::uint8_t> known = encoder_->KnownAttributes(samples_.row(i));
    table.Fill(samples_.row(i), terms);
    divergence_table.FillAll(samples_.row(i), divergences);
    std::vector<double> totals;
    for (int k = 0; k < 4; ++k) {
      totals.push_back(priors[k]);
      for (int v = 0; v < 3; ++v) {
        totals.back() += terms(v, k);
        EXPECT_GE(divergences(k, v), 0);
        EXPECT_TRUE(known[v] || (terms(v, k) == 0 && divergences(k, v) == 0));
      }
    }
    const bool any = std::count(known.begin(), known.end(), 1) > 0;
    const auto best = std::max_element(totals.begin(), totals.end()) - totals.begin();
    EXPECT_EQ(fit.labels[i], any ? best : -1);
  }
}

TEST_P(EveryEngine, PriorsAreAProbability) {
  double sum = 0;
  for (const double prior : LogPriors(Fit(samples_, 4).components)) sum += std::exp(prior);
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST_P(EveryEngine, IsTheSameForAnotherEncoder) {
  WorkerPool pool(2);
  const auto engine = MakeEngine(GetParam(), *encoder_, pool, {.starts = 3, .prior = 2});
  const Encoder copy = *encoder_;
  const auto a = engine->Fit(samples_, {}, 3, 5, {});
  const auto b = engine->For(copy)->Fit(samples_, {}, 3, 5, {});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(a->components, b->components);
}

TEST_P(EveryEngine, FitsASingleComponent) {
  const Clustering fit = Fit(samples_, 1);
  EXPECT_EQ(ComponentCount(fit.components), 1);
  EXPECT_EQ(*std::max_element(fit.labels.begin(), fit.labels.end()), 0);
}

TEST_P(EveryEngine, ReturnsFewerComponentsForFewerDistinctSamples) {
  std::vector<int> rows;
  for (int i = 0; i < 30; ++i) rows.push_back(i % 2);
  const Clustering fit = Fit(SelectSamples(samples_, rows), 5);
  EXPECT_EQ(ComponentCount(fit.components), 2);
  EXPECT_EQ(fit.sizes, (std::vector<double>{15, 15}));
}

TEST_P(EveryEngine, RejectsMoreClustersThanSamplesOfPositiveWeight) {
  std::vector<double> weights(600);
  weights[0] = weights[1] = 1;
  const auto fit = TryFit(samples_, 3, 1, weights);
  EXPECT_EQ(fit.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(fit.status().message(), "3 clusters need at least 3 samples; got 2");
}

TEST_P(EveryEngine, StopsWhenAsked) {
  std::stop_source source;
  source.request_stop();
  WorkerPool pool(2);
  const auto fit =
      MakeEngine(GetParam(), *encoder_, pool)->Fit(samples_, {}, 3, 5, source.get_token());
  EXPECT_EQ(fit.status().code(), absl::StatusCode::kCancelled);
}

// Whenever the stop comes, the fit ends as cancelled or as if there had been none.
TEST_P(EveryEngine, StopsWheneverAsked) {
  for (int delay = 0; delay < 40; ++delay) {
    std::stop_source source;
    WorkerPool pool(2);
    std::thread stopper([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(100 * delay));
      source.request_stop();
    });
    const auto fit =
        MakeEngine(GetParam(), *encoder_, pool)->Fit(samples_, {}, 6, 5, source.get_token());
    stopper.join();
    EXPECT_TRUE(fit.ok() || fit.status().code() == absl::StatusCode::kCancelled) << fit.status();
  }
}

std::string NameOf(const testing::TestParamInfo<EngineKind>& engine) {
  return engine.param == EngineKind::kMixture ? "Mixture" : "KMeans";
}

INSTANTIATE_TEST_SUITE_P(Engines, EveryEngine,
                         testing::Values(EngineKind::kMixture, EngineKind::kKMeans), NameOf);

class EveryEngineSlow : public EveryEngine {};

// More samples than are collapsed, and more components than there are kinds:
// cuts that nothing but the draws decides.
TEST_P(EveryEngineSlow, DoesNotDependOnTheOrderOfManySamples) {
  const int n = 300'000;
  const ContactTable table = Contacts(n, 0.1);
  const auto order = Shuffle(n, 12);
  Load(table);
  const Clustering a = Fit(samples_, 5);
  const std::vector<AttributeEncoding> encoded = encoder_->attributes();
  Load(SelectRows(table, order));
  EXPECT_EQ(encoder_->attributes(), encoded);
  const Clustering b = Fit(samples_, 5);
  EXPECT_NEAR(a.objective, b.objective, 1e-9 * std::abs(a.objective));
  int different = 0;
  for (int i = 0; i < n; ++i) different += b.labels[i] != a.labels[order[i]];
  EXPECT_EQ(different, 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, EveryEngineSlow,
                         testing::Values(EngineKind::kMixture, EngineKind::kKMeans), NameOf);

// sigma^2 = J / sum of w Omega: here by hand.
TEST(KMeansEngine, VarianceIsTheInertiaForOneUnitOfKnownWeight) {
  ContactTable table{.row_count = 4, .columns = {MakeColumn("x", AttributeType::kNumeric)}};
  for (const double x : {0, 2, 10, 12}) Append(table.columns[0], Value(x));
  Schema schema;
  ASSERT_TRUE(schema.Add({.id = "x", .display_name = "x", .type = AttributeType::kNumeric}).ok());
  const auto encoder = Encoder::Fit(table, {}, schema, {});
  ASSERT_TRUE(encoder.ok()) << encoder.status();
  WorkerPool pool(1);
  const auto engine = MakeEngine(EngineKind::kKMeans, *encoder, pool);
  const auto fit = engine->Fit(encoder->Encode(table, {}), {}, 2, 1, {});
  ASSERT_TRUE(fit.ok()) << fit.status();
  // Variance of x is 26; each contact lies 1 from its centroid.
  EXPECT_NEAR(std::get<KMeansComponents>(fit->components).variance, 1.0 / 26, 1e-6);
}

TEST(KMeansEngine, VarianceHasAFloor) {
  ContactTable table{.row_count = 2, .columns = {MakeColumn("x", AttributeType::kNumeric)}};
  for (const double x : {0, 1}) Append(table.columns[0], Value(x));
  Schema schema;
  ASSERT_TRUE(schema.Add({.id = "x", .display_name = "x", .type = AttributeType::kNumeric}).ok());
  const auto encoder = Encoder::Fit(table, {}, schema, {});
  ASSERT_TRUE(encoder.ok()) << encoder.status();
  WorkerPool pool(1);
  const auto fit = MakeEngine(EngineKind::kKMeans, *encoder, pool)
                       ->Fit(encoder->Encode(table, {}), {}, 2, 1, {});
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_EQ(std::get<KMeansComponents>(fit->components).variance, 1e-6);
}

}  // namespace
}  // namespace cible
