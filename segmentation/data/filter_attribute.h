// Comparisons of attributes (filter.h): each type in its own way.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_ATTRIBUTE_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_ATTRIBUTE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/filter_grammar.h"
#include "segmentation/data/filter_rows.h"
#include "segmentation/data/schema.h"

namespace cible {

// Errors: INVALID_ARGUMENT with the position: an operator or a value that does not
// fit the attribute's type.
// REQUIRES: the syntax is a comparison, or a distance, of the attribute.
absl::StatusOr<RowTest> AttributeTest(const FilterSyntax& syntax, const Attribute& attribute,
                                      const FilterContext& context);

// The number that is written, or that the word stands for; nullopt: none, or one
// that is not known.
std::optional<double> NumberOf(const FilterWord& word, const FilterContext& context);

// Compared by days, of which `today` is one.
bool IsOfDays(AttributeType type);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_ATTRIBUTE_H_
