#include "segmentation/clustering/nearest.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "segmentation/clustering/kmeans.h"
#include "tests/segmentation/clustering/fixtures.h"

namespace cible {
namespace {

constexpr std::pair<const char*, AttributeType> kColumns[] = {
    {"age", AttributeType::kNumeric},   {"city", AttributeType::kCategorical},
    {"size", AttributeType::kOrdinal},  {"member", AttributeType::kBoolean},
    {"home", AttributeType::kLocation}, {"tags", AttributeType::kSet}};

// Contacts of every type of attribute, with holes.
ContactTable MixedContacts(int n) {
  ContactTable table{.row_count = n};
  for (const auto& [id, type] : kColumns) table.columns.push_back(MakeColumn(id, type));
  const char* const cities[] = {"Lyon", "Paris", "Nantes", "Brest", "Metz"};
  const char* const sizes[] = {"S", "M", "L"};
  const char* const tags[] = {"a", "b", "c"};
  for (int i = 0; i < n; ++i) {
    const auto draw = [&](int c) { return Uniform(Key(5, i, c)); };
    const auto put = [&](int c, Value value) {
      Append(table.columns[c],
             Uniform(Key(8, i, c)) < 0.2 ? std::nullopt : std::optional<Value>(std::move(value)));
    };
    put(0, 40 + 12 * Normal(Key(1, i)));
    put(1, std::string(cities[static_cast<int>(5 * draw(1))]));
    put(2, std::string(sizes[static_cast<int>(3 * draw(2))]));
    put(3, draw(3) < 0.3);
    put(4, LatLng{-60 + 120 * draw(4), -180 + 360 * draw(5)});
    StringSet some;
    for (int t = 0; t < 3; ++t) {
      if (draw(6 + t) < 0.4) some.members.emplace_back(tags[t]);
    }
    put(5, some);
  }
  return table;
}

Encoder MixedEncoder(const ContactTable& table) {
  Schema schema;
  for (const auto& [id, type] : kColumns) {
    Attribute attribute{.id = id, .display_name = id, .type = type};
    if (type == AttributeType::kOrdinal) attribute.levels = {"S", "M", "L"};
    EXPECT_TRUE(schema.Add(attribute).ok());
  }
  auto encoder = Encoder::Fit(table, {}, schema, {});
  EXPECT_TRUE(encoder.ok()) << encoder.status();
  return *std::move(encoder);
}

DoubleMatrix NormalCentroids(int k, int features) {
  DoubleMatrix centroids(k, features);
  for (int j = 0; j < k; ++j) {
    for (int f = 0; f < features; ++f) centroids(j, f) = Normal(Key(70, j, f));
  }
  return centroids;
}

// Looking scores up by code gives what writing all features out gives.
TEST(Scorer, AgreesWithFeaturesWrittenOut) {
  const ContactTable table = MixedContacts(300);
  const Encoder encoder = MixedEncoder(table);
  const Samples samples = encoder.Encode(table, {});
  WorkerPool pool(1);
  const Points points = ViewSamples(samples, {}, encoder, pool);
  for (const int k : {1, 5, 8, 11}) {
    const DoubleMatrix centroids = NormalCentroids(k, encoder.feature_count());
    const Scorer scorer(centroids, points);
    Scorer::Scratch scratch(scorer);
    Scorer::Nearest nearest;
    for (int i = 0; i < samples.count(); ++i) {
      scorer.FindNearest(&i, 1, scratch, nearest);
      double least = std::numeric_limits<double>::infinity();
      int best = 0;
      for (int j = 0; j < k; ++j) {
        const double distance = PartialDistance(encoder, samples.row(i), centroids.row(j));
        EXPECT_NEAR(scorer.Distance(i, j), distance, 1e-12 * (1 + distance));
        EXPECT_NEAR(scratch.norms[0] + scratch.scores[j * Scorer::kBatch], distance,
                    scorer.ErrorBound(scratch.norms[0]));
        if (distance < least) {
          least = distance;
          best = j;
        }
      }
      if (AnythingKnown(samples.row(i))) {
        EXPECT_EQ(nearest.index[0], best);
      }
    }
  }
}

// Moving all centroids by less than half of it changes nothing.
TEST(Scorer, GivesALowerBoundOnTheSlack) {
  const FloatMatrix matrix = NormalMatrix(500, 6, 4);
  const Points points = ViewMatrix(matrix, {});
  const DoubleMatrix centroids = NormalCentroids(7, 6);
  const Scorer scorer(centroids, points);
  Scorer::Scratch scratch(scorer);
  Scorer::Nearest nearest;
  for (int i = 0; i < 500; ++i) {
    scorer.FindNearest(&i, 1, scratch, nearest);
    double own = std::sqrt(scorer.Distance(i, nearest.index[0]));
    double other = std::numeric_limits<double>::infinity();
    for (int j = 0; j < 7; ++j) {
      if (j != nearest.index[0]) other = std::min(other, std::sqrt(scorer.Distance(i, j)));
    }
    EXPECT_LE(nearest.slack[0], other - own);
    EXPECT_GE(nearest.slack[0], other - own - 1e-3);
  }
}

TEST(Scorer, TiesGoToTheLowerIndex) {
  FloatMatrix matrix(1, 2, 0.5f);
  const Points points = ViewMatrix(matrix, {});
  DoubleMatrix centroids(3, 2);
  centroids(1, 0) = centroids(1, 1) = 1;
  centroids(2, 0) = 1;
  const Scorer scorer(centroids, points);
  Scorer::Scratch scratch(scorer);
  Scorer::Nearest nearest;
  const int row = 0;
  scorer.FindNearest(&row, 1, scratch, nearest);
  EXPECT_EQ(nearest.index[0], 0);
  EXPECT_LT(nearest.slack[0], 0);
}

TEST(Scorer, HoldsWhereFloatsOverflow) {
  FloatMatrix matrix(2, 2, 1e30f);
  matrix(1, 1) = -1e30f;
  const Points points = ViewMatrix(matrix, {});
  DoubleMatrix centroids(2, 2);
  for (int j = 0; j < 2; ++j) {
    for (int f = 0; f < 2; ++f) centroids(j, f) = matrix(1 - j, f);
  }
  const Scorer scorer(centroids, points);
  Scorer::Scratch scratch(scorer);
  Scorer::Nearest nearest;
  const int rows[] = {0, 1};
  scorer.FindNearest(rows, 2, scratch, nearest);
  EXPECT_EQ(nearest.index[0], 1);
  EXPECT_EQ(nearest.index[1], 0);
}

}  // namespace
}  // namespace cible
