// Why a stored contact belongs where it does, and how it stands, for its dossier.

#ifndef CIBLE_SERVER_SERVICES_CONTACT_DOSSIER_H_
#define CIBLE_SERVER_SERVICES_CONTACT_DOSSIER_H_

#include <string>

#include "absl/status/status.h"
#include "cible/v1/contact_service.pb.h"
#include "segmentation/personas/portrait.h"
#include "server/lifecycle/lifecycle_keeper.h"
#include "server/registry/model_registry.h"
#include "server/registry/stored_observations.h"
#include "server/storage/store.h"
#include "server/wire/resource_name.h"

namespace cible {

// Adds an explanation for each segmentation of the workspace whose active model
// has an answer, as MatchLead gives it now. A contact that is not profiled has
// none: there is nothing to explain.
// Errors: those of the store.
absl::Status ExplainAssignments(StoredObservations& observations, const ModelRegistry& registry,
                                Timestamp now, const std::string& workspace, const std::string& id,
                                v1::ContactDossier* dossier);

// Adds how the contact stands, how that changed, and what people said of it. Where the
// policy no longer fits the schema, `lifecycle` says only that.
// Errors: those of the store; NOT_FOUND when the contact is gone.
absl::Status TellLifecycle(Store& store, LifecycleKeeper& keeper, const ResourceName& contact,
                           Language language, v1::ContactDossier* dossier);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CONTACT_DOSSIER_H_
