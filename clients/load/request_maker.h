// Contacts turned into requests, serialised once before the load begins: under
// load a request costs a few references to bytes that lie ready.

#ifndef CIBLE_CLIENTS_LOAD_REQUEST_MAKER_H_
#define CIBLE_CLIENTS_LOAD_REQUEST_MAKER_H_

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/load/call_kind.h"
#include "clients/load/contact_source.h"
#include "clients/load/load_options.h"

namespace cible::load {

// The requests of one kind of call, sent in turns.
struct PreparedCalls {
  CallKind kind = CallKind::kUnary;
  double share = 1;  // Of all calls.
  std::string method;
  int contacts_per_call = 1;
  std::vector<grpc::ByteBuffer> requests;
};

// All that is to be sent; immutable once made, hence safe to share between
// threads.
struct Workload {
  std::vector<PreparedCalls> parts;
};

// What is asked about.
struct Subjects {
  ContactSet contacts;
  std::vector<std::string> stored_names;  // For CallKind::kName; else empty.
};

v1::AssignSegmentRequest UnaryRequest(const LoadOptions& options, const v1::Contact& contact);
v1::AssignSegmentsRequest RowsRequest(const LoadOptions& options, const ContactSet& contacts,
                                      const std::vector<std::size_t>& indexes);
// Of AssignSegments and StreamAssignments.
v1::AssignSegmentsRequest TableRequest(const LoadOptions& options, const ContactSet& contacts,
                                       const std::vector<std::size_t>& indexes);

// `count` indexes from `begin` on, going round after `size`.
std::vector<std::size_t> GoRound(std::size_t begin, std::size_t count, std::size_t size);

// Every contact comes at least once; a message of many is always full.
Workload MakeWorkload(const LoadOptions& options, const std::vector<MixPart>& mix,
                      const Subjects& subjects);

grpc::ByteBuffer Serialised(const google::protobuf::MessageLite& message);

// Every byte of the buffer.
std::string BytesOf(const grpc::ByteBuffer& buffer);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_REQUEST_MAKER_H_
