// What all services of a server share.

#ifndef CIBLE_SERVER_RPC_RPC_ENVIRONMENT_H_
#define CIBLE_SERVER_RPC_RPC_ENVIRONMENT_H_

#include "server/clock.h"
#include "server/rpc/admission.h"
#include "server/rpc/task_pool.h"
#include "server/security/authorizer.h"

namespace cible {

// Outlives every call.
struct RpcEnvironment {
  const Clock& clock;
  const Authorizer& authorizer;
  Admission& admission;
  TaskPool& store_threads;
  TaskPool& compute_threads;
  TaskPool& scan_threads;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_RPC_ENVIRONMENT_H_
