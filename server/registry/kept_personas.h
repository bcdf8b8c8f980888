// What people wrote of the personas of a segmentation: names and texts, who is
// targeted, and the personas they authored. It belongs to no model, and survives
// every training.

#ifndef CIBLE_SERVER_REGISTRY_KEPT_PERSONAS_H_
#define CIBLE_SERVER_REGISTRY_KEPT_PERSONAS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/storage/v1/resources.pb.h"
#include "segmentation/data/schema.h"
#include "segmentation/personas/authored_persona.h"
#include "server/storage/store.h"

namespace cible {

struct KeptPersona {
  storage::v1::StoredPersona stored;
  Revision revision = 0;  // Its etag.
};

struct KeptPersonas {
  std::map<std::string, KeptPersona> by_id;  // Of discovered and authored ones.
  Schema schema;                             // Of the workspace: what criteria are about.
  std::vector<AuthoredPersona> authored;     // By id.

  // Null: nobody wrote anything of it.
  const KeptPersona* Find(const std::string& id) const;
};

// Whether people authored it, rather than wrote of a discovered one.
bool IsAuthored(const storage::v1::StoredPersona& stored);

// Errors: those of ReadSchema; DATA_LOSS for a persona that cannot be read.
absl::StatusOr<KeptPersonas> ReadKeptPersonas(Snapshot& snapshot, const std::string& workspace,
                                              const std::string& segmentation);

// The criteria of a stored persona. One that the schema no longer allows, its
// attribute being gone or protected, is met by nobody and known of nobody.
AuthoredPersona AuthoredFromStored(const std::string& id, const storage::v1::StoredPersona& stored,
                                   const Schema& schema);

// Its criteria with their shares, in place of those stored.
void AuthoredToStored(const AuthoredPersona& persona, const std::optional<double>& population_share,
                      storage::v1::StoredPersona& stored);

// The shares alone, of the criteria as they are stored, but for lost ones.
// REQUIRES: of AuthoredFromStored. False: nothing has changed.
bool SharesToStored(const AuthoredPersona& persona, const std::optional<double>& population_share,
                    storage::v1::StoredPersona& stored);

}  // namespace cible

#endif  // CIBLE_SERVER_REGISTRY_KEPT_PERSONAS_H_
