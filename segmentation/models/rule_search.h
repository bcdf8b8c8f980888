// Finds a short rule for every segment.
//
// A beam search over conjunctions, as in CN2's and RIPPER's rule growing, after
// which each condition is chosen again with the others fixed. Rules are found
// on one half of the contacts and measured on the other; contacts alike in all
// that rules may use fall into the same half.
//
//   P. Clark and T. Niblett, "The CN2 induction algorithm", Machine Learning
//   3(4), 1989.
//   C. J. van Rijsbergen, "Information Retrieval", 2nd ed., 1979: the F measure.

#ifndef CIBLE_SEGMENTATION_MODELS_RULE_SEARCH_H_
#define CIBLE_SEGMENTATION_MODELS_RULE_SEARCH_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/rule.h"
#include "segmentation/models/rule_variables.h"

namespace cible {

struct RuleSearchOptions {
  // Precision counts 1 / beta² times as much as recall, > 0.
  double beta = 0.7;
  int beam_width = 8;      // In [1, 100].
  int row_limit = 50'000;  // Of more rows, a sample by hash of about so many.
  // A rule as good as this on the half it is found on comes before any that is
  // not, whatever their F measures.
  double good_precision = 0.78;
  double good_recall = 0.4;
  double min_precision = 0.6;       // Measured on the other half; below it there is no rule,
  double min_recall = 0.25;         // nor below this,
  double min_known = 10;            // nor with fewer contacts of the segment in either half.
  std::uint64_t seed = 20'261'122;  // Key of the hash that halves the contacts.
  RuleVocabulary vocabulary;
};

// One rule a component; without conditions where no short rule describes it:
// the segment is too small or too mixed. Deterministic, and independent of the
// order of rows. O(rows x attributes x components x beam_width).
// `labels`: component of each row, -1 for none, which is no segment's.
// REQUIRES: one weight >= 0 and one label a row; columns as CheckTable wants.
std::vector<SegmentRule> FindRules(const ContactTable& table, const Schema& schema,
                                   absl::Span<const double> weights, absl::Span<const int> labels,
                                   int component_count, const RuleSearchOptions& options = {});

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_RULE_SEARCH_H_
