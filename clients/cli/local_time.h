// Times as clocks on the wall show them.

#ifndef CIBLE_CLIENTS_CLI_LOCAL_TIME_H_
#define CIBLE_CLIENTS_CLI_LOCAL_TIME_H_

#include "absl/time/time.h"
#include "segmentation/data/value.h"

namespace cible {

// The instant of a local time, which is given as if it were UTC. One that the
// clocks skipped is read with the offset from before: the same moment, which they
// showed an hour later. One that they showed twice is the first.
Timestamp InstantOfLocalTime(Timestamp local, const absl::TimeZone& zone);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_LOCAL_TIME_H_
