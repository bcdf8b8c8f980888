// The outcome score: how probable the outcome that the schema names is for a
// contact, and what each attribute has to do with it.
//
//   logit P(outcome) = intercept + sum over attributes v of f_v(x_v)
//
// Each f_v is a table: of bins for numbers and dates, of levels, of tags, with
// a row of its own for "unknown". So the ledger (the intercept and one share
// an attribute) is the score, exactly.

#ifndef CIBLE_SEGMENTATION_MODELS_OUTCOME_MODEL_H_
#define CIBLE_SEGMENTATION_MODELS_OUTCOME_MODEL_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/posterior.h"

namespace cible {

// With fewer outcomes, or fewer contacts without, scores are held near the
// base rate.
inline constexpr double kEnoughOutcomes = 50;

// f_v of one attribute, as a table. The weighted mean over the training
// contacts is 0: a share of 0 is the average contact's.
struct OutcomeTerm {
  std::string attribute;  // Id.
  AttributeType type = AttributeType::kNumeric;
  // NUMERIC, DATE, TIMESTAMP: bin b holds edges[b - 1] <= x < edges[b], the
  // first and the last bin everything beyond. Dates are days before `as_of`.
  std::vector<double> edges;
  // CATEGORICAL, ORDINAL, SET; BOOLEAN: "false", "true".
  std::vector<std::string> levels;
  std::vector<double> coefficients;  // One a bin, or one a level.
  double known = 0;                  // SET: of a known set; its tags' coefficients add to it.
  double missing = 0;                // Unknown; and a level that is not among `levels`.

  bool operator==(const OutcomeTerm&) const = default;
};

// A fitted score, or why there is none. A value type; free of contact data.
struct OutcomeModel {
  std::string attribute;  // Id of the outcome.
  std::string value;      // What counts as success, as text.
  // Why nothing can be scored and what to do; empty when scores can be had.
  std::string refusal;
  double outcomes = 0;  // Weight of the training contacts with the outcome ...
  double others = 0;    // ... and without. Contacts of unknown outcome are in neither.
  double intercept = 0;
  std::vector<OutcomeTerm> terms;  // In schema order.
  std::vector<SetAside> barred;    // Look like consequences of the outcome.
  // Ids of those that tell least of it, where the columns were too many.
  std::vector<std::string> set_aside;

  double base_rate() const { return outcomes / (outcomes + others); }

  bool operator==(const OutcomeModel&) const = default;
};

// The attribute the schema names as the outcome; null if none. The first one
// of several.
const Attribute* OutcomeOf(const Schema& schema);

struct OutcomeScore {
  double probability = 0;  // In (0, 1).
  // The intercept first (attribute empty), then the attributes, largest
  // absolute contribution first; those of 0 are left out. They sum to
  // ln(p / (1 - p)), of which `probability` is the logistic function.
  std::vector<Reason> reasons;
};

// One score a row, dates as of `as_of`. Attributes the table lacks are unknown.
// REQUIRES: no refusal. O(rows x attributes).
std::vector<OutcomeScore> ScoreOutcomes(const OutcomeModel& model, const ContactTable& table,
                                        Date as_of);

// What to say of the score after a training, a sentence each: on how many
// outcomes it rests, that it is held near the base rate, what was barred and
// what to do about it; or why there is no score.
std::vector<std::string> OutcomeNotices(const OutcomeModel& model);

// Whether the model fits together and to its schema: lengths, finite figures,
// bins in order. Errors: INVALID_ARGUMENT.
absl::Status CheckOutcome(const OutcomeModel& model, const Schema& schema);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_OUTCOME_MODEL_H_
