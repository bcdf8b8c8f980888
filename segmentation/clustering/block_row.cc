#include "segmentation/clustering/block_row.h"

#include <algorithm>
#include <cmath>

namespace cible {

BlockRow::BlockRow(const NumberBlock& block, SampleRow row, const std::vector<int>& code_of) {
  std::array<int, kMostBlockNumbers> positions{};
  for (std::size_t i = 0; i < block.numbers.size(); ++i) {
    if (row.codes[code_of[block.numbers[i]]] != 1) continue;
    numbers_[count_] = block.numbers[i];
    positions[count_++] = static_cast<int>(i);
  }
  for (int i = 0; i < count_; ++i) {
    for (int j = 0; j <= i; ++j) {
      double sum = block.correlation(positions[i], positions[j]);
      for (int l = 0; l < j; ++l) sum -= factor_[i][l] * factor_[j][l];
      factor_[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / factor_[j][j];
    }
  }
}

void BlockRow::Decorrelate(const DoubleMatrix& means, const DoubleMatrix& deviations, SampleRow row,
                           int k, double* innovation) const {
  for (int i = 0; i < count_; ++i) {
    const int number = numbers_[i];
    double value = (row.numbers[number] - means(number, k)) / deviations(number, k);
    for (int l = 0; l < i; ++l) value -= factor_[i][l] * innovation[l];
    innovation[i] = value / factor_[i][i];
  }
}

}  // namespace cible
