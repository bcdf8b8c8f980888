#include "clients/load/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cible::load {
namespace {

constexpr int kBits = 7;            // 2^7 cells a power of two.
constexpr int kCells = 1 << kBits;  // Also the first value that is not exact.
constexpr int kLargestPower = 42;   // Times from 2^42 on share the last cell.
constexpr std::size_t kCellCount = static_cast<std::size_t>(kLargestPower - kBits + 1) << kBits;

std::size_t CellOf(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
  if (bits < kCells) return bits;
  const int power = static_cast<int>(std::bit_width(bits)) - 1;
  if (power >= kLargestPower) return kCellCount - 1;
  const int shift = power - kBits;
  // The leading bit of what is left, in [128, 256), adds the block of cells below 128.
  return (static_cast<std::size_t>(shift) << kBits) + (bits >> shift);
}

// Where a cell begins.
double BeginOf(std::size_t cell) {
  if (cell < kCells) return static_cast<double>(cell);
  const auto shift = static_cast<int>(cell >> kBits) - 1;
  return std::ldexp(static_cast<double>(kCells + (cell & (kCells - 1))), shift);
}

double MiddleOf(std::size_t cell) {
  if (cell < kCells) return static_cast<double>(cell);
  return (BeginOf(cell) + BeginOf(cell + 1)) / 2;
}

}  // namespace

LatencyHistogram::LatencyHistogram() : cells_(kCellCount, 0) {}

void LatencyHistogram::Record(std::int64_t nanoseconds) {
  ++cells_[CellOf(nanoseconds)];
  ++count_;
  max_ = std::max(max_, nanoseconds);
  sum_ += static_cast<double>(std::max<std::int64_t>(nanoseconds, 0));
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < kCellCount; ++i) cells_[i] += other.cells_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

void LatencyHistogram::Clear() {
  std::fill(cells_.begin(), cells_.end(), 0);
  count_ = 0;
  max_ = 0;
  sum_ = 0;
}

double LatencyHistogram::Quantile(double quantile) const {
  if (count_ == 0) return 0;
  const auto rank = static_cast<std::int64_t>(std::ceil(quantile * static_cast<double>(count_)));
  // The largest is known exactly.
  if (rank >= count_) return static_cast<double>(max_);
  std::int64_t seen = 0;
  std::size_t cell = 0;
  while ((seen += cells_[cell]) < std::max<std::int64_t>(rank, 1)) ++cell;
  return std::min(MiddleOf(cell), static_cast<double>(max_));
}

double LatencyHistogram::Mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::int64_t LatencyHistogram::CountBetween(double low, double high) const {
  std::int64_t count = 0;
  for (std::size_t cell = 0; cell < kCellCount; ++cell) {
    const double middle = MiddleOf(cell);
    if (middle >= low && middle < high) count += cells_[cell];
  }
  return count;
}

}  // namespace cible::load
