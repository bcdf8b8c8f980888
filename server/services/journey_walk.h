// The journeys of a workspace's contacts, from the store to those who count them.

#ifndef CIBLE_SERVER_SERVICES_JOURNEY_WALK_H_
#define CIBLE_SERVER_SERVICES_JOURNEY_WALK_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "segmentation/lifecycle/funnel.h"
#include "server/rpc/call_context.h"
#include "server/services/bought_lists.h"
#include "server/services/contact_origins.h"
#include "server/services/contact_query.h"
#include "server/services/past_journeys.h"
#include "server/storage/store.h"

namespace cible {

// How a contact stood from when its relation was first found. Transitions are in the
// order of their recording; one that is said to hold from before the last holds from then.
std::vector<Journey::Step> StepsOf(absl::Span<const RecordedTransition> transitions);

// Counts every contact that the query asks for; changes what it scans. Journeys are of
// contacts that are classified, and begin with their `past`. Of whom no provenance says
// where they come from, the first attribute of criterion ACQUISITION does, of text or
// categories. Personas are ids of segments.
// Errors: CANCELLED the caller has gone; those of the store.
absl::Status WalkJourneys(ContactQuery& query, const ContactOrigins& origins,
                          const PastJourneys& past, const CallContext& call, FunnelCounter& counter,
                          BoughtLists& lists);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_JOURNEY_WALK_H_
