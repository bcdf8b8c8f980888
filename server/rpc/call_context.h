// What a handler knows of the call it answers.

#ifndef CIBLE_SERVER_RPC_CALL_CONTEXT_H_
#define CIBLE_SERVER_RPC_CALL_CONTEXT_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "segmentation/data/value.h"

namespace cible {

class TaskPool;

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
  // Whether the handler runs where it may wait for the store and take its time. Where it
  // may not, it returns NotHere() once it finds that it must, and is called again where
  // it may; until then it must not have changed anything.
  bool may_block = true;
  // Threads that may help with a large request; null: none.
  TaskPool* helpers = nullptr;

  // Calls task(0) ... task(count - 1), each once, on this thread and on helpers that
  // have nothing else to do, and returns when all are done.
  void ForEach(int count, const std::function<void(int)>& task) const;
};

// An error that never reaches a caller: see CallContext::may_block.
absl::Status NotHere();
bool IsNotHere(const absl::Status& status);

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_CALL_CONTEXT_H_
