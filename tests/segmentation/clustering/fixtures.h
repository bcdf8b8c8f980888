// Samples for the tests of clustering: plain matrices, normal draws, shuffles.

#ifndef CIBLE_TESTS_SEGMENTATION_CLUSTERING_FIXTURES_H_
#define CIBLE_TESTS_SEGMENTATION_CLUSTERING_FIXTURES_H_

#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "segmentation/clustering/points.h"
#include "segmentation/clustering/random.h"
#include "segmentation/data/encoder.h"

namespace cible {

using Rows = std::vector<std::vector<double>>;

// Complete samples of weight 1, one attribute a column.
inline Samples SamplesOf(const Rows& rows) {
  const int n = static_cast<int>(rows.size());
  const int p = n == 0 ? 0 : static_cast<int>(rows[0].size());
  Samples samples{.codes = ByteMatrix(n, p, 1),
                  .numbers = FloatMatrix(n, p),
                  .weights = std::vector<double>(n, 1)};
  for (int i = 0; i < n; ++i) {
    for (int f = 0; f < p; ++f) samples.numbers(i, f) = static_cast<float>(rows[i][f]);
  }
  return samples;
}

// The encoder of such samples: every column is a number, taken as it is.
inline Encoder PlainEncoder(int columns) {
  std::vector<AttributeEncoding> attributes;
  for (int f = 0; f < columns; ++f) {
    attributes.push_back({.attribute = "x", .begin = f, .count = 1, .shift = {0}, .factor = {1}});
  }
  return *Encoder::Restore(std::move(attributes), {}, Encoding::kKMeans);
}

// The distinct points of samples, weighted.
inline Points PointsOf(const Samples& samples, const Encoder& encoder, WorkerPool& pool) {
  return CollapsePoints(ViewSamples(samples, samples.weights, encoder, pool), 0, pool, {});
}

// A matrix of normal draws.
inline FloatMatrix NormalMatrix(int rows, int columns, std::uint64_t seed) {
  FloatMatrix matrix(rows, columns);
  for (int i = 0; i < rows; ++i) {
    for (int f = 0; f < columns; ++f) {
      matrix(i, f) = static_cast<float>(
          Normal(Key(seed, static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(f))));
    }
  }
  return matrix;
}

// `n` draws around each of the centres, in turn.
inline Rows Blobs(const Rows& centres, int n, double sd, std::uint64_t seed) {
  Rows rows;
  for (int i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < centres.size(); ++c) {
      std::vector<double> row = centres[c];
      for (std::size_t f = 0; f < row.size(); ++f) {
        row[f] += sd * Normal(Key(seed, static_cast<std::uint64_t>(i), c, f));
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

// Clears each cell with this probability, and zeroes it.
inline void MakeHoles(Samples& samples, double probability, std::uint64_t seed) {
  for (int i = 0; i < samples.count(); ++i) {
    for (int f = 0; f < samples.numbers.cols(); ++f) {
      if (Uniform(Key(seed, static_cast<std::uint64_t>(i), static_cast<std::uint64_t>(f))) >=
          probability) {
        continue;
      }
      samples.numbers(i, f) = 0;
      samples.codes(i, f) = 0;
    }
  }
}

// A permutation of 0 ... n - 1.
inline std::vector<int> Shuffle(int n, std::uint64_t seed) {
  std::vector<int> order(n);
  std::iota(order.begin(), order.end(), 0);
  for (int i = n - 1; i > 0; --i) {
    std::swap(order[i],
              order[static_cast<int>(Uniform(Key(seed, static_cast<std::uint64_t>(i))) * (i + 1))]);
  }
  return order;
}

// The cells of a comma-separated file without quotes, header first; empty if
// there is no such file.
inline std::vector<std::vector<std::string>> ReadCells(const std::string& path) {
  std::vector<std::vector<std::string>> cells;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    cells.push_back(absl::StrSplit(line, ','));
  }
  return cells;
}

}  // namespace cible

#endif  // CIBLE_TESTS_SEGMENTATION_CLUSTERING_FIXTURES_H_
