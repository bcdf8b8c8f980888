// How calls of every kind are made: which channel, which metadata, which
// deadline, and what their errors become.

#ifndef CIBLE_CLIENTS_CPP_SERVER_CONNECTION_H_
#define CIBLE_CLIENTS_CPP_SERVER_CONNECTION_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/channel_pool.h"
#include "clients/cpp/client_options.h"
#include "clients/cpp/status.h"
#include "clients/cpp/stream_window.h"

namespace cible {

// Immutable, hence safe to share between threads.
class ServerConnection {
 public:
  ServerConnection(std::shared_ptr<const ChannelPool> pool, ClientOptions options)
      : pool_(std::move(pool)), options_(std::move(options)) {}

  // Over the same channels.
  std::shared_ptr<const ServerConnection> WithDeadline(std::chrono::milliseconds deadline) const {
    ClientOptions options = options_;
    options.deadline = deadline;
    return std::make_shared<ServerConnection>(pool_, std::move(options));
  }

  // A call with one answer.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request) const {
    grpc::ClientContext context;
    Prepare(context);
    context.set_deadline(std::chrono::system_clock::now() + options_.deadline);
    Response response;
    const grpc::Status status = (NextStub<Stub>().*method)(&context, request, &response);
    if (!status.ok()) return FromGrpc(status, {pool_->address(), options_.deadline});
    return response;
  }

  // A call with many answers; the sink says whether to go on.
  template <typename Stub, typename Request, typename Response>
  absl::Status Receive(std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(
                           grpc::ClientContext*, const Request&),
                       const Request& request,
                       const std::function<bool(const Response&)>& sink) const {
    grpc::ClientContext context;
    Prepare(context);
    const auto stream = (NextStub<Stub>().*method)(&context, request);
    Response response;
    while (stream->Read(&response)) {
      if (!sink(response)) context.TryCancel();
    }
    return StreamStatus(stream->Finish());
  }

  // A two-way stream. The calling thread writes, one more reads.
  template <typename Stub, typename Request, typename Response>
  absl::Status Exchange(std::unique_ptr<grpc::ClientReaderWriter<Request, Response>> (
                            Stub::*method)(grpc::ClientContext*),
                        const std::function<bool(Request*)>& next,
                        const std::function<bool(const Response&)>& answered) const {
    grpc::ClientContext context;
    Prepare(context);
    const auto stream = (NextStub<Stub>().*method)(&context);
    StreamWindow window(options_.stream_window);
    std::thread reader([&] {
      Response response;
      while (stream->Read(&response)) {
        if (!answered(response)) context.TryCancel();
        window.Leave();
      }
      window.Close();
    });
    Request request;
    while (window.Enter() && next(&request)) {
      if (!stream->Write(request)) break;
      request.Clear();
    }
    stream->WritesDone();
    reader.join();
    return StreamStatus(stream->Finish());
  }

  // For streams that are not run to their end in one call.
  template <typename Stub>
  Stub& NextStub() const {
    return pool_->Next().Of<Stub>();
  }
  void Prepare(grpc::ClientContext& context) const {
    if (!options_.actor.empty()) context.AddMetadata("cible-actor", options_.actor);
  }
  absl::Status StreamStatus(const grpc::Status& status) const {
    return FromGrpc(status, {pool_->address(), std::chrono::milliseconds(0)});
  }

 private:
  const std::shared_ptr<const ChannelPool> pool_;
  const ClientOptions options_;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_SERVER_CONNECTION_H_
