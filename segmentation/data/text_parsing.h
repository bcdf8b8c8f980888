// From text cells to typed columns, under a schema.

#ifndef CIBLE_SEGMENTATION_DATA_TEXT_PARSING_H_
#define CIBLE_SEGMENTATION_DATA_TEXT_PARSING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/csv.h"
#include "segmentation/data/schema.h"

namespace cible {

// One cell. Missing markers give nullopt. Numbers: `1234.5`, `1 234,5`,
// `1,234.50`, `12 %`, `17850.0`, a currency sign before or after; dates:
// `2026-11-22`, `22/11/2026`, `22-11-2026`, `22.11.2026`, `11/22/2026` where
// the day proves it, with or without a time; booleans: yes/no, true/false,
// 1/0, oui/non; sets `a|b`; locations `lat,lon`.
// Errors: INVALID_ARGUMENT saying what was expected, never the value.
absl::StatusOr<std::optional<Value>> ParseCell(absl::string_view text, const Attribute& attribute);

struct ParsedTable {
  ContactTable table;            // Rows without error only, ids if there is an id column.
  std::vector<int> source_rows;  // For each row its row in the text table.
  std::vector<RowError> errors;  // By row in the text table.
};

// Matches columns to attributes by id or display name. A column outside the
// schema is passed over. `id_column` is a header; empty: no ids.
// Rows with an error are left out whole. O(cells).
// Errors: INVALID_ARGUMENT when the id column is not in the header, or no
// column is in the schema.
absl::StatusOr<ParsedTable> ParseTable(const TextTable& text, const Schema& schema,
                                       const std::string& id_column);

// A value as a CSV cell and as people read it: numbers in the shortest form
// that reads back, sets as a|b, dates as YYYY-MM-DD, locations "lat,lon".
std::string FormatValue(const Value& value);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_TEXT_PARSING_H_
