// The models that answer now: one active model a segmentation, swapped whole.

#ifndef CIBLE_SERVER_REGISTRY_MODEL_REGISTRY_H_
#define CIBLE_SERVER_REGISTRY_MODEL_REGISTRY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cible/storage/v1/resources.pb.h"
#include "segmentation/models/segmentation_model.h"
#include "server/registry/kept_personas.h"
#include "server/registry/pinned.h"
#include "server/storage/store.h"
#include "server/wire/resource_name.h"

namespace cible {

// An active model with what the store says of it. Immutable.
struct ActiveModel {
  std::uint64_t serial = 0;  // Of no other in this process.
  std::shared_ptr<const SegmentationModel> model;
  ResourceName name;                             // Of the model.
  std::string full_name;                         // The same as text.
  storage::v1::StoredModel stored;               // Segment ids and portraits, by component.
  absl::TimeZone time_zone;                      // Of the workspace.
  std::string currency_code;                     // Likewise.
  Timestamp create_time;                         // When its contacts were read and counted.
  std::shared_ptr<const KeptPersonas> personas;  // What people wrote; never null.

  const std::string& segment_id(int component) const { return stored.segments(component).id(); }
};

// Thread-safe.
class ModelRegistry {
 public:
  explicit ModelRegistry(Store& store);

  // Loads the active model of every segmentation. One whose artifact cannot be
  // read is logged and the newest earlier one that can be serves in its place.
  absl::Status LoadAll();

  // The active model, without a lock (pinned.h).
  // Errors: FAILED_PRECONDITION there is none: train one.
  absl::StatusOr<std::shared_ptr<const ActiveModel>> Active(const std::string& workspace,
                                                            const std::string& segmentation) const;

  // Id of that model; empty when there is none. The store may name a later one
  // that could not be read.
  std::string ActiveId(const ResourceName& segmentation) const;

  // All active models of the workspace; of every workspace when it is empty.
  std::vector<std::shared_ptr<const ActiveModel>> ActiveIn(const std::string& workspace) const;

  // Reads a model from the store, active or not.
  // Errors: NOT_FOUND; DATA_LOSS its artifact is corrupt.
  absl::StatusOr<std::shared_ptr<const ActiveModel>> Load(const ResourceName& model) const;

  // Makes it the active one of its segmentation, in the store first, then here.
  // The model active before is remembered for Rollback.
  // Errors: NOT_FOUND; DATA_LOSS, and the one before stays; those of Commit.
  // `author` is for the audit trail.
  absl::Status Activate(const ResourceName& model, Timestamp time,
                        std::optional<Author> author = {});

  // Activates the one before. Errors: FAILED_PRECONDITION there is none.
  absl::StatusOr<ResourceName> Rollback(const ResourceName& segmentation, Timestamp time,
                                        std::optional<Author> author = {});

  // Changes by `commit` what people wrote of the segmentation's personas, and has
  // the active model, if there is one, answer by it.
  absl::Status ChangePersonas(const ResourceName& segmentation,
                              const std::function<absl::Status()>& commit);

  // Has the active models of the workspace read again what is kept beside them: its
  // zone and currency, and what people wrote of their personas, as when the schema
  // that this is about has changed.
  void ReadAgain(const std::string& workspace);

  // Deletes a segmentation by `commit`, and forgets it if that succeeds.
  absl::Status Delete(const ResourceName& segmentation,
                      const std::function<absl::Status()>& commit);

 private:
  using Key = std::pair<std::string, std::string>;  // Workspace, segmentation.
  using Models = std::map<Key, std::shared_ptr<const ActiveModel>>;

  void LoadNewestReadable(const ResourceName& segmentation,
                          const storage::v1::StoredSegmentation& stored);
  std::shared_ptr<const ActiveModel> NewestBefore(const ResourceName& segmentation,
                                                  const std::string& served,
                                                  storage::v1::StoredSegmentation& stored) const;
  void FreeRetired();
  // Null: none any more.
  void Publish(const Key& key, std::shared_ptr<const ActiveModel> model);

  Store& store_;
  std::mutex activation_;  // Held from a change in the store to its publication.
  Pinned<Models> models_;
  std::mutex publication_;
  // Models that served, and may still be answered by. Guarded by publication_.
  std::vector<std::shared_ptr<const ActiveModel>> retired_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_REGISTRY_MODEL_REGISTRY_H_
