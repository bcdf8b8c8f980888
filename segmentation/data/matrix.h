// Dense matrices, row-major. Samples are rows, features are columns,
// everywhere in this library. A matrix owns its memory, without padding
// between rows.

#ifndef CIBLE_SEGMENTATION_DATA_MATRIX_H_
#define CIBLE_SEGMENTATION_DATA_MATRIX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace cible {

template <typename T>
class DenseMatrix {
 public:
  DenseMatrix() = default;
  DenseMatrix(int rows, int cols, T value = T())
      : rows_(rows), cols_(cols), data_(static_cast<std::size_t>(rows) * cols, value) {}

  int rows() const { return rows_; }
  int cols() const { return cols_; }

  T& operator()(int row, int col) { return data_[Index(row, col)]; }
  const T& operator()(int row, int col) const { return data_[Index(row, col)]; }

  absl::Span<T> row(int row) {
    return {data_.data() + Index(row, 0), static_cast<std::size_t>(cols_)};
  }
  absl::Span<const T> row(int row) const {
    return {data_.data() + Index(row, 0), static_cast<std::size_t>(cols_)};
  }

  T* data() { return data_.data(); }
  const T* data() const { return data_.data(); }

  bool operator==(const DenseMatrix&) const = default;

 private:
  std::size_t Index(int row, int col) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(cols_) +
           static_cast<std::size_t>(col);
  }

  int rows_ = 0;
  int cols_ = 0;
  std::vector<T> data_;
};

using FloatMatrix = DenseMatrix<float>;
using DoubleMatrix = DenseMatrix<double>;
using ByteMatrix = DenseMatrix<std::uint8_t>;

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_MATRIX_H_
