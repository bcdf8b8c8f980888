#include "segmentation/clustering/points.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "segmentation/clustering/random.h"

namespace cible {
namespace {

constexpr int kHashBlock = 4096;   // Points hashed by one task.
constexpr int kSampleSurplus = 4;  // So many are considered for each one taken.
constexpr int kSlice = 16;         // Share of the hashes that DistinctShare looks at.
constexpr std::uint64_t kAllHashes = std::numeric_limits<std::uint64_t>::max();

struct Entry {
  std::uint64_t hash = 0;
  int row = 0;
};

// +0 and -0 are one value.
std::uint64_t FloatBits(float value) { return std::bit_cast<std::uint32_t>(value + 0.0f); }

// The order of content, for the rare rows of equal hash.
int Compare(const Points& points, int a, int b) {
  const SampleRow x = points.row(a), y = points.row(b);
  if (x.numbers < y.numbers || y.numbers < x.numbers) return x.numbers < y.numbers ? -1 : 1;
  return x.codes < y.codes ? -1 : (y.codes < x.codes ? 1 : 0);
}

// The points of positive weight whose hash is at most `largest`, in the order
// of their content.
std::vector<Entry> SortedEntries(const Points& points, std::uint64_t seed, std::uint64_t largest,
                                 WorkerPool& pool, const std::stop_token& stop) {
  const int blocks = (points.count + kHashBlock - 1) / kHashBlock;
  std::vector<std::vector<Entry>> found(blocks);
  pool.ForEach(blocks, [&](int block) {
    if (stop.stop_requested()) return;
    const int end = std::min(points.count, (block + 1) * kHashBlock);
    for (int i = block * kHashBlock; i < end; ++i) {
      if (points.weight(i) <= 0) continue;
      const std::uint64_t hash = Mix(HashRow(points.row(i)) ^ Mix(seed));
      if (hash <= largest) found[block].push_back({.hash = hash, .row = i});
    }
  });
  // Parts by the first bits of the hash, each sorted by one task.
  constexpr int kParts = 64;
  std::vector<std::vector<Entry>> parts(kParts);
  const std::uint64_t width = largest / kParts + 1;
  for (std::vector<Entry>& block : found) {
    for (const Entry& entry : block) parts[entry.hash / width].push_back(entry);
    block = {};
  }
  pool.ForEach(kParts, [&](int part) {
    if (stop.stop_requested()) return;
    std::sort(parts[part].begin(), parts[part].end(), [&](const Entry& a, const Entry& b) {
      if (a.hash != b.hash) return a.hash < b.hash;
      const int order = Compare(points, a.row, b.row);
      return order != 0 ? order < 0 : a.row < b.row;
    });
  });
  std::vector<Entry> entries;
  for (std::vector<Entry>& part : parts) {
    entries.insert(entries.end(), part.begin(), part.end());
    part = {};
  }
  return entries;
}

// The position among the entries of the first of each distinct point.
std::vector<std::size_t> FirstOfEach(const Points& points, const std::vector<Entry>& entries) {
  std::vector<std::size_t> first;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    const bool same = e > 0 && entries[e].hash == entries[e - 1].hash &&
                      Compare(points, entries[e - 1].row, entries[e].row) == 0;
    if (!same) first.push_back(e);
  }
  return first;
}

// Whether each code column lacks the code 0.
std::vector<std::uint8_t> AlwaysKnown(const std::uint8_t* codes, int count, int columns) {
  std::vector<std::uint8_t> known(columns, 1);
  for (int i = 0; i < count; ++i) {
    for (int c = 0; c < columns; ++c) known[c] &= *codes++ != 0;
  }
  return known;
}

// One point for each of the first `limit` distinct entries.
Points Distinct(const Points& points, const std::vector<Entry>& entries, std::size_t limit) {
  const std::vector<std::size_t> first = FirstOfEach(points, entries);
  const int count = static_cast<int>(std::min(first.size(), limit));
  Points distinct;
  distinct.count = count;
  distinct.layout = points.layout;
  distinct.own_numbers = FloatMatrix(count, points.layout.number_count());
  distinct.own_codes = ByteMatrix(count, points.layout.code_count());
  distinct.weights.assign(count, 0);
  for (int i = 0; i < count; ++i) {
    const SampleRow row = points.row(entries[first[i]].row);
    std::copy(row.numbers.begin(), row.numbers.end(), distinct.own_numbers.row(i).begin());
    std::copy(row.codes.begin(), row.codes.end(), distinct.own_codes.row(i).begin());
    const std::size_t next = static_cast<std::size_t>(i) + 1;
    const std::size_t end = next < first.size() ? first[next] : entries.size();
    for (std::size_t e = first[i]; e < end; ++e)
      distinct.weights[i] += points.weight(entries[e].row);
  }
  distinct.numbers = distinct.own_numbers.data();
  distinct.codes = distinct.own_codes.data();
  distinct.always_known = AlwaysKnown(distinct.codes, count, points.layout.code_count());
  return distinct;
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

Points ViewSamples(const Samples& samples, absl::Span<const double> weights, const Encoder& encoder,
                   WorkerPool& pool) {
  Points points;
  points.count = samples.count();
  points.layout = FeatureLayout::Of(encoder);
  points.numbers = samples.numbers.data();
  points.codes = samples.codes.data();
  const int columns = points.layout.code_count();
  const int blocks = (points.count + kHashBlock - 1) / kHashBlock;
  std::vector<std::vector<std::uint8_t>> known(blocks);
  std::vector<std::uint8_t> plain(blocks);  // All weights are 1, and something is known.
  pool.ForEach(blocks, [&](int block) {
    const int begin = block * kHashBlock, end = std::min(points.count, begin + kHashBlock);
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
    const int begin = block * kHashBlock, end = std::min(points.count, begin + kHashBlock);
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

Points CollapsePoints(const Points& points, std::uint64_t seed, WorkerPool& pool,
                      std::stop_token stop) {
  const auto entries = SortedEntries(points, seed, kAllHashes, pool, stop);
  if (stop.stop_requested()) return {};
  return Distinct(points, entries, entries.size());
}

Points SamplePoints(const Points& points, int limit, std::uint64_t seed, WorkerPool& pool,
                    std::stop_token stop) {
  const double share = static_cast<double>(kSampleSurplus) * limit / points.count;
  const std::uint64_t largest =
      share >= 1 ? kAllHashes : static_cast<std::uint64_t>(share * 0x1.0p64);
  const auto entries = SortedEntries(points, seed, largest, pool, stop);
  if (stop.stop_requested()) return {};
  return Distinct(points, entries, static_cast<std::size_t>(limit));
}

Points FirstPoints(const Points& points, int limit) {
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

double DistinctShare(const Points& points, std::uint64_t seed, WorkerPool& pool,
                     std::stop_token stop) {
  const auto entries = SortedEntries(points, seed, kAllHashes / kSlice, pool, stop);
  if (entries.empty()) return 1;
  return static_cast<double>(FirstOfEach(points, entries).size()) /
         static_cast<double>(entries.size());
}

int CountDistinct(const Samples& samples, absl::Span<const double> weights) {
  WorkerPool alone(1);
  Points points;
  points.count = samples.count();
  points.layout.number_feature.resize(samples.numbers.cols());
  points.layout.columns.resize(samples.codes.cols());
  points.numbers = samples.numbers.data();
  points.codes = samples.codes.data();
  points.weights.assign(weights.begin(), weights.end());
  for (int i = 0; i < points.count; ++i) {
    if (!AnythingKnown(samples.row(i))) points.weights[i] = 0;
  }
  return static_cast<int>(
      FirstOfEach(points, SortedEntries(points, 0, kAllHashes, alone, {})).size());
}

}  // namespace cible
