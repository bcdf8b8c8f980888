// Whether a policy contradicts itself.
//
// Conditions are tried on contacts at their edges: for every number, day and level that
// a condition names, contacts just below, at and above it, known and unknown; histories
// of purchases at every delay, so that what is derived from events fits together. What no
// such contact shows does not happen, for conditions that compare attributes with
// constants: between two edges nothing changes. Where they are too many to try all
// (kMostTried), a part is tried, the same every time; and of conditions that read both
// what a contact did itself and what an organisation's people did, sums of the two are
// tried in part. Then a contradiction may be missed, but none is claimed: a contact that
// shows it is always named, and nothing is said to be true of nobody.

#ifndef CIBLE_SEGMENTATION_LIFECYCLE_POLICY_CHECK_H_
#define CIBLE_SEGMENTATION_LIFECYCLE_POLICY_CHECK_H_

#include "absl/status/status.h"
#include "segmentation/data/schema.h"
#include "segmentation/lifecycle/policy.h"

namespace cible {

inline constexpr int kMostTried = 200'000;

// `schema`: that the policy was compiled with.
// Errors: INVALID_ARGUMENT, naming the fields, for whom, and what to do:
//   two of new, loyal and dormant customers claim one contact;
//   a customer who has just bought is dormant (dormant before active);
//   a criterion is met and not met at once;
//   a condition that is known of no contact, or true of none.
absl::Status CheckPolicy(const Policy& policy, const Schema& schema);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_LIFECYCLE_POLICY_CHECK_H_
