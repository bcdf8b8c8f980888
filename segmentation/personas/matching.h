// Matching a lead to a persona from whatever is known of it.

#ifndef CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_
#define CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_

#include <string>
#include <vector>

#include "segmentation/models/segmentation_model.h"

namespace cible {

enum class MatchOutcome {
  kMatched,         // A persona fits.
  kNotEnoughKnown,  // information < .1: the winner is named, but hardly more than the prior.
  kNoneOfYours,     // The lead lies outside 99 % of the winner's own.
};

struct Match {
  MatchOutcome outcome = MatchOutcome::kNotEnoughKnown;
  Posterior posterior;
  Typicality typicality;
  std::vector<Reason> reasons;  // Sum to ln(p_winner / p_runner_up).
  // Askable attributes that are not known, most weight for their cost first.
  std::vector<std::string> questions;
};

// One match a row. O(rows x k x features).
std::vector<Match> MatchLeads(const SegmentationModel& model, const ContactTable& leads,
                              Date as_of);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_
