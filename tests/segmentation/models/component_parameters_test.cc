#include "segmentation/models/component_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace cible {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;

Schema MixedSchema() {
  Schema schema;
  const auto add = [&](const Attribute& attribute) { EXPECT_TRUE(schema.Add(attribute).ok()); };
  add({.id = "age", .type = AttributeType::kNumeric, .distribution = Distribution::kGaussian});
  add({.id = "spend", .type = AttributeType::kNumeric, .distribution = Distribution::kLogNormal});
  add({.id = "visits", .type = AttributeType::kNumeric, .distribution = Distribution::kCount});
  add({.id = "size", .type = AttributeType::kOrdinal, .levels = {"S", "M", "L"}});
  add({.id = "channel", .type = AttributeType::kCategorical});
  add({.id = "vip", .type = AttributeType::kBoolean});
  add({.id = "tags", .type = AttributeType::kSet});
  add({.id = "home", .type = AttributeType::kLocation});
  return schema;
}

// Two kinds of contacts, alternating, whose parameters are known.
ContactTable MixedTable(int n) {
  ContactTable table{.row_count = n};
  const Schema schema = MixedSchema();
  for (const Attribute& attribute : schema.attributes()) {
    table.columns.push_back(MakeColumn(attribute.id, attribute.type));
  }
  for (int i = 0; i < n; ++i) {
    const bool old = i % 2 == 1;
    const int turn = i / 2;
    const double wave = turn % 2 == 0 ? -1 : 1;
    const std::vector<Value> values = {
        (old ? 60 : 30) + 2 * wave,
        std::exp((old ? 5 : 2) + .1 * wave),
        double((old ? 9 : 2) + turn % 2),
        std::string(old ? (turn % 4 == 0 ? "M" : "L") : "S"),
        std::string(turn % 5 == 0 ? "fair" : (old ? "shop" : "web")),
        old ? turn % 10 != 0 : turn % 10 == 0,
        StringSet{old ? std::vector<std::string>{"a"} : std::vector<std::string>{"a", "b"}},
        old ? LatLng{10 + wave, 20} : LatLng{-40, 170 + wave}};
    for (std::size_t c = 0; c < values.size(); ++c) Append(table.columns[c], values[c]);
  }
  return table;
}

struct Fitted {
  Encoder encoder;
  Clustering clustering;
};

Fitted FitMixed(EngineKind kind) {
  const ContactTable table = MixedTable(400);
  auto encoder =
      Encoder::Fit(table, {}, MixedSchema(), {.encoding = EncodingOf(kind), .plain = true});
  EXPECT_TRUE(encoder.ok()) << encoder.status();
  const Samples samples = encoder->Encode(table, {});
  WorkerPool pool(2);
  auto fit = MakeEngine(kind, *encoder, pool, {.prior = 0})->Fit(samples, {}, 2, 5, {});
  EXPECT_TRUE(fit.ok()) << fit.status();
  return {*std::move(encoder), *std::move(fit)};
}

// By attribute and name, of the component whose mean age is below 45.
std::map<std::string, double> OfTheYoung(const Fitted& fitted) {
  const auto parameters = ParametersOf(fitted.clustering.components, fitted.encoder);
  const int young = parameters[0].components[0][0].second < 45 ? 0 : 1;
  std::map<std::string, double> figures;
  for (const AttributeParameters& attribute : parameters) {
    for (const auto& [name, figure] : attribute.components[static_cast<std::size_t>(young)]) {
      figures[attribute.attribute + "." + name] = figure;
    }
  }
  return figures;
}

TEST(ParametersOf, GivesCentroidsOnTheScaleOfTheirAttributes) {
  auto figures = OfTheYoung(FitMixed(EngineKind::kKMeans));
  EXPECT_NEAR(figures["age.mean"], 30, 1e-3);
  // The mean on the scale of log(1 + x), taken back.
  EXPECT_NEAR(std::log1p(figures["spend.mean"]),
              (std::log1p(std::exp(1.9)) + std::log1p(std::exp(2.1))) / 2, 1e-4);
  EXPECT_NEAR(figures["size.mean"], 1, 1e-5);
  EXPECT_NEAR(figures["channel.web"], .8, 1e-5);
  EXPECT_NEAR(figures["channel.fair"], .2, 1e-5);
  EXPECT_NEAR(figures["channel.shop"], 0, 1e-5);
  EXPECT_NEAR(figures["vip.true"], .1, 1e-5);
  EXPECT_NEAR(figures["tags.b"], 1, 1e-5);
  EXPECT_NEAR(figures["home.latitude"], -40, .01);
  EXPECT_NEAR(figures["home.longitude"], 170, .01);
}

TEST(ParametersOf, GivesDistributionsOfAMixture) {
  auto figures = OfTheYoung(FitMixed(EngineKind::kMixture));
  EXPECT_NEAR(figures["age.mean"], 30, 1e-3);
  EXPECT_NEAR(figures["age.sd"], 2, .01);
  EXPECT_NEAR(figures["spend.log_mean"], 2, 1e-3);
  EXPECT_NEAR(figures["spend.log_sd"], .1, .01);
  EXPECT_NEAR(figures["spend.mean"],
              std::exp(figures["spend.log_mean"] + std::pow(figures["spend.log_sd"], 2) / 2), 1e-6);
  EXPECT_NEAR(figures["visits.mean"], 2.5, 1e-3);
  EXPECT_NEAR(figures["size.S"], 1, 1e-3);
  EXPECT_NEAR(figures["channel.web"], .8, 1e-3);
  EXPECT_NEAR(figures["channel.web"] + figures["channel.fair"] + figures["channel.shop"], 1, 1e-9);
  EXPECT_NEAR(figures["vip.false"], .9, 1e-3);
  EXPECT_NEAR(figures["tags.b"], 1, 1e-3);
  EXPECT_NEAR(figures["home.latitude"], -40, .1);
  EXPECT_NEAR(figures["home.longitude"], 170, .1);
}

TEST(SharesOf, SumToOne) {
  for (const EngineKind kind : {EngineKind::kKMeans, EngineKind::kMixture}) {
    const auto shares = SharesOf(FitMixed(kind).clustering);
    ASSERT_EQ(shares.size(), 2u);
    EXPECT_NEAR(shares[0], .5, 1e-3);
    EXPECT_NEAR(shares[0] + shares[1], 1, 1e-9);
    EXPECT_THAT(shares, testing::Each(AllOf(Ge(0), Le(1))));
  }
}

}  // namespace
}  // namespace cible
