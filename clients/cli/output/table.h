// Tables: aligned columns for people, CSV for programs.

#ifndef CIBLE_CLIENTS_CLI_OUTPUT_TABLE_H_
#define CIBLE_CLIENTS_CLI_OUTPUT_TABLE_H_

#include <string>
#include <utility>
#include <vector>

namespace cible {

// A cell as people read it ("23.4 %") and as programs do ("0.234").
struct Cell {
  Cell(std::string for_all) : text(for_all), exact(std::move(for_all)) {}
  Cell(const char* for_all) : text(for_all), exact(for_all) {}
  Cell(std::string for_people, std::string for_programs)
      : text(std::move(for_people)), exact(std::move(for_programs)) {}

  std::string text;
  std::string exact;
};

// Cells of numbers in their usual forms.
Cell CountCell(long long count);
Cell ShareCell(double share);
Cell FixedCell(double number, int decimals);

struct TableColumn {
  std::string title;  // For people.
  std::string key;    // For programs: lower_snake_case; empty: not in CSV.
  bool right = false;
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

  // REQUIRES: one cell a column.
  void AddRow(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }

  int row_count() const { return static_cast<int>(rows_.size()); }

  // Titles and rows, two blanks between columns, each line ended. The widest
  // left-aligned columns are cut ("…") until a line fits into `width` columns
  // of a terminal, as far as that can be; 0: as wide as need be. Columns
  // whose cells and titles are all empty are left out.
  std::string ToText(int width) const;

  // Keys and exact cells.
  std::string ToCsv() const { return CsvHeader() + CsvRows(); }
  std::string CsvHeader() const;
  std::string CsvRows() const;

  void ClearRows() { rows_.clear(); }

 private:
  std::vector<int> Widths(int width) const;

  std::vector<TableColumn> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// Columns that the text takes on a terminal. Control characters and invalid
// UTF-8 count one.
int DisplayWidth(const std::string& text);

// Control characters, line ends included, become "·": contacts' values are
// theirs, and must not steer a terminal.
std::string Printable(const std::string& text);

// The text cut to so many columns, the last of which then is "…".
std::string Shorten(const std::string& text, int width);

// The text in lines of at most `width` columns (100 where `width` is 0), each
// after `indent` blanks and ended.
std::string Wrap(const std::string& text, int width, int indent);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_OUTPUT_TABLE_H_
