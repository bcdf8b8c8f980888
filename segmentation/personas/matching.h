// Matching a lead to a persona from whatever is known of it.

#ifndef CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_
#define CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_

#include <string>
#include <vector>

#include "segmentation/models/segmentation_model.h"
#include "segmentation/personas/questions.h"

namespace cible {

// Less of the uncertainty removed than this, and no persona is claimed.
inline constexpr double kEnoughInformation = .1;

enum class MatchOutcome {
  kMatched,         // A persona fits.
  kNotEnoughKnown,  // Too little information: the winner is named, but hardly more than the prior.
  kNoneOfYours,     // The lead lies outside 99 % of the winner's own.
};

struct Match {
  MatchOutcome outcome = MatchOutcome::kNotEnoughKnown;
  Posterior posterior;
  Typicality typicality;
  std::vector<Reason> reasons;               // Sum to ln(p_winner / p_runner_up).
  std::vector<SuggestedQuestion> questions;  // Best first; see questions.h.
  // Ids of attributes given with a value that the model cannot read: a level it
  // has not met, a number that is none.
  std::vector<std::string> unread;
};

// One match a row; a lead of which nothing is known gets the prior, and what
// to ask. O(rows x k x features), and for questions O(rows x k x answers).
std::vector<Match> MatchLeads(const SegmentationModel& model, const ContactTable& leads, Date as_of,
                              int question_limit);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_
