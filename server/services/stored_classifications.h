// How stored contacts stand, as messages.

#ifndef CIBLE_SERVER_SERVICES_STORED_CLASSIFICATIONS_H_
#define CIBLE_SERVER_SERVICES_STORED_CLASSIFICATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cible/v1/lifecycle.pb.h"
#include "server/lifecycle/lifecycle_rules.h"
#include "server/services/classifications.h"
#include "server/storage/store.h"

namespace cible {

// Fills the messages with how the contacts that these ids lead to stand by the rules; of
// those that are not classified, with why.
// Errors: NOT_FOUND when there is none of an id; those of the store.
absl::Status ClassifyStored(Snapshot& snapshot, const LifecycleRules& rules,
                            absl::Span<const std::string> ids, const ToldDetails& details,
                            absl::Span<v1::Classification* const> messages);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_STORED_CLASSIFICATIONS_H_
