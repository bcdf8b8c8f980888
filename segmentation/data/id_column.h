// Which column tells contacts apart.

#ifndef CIBLE_SEGMENTATION_DATA_ID_COLUMN_H_
#define CIBLE_SEGMENTATION_DATA_ID_COLUMN_H_

#include <string>
#include <vector>

#include "segmentation/data/column_scan.h"

namespace cible {

// Position of the column that looks like the id of the contacts; -1 if none
// does. An id is a text or a whole number, different in every row. Its header
// says so, or it is the first column and holds codes or running numbers; a
// measure that happens to be unique is no id. Among several the one of uuids,
// then the first.
// `words` as HeaderWords makes them, one a column. O(distinct values).
int FindIdColumn(const std::vector<ColumnScan>& scans, const std::vector<std::string>& words);

// Whether the column only numbers the rows, as tools do when they write a
// table: consecutive whole numbers under a header that says no more.
bool NumbersTheRows(const ColumnScan& scan, const std::string& words);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_ID_COLUMN_H_
