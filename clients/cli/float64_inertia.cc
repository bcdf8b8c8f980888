#include "clients/cli/float64_inertia.h"

#include "absl/status/status.h"

namespace cible {

absl::StatusOr<Float64Inertia> MeasureInFloat64(const std::string& path, const NpyMatrix& matrix,
                                                absl::Span<const int> labels,
                                                absl::Span<const double> weights,
                                                DoubleMatrix& centroids) {
  const int columns = matrix.values.cols();
  const auto weight = [&](std::size_t row) { return weights.empty() ? 1 : weights[row]; };
  std::vector<double> totals(static_cast<std::size_t>(centroids.rows()));
  DoubleMatrix off(centroids.rows(), columns);
  absl::Status status = ForEachNpyRow(path, [&](int row, absl::Span<const double> values) {
    const auto i = static_cast<std::size_t>(row);
    if (labels[i] < 0) return;
    totals[static_cast<std::size_t>(labels[i])] += weight(i);
    for (int f = 0; f < columns; ++f) {
      const auto at = static_cast<std::size_t>(f);
      off(labels[i], f) += weight(i) * (values[at] - matrix.offset[at] - matrix.values(row, f));
    }
  });
  if (!status.ok()) return status;
  for (int j = 0; j < centroids.rows(); ++j) {
    const double total = totals[static_cast<std::size_t>(j)];
    for (int f = 0; f < columns && total > 0; ++f) centroids(j, f) += off(j, f) / total;
  }
  Float64Inertia measured;
  status = ForEachNpyRow(path, [&](int row, absl::Span<const double> values) {
    const auto i = static_cast<std::size_t>(row);
    if (labels[i] < 0) return;
    double distance = 0, rounding = 0;
    for (int f = 0; f < columns; ++f) {
      const auto at = static_cast<std::size_t>(f);
      const double x = values[at] - matrix.offset[at];
      const double to_centroid = x - centroids(labels[i], f), to_float = x - matrix.values(row, f);
      distance += to_centroid * to_centroid;
      rounding += to_float * to_float;
    }
    measured.inertia += weight(i) * distance;
    measured.rounded += weight(i) * rounding;
  });
  if (!status.ok()) return status;
  return measured;
}

}  // namespace cible
