// How many contacts meet the criteria of the authored personas, counted again at
// every training: what criteria weigh in a match.

#ifndef CIBLE_SERVER_TRAINING_AUTHORED_SHARES_H_
#define CIBLE_SERVER_TRAINING_AUTHORED_SHARES_H_

#include "absl/status/status.h"
#include "segmentation/data/contact_table.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"
#include "server/wire/resource_name.h"

namespace cible {

// Counts over the table and writes the shares of the segmentation's authored
// personas. One that somebody changed meanwhile keeps what was counted then.
absl::Status CountAuthoredShares(Store& store, ModelRegistry& registry,
                                 const ResourceName& segmentation, const ContactTable& contacts,
                                 Timestamp time);

}  // namespace cible

#endif  // CIBLE_SERVER_TRAINING_AUTHORED_SHARES_H_
