// When what a comparison says of a row changes by time alone, in closed form. Each
// is null where it never does.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_CHANGES_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_CHANGES_H_

#include <string>

#include "segmentation/data/filter.h"
#include "segmentation/data/filter_grammar.h"
#include "segmentation/data/filter_rows.h"

namespace cible {

// Of numbers of the attribute that drift so, compared with one that stands still.
RowChanges NumberChanges(const std::string& attribute, Drift drift, FilterOp op, double wanted);

// Of days, or the days of instants, that stand still, compared with today + offset.
RowChanges DayChanges(const std::string& attribute, FilterOp op, int offset);

// Of values of any type that may be others tomorrow.
RowChanges AnyChanges(const std::string& attribute);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_CHANGES_H_
