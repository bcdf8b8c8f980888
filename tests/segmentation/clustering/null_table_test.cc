#include "segmentation/clustering/null_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "gtest/gtest.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

// Of the number columns a and b, over the rows that know both.
double Correlation(const Samples& samples, int a, int b) {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (int i = 0; i < samples.count(); ++i) {
    if (samples.codes(i, a) == 0 || samples.codes(i, b) == 0) continue;
    const double u = samples.numbers(i, a), v = samples.numbers(i, b);
    ++n, x += u, y += v, xx += u * u, yy += v * v, xy += u * v;
  }
  return (xy - x * y / n) / std::sqrt((xx - x * x / n) * (yy - y * y / n));
}

// Four standard errors of the difference of two correlations of n pairs each.
double CorrelationBound(double n) { return 4 * std::sqrt(2 / n); }
// Of the difference of two shares.
double ShareBound(double p, double n) { return 4 * std::sqrt(2 * p * (1 - p) / n); }

TEST(NullModel, KeepsMarginsAndCorrelationsOfNumbers) {
  Rows rows;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    const double common = Normal(Key(1, i));
    rows.push_back({common + 0.5 * Normal(Key(2, i)), std::exp(common + Normal(Key(3, i))),
                    Normal(Key(4, i))});
  }
  const Samples samples = SamplesOf(rows);
  const Samples table = NullModel(samples, PlainEncoder(3)).Draw(4000, 7);
  ASSERT_EQ(table.count(), 4000);
  for (int f = 0; f < 3; ++f) {
    std::vector<float> before, after;
    for (int i = 0; i < 4000; ++i) {
      before.push_back(samples.numbers(i, f));
      after.push_back(table.numbers(i, f));
    }
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    // Kolmogorov and Smirnov: two samples of n differ by 1.95 sqrt(2 / n) once
    // in a thousand times.
    for (int i = 0; i < 4000; i += 100) {
      const auto below = std::lower_bound(after.begin(), after.end(), before[i]) - after.begin();
      EXPECT_NEAR(static_cast<double>(below) / 4000, i / 4000.0, 1.95 * std::sqrt(2 / 4000.0));
    }
    // Every cell is one that was there.
    EXPECT_TRUE(std::includes(before.begin(), before.end(), after.begin(),
                              std::unique(after.begin(), after.end())));
  }
  // The second column is not normal: its correlation is compared on its logarithm.
  const auto logarithms = [](Samples copy) {
    for (int i = 0; i < copy.count(); ++i) copy.numbers(i, 1) = std::log(copy.numbers(i, 1));
    return copy;
  };
  for (const auto& [a, b] : {std::pair(0, 1), std::pair(0, 2), std::pair(1, 2)}) {
    EXPECT_NEAR(Correlation(logarithms(table), a, b), Correlation(logarithms(samples), a, b),
                CorrelationBound(4000));
  }
}

// Three blobs far apart become one cloud with their margins.
TEST(NullModel, DoesAwayWithSegments) {
  const Rows centres = {{9, 0, 0}, {0, 9, 0}, {0, 0, 9}};
  const Samples samples = SamplesOf(Blobs(centres, 500, 1, 3));
  const Samples table = NullModel(samples, PlainEncoder(3)).Draw(1500, 5);
  // Contacts that are high in two columns, of which there was none.
  int both = 0;
  for (int i = 0; i < table.count(); ++i)
    both += table.numbers(i, 0) > 5 && table.numbers(i, 1) > 5;
  EXPECT_GT(both, 30);
}

TEST(NullModel, CopiesHolesFromRows) {
  Samples samples = SamplesOf(Blobs({{0, 0, 0}}, 3000, 1, 3));
  for (int i = 0; i < samples.count(); ++i) {
    if (i % 4 != 0) continue;
    // The first two columns are unknown together.
    for (const int f : {0, 1}) samples.codes(i, f) = 0;
    for (const int f : {0, 1}) samples.numbers(i, f) = 0;
  }
  const Samples table = NullModel(samples, PlainEncoder(3)).Draw(3000, 7);
  int holes = 0;
  for (int i = 0; i < table.count(); ++i) {
    EXPECT_EQ(table.codes(i, 0), table.codes(i, 1));
    EXPECT_EQ(table.codes(i, 2), 1);
    holes += table.codes(i, 0) == 0;
    EXPECT_TRUE(table.codes(i, 0) == 1 || table.numbers(i, 0) == 0);
  }
  EXPECT_NEAR(holes / 3000.0, 0.25, ShareBound(0.25, 3000));
}

// A weight of 0 is absence.
TEST(NullModel, DrawsByWeight) {
  Samples samples = SamplesOf({{0, 1}, {1, 0}, {2, 5}, {9, 9}});
  samples.weights = {1, 1, 2, 0};
  const Samples table = NullModel(samples, PlainEncoder(2)).Draw(4000, 7);
  std::map<float, int> counts;
  for (int i = 0; i < table.count(); ++i) ++counts[table.numbers(i, 0)];
  EXPECT_EQ(counts.count(9), 0u);
  EXPECT_NEAR(counts[2] / 4000.0, 0.5, 4 * std::sqrt(0.25 / 4000));
}

struct Mixed {
  Encoder encoder;
  Samples samples;
};

// One latent taste behind a number, a yes or no, an ordered scale, a category
// and two tags.
Mixed OneTaste(int n) {
  ContactTable table{.row_count = n};
  Schema schema;
  for (const auto& [id, type] :
       {std::pair("age", AttributeType::kNumeric), std::pair("likes", AttributeType::kBoolean),
        std::pair("size", AttributeType::kOrdinal),
        std::pair("channel", AttributeType::kCategorical), std::pair("tags", AttributeType::kSet),
        std::pair("home", AttributeType::kLocation)}) {
    table.columns.push_back(MakeColumn(id, type));
    Attribute attribute{.id = id, .display_name = id, .type = type};
    if (type == AttributeType::kOrdinal) attribute.levels = {"S", "M", "L"};
    EXPECT_TRUE(schema.Add(attribute).ok());
  }
  for (int i = 0; i < n; ++i) {
    const double taste = Normal(Key(1, i));
    const auto noisy = [&](int c) { return 0.8 * taste + 0.6 * Normal(Key(2, i, c)); };
    const double size = noisy(2), channel = noisy(3), north = noisy(6);
    StringSet tags;
    if (noisy(4) > 0.5) tags.members.push_back("a");
    if (noisy(5) > -0.5) tags.members.push_back("b");
    Append(table.columns[0], Value(40 + 10 * noisy(0)));
    Append(table.columns[1], Value(noisy(1) > 0.3));
    Append(table.columns[2], Value(std::string(size < -0.5 ? "S" : size < 0.8 ? "M" : "L")));
    Append(table.columns[3], Value(std::string(channel < 0   ? "web"
                                               : channel < 1 ? "fair"
                                                             : "shop")));
    Append(table.columns[4], Value(tags));
    Append(table.columns[5], Value(LatLng{45 + 3 * north, 2 + Normal(Key(3, i))}));
  }
  auto encoder = Encoder::Fit(table, {}, schema, {});
  EXPECT_TRUE(encoder.ok()) << encoder.status();
  Samples samples = encoder->Encode(table, {});
  return {*std::move(encoder), std::move(samples)};
}

TEST(NullModel, KeepsSharesAndDependenceOfLevelsAndTags) {
  constexpr int kRows = 4000;
  const Mixed mixed = OneTaste(kRows);
  const NullModel model(mixed.samples, mixed.encoder);
  const Samples table = model.Draw(kRows, 3);
  for (int c = 0; c < mixed.encoder.code_count(); ++c) {
    std::map<int, double> before, after;
    for (int i = 0; i < kRows; ++i) {
      before[mixed.samples.codes(i, c)] += 1.0 / kRows;
      after[table.codes(i, c)] += 1.0 / kRows;
    }
    for (const auto& [code, share] : before) {
      EXPECT_NEAR(after[code], share, ShareBound(share, kRows) + 1e-9) << c << " " << code;
    }
  }
  // Cut into two, correlations shrink; the latent ones do not: 0.64 between
  // all but the category and the place, whose order the axis finds.
  const DoubleMatrix& latent = model.latent_correlations();
  for (int a = 0; a < latent.rows(); ++a) {
    for (int b = 0; b < a; ++b) EXPECT_NEAR(std::abs(latent(a, b)), 0.64, 0.1) << a << " " << b;
  }
  // How often both say yes.
  const auto both = [](const Samples& samples) {
    int count = 0;
    for (int i = 0; i < kRows; ++i) count += samples.codes(i, 1) == 2 && samples.codes(i, 4) == 2;
    return count / static_cast<double>(kRows);
  };
  EXPECT_NEAR(both(table), both(mixed.samples), ShareBound(both(mixed.samples), kRows));
}

// Places stay places: never a latitude of one and a longitude of another.
TEST(NullModel, DrawsPlacesWhole) {
  const Mixed mixed = OneTaste(300);
  const Samples table = NullModel(mixed.samples, mixed.encoder).Draw(300, 3);
  const int at = mixed.encoder.attributes().back().number;
  std::map<float, std::pair<float, float>> places;
  for (int i = 0; i < 300; ++i) {
    places[mixed.samples.numbers(i, at)] = {mixed.samples.numbers(i, at + 1),
                                            mixed.samples.numbers(i, at + 2)};
  }
  for (int i = 0; i < 300; ++i) {
    const auto place = places.find(table.numbers(i, at));
    ASSERT_NE(place, places.end());
    EXPECT_EQ(place->second, std::pair(table.numbers(i, at + 1), table.numbers(i, at + 2)));
  }
}

TEST(NullModel, LearnsFromDegenerateTables) {
  for (const Rows& rows : {Rows{{1, 2}}, Rows{{1, 1}, {1, 1}, {1, 1}}, Rows{{1, 1}, {2, 2}}}) {
    const Samples table = NullModel(SamplesOf(rows), PlainEncoder(2)).Draw(10, 7);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(std::isfinite(table.numbers(i, 0)));
  }
  Samples nothing_of_one = SamplesOf({{1, 2}, {3, 4}, {5, 6}});
  for (int i = 0; i < 3; ++i) nothing_of_one.codes(i, 1) = 0;
  EXPECT_EQ(NullModel(nothing_of_one, PlainEncoder(2)).Draw(1, 7).codes(0, 1), 0);
}

}  // namespace
}  // namespace cible
