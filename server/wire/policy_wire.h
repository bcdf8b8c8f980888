// Policies of the lifecycle, and what is found by them, between their messages and the
// domain.

#ifndef CIBLE_SERVER_WIRE_POLICY_WIRE_H_
#define CIBLE_SERVER_WIRE_POLICY_WIRE_H_

#include "absl/status/statusor.h"
#include "cible/v1/lifecycle.pb.h"
#include "segmentation/data/lifecycle_state.h"
#include "segmentation/lifecycle/policy.h"

namespace cible {

// Name and etag are the caller's. Whether conditions mean anything, and ids, prices and
// points make sense, is Policy::Compile's to say.
// Errors: INVALID_ARGUMENT, naming the field: an action or a kind of source that is not
// said, a condition above 64 KiB, a text that is too long, more than 100 entries of a
// list, an id of a segmentation that is none.
absl::StatusOr<PolicySettings> PolicyFromProto(const v1::LifecyclePolicy& message);
void PolicyToProto(const PolicySettings& settings, v1::LifecyclePolicy* message);

// Errors: INVALID_ARGUMENT, naming the field after `place`, "new_offer".
absl::StatusOr<Offer> OfferFromProto(const v1::Offer& message, absl::string_view place);
void OfferToProto(const Offer& offer, v1::Offer* message);

// The integers of these are the same on both sides.
v1::Relation RelationToProto(Relation relation);
v1::CustomerStage CustomerStageToProto(CustomerStage stage);
v1::Awareness AwarenessToProto(Awareness awareness);
v1::Temperature TemperatureToProto(Temperature temperature);
v1::Fit FitToProto(Fit fit);
v1::Finding FindingToProto(Finding finding);
v1::NextAction NextActionToProto(NextAction action);
v1::LifecycleField LifecycleFieldToProto(LifecycleField field);
// Errors: INVALID_ARGUMENT for one that is not said, or that this server does not know;
// `place` begins the message: "field".
absl::StatusOr<LifecycleField> LifecycleFieldFromProto(v1::LifecycleField field,
                                                       absl::string_view place);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_POLICY_WIRE_H_
