#include "server/training/authored_shares.h"

#include <optional>

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
  for (AuthoredPersona& persona : kept->authored) {
    const std::optional<double> share = CountPopulation(persona, kept->schema, contacts);
    AuthoredToStored(persona, share, kept->by_id[persona.id].stored);
  }
  return registry.ChangePersonas(segmentation, [&] {
    for (const AuthoredPersona& persona : kept->authored) {
      const KeptPersona& counted = kept->by_id[persona.id];
      const PutResource write{
          PersonaKey(segmentation.workspace, segmentation.segmentation, persona.id),
          counted.stored.SerializeAsString(), counted.revision};
      const absl::Status status =
          store.Commit({.operations = {write}, .time = time, .request = {}}).status();
      if (!status.ok() && !absl::IsAborted(status)) return status;
    }
    return absl::OkStatus();
  });
}

}  // namespace cible
