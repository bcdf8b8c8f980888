// StartQueueEcho, declared in echo_server.h: gRPC's asynchronous API, one
// completion queue polled by one thread.

#include <grpcpp/completion_queue.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>

#include <thread>

#include "cible/v1/persona_service.grpc.pb.h"
#include "cible/v1/segmentation_service.grpc.pb.h"
#include "clients/load/echo_server.h"

namespace cible::load {
namespace {

// Calls that may arrive at once without waiting to be accepted.
constexpr int kAwaitedCalls = 128;
constexpr int kAwaitedStreams = 16;

using Segmentations = v1::SegmentationService::WithAsyncMethod_AssignSegment<
    v1::SegmentationService::WithAsyncMethod_AssignSegments<
        v1::SegmentationService::WithAsyncMethod_StreamAssignments<
            v1::SegmentationService::Service>>>;
using Personas = v1::PersonaService::WithAsyncMethod_MatchLead<v1::PersonaService::Service>;

// What the queue hands back: the next step of a call.
class Step {
 public:
  virtual ~Step() = default;
  // `ok` as the queue says it.
  virtual void Go(bool ok) = 0;
};

// A unary call: awaited, answered, then awaited anew by another object.
// `Await(context, request, writer, tag)` posts it, `Answer(request)` answers.
template <typename Request, typename Response, typename Await, typename Answer>
class UnaryStep : public Step {
 public:
  UnaryStep(Await await, Answer answer) : await_(await), answer_(answer), writer_(&context_) {
    await_(&context_, &request_, &writer_, this);
  }

  void Go(bool ok) override {
    if (!ok || is_answered_) {
      delete this;
      return;
    }
    new UnaryStep(await_, answer_);
    is_answered_ = true;
    writer_.Finish(answer_(request_), grpc::Status::OK, this);
  }

 private:
  Await await_;
  Answer answer_;
  grpc::ServerContext context_;
  Request request_;
  grpc::ServerAsyncResponseWriter<Response> writer_;
  bool is_answered_ = false;
};

template <typename Request, typename Response, typename Await, typename Answer>
void AwaitUnary(Await await, Answer answer) {
  for (int i = 0; i < kAwaitedCalls; ++i) {
    new UnaryStep<Request, Response, Await, Answer>(await, answer);
  }
}

// A stream: reads a table, answers it, reads the next.
class StreamStep : public Step {
 public:
  StreamStep(Segmentations& service, grpc::ServerCompletionQueue& queue,
             const v1::AssignSegmentsResponse& answer)
      : service_(service), queue_(queue), answer_(answer), stream_(&context_) {
    service_.RequestStreamAssignments(&context_, &stream_, &queue_, &queue_, this);
  }

  void Go(bool ok) override {
    const State state = state_;
    if (state == State::kFinished || (state == State::kAwaited && !ok)) {
      delete this;
      return;
    }
    if (state == State::kAwaited) new StreamStep(service_, queue_, answer_);
    if (!ok) {
      state_ = State::kFinished;
      stream_.Finish(grpc::Status::OK, this);
    } else if (state == State::kReading) {
      state_ = State::kWriting;
      stream_.Write(answer_, this);
    } else {
      state_ = State::kReading;
      stream_.Read(&request_, this);
    }
  }

 private:
  enum class State { kAwaited, kReading, kWriting, kFinished };

  Segmentations& service_;
  grpc::ServerCompletionQueue& queue_;
  const v1::AssignSegmentsResponse& answer_;
  grpc::ServerContext context_;
  v1::AssignSegmentsRequest request_;
  grpc::ServerAsyncReaderWriter<v1::AssignSegmentsResponse, v1::AssignSegmentsRequest> stream_;
  State state_ = State::kAwaited;
};

class QueueEcho : public EchoServer {
 public:
  explicit QueueEcho(const CannedAnswers& answers) : answers_(answers) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.SetMaxReceiveMessageSize(-1);
    builder.RegisterService(&segmentations_);
    builder.RegisterService(&personas_);
    queue_ = builder.AddCompletionQueue();
    server_ = builder.BuildAndStart();
    if (server_ != nullptr) thread_ = std::thread([this] { Serve(); });
  }
  ~QueueEcho() override {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now());
    queue_->Shutdown();
    thread_.join();
  }

  int port() const override { return server_ == nullptr ? 0 : port_; }

 private:
  void Serve() {
    AwaitAll();
    void* tag;
    bool ok;
    while (queue_->Next(&tag, &ok)) static_cast<Step*>(tag)->Go(ok);
  }

  void AwaitAll() {
    AwaitUnary<v1::AssignSegmentRequest, v1::AssignSegmentResponse>(
        [this](auto* context, auto* request, auto* writer, void* tag) {
          segmentations_.RequestAssignSegment(context, request, writer, queue_.get(), queue_.get(),
                                              tag);
        },
        [this](const v1::AssignSegmentRequest& request) -> const v1::AssignSegmentResponse& {
          return answers_.To(request);
        });
    AwaitUnary<v1::AssignSegmentsRequest, v1::AssignSegmentsResponse>(
        [this](auto* context, auto* request, auto* writer, void* tag) {
          segmentations_.RequestAssignSegments(context, request, writer, queue_.get(), queue_.get(),
                                               tag);
        },
        [this](const v1::AssignSegmentsRequest& request) -> const v1::AssignSegmentsResponse& {
          return answers_.To(request);
        });
    AwaitUnary<v1::MatchLeadRequest, v1::MatchLeadResponse>(
        [this](auto* context, auto* request, auto* writer, void* tag) {
          personas_.RequestMatchLead(context, request, writer, queue_.get(), queue_.get(), tag);
        },
        [this](const v1::MatchLeadRequest&) -> const v1::MatchLeadResponse& {
          return answers_.match;
        });
    for (int i = 0; i < kAwaitedStreams; ++i) {
      new StreamStep(segmentations_, *queue_, answers_.stream);
    }
  }

  const CannedAnswers& answers_;
  Segmentations segmentations_;
  Personas personas_;
  int port_ = 0;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<EchoServer> StartQueueEcho(const CannedAnswers& answers) {
  return std::make_unique<QueueEcho>(answers);
}

}  // namespace cible::load
