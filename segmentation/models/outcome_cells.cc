#include "segmentation/models/outcome_cells.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>

#include "absl/container/flat_hash_map.h"

namespace cible {
namespace {

constexpr double kMicrosPerDay = 86'400e6;

// The cell of each code of a dictionary; -1 for none.
std::vector<int> CellsOfCodes(const std::vector<std::string>& dictionary,
                              const std::vector<std::string>& levels) {
  absl::flat_hash_map<absl::string_view, int> cells;
  for (std::size_t i = 0; i < levels.size(); ++i) cells.emplace(levels[i], static_cast<int>(i));
  std::vector<int> cell_of_code;
  cell_of_code.reserve(dictionary.size());
  for (const std::string& level : dictionary) {
    const auto found = cells.find(level);
    cell_of_code.push_back(found == cells.end() ? -1 : found->second);
  }
  return cell_of_code;
}

}  // namespace

bool HasBins(AttributeType type) {
  return type == AttributeType::kNumeric || type == AttributeType::kDate ||
         type == AttributeType::kTimestamp;
}

double ColumnNumbers::operator()(std::size_t row) const {
  if (const Numbers* numbers = std::get_if<Numbers>(&column_.data)) return numbers->values[row];
  if (const Days* days = std::get_if<Days>(&column_.data)) return as_of_.days - days->values[row];
  const auto micros = static_cast<double>(std::get<Micros>(column_.data).values[row]);
  return as_of_.days - micros / kMicrosPerDay;
}

OutcomeCells::OutcomeCells(const OutcomeTerm& term, const Column* column, Date as_of)
    : term_(term), column_(column), as_of_(as_of) {
  if (column == nullptr) return;
  if (const Codes* codes = std::get_if<Codes>(&column->data)) {
    cell_of_code_ = CellsOfCodes(codes->dictionary, term.levels);
  } else if (const Sets* sets = std::get_if<Sets>(&column->data)) {
    cell_of_code_ = CellsOfCodes(sets->dictionary, term.levels);
  }
}

bool OutcomeCells::Read(std::size_t row, std::vector<int>& cells) const {
  cells.clear();
  if (column_ == nullptr || column_->validity[row] == 0) return false;
  if (const Sets* sets = std::get_if<Sets>(&column_->data)) {
    for (std::size_t i = row == 0 ? 0 : sets->ends[row - 1]; i < sets->ends[row]; ++i) {
      const int cell = cell_of_code_[sets->members[i]];
      if (cell >= 0) cells.push_back(cell);
    }
    std::sort(cells.begin(), cells.end());
    return true;
  }
  if (const Codes* codes = std::get_if<Codes>(&column_->data)) {
    const int cell = cell_of_code_[codes->codes[row]];
    if (cell >= 0) cells.push_back(cell);
    return cell >= 0;
  }
  if (const Bits* bits = std::get_if<Bits>(&column_->data)) {
    cells.push_back(bits->values[row] != 0 ? 1 : 0);
    return true;
  }
  const double number = ColumnNumbers(*column_, as_of_)(row);
  if (!std::isfinite(number)) return false;
  cells.push_back(static_cast<int>(
      std::upper_bound(term_.edges.begin(), term_.edges.end(), number) - term_.edges.begin()));
  return true;
}

}  // namespace cible
