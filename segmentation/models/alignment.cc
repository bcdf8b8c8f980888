#include "segmentation/models/alignment.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace cible {
namespace {

// Old and new are the same segment from here on: Hennig's dissolution point.
constexpr double kSameSegment = .5;

// Shortest augmenting paths with dual variables, rows matched one by one.
// Indexes are shifted by one: row and column 0 stand for "none".
// REQUIRES: rows <= columns.
class ShortestPathMatcher {
 public:
  explicit ShortestPathMatcher(const DoubleMatrix& gain)
      : gain_(gain),
        row_dual_(Size(gain.rows())),
        column_dual_(Size(gain.cols())),
        row_of_(Size(gain.cols())),
        previous_(Size(gain.cols())) {}

  std::vector<int> Match() {
    for (int row = 1; row <= gain_.rows(); ++row) Augment(FreeColumnFor(row));
    std::vector<int> column_of(static_cast<std::size_t>(gain_.rows()), -1);
    for (int column = 1; column <= gain_.cols(); ++column) {
      const int row = row_of_[static_cast<std::size_t>(column)];
      if (row > 0) column_of[static_cast<std::size_t>(row) - 1] = column - 1;
    }
    return column_of;
  }

 private:
  static std::size_t Size(int count) { return static_cast<std::size_t>(count) + 1; }

  // Dijkstra on reduced costs from `row` to the nearest column without a row.
  std::size_t FreeColumnFor(int row) {
    std::vector<double> distance(row_of_.size(), std::numeric_limits<double>::infinity());
    std::vector<bool> done(row_of_.size(), false);
    row_of_[0] = row;
    std::size_t column = 0;
    while (row_of_[column] != 0) {
      done[column] = true;
      column = Step(column, distance, done);
    }
    return column;
  }

  // Relaxes the edges out of the column's row, then moves the duals until
  // another column is reached, which is returned.
  std::size_t Step(std::size_t from, std::vector<double>& distance, const std::vector<bool>& done) {
    const auto row = static_cast<std::size_t>(row_of_[from]);
    std::size_t nearest = 0;
    double shortest = std::numeric_limits<double>::infinity();
    for (std::size_t column = 1; column < row_of_.size(); ++column) {
      if (done[column]) continue;
      const double cost = -gain_(static_cast<int>(row) - 1, static_cast<int>(column) - 1) -
                          row_dual_[row] - column_dual_[column];
      if (cost < distance[column]) {
        distance[column] = cost;
        previous_[column] = from;
      }
      if (distance[column] < shortest) {
        shortest = distance[column];
        nearest = column;
      }
    }
    MoveDuals(shortest, distance, done);
    return nearest;
  }

  void MoveDuals(double by, std::vector<double>& distance, const std::vector<bool>& done) {
    for (std::size_t column = 0; column < row_of_.size(); ++column) {
      if (done[column]) {
        row_dual_[static_cast<std::size_t>(row_of_[column])] += by;
        column_dual_[column] -= by;
      } else {
        distance[column] -= by;
      }
    }
  }

  // Shifts the rows along the path that ends in the free column.
  void Augment(std::size_t column) {
    while (column != 0) {
      row_of_[column] = row_of_[previous_[column]];
      column = previous_[column];
    }
  }

  const DoubleMatrix& gain_;
  std::vector<double> row_dual_;
  std::vector<double> column_dual_;
  std::vector<int> row_of_;
  std::vector<std::size_t> previous_;
};

DoubleMatrix Transposed(const DoubleMatrix& matrix) {
  DoubleMatrix transposed(matrix.cols(), matrix.rows());
  for (int row = 0; row < matrix.rows(); ++row) {
    for (int column = 0; column < matrix.cols(); ++column) {
      transposed(column, row) = matrix(row, column);
    }
  }
  return transposed;
}

}  // namespace

std::vector<int> OptimalAssignment(const DoubleMatrix& gain) {
  if (gain.rows() <= gain.cols()) return ShortestPathMatcher(gain).Match();
  const DoubleMatrix transposed = Transposed(gain);
  const std::vector<int> row_of = ShortestPathMatcher(transposed).Match();
  std::vector<int> column_of(static_cast<std::size_t>(gain.rows()), -1);
  for (std::size_t column = 0; column < row_of.size(); ++column) {
    column_of[static_cast<std::size_t>(row_of[column])] = static_cast<int>(column);
  }
  return column_of;
}

DoubleMatrix JaccardOverlap(absl::Span<const int> new_labels, int new_count,
                            absl::Span<const int> old_labels, int old_count) {
  DoubleMatrix common(new_count, old_count);
  std::vector<double> new_size(static_cast<std::size_t>(new_count));
  std::vector<double> old_size(static_cast<std::size_t>(old_count));
  for (std::size_t i = 0; i < new_labels.size(); ++i) {
    if (new_labels[i] < 0 || old_labels[i] < 0) continue;
    common(new_labels[i], old_labels[i]) += 1;
    new_size[static_cast<std::size_t>(new_labels[i])] += 1;
    old_size[static_cast<std::size_t>(old_labels[i])] += 1;
  }
  for (int row = 0; row < new_count; ++row) {
    for (int column = 0; column < old_count; ++column) {
      const double both = common(row, column);
      const double either = new_size[static_cast<std::size_t>(row)] +
                            old_size[static_cast<std::size_t>(column)] - both;
      common(row, column) = either > 0 ? both / either : 0;
    }
  }
  return common;
}

std::vector<int> AlignComponents(absl::Span<const int> new_labels, int new_count,
                                 absl::Span<const int> old_labels, int old_count) {
  const DoubleMatrix overlap = JaccardOverlap(new_labels, new_count, old_labels, old_count);
  DoubleMatrix gain = overlap;
  for (int row = 0; row < new_count; ++row) {
    for (double& value : gain.row(row)) value = value >= kSameSegment ? value : 0;
  }
  std::vector<int> continues = OptimalAssignment(gain);
  for (int row = 0; row < new_count; ++row) {
    int& column = continues[static_cast<std::size_t>(row)];
    if (column >= 0 && overlap(row, column) < kSameSegment) column = -1;
  }
  return continues;
}

}  // namespace cible
