#include "clients/load/send_schedule.h"

#include <algorithm>
#include <cmath>

namespace cible::load {
namespace {

constexpr double kCentury = 3.15e9;

}  // namespace

Clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(std::min(seconds, kCentury)));
}

double SendSchedule::TimeOf(std::int64_t number) const {
  const double place = static_cast<double>(number) * thread_count_ + thread_;
  // While it grows, rate t^2 / (2 ramp) calls are due by the time t.
  const double due_in_ramp = rate_ * ramp_ / 2;
  if (place < due_in_ramp) return std::sqrt(2 * ramp_ * place / rate_);
  return ramp_ + (place - due_in_ramp) / rate_;
}

int InFlightAt(double seconds, int in_flight, double ramp) {
  if (seconds >= ramp) return in_flight;
  return std::max(1, static_cast<int>(in_flight * seconds / ramp));
}

}  // namespace cible::load
