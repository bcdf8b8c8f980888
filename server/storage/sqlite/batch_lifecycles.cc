// What operations of a batch do to lifecycles; declared in batch_writer.h.

#include "server/storage/sqlite/batch_writer.h"

namespace cible {

BatchWriter::Result BatchWriter::Apply(const PutLifecycles& put, Timestamp time) {
  const auto workspace = NumberOfWorkspace(put.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto changed = lifecycles_.Put(*workspace, put, time, last_revision_ + 1);
  if (!changed.ok()) return changed.status();
  if (!*changed) return OperationResult{Effect::kUnchanged, 0};
  return OperationResult{Effect::kUpdated, ++last_revision_};
}

BatchWriter::Result BatchWriter::Apply(const PutLifecycleOverride& put, Timestamp time) {
  const auto workspace = NumberOfWorkspace(put.workspace);
  if (!workspace.ok()) return workspace.status();
  const auto stored = RequireContact(*workspace, put.id);
  if (!stored.ok()) return stored.status();
  OperationResult result{Effect::kUnchanged, stored->revision, stored->key,
                         stored->has_legal_basis};
  const auto changed = lifecycles_.PutOverride(stored->key, put, time);
  if (!changed.ok()) return changed.status();
  if (!*changed) return result;
  // A position of its own; what is known of the contact stays, and its revision with it.
  const auto due = lifecycles_.MakeDue(*workspace, stored->key, ++last_revision_);
  if (!due.ok()) return due.status();
  result.effect = Effect::kUpdated;
  return result;
}

}  // namespace cible
