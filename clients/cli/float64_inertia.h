// What a fit in float32 leaves out of a float64 matrix, added at its end.

#ifndef CIBLE_CLIENTS_CLI_FLOAT64_INERTIA_H_
#define CIBLE_CLIENTS_CLI_FLOAT64_INERTIA_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "clients/cli/npy_reader.h"
#include "segmentation/data/matrix.h"

namespace cible {

struct Float64Inertia {
  double inertia = 0;  // sum of w |x - c|^2 of the numbers as recorded.
  double rounded = 0;  // The same of what float32 took off: sum of w |x - float(x)|^2.
};

// Moves `centroids`, which are less the matrix's offset, by the mean of what
// was taken off the rows of each label (-1: none), and measures. Reads the file
// again, twice.
// REQUIRES: `matrix` is that of the file, a float64 one; a label a row; weights
// are empty (1 each) or one a row.
absl::StatusOr<Float64Inertia> MeasureInFloat64(const std::string& path, const NpyMatrix& matrix,
                                                absl::Span<const int> labels,
                                                absl::Span<const double> weights,
                                                DoubleMatrix& centroids);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_FLOAT64_INERTIA_H_
