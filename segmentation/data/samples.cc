#include "segmentation/data/samples.h"

#include <algorithm>

namespace cible {
bool AnythingKnown(SampleRow row) {
  return std::any_of(row.codes.begin(), row.codes.end(), [](auto code) { return code != 0; });
}

Samples SelectSamples(const Samples& samples, absl::Span<const int> rows) {
  const int n = static_cast<int>(rows.size());
  Samples selected{.codes = ByteMatrix(n, samples.codes.cols()),
                   .numbers = FloatMatrix(n, samples.numbers.cols())};
  for (int i = 0; i < n; ++i) {
    const SampleRow row = samples.row(rows[i]);
    std::copy(row.codes.begin(), row.codes.end(), selected.codes.row(i).begin());
    std::copy(row.numbers.begin(), row.numbers.end(), selected.numbers.row(i).begin());
    selected.weights.push_back(samples.weights[rows[i]]);
  }
  return selected;
}

}  // namespace cible
