// What a handler knows of the call it answers.

#ifndef CIBLE_SERVER_RPC_CALL_CONTEXT_H_
#define CIBLE_SERVER_RPC_CALL_CONTEXT_H_

#include <functional>
#include <string>

#include "segmentation/data/value.h"

namespace cible {

struct CallContext {
  // Who calls: metadata `cible-actor`, unverified until authentication exists.
  std::string principal;
  // The workspace that the request names and the caller was authorised for;
  // empty for methods of the server as a whole.
  std::string workspace;
  // Whether the caller may read the workspace's contacts one by one; from one who
  // may not, figures over few contacts are withheld.
  bool may_read_contacts = true;
  // When the call arrived, by the server's clock.
  Timestamp time;
  // Whether the caller has gone or its deadline has passed. Thread-safe.
  std::function<bool()> cancelled;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_CALL_CONTEXT_H_
