#include "segmentation/clustering/distinct_rows.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "segmentation/clustering/random.h"

namespace cible {
namespace {

constexpr int kHashBlock = 4096;  // Rows hashed by one task.
// So many rows are considered for each one taken; more where that was too few.
constexpr double kSampleSurplus[] = {1.25, 4};
constexpr std::uint64_t kAllHashes = std::numeric_limits<std::uint64_t>::max();

struct Entry {
  std::uint64_t hash = 0;
  int row = 0;
};

// +0 and -0 are one value.
std::uint64_t FloatBits(float value) { return std::bit_cast<std::uint32_t>(value + 0.0f); }

// The order of content, for the rare rows of equal hash.
int Compare(const RowsView& rows, int a, int b) {
  const SampleRow x = rows.row(a), y = rows.row(b);
  if (x.numbers < y.numbers || y.numbers < x.numbers) return x.numbers < y.numbers ? -1 : 1;
  return x.codes < y.codes ? -1 : (y.codes < x.codes ? 1 : 0);
}

// The rows that count and whose hash is at most `largest`, in the order of
// their content.
std::vector<Entry> SortedEntries(const RowsView& rows, std::uint64_t seed, std::uint64_t largest,
                                 WorkerPool& pool, const std::stop_token& stop) {
  const int blocks = (rows.count + kHashBlock - 1) / kHashBlock;
  std::vector<std::vector<Entry>> found(blocks);
  pool.ForEach(blocks, [&](int block) {
    if (stop.stop_requested()) return;
    const int end = std::min(rows.count, (block + 1) * kHashBlock);
    for (int i = block * kHashBlock; i < end; ++i) {
      if (!rows.counts(i)) continue;
      const std::uint64_t hash = Mix(HashRow(rows.row(i)) ^ Mix(seed));
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
      const int order = Compare(rows, a.row, b.row);
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

// At most `limit` distinct rows of sorted entries.
DistinctRows Collapse(const RowsView& rows, const std::vector<Entry>& entries, std::size_t limit) {
  DistinctRows distinct;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    const bool same = e > 0 && entries[e].hash == entries[e - 1].hash &&
                      Compare(rows, entries[e - 1].row, entries[e].row) == 0;
    if (!same) {
      if (distinct.rows.size() == limit) break;
      distinct.rows.push_back(entries[e].row);
      distinct.weights.push_back(0);
    }
    distinct.weights.back() += rows.weight(entries[e].row);
    ++distinct.total;
  }
  return distinct;
}

}  // namespace

RowsView ViewRows(const Samples& samples, absl::Span<const double> weights) {
  return {.count = samples.count(),
          .number_count = samples.numbers.cols(),
          .code_count = samples.codes.cols(),
          .numbers = samples.numbers.data(),
          .codes = samples.codes.data(),
          .weights = weights};
}

DistinctRows FindDistinctRows(const RowsView& rows, std::uint64_t seed, WorkerPool& pool,
                              std::stop_token stop) {
  const auto entries = SortedEntries(rows, seed, kAllHashes, pool, stop);
  if (stop.stop_requested()) return {};
  return Collapse(rows, entries, entries.size());
}

DistinctRows DrawDistinctRows(const RowsView& rows, int limit, std::uint64_t seed, WorkerPool& pool,
                              std::stop_token stop) {
  const auto draw = [&](std::uint64_t largest) {
    const auto entries = SortedEntries(rows, seed, largest, pool, stop);
    return stop.stop_requested() ? DistinctRows()
                                 : Collapse(rows, entries, static_cast<std::size_t>(limit));
  };
  for (const double surplus : kSampleSurplus) {
    const double share = surplus * limit / rows.count;
    if (share >= 1) break;
    DistinctRows drawn = draw(static_cast<std::uint64_t>(share * 0x1.0p64));
    if (stop.stop_requested() || std::ssize(drawn.rows) == limit) return drawn;
    // Few of the rows count, or many are equal.
  }
  return draw(kAllHashes);
}

int CountDistinct(const RowsView& rows, WorkerPool& pool) {
  return static_cast<int>(FindDistinctRows(rows, 0, pool).rows.size());
}

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

std::vector<std::uint64_t> TellEqualsApart(std::vector<std::uint64_t> hashes) {
  std::vector<std::size_t> order(hashes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(hashes[a], a) < std::tie(hashes[b], b);
  });
  std::uint64_t rank = 0, previous = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::uint64_t& hash = hashes[order[i]];
    rank = i > 0 && hash == previous ? rank + 1 : 0;
    previous = hash;
    if (rank > 0) hash = Key(hash, rank);
  }
  return hashes;
}

}  // namespace cible
