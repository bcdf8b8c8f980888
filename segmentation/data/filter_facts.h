// Comparisons of what is of the contact and not of its attributes (filter.h):
// contact.id, contact.kind, contact.relation, ...

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_FACTS_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_FACTS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "segmentation/data/filter_grammar.h"
#include "segmentation/data/filter_rows.h"

namespace cible {

// nullopt: the name is none of them.
// Errors: INVALID_ARGUMENT with the position: a value that the fact never has, an
// operator that orders.
absl::StatusOr<std::optional<BoundComparison>> BindFact(const FilterSyntax& comparison);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_FACTS_H_
