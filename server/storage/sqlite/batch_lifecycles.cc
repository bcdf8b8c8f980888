// What operations of a batch do to lifecycles; declared in batch_writer.h.

#include "server/storage/sqlite/batch_writer.h"

namespace cible {

BatchWriter::Result BatchWriter::Apply(const PutLifecycles&, Timestamp) {
  return absl::UnimplementedError("");
}

BatchWriter::Result BatchWriter::Apply(const PutLifecycleOverride&, Timestamp) {
  return absl::UnimplementedError("");
}

}  // namespace cible
