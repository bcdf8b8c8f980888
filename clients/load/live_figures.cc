#include "clients/load/live_figures.h"

#include "absl/strings/str_format.h"

namespace cible::load {
namespace {

constexpr auto kEvery = std::chrono::milliseconds(250);

}  // namespace

void Interval::Clear() {
  ok = 0;
  errors = 0;
  latency.Clear();
}

void LiveFigures::Add(const Interval& interval) {
  const absl::MutexLock lock(&mutex_);
  sum_.ok += interval.ok;
  sum_.errors += interval.errors;
  sum_.latency.Merge(interval.latency);
}

std::string LiveFigures::TakeLine(double seconds) {
  const absl::MutexLock lock(&mutex_);
  const std::string line =
      absl::StrFormat("%10.0f calls/s %8d errors   p50 %9.3f ms   p99 %9.3f ms",
                      static_cast<double>(sum_.ok) / seconds, sum_.errors,
                      sum_.latency.Quantile(0.5) / 1e6, sum_.latency.Quantile(0.99) / 1e6);
  sum_.Clear();
  return line;
}

void LiveCounter::HandOverNow(TimePoint now) {
  figures_->Add(interval_);
  interval_.Clear();
  next_ = now + kEvery;
}

}  // namespace cible::load
