// The numbers of a block that a row knows, decorrelated one after the other.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_BLOCK_ROW_H_
#define CIBLE_SEGMENTATION_CLUSTERING_BLOCK_ROW_H_

#include <array>
#include <vector>

#include "segmentation/clustering/mixture_components.h"
#include "segmentation/data/matrix.h"
#include "segmentation/data/samples.h"

namespace cible {

class BlockRow {
 public:
  // `code_of` gives the code column of each number column. O(b^3).
  BlockRow(const NumberBlock& block, SampleRow row, const std::vector<int>& code_of);

  // Of the numbers that are known.
  int count() const { return count_; }
  int number(int i) const { return numbers_[i]; }  // The column.

  // innovation[i] = (x_i less its mean given those before) / its deviation, in
  // component k. Means and standard deviations are number_count x K. O(b^2).
  void Decorrelate(const DoubleMatrix& means, const DoubleMatrix& deviations, SampleRow row, int k,
                   double* innovation) const;
  // The deviation of x_i given those before, as a share of its own.
  double shrinkage(int i) const { return factor_[i][i]; }

 private:
  int count_ = 0;
  std::array<int, kMostBlockNumbers> numbers_{};
  double factor_[kMostBlockNumbers][kMostBlockNumbers];  // Cholesky's; lower triangle.
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_BLOCK_ROW_H_
