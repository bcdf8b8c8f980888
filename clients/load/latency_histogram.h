// A histogram of times in fixed memory, for percentiles far out in the tail.
//
// Log-linear, after G. Tene's HdrHistogram: each power of two nanoseconds is cut
// into 128 equal cells, so that a cell is at most 1/128 of its value wide. Below
// 128 ns cells are 1 ns wide; times of 2^42 ns (73 minutes) and more share the
// last cell. 36 KiB, whatever is recorded.

#ifndef CIBLE_CLIENTS_LOAD_LATENCY_HISTOGRAM_H_
#define CIBLE_CLIENTS_LOAD_LATENCY_HISTOGRAM_H_

#include <cstdint>
#include <vector>

namespace cible::load {

// Not thread-safe: one a thread, merged at the end.
class LatencyHistogram {
 public:
  // Percentiles are off by at most this part of the true value: half a cell.
  static constexpr double kResolution = 1.0 / 256;

  LatencyHistogram();

  // Counts one time; negative ones count as 0. O(1).
  void Record(std::int64_t nanoseconds);

  // Counts what the other has counted, too.
  void Merge(const LatencyHistogram& other);

  void Clear();

  // The smallest time that at least the share `quantile`, in [0, 1], of the
  // recorded ones do not exceed, in nanoseconds: the middle of its cell, never
  // above Max(). 0 when nothing was recorded.
  double Quantile(double quantile) const;

  std::int64_t count() const { return count_; }
  std::int64_t max() const { return max_; }  // Exact, in nanoseconds.
  double Mean() const;                       // Exact; 0 when nothing was recorded.

  // Times in [low, high), in nanoseconds, to the resolution.
  std::int64_t CountBetween(double low, double high) const;

 private:
  std::vector<std::int64_t> cells_;
  std::int64_t count_ = 0;
  std::int64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_LATENCY_HISTOGRAM_H_
