#include "segmentation/clustering/bivariate_residuals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/clustering/mixture.h"
#include "tests/segmentation/clustering/fixtures.h"
#include "tests/segmentation/clustering/mixed_tables.h"

namespace cible {
namespace {

constexpr int kAll = 1000;

// Two kinds of contacts with attributes of every type, independent inside a
// kind but for the two named, which share their noise.
struct Kinds {
  std::string first, second;
  double unknown = 0;

  Data Make(int n, std::uint64_t seed) const;
};

Data Kinds::Make(int n, std::uint64_t seed) const {
  enum { kAge, kScore, kSpend, kDays, kVisits, kColour, kSize, kMember, kTags, kColumns };
  const char* const ids[] = {"age",    "score", "spend",  "days", "visits",
                             "colour", "size",  "member", "tags"};
  std::vector<Cells> cells(kColumns, Cells(n));
  for (int i = 0; i < n; ++i) {
    const auto key = [&](std::uint64_t what) {
      return Key(seed, static_cast<std::uint64_t>(i), what);
    };
    const int kind = Uniform(key(90)) < 0.4;
    // Uniform draws; those of a dependent pair are nearly the same.
    const auto uniform = [&](int c) {
      const bool shares = ids[c] == first || ids[c] == second;
      return shares && Uniform(key(200 + c)) < 0.8 ? Uniform(key(91)) : Uniform(key(c));
    };
    const auto normal = [&](int c) {  // Near enough: a logistic draw.
      const double u = std::clamp(uniform(c), 1e-9, 1 - 1e-9);
      return std::log(u / (1 - u)) / 1.8;
    };
    const auto put = [&](int c, Value value) {
      if (Uniform(key(100 + c)) >= unknown) cells[c][i] = std::move(value);
    };
    put(kAge, 30 + 20 * kind + 5 * normal(kAge));
    put(kScore, 2.0 * kind + normal(kScore));
    put(kSpend, uniform(kSpend) < 0.3 ? 0. : std::exp(2 + 1.5 * kind + normal(kSpend)));
    put(kDays, uniform(kDays) < 0.4 ? -1. : 100 + 40 * kind + 10 * normal(kDays));
    double visits = 0, chance = std::exp(-1. - kind), sum = chance;
    while (sum < uniform(kVisits) && visits < 20) sum += chance *= (1. + kind) / ++visits;
    put(kVisits, visits);
    const double colour = uniform(kColour);
    put(kColour, std::string(colour < 0.2 + 0.3 * kind ? "red" : colour < 0.7 ? "blue" : "green"));
    put(kSize, std::string(uniform(kSize) < 0.5 ? "S" : kind ? "L" : "M"));
    put(kMember, uniform(kMember) < 0.3 + 0.4 * kind);
    std::vector<std::string> tags;
    if (uniform(kTags) < 0.3 + 0.4 * kind) tags.push_back("app");
    const bool twice = first == "tags" && second == "tags";
    if ((twice ? uniform(kTags) : Uniform(key(95))) < 0.5) tags.push_back("web");
    put(kTags, StringSet{tags});
  }
  Data data;
  data.Add(Number("age"), cells[kAge])
      .Add(Number("score"), cells[kScore])
      .Add(Number("spend", Distribution::kLogNormal), cells[kSpend])
      .Add(Number("days"), cells[kDays])
      .Add(Number("visits", Distribution::kCount), cells[kVisits])
      .Add({.id = "colour", .type = AttributeType::kCategorical}, cells[kColour])
      .Add({.id = "size", .type = AttributeType::kOrdinal, .levels = {"S", "M", "L"}}, cells[kSize])
      .Add({.id = "member", .type = AttributeType::kBoolean}, cells[kMember])
      .Add({.id = "tags", .type = AttributeType::kSet}, cells[kTags]);
  return data;
}

MixtureFit Fit(const Encoded& encoded, MixtureOptions options = {}) {
  WorkerPool pool(2);
  return *FitMixture(encoded.samples, {}, encoded.encoder, options, pool);
}

std::vector<BivariateResidual> ResidualsOf(const Encoded& encoded,
                                           const MixtureComponents& components, int count,
                                           int threads = 2) {
  WorkerPool pool(threads);
  return BivariateResiduals(encoded.samples, encoded.encoder)
      .Largest(components, Responsibilities(encoded.samples, encoded.encoder, components, pool),
               count, pool);
}

// 15.1 is exceeded once in 10,000 with one degree of freedom, less with more.
TEST(BivariateResiduals, AreNearOneWhereAttributesAreIndependentInsideSegments) {
  for (const double unknown : {0., 0.3}) {
    const Encoded encoded = Encode(Kinds{.unknown = unknown}.Make(4000, 1));
    const auto residuals = ResidualsOf(encoded, Fit(encoded).components, kAll);
    ASSERT_EQ(residuals.size(), 9 * 8 / 2 + 1);  // The two tags are a pair, too.
    double sum = 0;
    for (const BivariateResidual& residual : residuals) {
      EXPECT_LT(residual.value, 15.1) << residual.first << ", " << residual.second;
      sum += residual.value;
    }
    EXPECT_LT(sum / static_cast<double>(residuals.size()), 1.3);
  }
}

class DependentPair : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(DependentPair, ComesFirst) {
  const Kinds kinds{.first = GetParam().first, .second = GetParam().second, .unknown = 0.1};
  const Encoded encoded = Encode(kinds.Make(3000, 2));
  const auto residuals = ResidualsOf(encoded, Fit(encoded).components, 5);
  ASSERT_EQ(residuals.size(), 5);
  EXPECT_EQ(residuals[0].first, kinds.first);
  EXPECT_EQ(residuals[0].second, kinds.second);
  EXPECT_GT(residuals[0].value, 20);
  EXPECT_GT(residuals[0].strength, 0.2);
  EXPECT_LT(residuals[1].value, residuals[0].value / 2);
  for (int i = 1; i < 5; ++i) EXPECT_LE(residuals[i].value, residuals[i - 1].value);
}

INSTANTIATE_TEST_SUITE_P(OfAnyTypes, DependentPair,
                         testing::Values(std::pair("age", "score"), std::pair("age", "spend"),
                                         std::pair("age", "days"), std::pair("spend", "days"),
                                         std::pair("score", "visits"),
                                         std::pair("visits", "member"),
                                         std::pair("spend", "colour"), std::pair("colour", "size"),
                                         std::pair("member", "tags"), std::pair("tags", "tags")),
                         [](const auto& param) {
                           return absl::StrCat(param.param.first, "_", param.param.second);
                         });

// 30, 10, 20 and 40 of 100: X^2 = 100 (30 x 40 - 10 x 20)^2 / (40 x 60 x 50 x 50).
TEST(BivariateResiduals, ArePearsonsStatisticWithOneSegment) {
  Cells a(100), b(100);
  for (int i = 0; i < 100; ++i) {
    a[i] = std::string(i < 40 ? "x" : "y");
    b[i] = std::string(i < 30 || (i >= 40 && i < 60) ? "u" : "v");
  }
  Data data;
  data.Add({.id = "a", .type = AttributeType::kCategorical}, a)
      .Add({.id = "b", .type = AttributeType::kCategorical}, b);
  const Encoded encoded = Encode(data);
  const auto residuals = ResidualsOf(encoded, Fit(encoded, {.component_count = 1}).components, 5);
  ASSERT_EQ(residuals.size(), 1);
  EXPECT_NEAR(residuals[0].value, 50. / 3, 1e-9);
  EXPECT_NEAR(residuals[0].strength, std::sqrt(1. / 6), 1e-9);
}

// The definition of Latent GOLD, on levels without a prior.
TEST(BivariateResiduals, CompareLevelsWithTheTableThatTheModelExpects) {
  Data data = Kinds{.first = "size", .second = "member"}.Make(1500, 3);
  for (const char* id : {"age", "score", "spend", "days", "visits"}) {
    data.schema.Remove(id).IgnoreError();
  }
  const Encoded encoded = Encode(data, true);
  const MixtureComponents components = Fit(encoded, {.tolerance = 1e-14, .prior = 0}).components;
  const std::vector<int> level_rows = LevelRows(encoded.encoder);
  const int first = encoded.encoder.IndexOf("size"), second = encoded.encoder.IndexOf("member");
  const int a = encoded.encoder.attributes()[first].code;
  const int b = encoded.encoder.attributes()[second].code;
  DoubleMatrix difference(4, 3);
  for (int i = 0; i < 1500; ++i)
    ++difference(encoded.samples.codes(i, a), encoded.samples.codes(i, b));
  double squares = 0;
  for (int c = 1; c < 4; ++c) {
    for (int d = 1; d < 3; ++d) {
      double expected = 0;
      for (int k = 0; k < 2; ++k) {
        expected += 1500 * components.weights[k] *
                    std::exp(components.log_levels(level_rows[a] + c, k) +
                             components.log_levels(level_rows[b] + d, k));
      }
      squares += std::pow(difference(c, d) - expected, 2) / expected;
    }
  }
  const auto residuals = ResidualsOf(encoded, components, 1);
  EXPECT_EQ(residuals[0].second, "member");
  EXPECT_NEAR(residuals[0].value, squares / 2, 1e-3 * squares);
}

TEST(BivariateResiduals, LeaveOutWhatABlockExpects) {
  const Encoded encoded = Encode(Kinds{.first = "age", .second = "score"}.Make(2000, 4));
  const BivariateResidual without = ResidualsOf(encoded, Fit(encoded).components, 1)[0];
  EXPECT_EQ(without.first, "age");
  EXPECT_FALSE(without.is_within_block);
  const MixtureOptions options{
      .blocks = {{encoded.encoder.IndexOf("age"), encoded.encoder.IndexOf("score")}}};
  const auto residuals = ResidualsOf(encoded, Fit(encoded, options).components, kAll);
  EXPECT_EQ(residuals.size(), 9 * 8 / 2);
  for (const BivariateResidual& residual : residuals) {
    EXPECT_FALSE(residual.first == "age" && residual.second == "score");
  }
}

// The zero parts of two numbers in a block are in no one's model.
TEST(BivariateResiduals, CompareThePointMassesInsideABlock) {
  const Encoded encoded = Encode(Kinds{.first = "spend", .second = "days"}.Make(2000, 5));
  const MixtureOptions options{
      .blocks = {{encoded.encoder.IndexOf("spend"), encoded.encoder.IndexOf("days")}}};
  const auto residuals = ResidualsOf(encoded, Fit(encoded, options).components, 1);
  EXPECT_EQ(residuals[0].first, "spend");
  EXPECT_EQ(residuals[0].second, "days");
  EXPECT_TRUE(residuals[0].is_within_block);
}

TEST(BivariateResiduals, LeaveOutAttributesThatTellNoSegmentsApart) {
  const Encoded encoded = Encode(Kinds{.first = "age", .second = "colour"}.Make(2000, 6));
  const MixtureOptions options{.shared = {encoded.encoder.IndexOf("colour")}};
  for (const BivariateResidual& residual :
       ResidualsOf(encoded, Fit(encoded, options).components, kAll)) {
    EXPECT_NE(residual.first, "colour");
    EXPECT_NE(residual.second, "colour");
  }
}

// Of places and of more than eight levels, too.
TEST(BivariateResiduals, SeeThatPlacesGoWithLevels) {
  Cells place(2000), city(2000), age(2000);
  for (int i = 0; i < 2000; ++i) {
    const auto draw = static_cast<std::uint64_t>(i);
    const int of = static_cast<int>(16 * Uniform(Key(7, draw)));
    place[i] =
        LatLng{44. + of / 4 + 0.1 * Normal(Key(8, draw)), 2. + of % 4 + 0.1 * Normal(Key(9, draw))};
    city[i] = absl::StrCat("city ", of);
    age[i] = 40 + 10 * Normal(Key(10, draw));
  }
  Data data;
  data.Add({.id = "place", .type = AttributeType::kLocation}, place)
      .Add({.id = "city", .type = AttributeType::kCategorical}, city)
      .Add(Number("age"), age);
  const Encoded encoded = Encode(data);
  const auto residuals =
      ResidualsOf(encoded, Fit(encoded, {.component_count = 1}).components, kAll);
  ASSERT_EQ(residuals.size(), 3);
  EXPECT_EQ(residuals[0].first, "place");
  EXPECT_EQ(residuals[0].second, "city");
  EXPECT_GT(residuals[0].strength, 0.5);
  EXPECT_LT(residuals[1].value, 3);
}

TEST(BivariateResiduals, CountAWeightOfTwoAsTwoSamples) {
  Encoded encoded = Encode(Kinds{.first = "age", .second = "spend", .unknown = 0.2}.Make(500, 8));
  const MixtureComponents components = Fit(encoded).components;
  std::vector<int> twice;
  for (int i = 0; i < 1000; ++i) twice.push_back(i % 500);
  Encoded doubled{encoded.encoder, SelectSamples(encoded.samples, twice)};
  encoded.samples.weights.assign(500, 2);
  const auto weighted = ResidualsOf(encoded, components, kAll);
  const auto repeated = ResidualsOf(doubled, components, kAll);
  ASSERT_EQ(weighted.size(), repeated.size());
  for (std::size_t i = 0; i < weighted.size(); ++i) {
    EXPECT_NEAR(weighted[i].value, repeated[i].value, 1e-9 * repeated[i].value);
  }
}

TEST(BivariateResiduals, AreTheSameBitsForAnyNumberOfThreads) {
  const Encoded encoded = Encode(Kinds{.unknown = 0.2}.Make(800, 9));
  const MixtureComponents components = Fit(encoded).components;
  EXPECT_EQ(ResidualsOf(encoded, components, kAll, 1), ResidualsOf(encoded, components, kAll, 4));
}

}  // namespace
}  // namespace cible
