// What was measured, as one JSON object. Times are in microseconds; a figure that
// does not exist is null.

#ifndef CIBLE_CLIENTS_LOAD_REPORT_JSON_H_
#define CIBLE_CLIENTS_LOAD_REPORT_JSON_H_

#include <nlohmann/json.hpp>

#include "clients/load/comparison.h"
#include "clients/load/load_figures.h"
#include "clients/load/load_options.h"
#include "clients/load/request_maker.h"

namespace cible::load {

// Keys: call, mode, in_flight, rate, seconds, calls, ok, errors (by code),
// not_sent, calls_per_second and contacts_per_second (good answers within the
// measured seconds), latency_us, error_latency_us (p50, p90, p99, p99_9, p99_99,
// max, mean), client_cpu_seconds, and by_call, the figures of each kind. In an
// open loop also sent_per_second, send_lag_us (how late calls went out),
// latency_from_send_us and error_latency_from_send_us: they tell a server that is
// slow from a client that cannot keep up.
nlohmann::ordered_json FiguresJson(const LoadOptions& options, const Workload& workload,
                                   const LoadFigures& figures);

// The same of the server in all rounds; beside it `echo`, `echo_flavour`,
// `rounds` (server, echo and ratio of each) and `ratio` (median, min, max).
nlohmann::ordered_json ComparisonJson(const LoadOptions& options, const Workload& workload,
                                      const Comparison& comparison);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_REPORT_JSON_H_
