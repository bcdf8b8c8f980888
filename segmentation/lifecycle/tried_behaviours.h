// Behaviours at the edges of what is derived from events, so that values which are
// compared together fit together: who bought three times bought once, and a first
// purchase is not later than the last.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_TRIED_BEHAVIOURS_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_TRIED_BEHAVIOURS_H_

#include <vector>

#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/lifecycle/measure_edges.h"

namespace cible {

struct TriedBehaviours {
  std::vector<Behaviour> behaviours;
  bool is_complete = true;  // Otherwise a part of those that there are.
};

// Histories of purchases at every delay, and what was done besides, as far as one of
// the measures tells them apart; at last one without events. Nothing is dated after
// as_of. O(most).
TriedBehaviours BehavioursAt(const EdgesByMeasure& measures, const AsOf& as_of, std::int64_t most);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_TRIED_BEHAVIOURS_H_
