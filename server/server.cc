#include "server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/privacy/retention.h"
#include "server/registry/model_registry.h"
#include "server/rpc/blocking_pool.h"
#include "server/rpc/grpc_service.h"
#include "server/security/authorizer.h"
#include "server/services/contact_dossier.h"
#include "server/services/contact_service.h"
#include "server/services/persona_service.h"
#include "server/services/segmentation_service.h"
#include "server/services/workspace_service.h"
#include "server/training/assignment_keeper.h"
#include "server/training/training_queue.h"

namespace cible {
namespace {

// As many single writes share an fsync: with 16, 64 callers wrote a quarter as fast.
constexpr int kStoreThreads = 64;
constexpr int kStoreQueue = 4096;
constexpr int kMaxMessageBytes = 16 << 20;
constexpr int kMaxStreamsPerConnection = 256;
constexpr int kMaxPort = 65'535;
constexpr int kHandshakeTimeoutMs = 10'000;
// How long callers are told that the server stops before connections close.
// What arrives after that, gRPC answers with a bare CANCELLED.
constexpr auto kLastRefusals = std::chrono::milliseconds(100);
// For the last answers to leave. No longer: closing a connection waits for its
// other side, and an idle gRPC client looks up only every 5 s.
constexpr auto kLastAnswers = std::chrono::milliseconds(500);
constexpr auto kHeartbeat = std::chrono::milliseconds(300);

// Keeps one of gRPC's polling threads awake: two that sleep at once delay the
// next call by up to 100 ms (gRPC 1.51, completion_queue_cc.cc), and they fall
// asleep only after 0.9 s without an event. Any call wakes one; a call to a
// method that does not exist costs least.
class Heartbeat {
 public:
  explicit Heartbeat(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(channel), thread_([this](std::stop_token stop) { Beat(stop); }) {}

 private:
  void Beat(std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, kHeartbeat, [&] { return stop.stop_requested(); })) Call();
  }

  void Call() {
    grpc::CompletionQueue queue;
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    grpc::Status status;
    context.set_deadline(std::chrono::system_clock::now() + kHeartbeat);
    const auto call = stub_.PrepareUnaryCall(&context, "/cible/Heartbeat", {}, &queue);
    call->StartCall();
    call->Finish(&response, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
  }

  grpc::GenericStub stub_;
  std::jthread thread_;  // Last: it uses the stub.
};

bool IsLoopback(absl::string_view address) {
  return absl::StartsWith(address, "127.") || absl::StartsWith(address, "localhost:") ||
         absl::StartsWith(address, "[::1]") || absl::StartsWith(address, "unix:");
}

void Configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.SetMaxSendMessageSize(kMaxMessageBytes);
  // Two servers on one port would silently share its traffic.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, kHandshakeTimeoutMs);
  // gRPC inflates a message before it looks at its size.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
}

class RunningServer : public Server {
 public:
  RunningServer(const ServerOptions& options, std::unique_ptr<Store> store)
      : options_(options),
        store_(std::move(store)),
        registry_(*store_),
        keeper_(*store_, registry_, *options.clock),
        retention_(*store_, *options.clock),
        pool_(std::make_unique<BlockingPool>(kStoreThreads, kStoreQueue)),
        environment_{.clock = *options.clock, .authorizer = authorizer_, .pool = *pool_} {}

  ~RunningServer() override { Shutdown(std::chrono::milliseconds(0)); }

  absl::Status Start();
  void Drain() override;
  void Shutdown(std::chrono::milliseconds grace) override;
  std::shared_ptr<grpc::Channel> InProcessChannel() override {
    return grpc_server_->InProcessChannel(grpc::ChannelArguments());
  }
  std::string address() const override { return address_; }

 private:
  void AddServices(grpc::ServerBuilder& builder);
  template <typename Handlers>
  void AddService(Handlers& handlers, const google::protobuf::FileDescriptor* file,
                  grpc::ServerBuilder& builder);
  absl::Status Listen(grpc::ServerBuilder& builder);
  bool LetCallsEnd(std::chrono::milliseconds grace);
  void SayServing();

  const ServerOptions options_;
  const std::unique_ptr<Store> store_;
  ModelRegistry registry_;
  AssignmentKeeper keeper_;
  RetentionRule retention_;
  AllowAll authorizer_;
  std::unique_ptr<BlockingPool> pool_;
  RpcEnvironment environment_;
  std::unique_ptr<TrainingQueue> queue_;
  std::unique_ptr<WorkspaceService> workspaces_;
  std::unique_ptr<ContactService> contacts_;
  std::unique_ptr<SegmentationService> segmentations_;
  std::unique_ptr<PersonaService> personas_;
  std::vector<std::unique_ptr<grpc::Service>> grpc_services_;
  std::unique_ptr<grpc::Server> grpc_server_;
  std::unique_ptr<Heartbeat> heartbeat_;
  std::jthread keep_up_;
  std::jthread keep_retention_;
  std::string address_;
};

absl::Status RunningServer::Start() {
  const Timestamp now = options_.clock->Now();
  if (absl::Status status = EnsureDefaultWorkspace(*store_, now); !status.ok()) return status;
  if (absl::Status status = registry_.LoadAll(); !status.ok()) return status;
  auto queue = TrainingQueue::Open(*store_, registry_, keeper_, *options_.clock);
  if (!queue.ok()) return queue.status();
  queue_ = *std::move(queue);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  Configure(builder);
  AddServices(builder);
  if (absl::Status status = Listen(builder); !status.ok()) return status;
  SayServing();
  heartbeat_ = std::make_unique<Heartbeat>(InProcessChannel());
  keep_up_ = std::jthread([this](std::stop_token stop) { keeper_.KeepUp(stop); });
  keep_retention_ = std::jthread([this](std::stop_token stop) { retention_.KeepRunning(stop); });
  return absl::OkStatus();
}

void RunningServer::AddServices(grpc::ServerBuilder& builder) {
  workspaces_ = std::make_unique<WorkspaceService>(*store_, *options_.clock,
                                                   [this] { keeper_.CatchUpSoon(); });
  contacts_ = std::make_unique<ContactService>(
      *store_, *options_.clock,
      [this](const std::string& workspace, absl::Span<const std::string> ids) {
        return keeper_.AssignContacts(workspace, ids);
      },
      [this](const std::string& workspace, const std::string& id, v1::ContactDossier* dossier) {
        return ExplainAssignments(*store_, registry_, options_.clock->Now(), workspace, id,
                                  dossier);
      },
      [this](const std::string& workspace) { registry_.ReadPersonasAgain(workspace); });
  segmentations_ = std::make_unique<SegmentationService>(*store_, registry_, *queue_, keeper_);
  personas_ = std::make_unique<PersonaService>(*store_, registry_);
  AddService(*workspaces_, v1::GetWorkspaceRequest::descriptor()->file(), builder);
  AddService(*contacts_, v1::GetContactRequest::descriptor()->file(), builder);
  AddService(*segmentations_, v1::GetModelRequest::descriptor()->file(), builder);
  AddService(*personas_, v1::GetPersonaRequest::descriptor()->file(), builder);
}

// The one service of the file.
template <typename Handlers>
void RunningServer::AddService(Handlers& handlers, const google::protobuf::FileDescriptor* file,
                               grpc::ServerBuilder& builder) {
  MethodTable table(file->service(0));
  handlers.Register(table);
  grpc_services_.push_back(MakeGrpcService(std::move(table), environment_));
  builder.RegisterService(grpc_services_.back().get());
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

absl::Status RunningServer::Listen(grpc::ServerBuilder& builder) {
  int port = 0;
  if (!options_.listen.empty()) {
    builder.AddListeningPort(options_.listen, grpc::InsecureServerCredentials(), &port);
  }
  grpc_server_ = builder.BuildAndStart();
  if (grpc_server_ == nullptr || (port == 0 && !options_.listen.empty())) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options_.listen,
                     "; is it in use by another server, or not of this machine? Choose another "
                     "--listen, or stop the other server"));
  }
  if (options_.listen.empty()) return absl::OkStatus();
  absl::string_view host = options_.listen;
  host = host.substr(0, host.rfind(':'));
  address_ = absl::StartsWith(host, "unix") ? options_.listen : absl::StrCat(host, ":", port);
  if (!IsLoopback(options_.listen)) {
    spdlog::warn(
        "listening on {} without encryption or authentication: whoever reaches it can read and "
        "change every contact. Listen on a loopback address, or put it behind a proxy that checks "
        "its callers",
        options_.listen);
  }
  return absl::OkStatus();
}

// Health of each service, beside that of the server as a whole.
void RunningServer::SayServing() {
  for (const char* service : {"Workspace", "Contact", "Segmentation", "Persona"}) {
    grpc_server_->GetHealthCheckService()->SetServingStatus(
        absl::StrCat("cible.v1.", service, "Service"), true);
  }
}

void RunningServer::Drain() { grpc_server_->GetHealthCheckService()->SetServingStatus(false); }

// Takes no more calls; whether all have ended within the grace.
bool RunningServer::LetCallsEnd(std::chrono::milliseconds grace) {
  const auto deadline = std::chrono::steady_clock::now() + grace;
  environment_.stopping = true;
  if (!address_.empty()) std::this_thread::sleep_for(std::min(kLastRefusals, grace));
  while (environment_.in_flight > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return environment_.in_flight == 0;
}

void RunningServer::Shutdown(std::chrono::milliseconds grace) {
  keep_up_.request_stop();
  keeper_.Stop();
  keep_retention_.request_stop();
  retention_.Stop();
  if (grpc_server_ != nullptr) {
    Drain();
    queue_->Stop();  // First, so that those who watch a run see its end.
    const bool all_ended = LetCallsEnd(grace);
    heartbeat_.reset();
    grpc_server_->Shutdown(std::chrono::system_clock::now() +
                           (all_ended ? std::min(kLastAnswers, grace) : grace.zero()));
    grpc_server_.reset();
  }
  pool_.reset();  // Its last tasks use what is destroyed after this.
  if (keep_up_.joinable()) keep_up_.join();
  if (keep_retention_.joinable()) keep_retention_.join();
  queue_.reset();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options) {
  if (absl::Status status = CheckAddress(options.listen); !status.ok()) return status;
  auto store = OpenSqliteStore(options.data_dir, options.durability);
  if (!store.ok()) return store.status();
  auto server = std::make_unique<RunningServer>(options, *std::move(store));
  if (absl::Status status = server->Start(); !status.ok()) return status;
  return server;
}

}  // namespace cible
