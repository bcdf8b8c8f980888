#include "clients/cli/refused_row.h"

#include "absl/strings/str_split.h"

namespace cible {

RefusedRow RefusedRowOf(const TextTable& text, int row, const std::string& reason) {
  const auto at = static_cast<std::size_t>(row);
  RefusedRow refused{text.lines[at], {}, reason};
  for (const std::vector<std::string>& column : text.columns) refused.cells.push_back(column[at]);
  return refused;
}

std::vector<RefusedRow> RefusedRowsOf(const std::vector<RefusedLine>& lines, char delimiter) {
  std::vector<RefusedRow> rows;
  for (const RefusedLine& line : lines) {
    rows.push_back({line.line, absl::StrSplit(line.text, delimiter), line.reason});
  }
  return rows;
}

}  // namespace cible
