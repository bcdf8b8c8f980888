// The command from its options to its exit code.

#ifndef CIBLE_CLIENTS_LOAD_LOAD_COMMAND_H_
#define CIBLE_CLIENTS_LOAD_LOAD_COMMAND_H_

#include "clients/load/load_options.h"

namespace cible::load {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kDisagree = 4;  // --verify found a difference.

// Verifies, measures and reports as the options say. Results go to stdout,
// complaints to stderr.
int RunLoadCommand(const LoadOptions& options);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_LOAD_COMMAND_H_
