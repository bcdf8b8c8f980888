#include "server/rpc/grpc_service.h"

#include <grpcpp/impl/rpc_service_method.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rpc/stream_call.h"

namespace cible {
namespace {

// Calls asked for ahead. With fewer, gRPC puts some that arrive together on a
// slower path; with more, their memory is cold when its turn comes (128: 2.6 % fewer
// calls a second).
constexpr int kAwaitedInlineCalls = 32;
constexpr int kAwaitedCalls = 8;
constexpr int kAwaitedStreams = 2;

// How gRPC hands the calls of a method over: see unary_call.h and the like.
grpc::internal::RpcMethod::RpcType RpcType(const Method& method) {
  if (method.open_session) return grpc::internal::RpcMethod::BIDI_STREAMING;
  if (!method.unary) return grpc::internal::RpcMethod::SERVER_STREAMING;
  return method.execution == Execution::kInline ? grpc::internal::RpcMethod::NORMAL_RPC
                                                : grpc::internal::RpcMethod::BIDI_STREAMING;
}

}  // namespace

GrpcService::GrpcService(MethodTable table, RpcEnvironment& environment)
    : table_(std::move(table)), environment_(environment) {
  paths_.reserve(static_cast<std::size_t>(table_.service()->method_count()));
  for (int i = 0; i < table_.service()->method_count(); ++i) Register(i);
}

const Method& GrpcService::method(int index) const {
  return table_.methods().at(table_.service()->method(index)->name());
}

void GrpcService::Register(int index) {
  const google::protobuf::MethodDescriptor* descriptor = table_.service()->method(index);
  if (table_.methods().count(descriptor->name()) == 0) {
    std::fprintf(stderr, "no handler for %s\n", descriptor->full_name().c_str());
    std::abort();
  }
  paths_.push_back(absl::StrCat("/", table_.service()->full_name(), "/", descriptor->name()));
  AddMethod(
      new grpc::internal::RpcServiceMethod(paths_.back().c_str(), RpcType(method(index)), nullptr));
  MarkMethodRaw(index);
}

void GrpcService::AskForCalls(grpc::ServerCompletionQueue& queue) {
  for (int index = 0; index < table_.service()->method_count(); ++index) {
    const Port port{method(index), index, *this, queue, environment_};
    if (!port.method.unary) {
      const auto ask = port.method.open_session ? &AskForSession : &AskForServerStream;
      for (int i = 0; i < kAwaitedStreams; ++i) ask(port);
      continue;
    }
    unary_ports_.push_back(std::make_unique<UnaryPort>(port));
    const bool is_inline = port.method.execution == Execution::kInline;
    for (int i = 0; i < (is_inline ? kAwaitedInlineCalls : kAwaitedCalls); ++i) {
      unary_ports_.back()->AskForCall();
    }
  }
}

}  // namespace cible
