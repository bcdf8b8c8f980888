// Attributes that look like consequences of the outcome: known only because it
// happened, or so well informed of it that no fact known before could be.

#ifndef CIBLE_SEGMENTATION_MODELS_OUTCOME_SUSPICION_H_
#define CIBLE_SEGMENTATION_MODELS_OUTCOME_SUSPICION_H_

#include <string>

#include "segmentation/models/outcome_features.h"

namespace cible {

// Why the attribute is suspected, in words; empty when it is not. `all` counts
// every contact; below 10 outcomes, or 10 others, nothing is suspected.
// Suspected is an attribute
//   - that alone has an area under the ROC curve of .95 or removes half of the
//     outcome's uncertainty;
//   - whose values are known of contacts with the outcome alone, or without
//     alone, as "reason of cancellation" is;
//   - one of whose bins, levels or tags hardly ever occurs without the outcome:
//     at most a twentieth of what the base rate makes expected, at the upper
//     end of a 95 % interval;
//   - whose name says that it is written down during or after the sale, and
//     that has an area of .65.
// An attribute that the schema says to be known before is none. O(cells).
std::string SuspectReason(const Attribute& attribute, const OutcomeFeature& feature,
                          OutcomeTally all);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_OUTCOME_SUSPICION_H_
