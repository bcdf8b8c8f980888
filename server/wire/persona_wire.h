// What a profile says, as messages.

#ifndef CIBLE_SERVER_WIRE_PERSONA_WIRE_H_
#define CIBLE_SERVER_WIRE_PERSONA_WIRE_H_

#include "absl/status/statusor.h"
#include "cible/v1/persona_service.pb.h"
#include "cible/v1/segmentation.pb.h"
#include "segmentation/models/segmentation_model.h"
#include "segmentation/personas/authored_persona.h"
#include "segmentation/personas/matching.h"
#include "segmentation/personas/portrait.h"
#include "segmentation/personas/profile.h"

namespace cible {

// REQUIRES: the schema has the trait's attribute.
void TraitToProto(const Trait& trait, const Schema& schema, Language language, v1::Trait* message);

// Rule and conversion of the component, where there are any.
void RuleToProto(const SegmentationModel& model, int component, Language language,
                 v1::Persona* persona);
void ConversionToProto(const SegmentFacts& facts, int component, Language language,
                       v1::Persona* persona);

// The figures of every attribute: the p-values of all segments are worked out
// together, so this takes O(components x levels).
void AttributesToProto(const SegmentFacts& facts, int component, v1::Persona* persona);

// What a person states of an authored persona, without its population share.
// Errors: those of MakeCriterion; INVALID_ARGUMENT for an attribute that the
// schema does not have.
absl::StatusOr<PersonaCriterion> CriterionFromProto(const v1::PersonaCriterion& message,
                                                    const Schema& schema);

// Without its description, as it is stored.
void CriterionToProto(const PersonaCriterion& criterion, v1::PersonaCriterion* message);

// Counts and cells.
void ComparisonToProto(const AuthoredComparison& comparison, v1::AuthoredComparison* message);

v1::InTarget InTargetToProto(InTarget in_target);
v1::CriterionState CriterionStateToProto(CriterionState state);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_PERSONA_WIRE_H_
