// One reading of a column of text: what is missing, which values occur.

#ifndef CIBLE_SEGMENTATION_DATA_COLUMN_SCAN_H_
#define CIBLE_SEGMENTATION_DATA_COLUMN_SCAN_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace cible {

struct DistinctText {
  absl::string_view text;  // Without blanks at the ends; points into the cells.
  std::int64_t count = 0;
};

struct ColumnScan {
  std::int64_t known = 0;
  std::int64_t missing = 0;
  // Most frequent first, then by text.
  std::vector<std::pair<std::string, std::int64_t>> markers;
  // In order of first appearance.
  std::vector<DistinctText> distinct;
};

// O(cells). The result points into `cells`.
ColumnScan ScanColumn(const std::vector<std::string>& cells);

// Of the known cells, the share whose text has the property.
template <typename Property>
double ShareOf(const ColumnScan& scan, Property property) {
  std::int64_t having = 0;
  for (const DistinctText& value : scan.distinct) {
    if (property(value.text)) having += value.count;
  }
  return scan.known == 0 ? 0 : static_cast<double>(having) / static_cast<double>(scan.known);
}

// Kinds of text that say what they are.
bool IsEmail(absl::string_view text);
bool IsPhoneNumber(absl::string_view text);  // Written as one: "+33 6 12 34 56 78".
bool IsUuid(absl::string_view text);
bool IsUrl(absl::string_view text);
// Digits only, with a 0 in front that a number would lose: "01400".
bool HasLeadingZero(absl::string_view text);
// Digits only.
bool IsDigitsOnly(absl::string_view text);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_COLUMN_SCAN_H_
