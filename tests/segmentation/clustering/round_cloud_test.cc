#include "segmentation/clustering/round_cloud.h"

#include <cmath>

#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

Encoder Weighted(const std::vector<double>& omegas, Encoding encoding) {
  std::vector<AttributeEncoding> attributes;
  for (const double omega : omegas) {
    attributes.push_back({.attribute = "x" + std::to_string(attributes.size()),
                          .omega = omega,
                          .begin = static_cast<int>(attributes.size()),
                          .count = 1,
                          .shift = {0},
                          .factor = {1}});
  }
  return *Encoder::Restore(std::move(attributes), {}, encoding);
}

// The bounds are 5 standard errors of a mean product of normal numbers, of
// their variances at most.
TEST(RoundCloud, DrawsIndependentNumbersOfTheWeightsOfItsAttributes) {
  const std::vector<double> omegas = {1.5, 1, .5};
  for (const Encoding encoding : {Encoding::kKMeans, Encoding::kMixture}) {
    const RoundCloud cloud(Weighted(omegas, encoding));
    const int n = 20'000;
    const Samples samples = cloud.Draw(n, 7);
    const bool scaled = encoding == Encoding::kKMeans;
    for (int a = 0; a < 3; ++a) {
      EXPECT_EQ(cloud.encoder().attributes()[a].omega, omegas[a]);
      for (int b = 0; b <= a; ++b) {
        double product = 0;
        for (int i = 0; i < n; ++i) product += samples.numbers(i, a) * samples.numbers(i, b) / n;
        const double variance = scaled ? omegas[a] : 1;
        EXPECT_NEAR(product, a == b ? variance : 0, 5 * 1.5 * std::sqrt(2.0 / n));
      }
    }
    for (int i = 0; i < n; ++i) EXPECT_TRUE(AnythingKnown(samples.row(i)));
  }
}

TEST(RoundCloud, HasFewerDimensionsWhereOneWeighsMore) {
  EXPECT_DOUBLE_EQ(RoundCloud(Weighted({1, 1, 1}, Encoding::kKMeans)).dimensions(), 3);
  EXPECT_NEAR(RoundCloud(Weighted({2.8, .1, .1}, Encoding::kKMeans)).dimensions(), 1.145, .001);
}

}  // namespace
}  // namespace cible
