// One comparison of the filter language (filter.h), bound to a schema: from its
// syntax to what it says of every row.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_COMPARISON_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_COMPARISON_H_

#include "absl/status/statusor.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/filter_grammar.h"
#include "segmentation/data/filter_rows.h"
#include "segmentation/data/schema.h"

namespace cible {

// Errors: INVALID_ARGUMENT with the position: an attribute the schema does not
// have, a value that does not fit its type. O(rows) to test, and to find changes.
// REQUIRES: a comparison or a distance.
absl::StatusOr<BoundComparison> BindComparison(const FilterSyntax& syntax, const Schema& schema,
                                               const FilterContext& context);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_COMPARISON_H_
