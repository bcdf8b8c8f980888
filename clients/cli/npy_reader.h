// Reads arrays in NumPy's file format, versions 1.0 to 3.0: float32 and
// float64, little-endian, row by row.
//
//   https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#ifndef CIBLE_CLIENTS_CLI_NPY_READER_H_
#define CIBLE_CLIENTS_CLI_NPY_READER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/data/matrix.h"

namespace cible {

// A matrix in float32, less `offset` by column, which keeps what float64 can
// tell apart far from 0. Empty: none was taken off.
struct NpyMatrix {
  FloatMatrix values;
  std::vector<double> offset;
};

// An array of two dimensions, not empty and all finite. The columns of a
// float64 one are taken less their mean.
//
// Errors, all of which name the file:
//   NOT_FOUND           there is no such file, or it cannot be read.
//   INVALID_ARGUMENT    it is no such array, is cut short or goes on after its
//                       end, or holds a NaN or an infinity.
//   RESOURCE_EXHAUSTED  it would not fit into memory.
absl::StatusOr<NpyMatrix> ReadNpyMatrix(const std::string& path);

// Calls use(row, its values) for each row of such an array in float64, in their
// order; the values are gone after the call.
absl::Status ForEachNpyRow(const std::string& path,
                           const std::function<void(int, absl::Span<const double>)>& use);

// The same as ReadNpyMatrix in float64; for few rows, such as centroids.
absl::StatusOr<DoubleMatrix> ReadNpyRows(const std::string& path);

// An array of one dimension.
absl::StatusOr<std::vector<double>> ReadNpyNumbers(const std::string& path);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_NPY_READER_H_
