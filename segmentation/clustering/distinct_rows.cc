#include "segmentation/clustering/distinct_rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "segmentation/clustering/points.h"
#include "segmentation/clustering/random.h"

namespace cible {
namespace {

constexpr int kHashBlock = 1024;  // Rows hashed by one task.
constexpr int kTriedRows = 4096;  // For an estimate.

struct Entry {
  std::uint64_t hash = 0;
  int row = 0;
};

// The order of content, for the rare rows of equal hash.
int Compare(SampleRow x, SampleRow y) {
  if (x.numbers < y.numbers || y.numbers < x.numbers) return x.numbers < y.numbers ? -1 : 1;
  return x.codes < y.codes ? -1 : (y.codes < x.codes ? 1 : 0);
}

}  // namespace

Samples DistinctRows(const Samples& samples, absl::Span<const double> weights, std::uint64_t seed,
                     WorkerPool& pool) {
  const int n = samples.count();
  std::vector<Entry> entries(n);
  pool.ForEach((n + kHashBlock - 1) / kHashBlock, [&](int block) {
    for (int i = block * kHashBlock; i < std::min(n, (block + 1) * kHashBlock); ++i) {
      const SampleRow row = samples.row(i);
      const bool used = weights[i] > 0 && AnythingKnown(row);
      entries[i] = {.hash = used ? Key(HashRow(row), seed) : 0, .row = used ? i : -1};
    }
  });
  std::erase_if(entries, [](const Entry& entry) { return entry.row < 0; });
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = Compare(samples.row(a.row), samples.row(b.row));
    return order != 0 ? order < 0 : a.row < b.row;
  });
  std::vector<int> rows;
  std::vector<double> summed;
  for (const Entry& entry : entries) {
    if (rows.empty() || Compare(samples.row(rows.back()), samples.row(entry.row)) != 0) {
      rows.push_back(entry.row);
      summed.push_back(0);
    }
    summed.back() += weights[entry.row];
  }
  Samples distinct = SelectSamples(samples, rows);
  distinct.weights = std::move(summed);
  return distinct;
}

double DistinctShare(const Samples& samples) {
  const int tried = std::min(samples.count(), kTriedRows);
  if (tried == 0) return 1;
  absl::flat_hash_set<std::uint64_t> hashes;
  for (int i = 0; i < tried; ++i) {
    const auto row = static_cast<int>(static_cast<std::int64_t>(i) * samples.count() / tried);
    hashes.insert(HashRow(samples.row(row)));
  }
  return static_cast<double>(hashes.size()) / tried;
}

std::vector<int> DrawByContent(const Samples& samples, absl::Span<const double> weights, int limit,
                               std::uint64_t seed) {
  const auto by_hash = [](const Entry& a, const Entry& b) {
    return std::pair(a.hash, a.row) < std::pair(b.hash, b.row);
  };
  // A heap of the smallest hashes.
  std::vector<Entry> drawn;
  for (int i = 0; i < samples.count(); ++i) {
    if (weights[i] <= 0 || !AnythingKnown(samples.row(i))) continue;
    const Entry entry{.hash = Key(HashRow(samples.row(i)), seed), .row = i};
    if (std::ssize(drawn) < limit) {
      drawn.push_back(entry);
      std::push_heap(drawn.begin(), drawn.end(), by_hash);
    } else if (by_hash(entry, drawn.front())) {
      std::pop_heap(drawn.begin(), drawn.end(), by_hash);
      drawn.back() = entry;
      std::push_heap(drawn.begin(), drawn.end(), by_hash);
    }
  }
  std::sort(drawn.begin(), drawn.end(), by_hash);
  std::vector<int> rows;
  for (const Entry& entry : drawn) rows.push_back(entry.row);
  return rows;
}

}  // namespace cible
