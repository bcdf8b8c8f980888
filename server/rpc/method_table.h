// The methods of a gRPC service as a table: what each takes, whom it concerns,
// where it runs and who answers. Handlers are plain functions that a test
// calls without a server; one adaptor (grpc_service.h) parses, authorises,
// limits, counts, logs and converts errors for all of them.

#ifndef CIBLE_SERVER_RPC_METHOD_TABLE_H_
#define CIBLE_SERVER_RPC_METHOD_TABLE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/rpc/call_context.h"

namespace cible {

// Where a handler runs.
enum class Execution {
  // On the serving thread: some microseconds of work, and no store
  // (CallContext::may_block).
  kInline,
  kBlocking,  // On a store thread.
  kCompute,   // On a thread for arithmetic, behind the serving threads; may use the store.
  // A request of few KiB as kInline, where its handler may also find it too much and
  // return NotHere(); all others as kCompute.
  kInlineIfSmall,
  kScan,  // Reads all contacts: few of them at a time.
};

// What a server stream does next.
enum class StreamStep {
  kMessage,  // The response was filled; send it.
  kLater,    // Nothing yet; ask again soon.
  kEnd,      // Done.
};

// One open server stream: called for one message at a time.
class ResponseSource {
 public:
  virtual ~ResponseSource() = default;
  virtual absl::StatusOr<StreamStep> Next(const CallContext& call,
                                          google::protobuf::Message* response) = 0;
};

// One open bidirectional stream: every request gets one response, in order.
class StreamSession {
 public:
  virtual ~StreamSession() = default;
  virtual absl::Status Handle(const CallContext& call, const google::protobuf::Message& request,
                              google::protobuf::Message* response) = 0;
};

// The same with the messages' own types.
template <typename Response>
class ResponseSourceOf : public ResponseSource {
 public:
  virtual absl::StatusOr<StreamStep> NextMessage(const CallContext& call, Response* response) = 0;

 private:
  absl::StatusOr<StreamStep> Next(const CallContext& call,
                                  google::protobuf::Message* response) final {
    return NextMessage(call, static_cast<Response*>(response));
  }
};

template <typename Request, typename Response>
class StreamSessionOf : public StreamSession {
 public:
  virtual absl::Status HandleMessage(const CallContext& call, const Request& request,
                                     Response* response) = 0;

 private:
  absl::Status Handle(const CallContext& call, const google::protobuf::Message& request,
                      google::protobuf::Message* response) final {
    return HandleMessage(call, static_cast<const Request&>(request),
                         static_cast<Response*>(response));
  }
};

// Whom a service is for.
enum class ServedTo {
  kCallers,  // Authorised, limited and counted.
  // Whoever watches over the process: asked for no rights, and answered however
  // busy the server is, and while it stops.
  kOperators,
};

struct Method {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  Execution execution = Execution::kBlocking;
  ServedTo served_to = ServedTo::kCallers;
  const google::protobuf::Message* request_type = nullptr;
  const google::protobuf::Message* response_type = nullptr;
  // The resource name by which the call is authorised; null for methods of the
  // server as a whole.
  std::function<const std::string&(const google::protobuf::Message&)> resource;
  // One of these three.
  std::function<absl::Status(const CallContext&, const google::protobuf::Message&,
                             google::protobuf::Message*)>
      unary;
  std::function<absl::StatusOr<std::unique_ptr<ResponseSource>>(const CallContext&,
                                                                const google::protobuf::Message&)>
      open_source;
  std::function<std::unique_ptr<StreamSession>()> open_session;
};

// REQUIRES, for all that add a method: the service has it, with these message
// types and this kind of streaming.
class MethodTable {
 public:
  explicit MethodTable(const google::protobuf::ServiceDescriptor* service,
                       ServedTo served_to = ServedTo::kCallers)
      : service_(service), served_to_(served_to) {}

  // `resource` is a member function of the request that gives the resource
  // name, a callable, or nullptr. `handler` is
  // absl::Status(const CallContext&, const Request&, Response*).
  template <typename Request, typename Response, typename Resource, typename Handler>
  void Unary(const std::string& name, Execution execution, Resource resource, Handler handler) {
    Method& method = Add<Request, Response>(name, execution, resource);
    method.unary = [handler](const CallContext& call, const google::protobuf::Message& request,
                             google::protobuf::Message* response) {
      return handler(call, static_cast<const Request&>(request), static_cast<Response*>(response));
    };
  }

  // The same with a member function of `service`, which must outlive the table.
  template <typename Resource, typename Service, typename Request, typename Response>
  void Unary(const std::string& name, Execution execution, Resource resource, Service* service,
             absl::Status (Service::*handler)(const CallContext&, const Request&, Response*)) {
    Unary<Request, Response>(
        name, execution, resource,
        [service, handler](const CallContext& call, const Request& request, Response* response) {
          return (service->*handler)(call, request, response);
        });
  }

  // `open` is absl::StatusOr<std::unique_ptr<ResponseSource>>(const
  // CallContext&, const Request&).
  template <typename Request, typename Response, typename Resource, typename Open>
  void ServerStream(const std::string& name, Resource resource, Open open,
                    Execution execution = Execution::kBlocking) {
    Method& method = Add<Request, Response>(name, execution, resource);
    method.open_source = [open](const CallContext& call, const google::protobuf::Message& request) {
      return open(call, static_cast<const Request&>(request));
    };
  }

  // `open` is std::unique_ptr<StreamSession>(). The first request is the one
  // that names the resource. REQUIRES: not kInline.
  template <typename Request, typename Response, typename Resource, typename Open>
  void BidiStream(const std::string& name, Execution execution, Resource resource, Open open) {
    Add<Request, Response>(name, execution, resource).open_session = open;
  }

  const google::protobuf::ServiceDescriptor* service() const { return service_; }

  // By name. Every method of the service, once all are added.
  const std::map<std::string, Method>& methods() const { return methods_; }

 private:
  template <typename Request, typename Response, typename Resource>
  Method& Add(const std::string& name, Execution execution, Resource resource) {
    Method& method = methods_[name];
    method.descriptor = service_->FindMethodByName(name);
    method.execution = execution;
    method.served_to = served_to_;
    method.request_type = &Request::default_instance();
    method.response_type = &Response::default_instance();
    if constexpr (!std::is_null_pointer_v<Resource>) {
      method.resource = [resource](const google::protobuf::Message& request) -> const std::string& {
        return std::invoke(resource, static_cast<const Request&>(request));
      };
    }
    return method;
  }

  const google::protobuf::ServiceDescriptor* service_;
  ServedTo served_to_;
  std::map<std::string, Method> methods_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_METHOD_TABLE_H_
