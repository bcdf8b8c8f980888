// The server beside a bare gRPC server that answers the same bytes to the same
// requests: what the library costs, and what the server adds.

#ifndef CIBLE_CLIENTS_LOAD_COMPARISON_H_
#define CIBLE_CLIENTS_LOAD_COMPARISON_H_

#include <vector>

#include "absl/status/statusor.h"
#include "clients/load/load_figures.h"
#include "clients/load/load_options.h"
#include "clients/load/load_run.h"
#include "clients/load/request_maker.h"

namespace cible::load {

// Of the server over the echo; NaN where the echo's figure is 0.
struct Ratios {
  double calls_per_second = 0;
  double p50 = 0;
  double p99 = 0;
};

struct Round {
  LoadFigures server;
  LoadFigures echo;

  Ratios ratios() const;
};

// The middle one and the ends of some figures.
struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;

  static Spread Of(std::vector<double> figures);  // Of at least one.
};

struct Comparison {
  EchoFlavour flavour = EchoFlavour::kQueue;
  std::vector<Round> rounds;
  LoadFigures server;  // Of all rounds.
  LoadFigures echo;    // Of all rounds.

  Spread SpreadOf(double Ratios::*ratio) const;
};

// Starts the echo in the faster flavour (for unary calls, 64 in flight, found by a
// short trial), or in the one that the options name, and loads both in turns, the
// first of a round being the second of the next. Errors: those of the server's
// first answers, and an echo that cannot be started.
absl::StatusOr<Comparison> CompareWithEcho(const LoadOptions& options, const Channels& server,
                                           const Workload& workload, const Subjects& subjects,
                                           bool show_live);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_COMPARISON_H_
