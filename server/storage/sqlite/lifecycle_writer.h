// What operations on lifecycles do to the tables: how each contact stands, what
// changed of it and why, and what people said of it.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_LIFECYCLE_WRITER_H_
#define CIBLE_SERVER_STORAGE_SQLITE_LIFECYCLE_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/store.h"

namespace cible {

// Of the one writer, inside its transaction. Workspaces and contacts are numbers of
// the tables; `revision` is the position in commit order of the operation.
class LifecycleWriter {
 public:
  // The connection outlives the writer.
  explicit LifecycleWriter(Connection& connection) : connection_(connection) {}

  // Whether anything changed but the progress.
  absl::StatusOr<bool> Put(std::int64_t workspace, const PutLifecycles& put, Timestamp time,
                           Revision revision);

  // Whether it says something else than before.
  absl::StatusOr<bool> PutOverride(std::int64_t contact, const PutLifecycleOverride& put,
                                   Timestamp time);

  // The contact is due at once. Whether there is one of that key.
  absl::StatusOr<bool> MakeDue(std::int64_t workspace, std::int64_t contact, Revision revision);

  // `kept` keeps its state and transitions, those of `others` go. Where it was never
  // classified it gets those of the one that was classified first. Its own relation is the
  // greatest of all, it is due at once, and overrides of fields that it has none of become
  // its own: of several the latest.
  absl::Status Unite(std::int64_t workspace, std::int64_t kept,
                     absl::Span<const std::int64_t> others, Revision revision);

  // All of it.
  absl::Status Drop(std::int64_t workspace, std::int64_t contact);

  // After a transaction was undone.
  void Forget();

 private:
  struct Row;

  absl::StatusOr<bool> PutEntry(std::int64_t workspace, const PutLifecycles::Entry& entry,
                                Revision read_at, Timestamp time);
  absl::StatusOr<std::optional<Row>> Find(std::int64_t workspace, std::int64_t contact);
  // Whether there is such a contact.
  absl::StatusOr<bool> Add(std::int64_t workspace, std::int64_t contact, const Row& row);
  absl::Status Change(std::int64_t contact, const Row& before, const Row& row);
  absl::Status AddTransition(std::int64_t workspace, std::int64_t contact,
                             const LifecycleTransition& transition, Timestamp time);
  absl::StatusOr<std::int64_t> NumberOfReason(const std::string& reason);
  // Whether there was anything.
  absl::StatusOr<bool> LeaveOut(std::int64_t workspace, std::int64_t contact);
  absl::Status UniteOverrides(std::int64_t kept, absl::Span<const std::int64_t> others);
  absl::Status UniteStandings(std::int64_t workspace, std::int64_t kept,
                              absl::Span<const std::int64_t> others);
  // Whose state and transitions the contact that is kept goes on from: `kept` where it is
  // classified, or nobody is.
  absl::StatusOr<std::int64_t> FirstClassified(std::int64_t workspace, std::int64_t kept,
                                               absl::Span<const std::int64_t> others);
  // Its number; nullopt: the contact was never classified.
  absl::StatusOr<std::optional<std::int64_t>> FirstTransition(std::int64_t workspace,
                                                              std::int64_t contact);
  // What is known of `origin` is known of `kept` instead of what was.
  absl::Status TakePlace(std::int64_t workspace, std::int64_t kept, std::int64_t origin);
  absl::Status PutProgress(std::int64_t workspace, const LifecycleProgress& progress);

  Connection& connection_;
  // As this transaction sees them.
  std::optional<std::int64_t> last_transition_;  // Its number; nullopt: not read yet.
  absl::flat_hash_map<std::string, std::int64_t> reasons_;
};

// Of the column `due`: the day; 0 where it is at once.
std::int32_t DueDayFromColumn(std::int64_t due);

// From the columns own, state, due, from `column` on.
StoredLifecycle ReadLifecycle(const Query& row, int column);

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_LIFECYCLE_WRITER_H_
