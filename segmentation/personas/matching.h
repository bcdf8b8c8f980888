// Matching a lead to a persona from whatever is known of it.

#ifndef CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_
#define CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "segmentation/models/observation.h"
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

// Whether a lead belongs to the target: the personas that people marked.
enum class InTarget {
  kYes,      // Typical, and the marked personas have kSurelyInTarget of the probability.
  kNo,       // Atypical, or they have no more than kHardlyInTarget of it.
  kUnknown,  // Neither; or too little is known, or none is marked.
};
inline constexpr double kSurelyInTarget = .6;
inline constexpr double kHardlyInTarget = .2;

struct Match {
  MatchOutcome outcome = MatchOutcome::kNotEnoughKnown;
  InTarget in_target = InTarget::kUnknown;
  Posterior posterior;
  Typicality typicality;
  std::vector<Reason> reasons;               // Sum to ln(p_winner / p_runner_up).
  std::vector<SuggestedQuestion> questions;  // Best first; see questions.h.
  // Ids of attributes given with a value that the model cannot read: a level it
  // has not met, a number that is none.
  std::vector<std::string> unread;
};

struct MatchOptions {
  // REQUIRES: the model has it (PriorOf). nullopt: the model's match_prior().
  std::optional<PriorKind> prior = {};
  int question_limit = 0;  // At most so many are suggested.
  // One flag a component: people marked its persona as targeted. Empty: none is.
  std::vector<std::uint8_t> targeted = {};
};

// One match a row; a lead of which nothing is known gets the prior, and what
// to ask. O(rows x k x features), and for questions O(rows x k x answers).
std::vector<Match> MatchLeads(const SegmentationModel& model, const ContactTable& leads, Date as_of,
                              const MatchOptions& options);

// The same for one lead, read for the model.
Match MatchLead(const SegmentationModel& model, const Observation& lead,
                const MatchOptions& options);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_MATCHING_H_
