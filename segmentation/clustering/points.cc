#include "segmentation/clustering/points.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "segmentation/clustering/random.h"

namespace cible {
namespace {

constexpr int kHashBlock = 1024;  // Samples hashed by one task.

struct Entry {
  std::uint64_t hash = 0;
  int row = 0;
  bool holes = false;
};

// +0 and -0 are one value.
std::uint64_t FloatBits(float value) { return std::bit_cast<std::uint32_t>(value + 0.0f); }

// The order of content, for the rare rows of equal hash.
int Compare(const Samples& samples, int a, int b) {
  const SampleRow x = samples.row(a), y = samples.row(b);
  if (x.numbers < y.numbers || y.numbers < x.numbers) return x.numbers < y.numbers ? -1 : 1;
  return x.codes < y.codes ? -1 : (y.codes < x.codes ? 1 : 0);
}

std::vector<Entry> SortedEntries(const Samples& samples, absl::Span<const double> weights,
                                 std::uint64_t seed, WorkerPool& pool) {
  const int n = samples.count();
  std::vector<Entry> entries(n);
  std::vector<std::uint8_t> used(n);
  pool.ForEach((n + kHashBlock - 1) / kHashBlock, [&](int block) {
    for (int i = block * kHashBlock; i < std::min(n, (block + 1) * kHashBlock); ++i) {
      const SampleRow row = samples.row(i);
      used[i] = weights[i] > 0 && AnythingKnown(row);
      entries[i] = {.hash = Mix(HashRow(row) ^ Mix(seed)),
                    .row = i,
                    .holes = std::find(row.codes.begin(), row.codes.end(), 0) != row.codes.end()};
    }
  });
  std::erase_if(entries, [&](const Entry& e) { return !used[e.row]; });
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    if (a.holes != b.holes) return b.holes;
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = Compare(samples, a.row, b.row);
    return order != 0 ? order < 0 : a.row < b.row;
  });
  return entries;
}

// first[p] is the position among the entries of the first sample of point p.
std::vector<int> FirstOfEach(const Samples& samples, const std::vector<Entry>& entries) {
  std::vector<int> first;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    const bool same = e > 0 && entries[e].hash == entries[e - 1].hash &&
                      Compare(samples, entries[e - 1].row, entries[e].row) == 0;
    if (!same) first.push_back(static_cast<int>(e));
  }
  return first;
}

// Centres the features of the points, and measures them.
void Centre(Points& points) {
  const int p = points.features.cols();
  std::vector<double> sums(p), totals(p);
  for (int i = 0; i < points.count(); ++i) {
    for (std::size_t v = 0; v < points.attributes.size(); ++v) {
      if (!points.known(i, static_cast<int>(v))) continue;
      const FeatureRange range = points.attributes[v];
      for (int f = range.begin; f < range.begin + range.count; ++f) {
        sums[f] += points.weights[i] * points.features(i, f);
        totals[f] += points.weights[i];
      }
    }
  }
  points.centre.assign(p, 0);
  for (int f = 0; f < p; ++f) points.centre[f] = totals[f] > 0 ? sums[f] / totals[f] : 0;
  points.squared_norms.assign(points.count(), 0);
  for (int i = 0; i < points.count(); ++i) {
    double norm = 0;
    for (std::size_t v = 0; v < points.attributes.size(); ++v) {
      const FeatureRange range = points.attributes[v];
      for (int f = range.begin; f < range.begin + range.count; ++f) {
        float& x = points.features(i, f);
        x = points.known(i, static_cast<int>(v)) ? static_cast<float>(x - points.centre[f]) : 0;
        norm += static_cast<double>(x) * x;
      }
    }
    points.squared_norms[i] = static_cast<float>(norm);
  }
}

}  // namespace

std::uint64_t HashRow(SampleRow row) {
  std::uint64_t hash = row.numbers.size();
  std::size_t f = 0;
  for (; f + 1 < row.numbers.size(); f += 2) {
    hash = Mix(hash ^ (FloatBits(row.numbers[f]) << 32 | FloatBits(row.numbers[f + 1])));
  }
  if (f < row.numbers.size()) hash = Mix(hash ^ FloatBits(row.numbers[f]));
  for (std::size_t c = 0; c < row.codes.size(); c += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, row.codes.data() + c, std::min<std::size_t>(8, row.codes.size() - c));
    hash = Mix(hash ^ word);
  }
  return hash;
}

Points MakePoints(const Samples& samples, absl::Span<const double> weights, const Encoder& encoder,
                  std::uint64_t seed, WorkerPool& pool) {
  const std::vector<Entry> entries = SortedEntries(samples, weights, seed, pool);
  const std::vector<int> first = FirstOfEach(samples, entries);
  const int count = static_cast<int>(first.size());
  Points points;
  points.attributes = RangesOf(encoder);
  points.features = FloatMatrix(count, encoder.feature_count());
  points.known = ByteMatrix(count, encoder.attribute_count());
  points.weights.assign(count, 0);
  for (int i = 0; i < count; ++i) {
    const Entry& entry = entries[first[i]];
    const SampleRow row = samples.row(entry.row);
    encoder.Expand(row, points.features.row(i));
    for (int v = 0; v < encoder.attribute_count(); ++v) {
      points.known(i, v) = Encoder::Known(encoder.attributes()[v], row);
    }
    const int end = i + 1 < count ? first[i + 1] : static_cast<int>(entries.size());
    for (int e = first[i]; e < end; ++e) points.weights[i] += weights[entries[e].row];
    points.complete_count += !entry.holes;
  }
  Centre(points);
  return points;
}

Points TakePoints(const Points& points, int limit) {
  const double share = std::min(1.0, static_cast<double>(limit) / points.count());
  const auto part = [&](int count) { return static_cast<int>(share * count + 0.5); };
  std::vector<int> rows(part(points.complete_count) + part(points.count() - points.complete_count));
  Points taken;
  taken.complete_count = part(points.complete_count);
  std::iota(rows.begin(), rows.begin() + taken.complete_count, 0);
  std::iota(rows.begin() + taken.complete_count, rows.end(), points.complete_count);
  taken.attributes = points.attributes;
  taken.centre = points.centre;
  taken.features = FloatMatrix(static_cast<int>(rows.size()), points.features.cols());
  taken.known = ByteMatrix(static_cast<int>(rows.size()), points.known.cols());
  for (int i = 0; i < taken.count(); ++i) {
    const auto features = points.features.row(rows[i]);
    const auto known = points.known.row(rows[i]);
    std::copy(features.begin(), features.end(), taken.features.row(i).begin());
    std::copy(known.begin(), known.end(), taken.known.row(i).begin());
    taken.weights.push_back(points.weights[rows[i]]);
    taken.squared_norms.push_back(points.squared_norms[rows[i]]);
  }
  return taken;
}

int CountDistinct(const Samples& samples, absl::Span<const double> weights) {
  WorkerPool alone(1);
  const std::vector<Entry> entries = SortedEntries(samples, weights, 0, alone);
  return static_cast<int>(FirstOfEach(samples, entries).size());
}

std::vector<FeatureRange> RangesOf(const Encoder& encoder) {
  std::vector<FeatureRange> ranges;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    ranges.push_back({.begin = attribute.begin, .count = attribute.count});
  }
  return ranges;
}

}  // namespace cible
