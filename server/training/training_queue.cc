#include "server/training/training_queue.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cible/storage/v1/resources.pb.h"
#include "segmentation/clustering/worker_pool.h"
#include "server/rpc/status.h"
#include "server/rpc/thread_scheduling.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"
#include "server/training/trainer.h"
#include "server/training/training_request.h"
#include "server/wire/choice_wire.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

using storage::v1::StoredSegmentation;
using storage::v1::StoredTrainingRun;

constexpr std::size_t kMaxWaiting = 100;
constexpr int kMaxRuns = 1'000'000;
constexpr int kTrainingNiceness = 5;  // Serving comes first.
// How long a run whose end could not be stored waits for the next attempt.
constexpr auto kStoreAgain = std::chrono::seconds(1);
constexpr char kStopping[] = "the server is stopping; train again later";

ResourceKey KeyOf(const ResourceName& run) {
  return TrainingRunKey(run.workspace, run.segmentation, run.id);
}

struct Job {
  TrainingPlan plan;
  v1::TrainingRun run;  // Guarded by the queue's mutex.
  std::stop_source stop;
};

class Queue : public TrainingQueue {
 public:
  Queue(Store& store, ModelRegistry& registry, AssignmentKeeper& keeper, const Clock& clock,
        CatchUpFn catch_up)
      : store_(store),
        registry_(registry),
        keeper_(keeper),
        clock_(clock),
        catch_up_(std::move(catch_up)) {}

  ~Queue() override { Stop(); }

  void Stop() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const auto& [name, job] : jobs_) job->stop.request_stop();
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start();
  absl::StatusOr<v1::TrainingRun> Submit(const v1::TrainModelRequest& request,
                                         const std::string& principal) override;
  absl::StatusOr<v1::TrainingRun> Get(const ResourceName& run) override;
  absl::StatusOr<v1::TrainingRun> Cancel(const ResourceName& run) override;
  bool IsTraining(const ResourceName& segmentation) override;

 private:
  absl::Status EndInterruptedRuns();
  absl::StatusOr<v1::TrainingRun> CreateRun(TrainingPlan& plan, const std::string& principal);
  void Work();
  v1::TrainingRun Perform(Job& job, WorkerPool& pool);
  absl::Status TrainAndActivate(Job& job, WorkerPool& pool);
  void Update(Job& job, const std::function<void(v1::TrainingRun&)>& change);
  absl::Status Save(const Job& job, const v1::TrainingRun& run);
  void End(const std::shared_ptr<Job>& job, const v1::TrainingRun& ended);
  void EndUnstored();
  std::shared_ptr<Job> NextJob();

  Store& store_;
  ModelRegistry& registry_;
  AssignmentKeeper& keeper_;
  const Clock& clock_;
  const CatchUpFn catch_up_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> waiting_;
  // By run name: those whose end is not stored.
  std::map<std::string, std::shared_ptr<Job>> jobs_;
  bool stopping_ = false;
  // Runs that ended while the store could not be written. Of the thread alone.
  std::vector<std::shared_ptr<Job>> unstored_;
  std::thread thread_;
};

absl::Status Queue::Start() {
  if (absl::Status status = EndInterruptedRuns(); !status.ok()) return status;
  thread_ = std::thread([this] { Work(); });
  return absl::OkStatus();
}

absl::Status Queue::EndInterruptedRuns() {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto segmentations = (*snapshot)->List("", "segmentations", "", "", kMaxRuns);
  if (!segmentations.ok()) return segmentations.status();
  WriteBatch batch{.operations = {}, .time = clock_.Now()};
  for (const Resource& segmentation : *segmentations) {
    const auto runs = (*snapshot)->List(segmentation.key.workspace, "trainingRuns",
                                        segmentation.key.id, "", kMaxRuns);
    if (!runs.ok()) return runs.status();
    for (const Resource& resource : *runs) {
      StoredTrainingRun stored;
      if (!stored.ParseFromString(resource.body) || HasEnded(stored.run())) continue;
      stored.mutable_run()->set_state(v1::TRAINING_RUN_STATE_FAILED);
      *stored.mutable_run()->mutable_error() =
          ToRpcStatus(absl::AbortedError("the server stopped during the training; train again"));
      TimestampToProto(batch.time, stored.mutable_run()->mutable_end_time());
      batch.operations.push_back(
          PutResource{resource.key, stored.SerializeAsString(), std::nullopt});
    }
  }
  if (batch.operations.empty()) return absl::OkStatus();
  return store_.Commit(std::move(batch)).status();
}

// Numbers the run and stores it as pending.
absl::StatusOr<v1::TrainingRun> Queue::CreateRun(TrainingPlan& plan, const std::string& principal) {
  const Timestamp now = clock_.Now();
  StoredTrainingRun created;
  v1::TrainingRun& run = *created.mutable_run();
  run.set_state(v1::TRAINING_RUN_STATE_PENDING);
  run.set_step("waiting");
  TimestampToProto(now, run.mutable_create_time());
  const absl::Status status = ChangeStored<StoredSegmentation>(
      store_, SegmentationKey(plan.run.workspace, plan.run.segmentation), "segmentation", now,
      [&](Stored<StoredSegmentation>& stored, std::vector<Operation>& writes) {
        plan.run.id = absl::StrCat("r", stored.message.next_run());
        stored.message.set_next_run(stored.message.next_run() + 1);
        run.set_name(plan.run.ToString());
        writes.push_back(PutResource{KeyOf(plan.run), created.SerializeAsString(), 0});
        return absl::OkStatus();
      },
      Author{principal, "TrainModel", false,
             SegmentationKey(plan.run.workspace, plan.run.segmentation)});
  if (!status.ok()) return status;
  return run;
}

absl::StatusOr<v1::TrainingRun> Queue::Submit(const v1::TrainModelRequest& request,
                                              const std::string& principal) {
  auto plan = PlanTraining(store_, request, clock_.Now());
  if (!plan.ok()) return plan.status();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return absl::UnavailableError(kStopping);
    if (waiting_.size() >= kMaxWaiting) {
      return absl::ResourceExhaustedError(
          "100 trainings are waiting already; wait for one to end, or cancel some");
    }
  }
  auto run = CreateRun(*plan, principal);
  if (!run.ok()) return run.status();
  const auto job = std::make_shared<Job>();
  job->plan = *std::move(plan);
  job->run = *run;
  {
    const std::lock_guard lock(mutex_);
    // Meanwhile the queue may have stopped; the next start ends what is stored.
    if (stopping_) return absl::UnavailableError(kStopping);
    waiting_.push_back(job);
    jobs_[run->name()] = job;
  }
  wake_.notify_one();
  return run;
}

absl::StatusOr<v1::TrainingRun> Queue::Get(const ResourceName& run) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(run.ToString());
    if (found != jobs_.end()) return found->second->run;
  }
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto stored = ReadStored<StoredTrainingRun>(**snapshot, KeyOf(run), "training run");
  if (!stored.ok()) return stored.status();
  return stored->message.run();
}

absl::StatusOr<v1::TrainingRun> Queue::Cancel(const ResourceName& run) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(run.ToString());
    if (found != jobs_.end() && !HasEnded(found->second->run)) {
      found->second->stop.request_stop();
      found->second->run.set_step("stopping");
      return found->second->run;
    }
  }
  const auto stored = Get(run);
  if (!stored.ok()) return stored.status();
  return absl::FailedPreconditionError("the training run has ended; there is nothing to cancel");
}

bool Queue::IsTraining(const ResourceName& segmentation) {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, job] : jobs_) {
    if (job->plan.run.workspace == segmentation.workspace &&
        job->plan.run.segmentation == segmentation.segmentation) {
      return true;
    }
  }
  return false;
}

void Queue::Update(Job& job, const std::function<void(v1::TrainingRun&)>& change) {
  const std::lock_guard lock(mutex_);
  change(job.run);
}

// What is stored lags behind what Get() says by the progress alone.
absl::Status Queue::Save(const Job& job, const v1::TrainingRun& run) {
  StoredTrainingRun stored;
  *stored.mutable_run() = run;
  WriteBatch batch{.operations = {}, .time = clock_.Now()};
  batch.operations.push_back(
      PutResource{KeyOf(job.plan.run), stored.SerializeAsString(), std::nullopt});
  return store_.Commit(std::move(batch)).status();
}

// A run whose end cannot be stored, as on a full disk, stays known as it ended:
// the store would say for ever that it waits.
void Queue::End(const std::shared_ptr<Job>& job, const v1::TrainingRun& ended) {
  // Durable before visible: nobody is told of an end that a crash would undo.
  const absl::Status status = Save(*job, ended);
  Update(*job, [&](v1::TrainingRun& run) { run = ended; });
  if (!status.ok()) {
    spdlog::error("{}: its end could not be stored: {}", job->plan.run.ToString(),
                  std::string(status.message()));
    unstored_.push_back(job);
    return;
  }
  const std::lock_guard lock(mutex_);
  jobs_.erase(job->run.name());
}

void Queue::EndUnstored() {
  std::erase_if(unstored_, [this](const std::shared_ptr<Job>& job) {
    if (!Save(*job, job->run).ok()) return false;
    const std::lock_guard lock(mutex_);
    jobs_.erase(job->run.name());
    return true;
  });
}

absl::Status Queue::TrainAndActivate(Job& job, WorkerPool& pool) {
  const auto progress = [&](double fraction, const std::string& step) {
    Update(job, [&](v1::TrainingRun& run) {
      run.set_progress(fraction);
      run.set_step(step);
    });
  };
  if (catch_up_) {
    // Who is a customer is told by what is found now, where that can be found.
    const absl::Status current = catch_up_(job.plan.run.workspace);
    if (!current.ok() && job.plan.reads_lifecycle) return current;
  }
  const auto trained =
      Train(store_, registry_, job.plan, clock_.Now(), pool, progress, job.stop.get_token());
  if (!trained.ok()) return trained.status();
  Update(job, [&](v1::TrainingRun& run) {
    run.set_model(trained->model.ToString());
    run.set_contact_count(trained->contact_count);
    ChoiceToProto(trained->choice, &run);
    for (const std::string& notice : trained->notices) run.add_notices(notice);
  });
  if (!trained->is_first && !job.plan.activate) return absl::OkStatus();
  progress(0.97, "assigning contacts");
  if (absl::Status status = registry_.Activate(trained->model, clock_.Now()); !status.ok()) {
    return status;
  }
  Update(job, [](v1::TrainingRun& run) { run.set_activated(true); });
  // What fails here is caught up with later; the model serves all the same.
  keeper_.CatchUp(job.plan.run.workspace, job.plan.run.segmentation).IgnoreError();
  return absl::OkStatus();
}

// The run as it has ended.
v1::TrainingRun Queue::Perform(Job& job, WorkerPool& pool) {
  Update(job, [&](v1::TrainingRun& run) {
    run.set_state(v1::TRAINING_RUN_STATE_RUNNING);
    TimestampToProto(clock_.Now(), run.mutable_start_time());
    spdlog::info("{}: running", run.name());
  });
  const absl::Status status = job.stop.stop_requested()
                                  ? absl::CancelledError("the training was cancelled")
                                  : TrainAndActivate(job, pool);
  v1::TrainingRun ended;
  Update(job, [&](v1::TrainingRun& run) { ended = run; });
  if (status.ok()) {
    ended.set_state(v1::TRAINING_RUN_STATE_SUCCEEDED);
    ended.set_progress(1);
    ended.set_step("done");
  } else {
    const bool cancelled = absl::IsCancelled(status);
    ended.set_state(cancelled ? v1::TRAINING_RUN_STATE_CANCELLED : v1::TRAINING_RUN_STATE_FAILED);
    ended.set_step(cancelled ? "cancelled" : "failed");
    *ended.mutable_error() = ToRpcStatus(status);
  }
  TimestampToProto(clock_.Now(), ended.mutable_end_time());
  spdlog::info("{}: {}{}{}", ended.name(), ended.step(), status.ok() ? "" : ": ",
               std::string(status.message()));
  return ended;
}

// The next run; null when there is none yet, or none any more.
std::shared_ptr<Job> Queue::NextJob() {
  std::unique_lock lock(mutex_);
  const auto called = [this] { return stopping_ || !waiting_.empty(); };
  if (unstored_.empty()) {
    wake_.wait(lock, called);
  } else {
    wake_.wait_for(lock, kStoreAgain, called);
  }
  if (waiting_.empty()) return nullptr;
  std::shared_ptr<Job> job = waiting_.front();
  waiting_.pop_front();
  return job;
}

void Queue::Work() {
  // The pool's threads inherit it.
  BeNice(kTrainingNiceness);
  WorkerPool pool;
  while (true) {
    const std::shared_ptr<Job> job = NextJob();
    EndUnstored();
    if (job != nullptr) {
      End(job, Perform(*job, pool));
      continue;
    }
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<TrainingQueue>> TrainingQueue::Open(Store& store,
                                                                   ModelRegistry& registry,
                                                                   AssignmentKeeper& keeper,
                                                                   const Clock& clock,
                                                                   CatchUpFn catch_up) {
  auto queue = std::make_unique<Queue>(store, registry, keeper, clock, std::move(catch_up));
  if (absl::Status status = queue->Start(); !status.ok()) return status;
  return queue;
}

}  // namespace cible
