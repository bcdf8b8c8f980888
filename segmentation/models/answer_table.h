// What a contact may answer when one attribute is asked for, how probable each
// answer is in every component, and what it would say.
//
// An answer is a code, with MIXTURE a point mass included, or a number: then the
// answers are intervals, cut at quantiles of every component. Of a set the tags
// that tell the components apart best are answered together, five at most. Places
// and attributes without a spread have no answers.
//
// The probabilities are the components' own: a mixture's distributions; of
// k-means' segments the shares of levels, and normal numbers of their mean and
// variance. Within a block the other numbers are taken as unknown.

#ifndef CIBLE_SEGMENTATION_MODELS_ANSWER_TABLE_H_
#define CIBLE_SEGMENTATION_MODELS_ANSWER_TABLE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/components.h"
#include "segmentation/clustering/term_table.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"
#include "segmentation/models/profile_aggregates.h"

namespace cible {

struct AnswerTable {
  int attribute = 0;  // Position in the encoder.
  // One a row, numbers ascending after point masses. `levels` are those of the
  // answer, several where they share a code; a number has `is_number`, and is
  // the middle of its interval, in raw units (DATE: days before the day).
  struct Answer {
    std::vector<std::string> levels;
    bool is_number = false;
    double number = 0;
    double end = 0;  // Of the interval; of a point mass the number itself.
  };
  std::vector<Answer> answers;
  DoubleMatrix probabilities;  // Answers x K; columns sum to 1.
  DoubleMatrix terms;          // Answers x K: l_kv.
};

// The tables of every attribute that has answers, by position.
// O(attributes x answers x K).
std::vector<AnswerTable> MakeAnswerTables(const Components& components, const Encoder& encoder,
                                          absl::Span<const AttributeAggregates> aggregates,
                                          const TermTable& terms);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_ANSWER_TABLE_H_
