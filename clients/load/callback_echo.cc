// StartCallbackEcho, declared in echo_server.h: gRPC's callback API with default
// reactors.

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "cible/v1/persona_service.grpc.pb.h"
#include "cible/v1/segmentation_service.grpc.pb.h"
#include "clients/load/echo_server.h"

namespace cible::load {
namespace {

// Reads a table, answers it, reads the next.
class StreamReactor
    : public grpc::ServerBidiReactor<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse> {
 public:
  explicit StreamReactor(const v1::AssignSegmentsResponse& answer) : answer_(answer) {
    StartRead(&request_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_ = answer_;
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

  const v1::AssignSegmentsResponse& answer_;
  v1::AssignSegmentsRequest request_;
  v1::AssignSegmentsResponse response_;
};

class Segmentations : public v1::SegmentationService::CallbackService {
 public:
  explicit Segmentations(const CannedAnswers& answers) : answers_(answers) {}

  grpc::ServerUnaryReactor* AssignSegment(grpc::CallbackServerContext* context,
                                          const v1::AssignSegmentRequest* request,
                                          v1::AssignSegmentResponse* response) override {
    *response = answers_.To(*request);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerUnaryReactor* AssignSegments(grpc::CallbackServerContext* context,
                                           const v1::AssignSegmentsRequest* request,
                                           v1::AssignSegmentsResponse* response) override {
    *response = answers_.To(*request);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerBidiReactor<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse>* StreamAssignments(
      grpc::CallbackServerContext*) override {
    return new StreamReactor(answers_.stream);
  }

 private:
  const CannedAnswers& answers_;
};

class Personas : public v1::PersonaService::CallbackService {
 public:
  explicit Personas(const CannedAnswers& answers) : answers_(answers) {}

  grpc::ServerUnaryReactor* MatchLead(grpc::CallbackServerContext* context,
                                      const v1::MatchLeadRequest*,
                                      v1::MatchLeadResponse* response) override {
    *response = answers_.match;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const CannedAnswers& answers_;
};

class CallbackEcho : public EchoServer {
 public:
  explicit CallbackEcho(const CannedAnswers& answers)
      : segmentations_(answers), personas_(answers) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.SetMaxReceiveMessageSize(-1);
    builder.RegisterService(&segmentations_);
    builder.RegisterService(&personas_);
    server_ = builder.BuildAndStart();
  }
  ~CallbackEcho() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
  }

  int port() const override { return server_ == nullptr ? 0 : port_; }

 private:
  Segmentations segmentations_;
  Personas personas_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

std::unique_ptr<EchoServer> StartCallbackEcho(const CannedAnswers& answers) {
  return std::make_unique<CallbackEcho>(answers);
}

}  // namespace cible::load
