// Arrays in NumPy's file format, version 1.0, little-endian, row by row.
//
//   https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#ifndef CIBLE_CLIENTS_CLI_OUTPUT_NPY_H_
#define CIBLE_CLIENTS_CLI_OUTPUT_NPY_H_

#include <cstdint>
#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace cible {

// A file that grows by rows; how many there are is written at the end.
// T is float, double or std::int32_t.
template <typename T>
class NpyWriter {
 public:
  // `columns` 0: an array of one dimension. Replaces a file of that name.
  // Errors: PERMISSION_DENIED it cannot be written.
  static absl::StatusOr<NpyWriter> Open(const std::string& path, int columns);

  // Appends whole rows.
  // Errors: INVALID_ARGUMENT the count is no multiple of `columns`.
  absl::Status Append(absl::Span<const T> values);

  // Errors: RESOURCE_EXHAUSTED not all could be written.
  absl::Status Close();

  std::int64_t row_count() const { return row_count_; }

 private:
  NpyWriter(std::ofstream file, int columns) : file_(std::move(file)), columns_(columns) {}
  void WriteHeader();

  std::ofstream file_;
  int columns_;
  std::int64_t row_count_ = 0;
};

extern template class NpyWriter<float>;
extern template class NpyWriter<double>;
extern template class NpyWriter<std::int32_t>;

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_OUTPUT_NPY_H_
