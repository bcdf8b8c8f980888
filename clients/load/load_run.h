// A load applied to a server, from the first connection to the figures.

#ifndef CIBLE_CLIENTS_LOAD_LOAD_RUN_H_
#define CIBLE_CLIENTS_LOAD_LOAD_RUN_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/load/load_figures.h"
#include "clients/load/load_loop.h"
#include "clients/load/load_options.h"
#include "clients/load/request_maker.h"

namespace cible::load {

// Connections to a server, each really a connection of its own. Waits until all
// are there: UNAVAILABLE, saying what to do, when one is not after 5 s.
absl::StatusOr<Channels> Connect(const std::string& address, int count);

// Applies the load. With `show_live` a line a second goes to stderr, overwritten
// by the next.
LoadFigures RunLoad(const Channels& channels, const Workload& workload, const LoadShape& shape,
                    bool show_live);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_LOAD_RUN_H_
