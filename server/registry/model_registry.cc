#include "server/registry/model_registry.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "server/clock.h"
#include "server/registry/model_artifact.h"
#include "server/storage/collections.h"
#include "server/storage/stored_message.h"

namespace cible {
namespace {

using storage::v1::StoredModel;
using storage::v1::StoredSegmentation;

constexpr int kMaxSegmentations = 100'000;
constexpr int kMaxPreviousModels = 100;

// A swap waits so long for calls that answer by the old model.
constexpr auto kPatienceWithCalls = std::chrono::milliseconds(200);

std::uint64_t NextSerial() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

// The first answers of a model find its tables in the cache.
void Warm(const SegmentationModel& model) {
  Samples samples{.codes = ByteMatrix(1, model.encoder().code_count(), 1),
                  .numbers = FloatMatrix(1, model.encoder().number_count()),
                  .weights = {1}};
  Assigner(model.rule()).Assign(samples.row(0));
}

void ReadWorkspace(Snapshot& snapshot, ActiveModel& active) {
  const auto stored = ReadStored<storage::v1::StoredWorkspace>(
      snapshot, WorkspaceKey(active.name.workspace), "workspace");
  if (stored.ok()) active.time_zone = TimeZoneNamed(stored->message.workspace().time_zone());
  if (stored.ok()) active.currency_code = stored->message.workspace().currency_code();
}

// None where they cannot be read: the model serves all the same.
std::shared_ptr<const KeptPersonas> PersonasOf(Snapshot& snapshot,
                                               const ResourceName& segmentation) {
  auto kept = ReadKeptPersonas(snapshot, segmentation.workspace, segmentation.segmentation);
  if (kept.ok()) return std::make_shared<const KeptPersonas>(*std::move(kept));
  spdlog::error("{}: what people wrote of its personas is left out: {}", segmentation.ToString(),
                std::string(kept.status().message()));
  return std::make_shared<const KeptPersonas>();
}

}  // namespace

ModelRegistry::ModelRegistry(Store& store)
    : store_(store), models_(std::make_unique<const Models>()) {}

absl::Status ModelRegistry::LoadAll() {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  const auto segmentations = (*snapshot)->List("", "segmentations", "", "", kMaxSegmentations);
  if (!segmentations.ok()) return segmentations.status();
  for (const Resource& resource : *segmentations) {
    const ResourceName name = SegmentationName(resource.key.workspace, resource.key.id);
    const auto stored = ParseStored<StoredSegmentation>(resource, "segmentation");
    if (stored.ok()) {
      LoadNewestReadable(name, stored->message);
    } else {
      spdlog::error("{}: {}", name.ToString(), std::string(stored.status().message()));
    }
  }
  return absl::OkStatus();
}

void ModelRegistry::LoadNewestReadable(const ResourceName& segmentation,
                                       const StoredSegmentation& stored) {
  std::vector<std::string> candidates(stored.previous_models().begin(),
                                      stored.previous_models().end());
  if (!stored.active_model().empty()) candidates.push_back(stored.active_model());
  while (!candidates.empty()) {
    const ResourceName name = NameWithin(segmentation, ResourceKind::kModel, candidates.back());
    candidates.pop_back();
    auto model = Load(name);
    if (model.ok()) {
      Publish({segmentation.workspace, segmentation.segmentation}, *std::move(model));
      return;
    }
    spdlog::error("{}: not served: {}{}", name.ToString(), std::string(model.status().message()),
                  candidates.empty() ? "" : "; the one active before it serves instead");
  }
}

// The old model is freed here, off the threads that serve, once the calls that
// answer by it have ended. One that a long call still holds is freed by the next
// swap, or with the registry.
void ModelRegistry::Publish(const Key& key, std::shared_ptr<const ActiveModel> model) {
  if (model != nullptr) Warm(*model->model);
  const std::lock_guard lock(publication_);
  auto next = std::make_unique<Models>(models_.With([](const Models& models) { return models; }));
  std::shared_ptr<const ActiveModel>& place = (*next)[key];
  if (place != nullptr) retired_.push_back(place);
  place = std::move(model);
  if (place == nullptr) next->erase(key);
  models_.Replace(std::move(next));
  FreeRetired();
}

void ModelRegistry::FreeRetired() {
  const auto deadline = std::chrono::steady_clock::now() + kPatienceWithCalls;
  while (true) {
    std::erase_if(retired_, [](const auto& model) { return model.use_count() == 1; });
    if (retired_.empty() || std::chrono::steady_clock::now() > deadline) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

absl::StatusOr<std::shared_ptr<const ActiveModel>> ModelRegistry::Active(
    const std::string& workspace, const std::string& segmentation) const {
  auto active = models_.With([&](const Models& models) -> std::shared_ptr<const ActiveModel> {
    const auto found = models.find({workspace, segmentation});
    return found == models.end() ? nullptr : found->second;
  });
  if (active != nullptr) return active;
  return absl::FailedPreconditionError(
      absl::StrCat("segmentations/", segmentation,
                   " has no active model; train one (TrainModel, `cible train`) and activate it"));
}

std::string ModelRegistry::ActiveId(const ResourceName& segmentation) const {
  const auto active = Active(segmentation.workspace, segmentation.segmentation);
  return active.ok() ? (*active)->name.id : "";
}

std::vector<std::shared_ptr<const ActiveModel>> ModelRegistry::ActiveIn(
    const std::string& workspace) const {
  return models_.With([&](const Models& models) {
    std::vector<std::shared_ptr<const ActiveModel>> active;
    for (const auto& [key, model] : models) {
      if (workspace.empty() || key.first == workspace) active.push_back(model);
    }
    return active;
  });
}

absl::StatusOr<std::shared_ptr<const ActiveModel>> ModelRegistry::Load(
    const ResourceName& model) const {
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto stored = ReadStored<StoredModel>(
      **snapshot, ModelKey(model.workspace, model.segmentation, model.id), "model");
  if (!stored.ok()) return stored.status();
  const auto artifact =
      (*snapshot)->Get(ArtifactKey(model.workspace, model.segmentation, model.id));
  if (!artifact.ok()) return artifact.status();
  auto read = ReadModelArtifact(artifact->body);
  if (!read.ok()) return read.status();
  auto active = std::make_shared<ActiveModel>();
  active->serial = NextSerial();
  active->model = *std::move(read);
  active->name = model;
  active->full_name = model.ToString();
  active->create_time = stored->create_time;
  ReadWorkspace(**snapshot, *active);
  active->stored = std::move(stored->message);
  active->personas = PersonasOf(**snapshot, model);
  if (active->stored.segments_size() != active->model->component_count()) {
    return absl::DataLossError("the stored model does not fit its artifact; restore a backup");
  }
  return active;
}

absl::Status ModelRegistry::Activate(const ResourceName& model, Timestamp time,
                                     std::optional<Author> author) {
  const std::lock_guard lock(activation_);
  auto loaded = Load(model);
  if (!loaded.ok()) return loaded.status();
  // What served: the store may name a model that could not be read.
  const std::string served = ActiveId(model);
  const absl::Status status = ChangeStored<StoredSegmentation>(
      store_, SegmentationKey(model.workspace, model.segmentation), "segmentation", time,
      [&](Stored<StoredSegmentation>& stored, std::vector<Operation>&) {
        StoredSegmentation& segmentation = stored.message;
        if (!served.empty() && served != model.id) segmentation.add_previous_models(served);
        if (segmentation.previous_models_size() > kMaxPreviousModels) {
          segmentation.mutable_previous_models()->DeleteSubrange(0, 1);
        }
        segmentation.set_active_model(model.id);
        return absl::OkStatus();
      },
      std::move(author));
  if (status.ok()) Publish({model.workspace, model.segmentation}, *std::move(loaded));
  return status;
}

absl::StatusOr<ResourceName> ModelRegistry::Rollback(const ResourceName& segmentation,
                                                     Timestamp time, std::optional<Author> author) {
  const std::lock_guard lock(activation_);
  const std::string served = ActiveId(segmentation);
  std::shared_ptr<const ActiveModel> previous;
  const absl::Status status = ChangeStored<StoredSegmentation>(
      store_, SegmentationKey(segmentation.workspace, segmentation.segmentation), "segmentation",
      time,
      [&](Stored<StoredSegmentation>& stored, std::vector<Operation>&) {
        previous = NewestBefore(segmentation, served, stored.message);
        if (previous == nullptr) {
          return absl::FailedPreconditionError(
              "no model was active before the present one; there is nothing to roll back to");
        }
        stored.message.set_active_model(previous->name.id);
        return absl::OkStatus();
      },
      std::move(author));
  if (!status.ok()) return status;
  Publish({segmentation.workspace, segmentation.segmentation}, previous);
  return previous->name;
}

// Takes models off the list until one can be read that is not the one served.
std::shared_ptr<const ActiveModel> ModelRegistry::NewestBefore(const ResourceName& segmentation,
                                                               const std::string& served,
                                                               StoredSegmentation& stored) const {
  while (!stored.previous_models().empty()) {
    const std::string id = *stored.previous_models().rbegin();
    stored.mutable_previous_models()->RemoveLast();
    if (id == served) continue;
    auto loaded = Load(NameWithin(segmentation, ResourceKind::kModel, id));
    if (loaded.ok()) return *std::move(loaded);
    spdlog::error("{}: passed over: {}", id, std::string(loaded.status().message()));
  }
  return nullptr;
}

absl::Status ModelRegistry::ChangePersonas(const ResourceName& segmentation,
                                           const std::function<absl::Status()>& commit) {
  const std::lock_guard lock(activation_);
  if (absl::Status status = commit(); !status.ok()) return status;
  const auto active = Active(segmentation.workspace, segmentation.segmentation);
  if (!active.ok()) return absl::OkStatus();
  const auto snapshot = store_.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto next = std::make_shared<ActiveModel>(**active);
  ReadWorkspace(**snapshot, *next);
  next->personas = PersonasOf(**snapshot, segmentation);
  next->serial = NextSerial();  // What is read of contacts for it may be more than before.
  Publish({segmentation.workspace, segmentation.segmentation}, std::move(next));
  return absl::OkStatus();
}

void ModelRegistry::ReadAgain(const std::string& workspace) {
  for (const std::shared_ptr<const ActiveModel>& active : ActiveIn(workspace)) {
    ChangePersonas(active->name, [] { return absl::OkStatus(); }).IgnoreError();
  }
}

absl::Status ModelRegistry::Delete(const ResourceName& segmentation,
                                   const std::function<absl::Status()>& commit) {
  const std::lock_guard lock(activation_);
  absl::Status status = commit();
  if (status.ok()) Publish({segmentation.workspace, segmentation.segmentation}, nullptr);
  return status;
}

}  // namespace cible
