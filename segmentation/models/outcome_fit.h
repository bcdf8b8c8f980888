// Learns the outcome score of outcome_model.h from a table of contacts.
//
// The tables are fitted by penalised likelihood: a ridge on levels, tags and
// "unknown", a ridge on the differences of neighbouring bins. How strong each
// ridge is follows from the data (the evidence for it), attribute by attribute.
//   D. J. C. MacKay, "The evidence framework applied to classification
//   networks", Neural Computation 4(5), 1992.
//   S. N. Wood, "Generalized Additive Models", 2nd ed., 2017, ch. 6.

#ifndef CIBLE_SEGMENTATION_MODELS_OUTCOME_FIT_H_
#define CIBLE_SEGMENTATION_MODELS_OUTCOME_FIT_H_

#include <stop_token>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/outcome_model.h"

namespace cible {

// Fits the score of the schema's first OUTCOME attribute to the rows whose
// outcome is known, weighted by `weights` (>= 0, one a row). An attribute may
// take part when it is a FEATURE or a DESCRIPTOR, no TEXT or LOCATION, not
// protected, not sensitive (but for sensitive_feature) and no consequence of
// the outcome; one that looks like a consequence, by SuspectReason
// (outcome_suspicion.h), is barred unless the schema says known_before_outcome.
//
// Never fails: an outcome that is missing, or the same for all, gives a model
// with a refusal. Weight 2 equals a row twice, weight 0 a row left out; the
// order of rows does not matter, to the bit. Interrupted by `stop`: a refusal.
//
// O(I (n a^2 + p^3)), I about 15, for n rows, a attributes and p <= 600 table
// rows; memory O(n a + p^2).
// REQUIRES: the schema has an OUTCOME attribute (see OutcomeOf).
OutcomeModel FitOutcome(const ContactTable& table, const Schema& schema,
                        absl::Span<const double> weights, Date as_of, std::stop_token stop = {});

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_OUTCOME_FIT_H_
