// What columns are, said on the command line: --as COLUMN=TYPE.

#ifndef CIBLE_CLIENTS_CLI_COLUMN_TYPES_H_
#define CIBLE_CLIENTS_CLI_COLUMN_TYPES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/schema.h"

namespace cible {

struct ColumnType {
  std::string column;  // Header or attribute id.
  // None: the column is left out.
  std::optional<AttributeType> type;
  Distribution distribution = Distribution::kAuto;
  std::vector<std::string> levels;  // ORDINAL, lowest first.
};

// "age=numeric" (Gaussian), "spend=lognormal", "visits=count", "city=categorical",
// "size=ordinal:S<M<L", "vip=boolean", "tags=set", "joined=date",
// "home=location", "note=ignore". The column ends at the first "=".
// Errors: INVALID_ARGUMENT (wrong usage), saying what is taken.
absl::StatusOr<ColumnType> ParseColumnType(const std::string& text);

// The schema with these columns so: features of that type, in no block, and
// without the ignored ones. Other columns stay as they are.
// Errors: INVALID_ARGUMENT for a column that the schema does not have, or named
// twice.
absl::StatusOr<Schema> WithColumnTypes(const Schema& schema, const std::vector<ColumnType>& types);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_COLUMN_TYPES_H_
