#include "segmentation/clustering/points.h"

#include <algorithm>
#include <utility>

namespace cible {
namespace {

constexpr int kBlock = 4096;  // Samples looked at by one task.

// Whether each code column lacks the code 0.
std::vector<std::uint8_t> AlwaysKnown(const std::uint8_t* codes, int count, int columns) {
  std::vector<std::uint8_t> known(columns, 1);
  for (int i = 0; i < count; ++i) {
    for (int c = 0; c < columns; ++c) known[c] &= *codes++ != 0;
  }
  return known;
}

}  // namespace

Points ViewSamples(const Samples& samples, absl::Span<const double> weights, const Encoder& encoder,
                   WorkerPool& pool) {
  Points points;
  points.count = samples.count();
  points.layout = FeatureLayout::Of(encoder);
  points.numbers = samples.numbers.data();
  points.codes = samples.codes.data();
  const int columns = points.layout.code_count();
  const int blocks = (points.count + kBlock - 1) / kBlock;
  std::vector<std::vector<std::uint8_t>> known(blocks);
  std::vector<std::uint8_t> plain(blocks);  // All weights are 1, and something is known.
  pool.ForEach(blocks, [&](int block) {
    const int begin = block * kBlock, end = std::min(points.count, begin + kBlock);
    known[block] = AlwaysKnown(samples.codes.row(begin).data(), end - begin, columns);
    const bool any = std::find(known[block].begin(), known[block].end(), 1) != known[block].end();
    plain[block] = 1;
    for (int i = begin; i < end && plain[block]; ++i) {
      plain[block] = (weights.empty() || weights[i] == 1) && (any || AnythingKnown(samples.row(i)));
    }
  });
  points.always_known.assign(columns, 1);
  for (const auto& block : known) {
    for (int c = 0; c < columns; ++c) points.always_known[c] &= block[c];
  }
  if (std::find(plain.begin(), plain.end(), 0) == plain.end()) return points;
  points.weights.resize(points.count);
  pool.ForEach(blocks, [&](int block) {
    const int begin = block * kBlock, end = std::min(points.count, begin + kBlock);
    for (int i = begin; i < end; ++i) {
      const double weight = weights.empty() ? 1 : weights[i];
      points.weights[i] = AnythingKnown(samples.row(i)) ? weight : 0;
    }
  });
  return points;
}

Points ViewMatrix(const FloatMatrix& matrix, absl::Span<const double> weights) {
  Points points;
  points.count = matrix.rows();
  points.layout = FeatureLayout::Plain(matrix.cols());
  points.numbers = matrix.data();
  points.weights.assign(weights.begin(), weights.end());
  return points;
}

Points PointsAt(const Points& points, DistinctRows distinct, WorkerPool& pool) {
  const int count = static_cast<int>(distinct.rows.size());
  Points taken;
  taken.count = count;
  taken.layout = points.layout;
  taken.own_numbers = FloatMatrix(count, points.layout.number_count());
  taken.own_codes = ByteMatrix(count, points.layout.code_count());
  taken.weights = std::move(distinct.weights);
  pool.ForEach((count + kBlock - 1) / kBlock, [&](int block) {
    const int end = std::min(count, (block + 1) * kBlock);
    for (int i = block * kBlock; i < end; ++i) {
      const SampleRow row = points.row(distinct.rows[i]);
      std::copy(row.numbers.begin(), row.numbers.end(), taken.own_numbers.row(i).begin());
      std::copy(row.codes.begin(), row.codes.end(), taken.own_codes.row(i).begin());
    }
  });
  taken.numbers = taken.own_numbers.data();
  taken.codes = taken.own_codes.data();
  taken.always_known = AlwaysKnown(taken.codes, count, points.layout.code_count());
  return taken;
}

Points CollapsePoints(const Points& points, std::uint64_t seed, WorkerPool& pool,
                      std::stop_token stop) {
  return PointsAt(points, FindDistinctRows(points.rows(), seed, pool, std::move(stop)), pool);
}

Points FirstPoints(const Points& points, int limit) {
  limit = std::min(limit, points.count);
  Points first;
  first.count = limit;
  first.layout = points.layout;
  first.numbers = points.numbers;
  first.codes = points.codes;
  if (!points.weights.empty()) {
    first.weights.assign(points.weights.begin(), points.weights.begin() + limit);
  }
  first.always_known = AlwaysKnown(first.codes, limit, points.layout.code_count());
  return first;
}

}  // namespace cible
