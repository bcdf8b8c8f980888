// When the calls of an open loop are to be sent, and how many calls a growing
// closed loop has under way.

#ifndef CIBLE_CLIENTS_LOAD_SEND_SCHEDULE_H_
#define CIBLE_CLIENTS_LOAD_SEND_SCHEDULE_H_

#include <chrono>
#include <cstdint>

namespace cible::load {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

// `seconds` as a duration of the clock; a century at most, so that sums with
// points of time do not overflow.
Clock::duration Seconds(double seconds);

// One thread's part of a fixed schedule: thread t of n sends the calls t, t + n,
// t + 2 n, ... of the whole. During the first `ramp` seconds the rate grows
// linearly from 0 to `rate`. Immutable.
class SendSchedule {
 public:
  SendSchedule(double rate, double ramp, int thread, int thread_count)
      : rate_(rate), ramp_(ramp), thread_(thread), thread_count_(thread_count) {}

  // When this thread's call `number`, from 0, is to be sent: seconds after the
  // start. Call m of the whole goes out when rate x time, integrated, is m.
  double TimeOf(std::int64_t number) const;

 private:
  double rate_;
  double ramp_;
  int thread_;
  int thread_count_;
};

// Calls under way, `seconds` after the start, of a closed loop that grows to
// `in_flight` in `ramp` seconds; at least 1.
int InFlightAt(double seconds, int in_flight, double ramp);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_SEND_SCHEDULE_H_
