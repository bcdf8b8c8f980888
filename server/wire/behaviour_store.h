// What a workspace says of events, as it stands in the store: how they are added
// up, how what they add up to is read, and which are taken.

#ifndef CIBLE_SERVER_WIRE_BEHAVIOUR_STORE_H_
#define CIBLE_SERVER_WIRE_BEHAVIOUR_STORE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/workspace_service.pb.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/data/value.h"
#include "server/storage/store.h"

namespace cible {

// Fills defaults in.
void CompleteSettings(v1::BehaviourSettings& settings);
// Errors: INVALID_ARGUMENT, naming the field of completed settings.
absl::Status CheckSettings(const v1::BehaviourSettings& settings);

// Of a workspace whose settings are completed.
BehaviourRules RulesOf(const v1::Workspace& workspace);

// Errors, of all that follow: NOT_FOUND for no such workspace; DATA_LOSS for one
// that cannot be read.
absl::StatusOr<v1::Workspace> ReadWorkspace(Snapshot& snapshot, const std::string& workspace);

// How derived attributes are read as of a day, or of that of an instant in the
// workspace's zone.
absl::StatusOr<AsOf> ReadAsOf(Snapshot& snapshot, const std::string& workspace, Date day);
absl::StatusOr<AsOf> ReadAsOf(Snapshot& snapshot, const std::string& workspace, Timestamp instant);

// Gives the store the rules of every workspace, which stores of earlier versions
// lack: at every start of the server.
absl::Status KeepBehaviourRules(Store& store, Timestamp time);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_BEHAVIOUR_STORE_H_
