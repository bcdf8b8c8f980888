// What contacts are, as keys: draws and halves that do not depend on the order
// of rows go by them.

#ifndef CIBLE_SEGMENTATION_MODELS_ROW_HASHES_H_
#define CIBLE_SEGMENTATION_MODELS_ROW_HASHES_H_

#include <cstdint>
#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

// One a row, from all that rules may use of it (MayBeInRule): rows alike in that
// have the same, in whatever order they and the levels come. O(cells).
std::vector<std::uint64_t> RowHashes(const ContactTable& table, const Schema& schema,
                                     std::uint64_t seed);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_ROW_HASHES_H_
