#include "clients/load/load_figures.h"

#include <algorithm>

namespace cible::load {

std::int64_t CallFigures::error_count() const {
  std::int64_t count = 0;
  for (const auto& [code, times] : errors) count += times;
  return count;
}

void CallFigures::Merge(const CallFigures& other) {
  ok += other.ok;
  for (const auto& [code, times] : other.errors) errors[code] += times;
  not_sent += other.not_sent;
  ok_in_time += other.ok_in_time;
  latency.Merge(other.latency);
  error_latency.Merge(other.error_latency);
  latency_from_send.Merge(other.latency_from_send);
  error_latency_from_send.Merge(other.error_latency_from_send);
}

CallFigures LoadFigures::Total() const {
  CallFigures total;
  for (const CallFigures& part : parts) total.Merge(part);
  return total;
}

void LoadFigures::MergeThread(const LoadFigures& other) {
  parts.resize(std::max(parts.size(), other.parts.size()));
  for (std::size_t i = 0; i < other.parts.size(); ++i) parts[i].Merge(other.parts[i]);
  seconds = std::max(seconds, other.seconds);
  send_lag.Merge(other.send_lag);
  sent_in_time += other.sent_in_time;
}

void LoadFigures::MergeRound(const LoadFigures& other) {
  const double before = seconds;
  MergeThread(other);
  seconds = before + other.seconds;
  cpu_seconds += other.cpu_seconds;
}

}  // namespace cible::load
