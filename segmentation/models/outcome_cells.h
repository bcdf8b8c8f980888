// Which rows of an outcome term's table a contact falls into: the one reading
// of values that fitting and scoring share.

#ifndef CIBLE_SEGMENTATION_MODELS_OUTCOME_CELLS_H_
#define CIBLE_SEGMENTATION_MODELS_OUTCOME_CELLS_H_

#include <cstddef>
#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/models/outcome_model.h"

namespace cible {

// Whether the tables of such attributes are of bins: NUMERIC, DATE, TIMESTAMP.
bool HasBins(AttributeType type);

// The numbers of a NUMERIC, DATE or TIMESTAMP column; dates as days before
// `as_of`.
class ColumnNumbers {
 public:
  // `column` must outlive it. REQUIRES: the column is of such a type.
  ColumnNumbers(const Column& column, Date as_of) : column_(column), as_of_(as_of) {}

  double operator()(std::size_t row) const;

 private:
  const Column& column_;
  Date as_of_;
};

// Reads one column under the bins or levels of a term.
class OutcomeCells {
 public:
  // Both must outlive it; a null column is unknown throughout.
  // REQUIRES: the column is of the term's type.
  OutcomeCells(const OutcomeTerm& term, const Column* column, Date as_of);

  // The cells of the row, ascending: one bin or level, or the tags of a set
  // that are among the term's. False when the value counts as unknown: it is,
  // or it is a level the term does not have.
  bool Read(std::size_t row, std::vector<int>& cells) const;

 private:
  const OutcomeTerm& term_;
  const Column* column_;
  Date as_of_;
  std::vector<int> cell_of_code_;  // -1: none.
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_OUTCOME_CELLS_H_
