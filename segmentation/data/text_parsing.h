// From text cells to typed columns, under a schema.

#ifndef CIBLE_SEGMENTATION_DATA_TEXT_PARSING_H_
#define CIBLE_SEGMENTATION_DATA_TEXT_PARSING_H_

#include <optional>
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
// the day proves it, with or without a time (number_text.h and date_text.h
// have the whole list); booleans: yes/no, true/false, 1/0, y/n, oui/non,
// vrai/faux; sets `a|b`, the empty set `|`; locations `lat,lon`. Levels and
// booleans in any case. Where a cell can be read in two ways, Attribute::format
// decides.
// Errors: INVALID_ARGUMENT saying what was expected, never the value.
absl::StatusOr<std::optional<Value>> ParseCell(absl::string_view text, const Attribute& attribute);

struct ParsedTable {
  ContactTable table;            // Rows without error only, ids if there is an id column.
  std::vector<int> source_rows;  // For each row its row in the text table.
  std::vector<RowError> errors;  // By row in the text table, in its order.
};

// Matches columns to attributes by id or display name. A LOCATION may come
// from two columns: its display name then names both headers, "lat,lng", and
// the place is unknown where either is. A column outside the schema is
// passed over. `id_column` is a header; empty: no ids. An id has 1 to 128 bytes
// and no control character.
// Rows with an error are left out whole; each bad cell is an error of its own.
// O(cells).
// Errors: INVALID_ARGUMENT when the id column is not in the header, two columns
// give the same attribute, or no column is in the schema though `needs_attributes`.
absl::StatusOr<ParsedTable> ParseTable(const TextTable& text, const Schema& schema,
                                       const std::string& id_column, bool needs_attributes = true);

// The two columns a LOCATION attribute is made of; nullopt when the header
// has no such pair.
struct ColumnPair {
  int latitude = 0;  // Positions in the header.
  int longitude = 0;
};
std::optional<ColumnPair> FindLocationPair(const Attribute& attribute,
                                           const std::vector<std::string>& header);

// "yes", "no" and what stands for them, in any case.
std::optional<bool> ParseBoolean(absl::string_view text);

// `48.85,2.35`, with or without a blank; nullopt outside the globe.
std::optional<LatLng> ParseLocation(absl::string_view text);

// A value as a CSV cell and as people read it: numbers in the shortest form
// that reads back, sets as a|b, dates as YYYY-MM-DD, locations "lat,lon".
// Reads back as the same value, except text that is a missing marker or has
// blanks at its ends, and tags that hold a "|".
std::string FormatValue(const Value& value);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_TEXT_PARSING_H_
