// One comparison of the filter language (filter.h), bound to a schema: from its
// syntax to what it says of every row.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_COMPARISON_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_COMPARISON_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/filter_grammar.h"
#include "segmentation/data/schema.h"

namespace cible {

using RowTest = std::function<Truths(const ContactTable&, const ContactFacts&)>;

struct BoundComparison {
  RowTest test;
  std::string attribute;  // Id of the one it reads; empty: something of the contact.
  bool reads_segment = false;
  bool reads_id = false;
  bool reads_organization = false;
};

// Errors: INVALID_ARGUMENT with the position: an attribute the schema does not
// have, a value that does not fit its type. O(rows) to test.
// REQUIRES: a comparison or a distance.
absl::StatusOr<BoundComparison> BindComparison(const FilterSyntax& syntax, const Schema& schema);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_COMPARISON_H_
