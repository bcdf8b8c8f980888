// How to keep out of one condition what another is true of.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_EXCLUSION_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_EXCLUSION_H_

#include <string>

#include "segmentation/data/schema.h"
#include "segmentation/lifecycle/policy.h"

namespace cible {

// What may be added to `condition`, so that no contact of which `other` is true is left
// in it, as an advice: `adding "AND frequency < 3" to new_customer`.
// REQUIRES: both are bound to the schema, and not empty.
std::string ExclusionAdvice(const Condition& condition, const Condition& other,
                            const Schema& schema);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_EXCLUSION_H_
