// The attributes that an outcome score may use, cut into bins and levels, and
// what each tells of the outcome by itself.

#ifndef CIBLE_SEGMENTATION_MODELS_OUTCOME_FEATURES_H_
#define CIBLE_SEGMENTATION_MODELS_OUTCOME_FEATURES_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "segmentation/models/outcome_model.h"

namespace cible {

// A contact whose outcome is known.
struct OutcomeRow {
  std::size_t row;  // In the table.
  double weight;    // > 0.
  bool is_outcome;
};

// Weights with and without the outcome.
struct OutcomeTally {
  double outcomes = 0;
  double others = 0;

  double total() const { return outcomes + others; }
  void Add(double weight, bool is_outcome) { (is_outcome ? outcomes : others) += weight; }
};

// One attribute before it is fitted. Its columns in the regression are
// numbered from 0, "unknown" last.
struct OutcomeFeature {
  OutcomeTerm term;                 // All coefficients 0.
  std::vector<int> column_of_cell;  // Rare levels share one.
  int column_count = 0;             // "unknown" not counted.
  bool is_ordered = false;          // Neighbouring columns are alike.
  std::vector<OutcomeTally> cells;  // By cell.
  OutcomeTally unknown;
};

// Whether the schema lets the attribute take part in a score.
bool MayScore(const Attribute& attribute);

// Cuts numbers and dates into at most `most_bins` bins of about equal weight
// and keeps at most 254 levels. A bin, a tag, and a level with a column of its
// own weigh 20 or more. O(n log n).
// REQUIRES: MayScore(attribute); the column is of its type.
OutcomeFeature LearnFeature(const Attribute& attribute, const Column& column,
                            absl::Span<const OutcomeRow> rows, Date as_of, int most_bins);

// Whether all contacts have the same cells.
bool IsConstant(const OutcomeFeature& feature);

// Share of the outcome's uncertainty that the attribute alone removes, less
// what a table of its size removes by chance (Akaike); 0 or less tells nothing.
// `all`: every contact. Of a set, the strongest of its tags.
double InformationOf(const OutcomeFeature& feature, OutcomeTally all);

// The area under the ROC curve of the attribute alone, in [.5, 1], cells in
// the order of their rates; likewise.
double AreaUnderRoc(const OutcomeFeature& feature, OutcomeTally all);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_OUTCOME_FEATURES_H_
