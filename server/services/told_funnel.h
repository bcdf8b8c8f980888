// A funnel as far as a caller may be told it who may not read contacts.

#ifndef CIBLE_SERVER_SERVICES_TOLD_FUNNEL_H_
#define CIBLE_SERVER_SERVICES_TOLD_FUNNEL_H_

#include "cible/v1/lifecycle_service.pb.h"

namespace cible {

// Takes out what is of fewer than `below` contacts (of WithheldBelow), or of all but so
// few, and what would tell that by a difference, also of two periods; and the sources and lists of
// so few, whose own words may name somebody. 0: nothing. O(cohorts^2).
void WithholdFew(double below, v1::Funnel* funnel);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_TOLD_FUNNEL_H_
