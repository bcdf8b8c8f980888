// Rows of a file that are not taken, as they are told.

#ifndef CIBLE_CLIENTS_CLI_REFUSED_ROW_H_
#define CIBLE_CLIENTS_CLI_REFUSED_ROW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "segmentation/data/csv.h"

namespace cible {

// A row that was not taken.
struct RefusedRow {
  std::int64_t line = 0;           // In the file, 1-based.
  std::vector<std::string> cells;  // As they stand in the file.
  std::string reason;
};

// A row of the table, refused.
RefusedRow RefusedRowOf(const TextTable& text, int row, const std::string& reason);

// Lines that are no rows of the file, cut into cells as far as that can be.
std::vector<RefusedRow> RefusedRowsOf(const std::vector<RefusedLine>& lines, char delimiter);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_REFUSED_ROW_H_
