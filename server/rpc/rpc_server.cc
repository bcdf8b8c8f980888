#include "server/rpc/rpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "grpc/health/v1/health.pb.h"
#include "server/rpc/grpc_service.h"
#include "server/rpc/health_service.h"
#include "server/rpc/rpc_environment.h"
#include "server/rpc/serving_thread.h"

namespace cible {
namespace {

// As many single writes share an fsync: with 16, 64 callers wrote a quarter as fast.
constexpr int kStoreThreads = 64;
constexpr int kComputeQueue = 1024;
// Each reads every contact, which takes seconds where there are a million.
constexpr TaskPoolOptions kScans{.thread_count = 2,
                                 .queue_limit = 16,
                                 .niceness = 10,
                                 .patience = std::chrono::milliseconds(10'000)};
// Lets serving threads go first. Training is at 5: while it has all cores, tables have a
// quarter of them.
constexpr int kComputeNiceness = 10;
constexpr int kMaxMessageBytes = 16 << 20;
// Calls of one connection that may wait to be read: what comes on top waits with
// the client.
constexpr int kMaxStreamsPerConnection = 256;
constexpr int kMaxPort = 65'535;
constexpr int kHandshakeTimeoutMs = 10'000;
// Half of what our own clients do.
constexpr int kShortestPingIntervalMs = 30'000;
// A connection whose other side is gone is noticed after these two.
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// How long callers are told that the server stops before connections close.
// What arrives after that, gRPC answers with a bare CANCELLED.
constexpr auto kLastRefusals = std::chrono::milliseconds(100);
// For the last answers to leave. No longer: closing a connection waits for its
// other side, and an idle gRPC client looks up only every 5 s.
constexpr auto kLastAnswers = std::chrono::milliseconds(500);
constexpr auto kLookAgain = std::chrono::milliseconds(5);

int CoreCount() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

int ServingThreadsOf(const RpcServerOptions& options) {
  return options.serving_threads > 0 ? options.serving_threads : std::max(1, CoreCount() / 2);
}

int ComputeThreadsOf(const RpcServerOptions& options) {
  return options.compute_threads > 0 ? options.compute_threads : CoreCount();
}

bool IsLoopback(absl::string_view address) {
  return absl::StartsWith(address, "127.") || absl::StartsWith(address, "localhost:") ||
         absl::StartsWith(address, "[::1]") || absl::StartsWith(address, "unix:");
}

// gRPC takes the port modulo 65,536.
absl::Status CheckAddress(absl::string_view address) {
  if (address.empty() || absl::StartsWith(address, "unix:")) return absl::OkStatus();
  const std::size_t colon = address.rfind(':');
  int port = 0;
  if (colon != absl::string_view::npos && colon > 0 &&
      absl::SimpleAtoi(address.substr(colon + 1), &port) && port >= 0 && port <= kMaxPort) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", address,
      "\" is no address to listen on; give HOST:PORT with a port from 0 to 65535, e.g. "
      "127.0.0.1:50151"));
}

void Configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  // Two servers on one port would silently share its traffic.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kShortestPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // gRPC inflates a message before it looks at its size.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
}

}  // namespace

struct RpcServer::Parts {
  Parts(const RpcServerOptions& given, const Clock& clock, const Authorizer& authorizer)
      : options(given),
        admission(given.limits),
        store_threads(std::make_unique<TaskPool>(TaskPoolOptions{.thread_count = kStoreThreads})),
        compute_threads(
            std::make_unique<TaskPool>(TaskPoolOptions{.thread_count = ComputeThreadsOf(given),
                                                       .queue_limit = kComputeQueue,
                                                       .niceness = kComputeNiceness})),
        scan_threads(std::make_unique<TaskPool>(kScans)),
        environment{clock, authorizer, admission, *store_threads, *compute_threads, *scan_threads} {
  }

  void AddHealth(std::vector<MethodTable>& tables);
  absl::Status Listen(const std::string& listen, grpc::ServerBuilder& builder);
  bool LetCallsEnd(std::chrono::milliseconds grace);

  const RpcServerOptions options;
  Admission admission;
  std::unique_ptr<TaskPool> store_threads;
  std::unique_ptr<TaskPool> compute_threads;
  std::unique_ptr<TaskPool> scan_threads;
  RpcEnvironment environment;
  std::optional<HealthService> health;
  std::vector<std::unique_ptr<ServingThread>> threads;
  std::vector<std::unique_ptr<GrpcService>> services;
  std::unique_ptr<grpc::Server> server;
  std::string address;
};

void RpcServer::Parts::AddHealth(std::vector<MethodTable>& tables) {
  std::set<std::string> names;
  for (const MethodTable& table : tables) names.insert(table.service()->full_name());
  health.emplace(std::move(names));
  tables.emplace_back(grpc::health::v1::HealthCheckRequest::descriptor()->file()->service(0),
                      ServedTo::kOperators);
  health->Register(tables.back());
}

absl::Status RpcServer::Parts::Listen(const std::string& listen, grpc::ServerBuilder& builder) {
  int port = 0;
  if (!listen.empty()) {
    builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port);
  }
  server = builder.BuildAndStart();
  if (server == nullptr || (port == 0 && !listen.empty())) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", listen,
                     "; is it in use by another server, or not of this machine? Choose another "
                     "--listen, or stop the other server"));
  }
  if (listen.empty()) return absl::OkStatus();
  absl::string_view host = listen;
  host = host.substr(0, host.rfind(':'));
  address = absl::StartsWith(host, "unix") ? listen : absl::StrCat(host, ":", port);
  if (!IsLoopback(listen)) {
    spdlog::warn(
        "listening on {} without encryption or authentication: whoever reaches it can read and "
        "change every contact. Listen on a loopback address, or put it behind a proxy that checks "
        "its callers",
        listen);
  }
  return absl::OkStatus();
}

// Takes no more calls; whether all have ended within the grace.
bool RpcServer::Parts::LetCallsEnd(std::chrono::milliseconds grace) {
  const auto deadline = std::chrono::steady_clock::now() + grace;
  admission.Stop();
  if (!address.empty()) std::this_thread::sleep_for(std::min(kLastRefusals, grace));
  while (admission.calls() > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kLookAgain);
  }
  return admission.calls() == 0;
}

RpcServer::RpcServer(const RpcServerOptions& options, const Clock& clock,
                     const Authorizer& authorizer)
    : parts_(std::make_unique<Parts>(options, clock, authorizer)) {}

RpcServer::~RpcServer() { Shutdown(std::chrono::milliseconds(0)); }

absl::Status RpcServer::Start(const std::string& listen, std::vector<MethodTable> tables) {
  if (absl::Status status = CheckAddress(listen); !status.ok()) return status;
  parts_->AddHealth(tables);
  grpc::EnableDefaultHealthCheckService(false);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  Configure(builder);
  for (MethodTable& table : tables) {
    parts_->services.push_back(
        std::make_unique<GrpcService>(std::move(table), parts_->environment));
    builder.RegisterService(parts_->services.back().get());
  }
  for (int i = 0; i < ServingThreadsOf(parts_->options); ++i) {
    parts_->threads.push_back(std::make_unique<ServingThread>(builder.AddCompletionQueue()));
  }
  if (absl::Status status = parts_->Listen(listen, builder); !status.ok()) return status;
  for (const auto& thread : parts_->threads) {
    for (const auto& service : parts_->services) service->AskForCalls(thread->queue());
    thread->Start();
  }
  return absl::OkStatus();
}

void RpcServer::Drain() {
  if (parts_->health) parts_->health->SayStopping();
}

void RpcServer::Shutdown(std::chrono::milliseconds grace) {
  if (parts_->server != nullptr) {
    Drain();
    const bool all_ended = parts_->LetCallsEnd(grace);
    parts_->health->EndWatches();
    parts_->server->Shutdown(std::chrono::system_clock::now() +
                             (all_ended ? std::min(kLastAnswers, grace) : grace.zero()));
    // A call that came at the last moment would begin on a queue that is shut down,
    // which gRPC answers with an abort.
    for (const auto& thread : parts_->threads) thread->HandOutWhatCame();
    // Handlers that did not look up from their work still end it.
    while (parts_->admission.all_calls() > 0) std::this_thread::sleep_for(kLookAgain);
  }
  for (const auto& thread : parts_->threads) thread->Stop();
  parts_->server.reset();
  parts_->scan_threads.reset();
  parts_->compute_threads.reset();
  parts_->store_threads.reset();
}

std::shared_ptr<grpc::Channel> RpcServer::InProcessChannel() {
  return parts_->server->InProcessChannel(grpc::ChannelArguments());
}

const std::string& RpcServer::address() const { return parts_->address; }

}  // namespace cible
