// A typing tool: the shortest fixed questionnaire that tells the persona, added up
// by head. Each answer gives each persona points; the persona of the most is
// the one, of equal points the first.
//
//   points of answer a for k = whole(c ln P(a | k)), brought to 0 for the least,
//   start points of k        = whole(c ln P(k)), likewise,
//
// c points a nat, at most a few: naive Bayes in whole numbers. P is counted on
// one half of the contacts, shrunk towards everyone's; "k" is the persona that
// everything known names. Questions are chosen on the same half, one after the
// other, by the log-loss that softmax(points / c) saves for their cost, so that
// one that only repeats what is told already is not chosen. All figures are of
// the other half, by the whole points: they are true of the paper.
//
//   D. J. Spiegelhalter and R. P. Knill-Jones, "Statistical and knowledge-based
//   approaches to clinical decision-support systems", J. R. Stat. Soc. A
//   147(1), 1984: weights of evidence as scores in whole numbers.

#ifndef CIBLE_SEGMENTATION_PERSONAS_TYPING_TOOL_H_
#define CIBLE_SEGMENTATION_PERSONAS_TYPING_TOOL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/models/proportion.h"
#include "segmentation/models/segmentation_model.h"
#include "segmentation/personas/spoken_answers.h"

namespace cible {

struct TypingToolOptions {
  int question_count = 5;      // At most; >= 1.
  double points_a_nat = 2;     // c, > 0.
  int most_points = 9;         // Of one answer; >= 1.
  int most_contacts = 20'000;  // Used; drawn at random by their place in the table.
  double least_gain = .005;    // In accuracy, that the last question must bring.
};

struct TypingQuestion {
  std::string attribute;  // Id.
  std::vector<SpokenAnswer> answers;
  std::vector<std::vector<int>> points;  // By answer and component, >= 0.
  double accuracy = 0;                   // Once this question and those before are answered.
  Interval accuracy_interval;            // 95 %, Wilson.
};

struct TypingTool {
  std::vector<int> start_points;  // By component, >= 0.
  std::vector<TypingQuestion> questions;
  double start_accuracy = 0;
  // Of the model's own probabilities from the same answers, exact values instead of
  // bands: what bands and rounding cost.
  double model_accuracy = 0;
  int contact_count = 0;    // Measured on.
  int candidate_count = 0;  // Attributes that could be asked for.
  bool asks_for_tags = false;
};

// `schema` says what may be asked (MayBeAsked) and at what cost: it may be newer
// than the model's. Only what the model reads is asked for. Deterministic.
// O(contacts x candidates x questions x components).
//
// Errors:
//   FAILED_PRECONDITION  one component; nothing that may be asked for; no contacts
//                        of which anything is known. The message says what to do.
absl::StatusOr<TypingTool> MakeTypingTool(const SegmentationModel& model, const Schema& schema,
                                          const ContactTable& contacts, Date as_of,
                                          const TypingToolOptions& options = {});

// The component of the most points, of equal ones the first. REQUIRES: not empty.
int MostPoints(const std::vector<int>& points);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_PERSONAS_TYPING_TOOL_H_
