#include "server/server.h"

#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/lifecycle/lifecycle_keeper.h"
#include "server/privacy/retention.h"
#include "server/registry/model_registry.h"
#include "server/registry/stored_observations.h"
#include "server/rpc/rpc_server.h"
#include "server/security/authorizer.h"
#include "server/services/contact_dossier.h"
#include "server/services/contact_service.h"
#include "server/services/derived_attributes.h"
#include "server/services/lifecycle_service.h"
#include "server/services/persona_service.h"
#include "server/services/segmentation_service.h"
#include "server/services/workspace_service.h"
#include "server/training/assignment_keeper.h"
#include "server/training/day_turn.h"
#include "server/training/training_queue.h"
#include "server/wire/behaviour_store.h"

namespace cible {
namespace {

// Of contacts asked for by name; some 2 KiB each.
constexpr std::size_t kKeptObservations = 10'000;

class RunningServer : public Server {
 public:
  RunningServer(const ServerOptions& options, std::unique_ptr<Store> store)
      : options_(options),
        store_(std::make_unique<WatchedStore>(std::move(store))),
        observations_(*store_, kKeptObservations),
        registry_(*store_),
        keeper_(*store_, registry_, *options.clock),
        day_turn_(*store_, registry_, keeper_, *options.clock),
        lifecycle_keeper_(*store_, registry_, *options.clock),
        retention_(*store_, *options.clock, [this] { keeper_.CatchUpSoon(); }),
        rpc_(std::make_unique<RpcServer>(options.rpc, *options.clock, authorizer_)) {}

  ~RunningServer() override { Shutdown(std::chrono::milliseconds(0)); }

  absl::Status Start();
  void Drain() override { rpc_->Drain(); }
  void Shutdown(std::chrono::milliseconds grace) override;
  std::shared_ptr<grpc::Channel> InProcessChannel() override { return rpc_->InProcessChannel(); }
  std::string address() const override { return rpc_->address(); }

 private:
  void MakeServices();
  std::vector<MethodTable> Tables();
  std::function<absl::Status(const std::string& workspace)> CatchUpLifecycles() {
    return [this](const std::string& workspace) { return lifecycle_keeper_.CatchUp(workspace); };
  }

  const ServerOptions options_;
  const std::unique_ptr<WatchedStore> store_;
  StoredObservations observations_;
  ModelRegistry registry_;
  AssignmentKeeper keeper_;
  DayTurn day_turn_;
  LifecycleKeeper lifecycle_keeper_;
  RetentionRule retention_;
  AllowAll authorizer_;
  std::unique_ptr<TrainingQueue> queue_;
  std::unique_ptr<WorkspaceService> workspaces_;
  std::unique_ptr<ContactService> contacts_;
  std::unique_ptr<SegmentationService> segmentations_;
  std::unique_ptr<PersonaService> personas_;
  std::unique_ptr<LifecycleService> lifecycles_;
  std::unique_ptr<RpcServer> rpc_;
  std::jthread keep_up_;
  std::jthread turn_days_;
  std::jthread keep_lifecycles_;
  std::jthread keep_retention_;
};

absl::Status RunningServer::Start() {
  const Timestamp now = options_.clock->Now();
  if (absl::Status status = EnsureDefaultWorkspace(*store_, now); !status.ok()) return status;
  if (absl::Status status = KeepBehaviourRules(*store_, now); !status.ok()) return status;
  if (absl::Status status = KeepDerivedAttributes(*store_, *options_.clock); !status.ok()) {
    return status;
  }
  if (absl::Status status = registry_.LoadAll(); !status.ok()) return status;
  auto queue =
      TrainingQueue::Open(*store_, registry_, keeper_, *options_.clock, CatchUpLifecycles());
  if (!queue.ok()) return queue.status();
  queue_ = *std::move(queue);
  MakeServices();
  if (absl::Status status = rpc_->Start(options_.listen, Tables()); !status.ok()) return status;
  keep_up_ = std::jthread([this](std::stop_token stop) { keeper_.KeepUp(stop); });
  turn_days_ = std::jthread([this](std::stop_token stop) { day_turn_.KeepTurning(stop); });
  keep_lifecycles_ = std::jthread([this](std::stop_token stop) { lifecycle_keeper_.KeepUp(stop); });
  keep_retention_ = std::jthread([this](std::stop_token stop) { retention_.KeepRunning(stop); });
  return absl::OkStatus();
}

void RunningServer::MakeServices() {
  workspaces_ = std::make_unique<WorkspaceService>(
      *store_, *options_.clock, [this] { keeper_.CatchUpSoon(); },
      [this](const std::string& workspace) { registry_.ReadAgain(workspace); });
  contacts_ = std::make_unique<ContactService>(
      *store_, *options_.clock,
      [this](const std::string& workspace, absl::Span<const std::string> ids) {
        return keeper_.AssignContacts(workspace, ids);
      },
      [this](const std::string& workspace, const std::string& id, v1::ContactDossier* dossier) {
        return ExplainAssignments(observations_, registry_, options_.clock->Now(), workspace, id,
                                  dossier);
      },
      [this](const std::string& workspace) { registry_.ReadAgain(workspace); }, CatchUpLifecycles(),
      [this](const ResourceName& contact, Language language, v1::ContactDossier* dossier) {
        return TellLifecycle(*store_, lifecycle_keeper_, contact, language, dossier);
      });
  segmentations_ = std::make_unique<SegmentationService>(observations_, registry_, *queue_, keeper_,
                                                         CatchUpLifecycles());
  personas_ = std::make_unique<PersonaService>(observations_, registry_);
  lifecycles_ =
      std::make_unique<LifecycleService>(*store_, *options_.clock, registry_, lifecycle_keeper_);
}

// A service and its handlers by the one service of a file.
template <typename Handlers>
MethodTable TableOf(Handlers& handlers, const google::protobuf::Descriptor* message) {
  MethodTable table(message->file()->service(0));
  handlers.Register(table);
  return table;
}

std::vector<MethodTable> RunningServer::Tables() {
  return {TableOf(*workspaces_, v1::GetWorkspaceRequest::descriptor()),
          TableOf(*contacts_, v1::GetContactRequest::descriptor()),
          TableOf(*segmentations_, v1::GetModelRequest::descriptor()),
          TableOf(*personas_, v1::GetPersonaRequest::descriptor()),
          TableOf(*lifecycles_, v1::GetPolicyRequest::descriptor())};
}

void RunningServer::Shutdown(std::chrono::milliseconds grace) {
  keep_up_.request_stop();
  turn_days_.request_stop();
  keeper_.Stop();
  keep_lifecycles_.request_stop();
  lifecycle_keeper_.Stop();
  keep_retention_.request_stop();
  retention_.Stop();
  if (queue_ != nullptr) {
    rpc_->Drain();
    queue_->Stop();  // First, so that those who watch a run see its end.
  }
  rpc_->Shutdown(grace);
  if (keep_up_.joinable()) keep_up_.join();
  if (turn_days_.joinable()) turn_days_.join();
  if (keep_lifecycles_.joinable()) keep_lifecycles_.join();
  if (keep_retention_.joinable()) keep_retention_.join();
  queue_.reset();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options) {
  auto store = OpenSqliteStore(options.data_dir, options.durability);
  if (!store.ok()) return store.status();
  auto server = std::make_unique<RunningServer>(options, *std::move(store));
  if (absl::Status status = server->Start(); !status.ok()) return status;
  return server;
}

}  // namespace cible
