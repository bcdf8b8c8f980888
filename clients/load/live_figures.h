// What happened in the last second, for a line that is shown while the load runs.

#ifndef CIBLE_CLIENTS_LOAD_LIVE_FIGURES_H_
#define CIBLE_CLIENTS_LOAD_LIVE_FIGURES_H_

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "clients/load/latency_histogram.h"
#include "clients/load/send_schedule.h"

namespace cible::load {

struct Interval {
  std::int64_t ok = 0;
  std::int64_t errors = 0;
  LatencyHistogram latency;

  void Clear();
};

// Collects the intervals of all threads. Thread-safe.
class LiveFigures {
 public:
  void Add(const Interval& interval) ABSL_LOCKS_EXCLUDED(mutex_);
  // The line for what was added since the last call: calls a second, errors,
  // percentiles.
  std::string TakeLine(double seconds) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Mutex mutex_;
  Interval sum_ ABSL_GUARDED_BY(mutex_);
};

// One thread's part of it; hands what it counted over every quarter of a second.
class LiveCounter {
 public:
  // `figures` may be null: nothing is counted then.
  explicit LiveCounter(LiveFigures* figures) : figures_(figures) {}

  void Count(bool ok, std::int64_t nanoseconds) {
    if (figures_ == nullptr) return;
    ++(ok ? interval_.ok : interval_.errors);
    if (ok) interval_.latency.Record(nanoseconds);
  }
  void HandOver(TimePoint now) {
    if (figures_ != nullptr && now >= next_) HandOverNow(now);
  }

 private:
  void HandOverNow(TimePoint now);

  LiveFigures* figures_;
  Interval interval_;
  TimePoint next_{};
};

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_LIVE_FIGURES_H_
