// What was counted while the load ran.

#ifndef CIBLE_CLIENTS_LOAD_LOAD_FIGURES_H_
#define CIBLE_CLIENTS_LOAD_LOAD_FIGURES_H_

#include <cstdint>
#include <map>
#include <vector>

#include "clients/load/latency_histogram.h"

namespace cible::load {

// Of one kind of call. A call counts when it belongs to the measured seconds: in
// a closed loop when its answer came in them, in an open loop when it was to be
// sent in them.
struct CallFigures {
  std::int64_t ok = 0;
  std::map<int, std::int64_t> errors;  // By gRPC's code.
  std::int64_t not_sent = 0;           // Too many were unanswered.
  // Good answers that came within the measured seconds, whenever their calls were
  // to be sent: what the rate is made of. In a closed loop the same as `ok`.
  std::int64_t ok_in_time = 0;
  LatencyHistogram latency;        // Of good answers, in nanoseconds.
  LatencyHistogram error_latency;  // Of the others.
  // Open loop: the same from when the call was really sent, later than it was to
  // be where this program cannot keep up.
  LatencyHistogram latency_from_send;
  LatencyHistogram error_latency_from_send;

  std::int64_t error_count() const;
  std::int64_t calls() const { return ok + error_count(); }  // Answered in any way.
  void Merge(const CallFigures& other);
};

// Of a run. Not thread-safe: one a thread, merged at the end.
struct LoadFigures {
  explicit LoadFigures(std::size_t part_count = 0) : parts(part_count) {}

  std::vector<CallFigures> parts;  // One a part of the workload.
  double seconds = 0;              // That were measured.
  double cpu_seconds = 0;          // Of this process, in them.
  LatencyHistogram send_lag;       // Open loop: how late calls went out.
  std::int64_t sent_in_time = 0;   // Open loop: calls that went out in the measured seconds.

  CallFigures Total() const;
  // Adds what another thread counted in the same seconds.
  void MergeThread(const LoadFigures& other);
  // Adds what was counted in other seconds.
  void MergeRound(const LoadFigures& other);
};

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_LOAD_FIGURES_H_
