// A bare gRPC server with the messages of the real one, for comparison: it parses
// the request into the stock message and answers with a message made beforehand.
// Both flavours are written as gRPC's own examples are, without cleverness.

#ifndef CIBLE_CLIENTS_LOAD_ECHO_SERVER_H_
#define CIBLE_CLIENTS_LOAD_ECHO_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation_service.pb.h"
#include "clients/load/call_kind.h"
#include "clients/load/load_options.h"

namespace cible::load {

// The bytes of an answer, by kind of call.
using AnswerBytes = std::map<CallKind, std::string>;

// The same as messages; what no bytes were given for is empty.
struct CannedAnswers {
  v1::AssignSegmentResponse unary, name;
  v1::MatchLeadResponse match;
  v1::AssignSegmentsResponse rows, table, stream;

  static CannedAnswers Parse(const AnswerBytes& bytes);

  const v1::AssignSegmentResponse& To(const v1::AssignSegmentRequest& request) const {
    return request.has_contact() ? unary : name;
  }
  const v1::AssignSegmentsResponse& To(const v1::AssignSegmentsRequest& request) const {
    return request.has_table() ? table : rows;
  }
};

// A server on a loopback port of its own choice, until it is destroyed.
class EchoServer {
 public:
  virtual ~EchoServer() = default;
  virtual int port() const = 0;  // 0: it could not listen.
};

// `answers` must outlive the server.
std::unique_ptr<EchoServer> StartEcho(EchoFlavour flavour, const CannedAnswers& answers);

// The two flavours.
std::unique_ptr<EchoServer> StartCallbackEcho(const CannedAnswers& answers);
std::unique_ptr<EchoServer> StartQueueEcho(const CannedAnswers& answers);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_ECHO_SERVER_H_
