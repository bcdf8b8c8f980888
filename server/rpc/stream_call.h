// Streams from the wait for one to its end, as events on a completion queue.
// Objects own themselves.

#ifndef CIBLE_SERVER_RPC_STREAM_CALL_H_
#define CIBLE_SERVER_RPC_STREAM_CALL_H_

#include "server/rpc/port.h"

namespace cible {

// Asks gRPC for one more call of a method that answers by a stream. The next
// message is made when the last has gone out.
// REQUIRES: the method has open_source.
void AskForServerStream(const Port& port);

// The same for streams in both directions. Requests are answered one after
// another; while one is, the next two may arrive and the last answers go out. A
// client that does not read is not read from either.
// REQUIRES: the method has open_session.
void AskForSession(const Port& port);

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_STREAM_CALL_H_
