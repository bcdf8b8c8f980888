// What one comparison of a filter (filter.h) says of the rows of a table, and the
// pieces that all kinds of comparison are made of.

#ifndef CIBLE_SEGMENTATION_DATA_FILTER_ROWS_H_
#define CIBLE_SEGMENTATION_DATA_FILTER_ROWS_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "segmentation/data/contact_table.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/filter_grammar.h"

namespace cible {

using RowTest = std::function<Truths(const ContactTable&, const ContactFacts&)>;

// Of each row the first day after facts.today on which the truth may differ though
// nothing happens; kNoDay: never.
// REQUIRES: facts.today is set.
using RowChanges = std::function<std::vector<std::int32_t>(const ContactTable&, const ContactFacts&,
                                                           double half_life_days)>;

struct BoundComparison {
  RowTest test;
  RowChanges next_changes = {};  // Null: never.
  std::string attribute = {};    // Id of the one it reads; empty: something of the contact.
  bool reads_segment = false;
  bool reads_id = false;
  bool reads_organization = false;
  bool reads_lifecycle = false;
};

inline Truth TruthOf(bool holds) { return holds ? kIsTrue : kIsFalse; }

// Whether what stands so to the wanted value fulfils the comparison.
inline bool Holds(FilterOp op, std::partial_ordering order) {
  switch (op) {
    case FilterOp::kHas:
    case FilterOp::kEqual: return order == 0;
    case FilterOp::kNotEqual: return order != 0;
    case FilterOp::kLess: return order < 0;
    case FilterOp::kLessOrEqual: return order <= 0;
    case FilterOp::kGreater: return order > 0;
    case FilterOp::kGreaterOrEqual: return order >= 0;
  }
  return false;
}

inline bool IsOrdering(FilterOp op) {
  return op == FilterOp::kLess || op == FilterOp::kLessOrEqual || op == FilterOp::kGreater ||
         op == FilterOp::kGreaterOrEqual;
}

// `visit(data, row)` of the known cells of a column; of none without the column, or
// with one of another type.
template <typename Data, typename VisitFn>
void ForKnownCells(const ContactTable& table, const std::string& attribute, const VisitFn& visit) {
  const Column* column = table.Find(attribute);
  const Data* data = column == nullptr ? nullptr : std::get_if<Data>(&column->data);
  if (data == nullptr) return;
  for (std::size_t row = 0; row < column->validity.size(); ++row) {
    if (column->validity[row]) visit(*data, row);
  }
}

// The day, in UTC, of a cell of a DATE or TIMESTAMP column.
inline std::int64_t DayOfCell(std::int32_t days) { return days; }
inline std::int64_t DayOfCell(std::int64_t micros) { return DayOf(Timestamp{micros}).days; }

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_FILTER_ROWS_H_
