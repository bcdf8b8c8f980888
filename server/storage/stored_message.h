// Resources of the store as the messages they hold.

#ifndef CIBLE_SERVER_STORAGE_STORED_MESSAGE_H_
#define CIBLE_SERVER_STORAGE_STORED_MESSAGE_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/storage/store.h"

namespace cible {

template <typename Message>
struct Stored {
  Message message;
  Revision revision = 0;
  Timestamp create_time;
  Timestamp update_time;
};

// `what` is the resource's word in errors: "segmentation".
// Errors: DATA_LOSS.
template <typename Message>
absl::StatusOr<Stored<Message>> ParseStored(const Resource& resource, absl::string_view what) {
  Stored<Message> stored{.message = {},
                         .revision = resource.revision,
                         .create_time = resource.create_time,
                         .update_time = resource.update_time};
  if (stored.message.ParseFromString(resource.body)) return stored;
  return absl::DataLossError(
      absl::StrCat("the stored ", what, " cannot be read; restore a backup"));
}

// Errors: NOT_FOUND, DATA_LOSS, those of the store.
template <typename Message>
absl::StatusOr<Stored<Message>> ReadStored(Snapshot& snapshot, const ResourceKey& key,
                                           absl::string_view what) {
  const absl::StatusOr<Resource> resource = snapshot.Get(key);
  if (absl::IsNotFound(resource.status())) {
    return absl::NotFoundError(absl::StrCat("there is no such ", what));
  }
  if (!resource.ok()) return resource.status();
  return ParseStored<Message>(*resource, what);
}

// Reads the resource, lets `change` alter the message and add further writes,
// and commits all of it; again when somebody else wrote in between.
// `author` is for the audit trail.
// `change` is absl::Status(Stored<Message>&, std::vector<Operation>&).
// Errors: those of ReadStored, `change` and Commit; ABORTED after several tries.
template <typename Message, typename Change>
absl::Status ChangeStored(Store& store, const ResourceKey& key, absl::string_view what,
                          Timestamp time, Change change, std::optional<Author> author = {}) {
  constexpr int kAttempts = 10;
  absl::Status status;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto snapshot = store.OpenSnapshot();
    if (!snapshot.ok()) return snapshot.status();
    auto stored = ReadStored<Message>(**snapshot, key, what);
    snapshot->reset();  // Not held while `change` reads and Commit waits.
    if (!stored.ok()) return stored.status();
    WriteBatch batch{.operations = {}, .time = time, .request = {}, .author = author};
    if (status = change(*stored, batch.operations); !status.ok()) return status;
    batch.operations.push_back(
        PutResource{key, stored->message.SerializeAsString(), stored->revision});
    status = store.Commit(std::move(batch)).status();
    if (!absl::IsAborted(status)) return status;
  }
  return status;
}

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_STORED_MESSAGE_H_
