// Contacts in columns: how tables of contacts travel inside the process.
//
// Rows are contacts, columns are attributes. A cell whose validity flag is
// cleared is unknown, whatever its place in the data holds. The wire form is
// cible.v1.ContactTable.

#ifndef CIBLE_SEGMENTATION_DATA_CONTACT_TABLE_H_
#define CIBLE_SEGMENTATION_DATA_CONTACT_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"

namespace cible {

// CATEGORICAL and ORDINAL: codes[row] indexes the dictionary.
struct Codes {
  std::vector<std::uint32_t> codes;
  std::vector<std::string> dictionary;
};

// SET: the members of row i are members[ends[i-1] .. ends[i]), indexes into
// the dictionary, ascending.
struct Sets {
  std::vector<std::uint32_t> members;
  std::vector<std::uint32_t> ends;
  std::vector<std::string> dictionary;
};

struct Numbers {
  std::vector<double> values;
};  // NUMERIC
struct Bits {
  std::vector<std::uint8_t> values;
};  // BOOLEAN, 0 or 1
struct Days {
  std::vector<std::int32_t> values;
};  // DATE
struct Micros {
  std::vector<std::int64_t> values;
};  // TIMESTAMP
struct Locations {
  std::vector<LatLng> values;
};  // LOCATION
struct Texts {
  std::vector<std::string> values;
};  // TEXT

using ColumnData = std::variant<Numbers, Codes, Sets, Bits, Days, Micros, Locations, Texts>;

struct Column {
  std::string attribute;               // Attribute id.
  std::vector<std::uint8_t> validity;  // One byte a row: 1 known, 0 unknown.
  ColumnData data;
};

struct ContactTable {
  int row_count = 0;
  std::vector<std::string> ids;  // Empty, or one a row.
  std::vector<Column> columns;

  // The column of this attribute id; null if none.
  const Column* Find(absl::string_view attribute) const;
};

// An empty column that can hold values of the type.
Column MakeColumn(absl::string_view attribute, AttributeType type);

// Appends a cell. REQUIRES: the value, if any, is of the column's type
// (a string for Codes and Texts).
void Append(Column& column, const std::optional<Value>& value);

// The cell as a value; nullopt when unknown. Codes and Texts give strings.
std::optional<Value> Get(const Column& column, int row);

// Appends the rows of `tail` below those of `head`: columns are matched by
// attribute id, dictionaries merged, and a column that one side lacks is
// unknown there. An empty `head` (no rows, no columns) becomes `tail`.
// REQUIRES: columns of the same attribute have the same type; ids are present
// in both or in neither.
void AppendRows(ContactTable& head, const ContactTable& tail);

// Room for so many rows in every column, so that rows appended until then move
// none: a column that grows by itself takes up to twice the memory. What is not
// filled costs address space alone.
void ReserveRows(ContactTable& table, std::size_t row_count);

// The rows named by `rows`, in that order; dictionaries are kept whole.
ContactTable SelectRows(const ContactTable& table, const std::vector<int>& rows);

// One contact as a table of one row.
// Errors: INVALID_ARGUMENT for an attribute the schema does not have or a
// value of another type; the message names the attribute, never the value.
struct NamedValue {
  std::string attribute;  // Id or display name.
  Value value;
};
absl::StatusOr<ContactTable> TableFromValues(const std::vector<NamedValue>& values,
                                             const Schema& schema);

// The errors that a value's attribute may be, INVALID_ARGUMENT.
absl::Status NotInSchema(absl::string_view attribute);
absl::Status GivenTwice(const Attribute& attribute);

// Whether the value is of the type and within its domain: numbers finite,
// latitudes and longitudes within range, levels declared.
// Errors: INVALID_ARGUMENT, naming the attribute and what is expected.
absl::Status CheckValue(const Value& value, const Attribute& attribute);

// The same for every cell of a table, and that lengths agree: each column as
// long as the table, codes inside their dictionaries, ids unique or absent.
// Errors: INVALID_ARGUMENT for a table that cannot be read at all. Rows that
// can be read but hold an impossible cell are reported in `bad_rows`.
struct RowError {
  int row = 0;            // 0-based.
  std::string attribute;  // Id; empty when the row as a whole is meant.
  std::string reason;     // What is expected; never the value.
};
absl::Status CheckTable(const ContactTable& table, const Schema& schema,
                        std::vector<RowError>* bad_rows);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_CONTACT_TABLE_H_
