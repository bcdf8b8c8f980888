// Which part of a run is measured. Shared by its threads.

#ifndef CIBLE_CLIENTS_LOAD_LOAD_WINDOW_H_
#define CIBLE_CLIENTS_LOAD_LOAD_WINDOW_H_

#include <atomic>
#include <cstdint>

#include "clients/load/load_options.h"
#include "clients/load/send_schedule.h"

namespace cible::load {

// The load grows, then warms up, then is measured. Thread-safe.
class LoadWindow {
 public:
  LoadWindow(const LoadShape& shape, TimePoint start)
      : start_(start),
        begin_(start + Seconds(shape.ramp + shape.warm_up)),
        end_(begin_ + Seconds(shape.duration)),
        limit_(shape.calls) {}

  TimePoint start() const { return start_; }
  TimePoint begin() const { return begin_; }  // Of what is measured.
  TimePoint end() const { return end_; }
  bool Covers(TimePoint time) const { return time >= begin_ && time < end_; }

  // Takes one of the calls that may be measured; false when all are taken.
  bool TakeTicket() {
    return limit_ == 0 || taken_.fetch_add(1, std::memory_order_relaxed) < limit_;
  }
  // No call need be sent any more: the time or the tickets have run out.
  bool IsOver(TimePoint now) const {
    return now >= end_ || (limit_ > 0 && taken_.load(std::memory_order_relaxed) >= limit_);
  }

 private:
  const TimePoint start_, begin_, end_;
  const std::int64_t limit_;  // 0: none.
  std::atomic<std::int64_t> taken_{0};
};

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_LOAD_WINDOW_H_
