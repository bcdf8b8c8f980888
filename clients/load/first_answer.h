// One call of a kind before the load, to see that it works and what it answers.

#ifndef CIBLE_CLIENTS_LOAD_FIRST_ANSWER_H_
#define CIBLE_CLIENTS_LOAD_FIRST_ANSWER_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "clients/load/request_maker.h"

namespace cible::load {

// The bytes of the answer to a request of this kind.
//
// Errors: those of the server, after a few tries where it is busy;
// UNIMPLEMENTED when it answers for another number of contacts than were sent, as
// servers do that do not know this kind of call.
absl::StatusOr<std::string> AnswerTo(const std::shared_ptr<grpc::Channel>& channel, CallKind kind,
                                     const grpc::ByteBuffer& request, int contact_count);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_FIRST_ANSWER_H_
