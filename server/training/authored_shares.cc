#include "server/training/authored_shares.h"

#include <optional>
#include <utility>
#include <vector>

#include "server/registry/kept_personas.h"
#include "server/storage/collections.h"

namespace cible {

absl::Status CountAuthoredShares(Store& store, ModelRegistry& registry,
                                 const ResourceName& segmentation, const ContactTable& contacts,
                                 Timestamp time) {
  auto snapshot = store.OpenSnapshot();
  if (!snapshot.ok()) return snapshot.status();
  auto kept = ReadKeptPersonas(**snapshot, segmentation.workspace, segmentation.segmentation);
  snapshot->reset();  // Not held while counting.
  if (!kept.ok()) return kept.status();
  if (kept->authored.empty()) return absl::OkStatus();
  std::vector<Operation> writes;
  for (AuthoredPersona& persona : kept->authored) {
    const std::optional<double> share = CountPopulation(persona, kept->schema, contacts);
    KeptPersona& counted = kept->by_id[persona.id];
    if (!SharesToStored(persona, share, counted.stored)) continue;
    writes.push_back(
        PutResource{PersonaKey(segmentation.workspace, segmentation.segmentation, persona.id),
                    counted.stored.SerializeAsString(), counted.revision});
  }
  if (writes.empty()) return absl::OkStatus();
  return registry.ChangePersonas(segmentation, [&] {
    for (Operation& write : writes) {
      const absl::Status status =
          store.Commit({.operations = {std::move(write)}, .time = time, .request = {}}).status();
      if (!status.ok() && !absl::IsAborted(status)) return status;
    }
    return absl::OkStatus();
  });
}

}  // namespace cible
