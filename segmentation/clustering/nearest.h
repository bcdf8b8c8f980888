// The nearest centroid, exactly: scores in float32 with a proven bound on
// their error, and double precision for whatever is too close to call.
//
// The score of point x and centroid c is |c|^2 - 2 x.c over the attributes
// known of x: the squared distance less |x|^2, which no choice depends on. The
// part of a code column is looked up in a table of k scores a code (0 for the
// code 0, unknown), so that no feature of a category is ever written out; that
// of the numbers is a product of small matrices. Both are taken about the mean
// of the centroids, so that an offset costs no precision.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_NEAREST_H_
#define CIBLE_SEGMENTATION_CLUSTERING_NEAREST_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/points.h"
#include "segmentation/data/matrix.h"

namespace cible {

class Scorer {
 public:
  // Points scored at a time: lanes of two vector registers.
#ifdef __AVX__
  static constexpr int kBatch = 16;
#else
  static constexpr int kBatch = 8;
#endif

  // What one thread needs to score with; made for one scorer, used for many
  // batches.
  struct Scratch {
    explicit Scratch(const Scorer& scorer);
    std::vector<float> numbers;    // numbers x kBatch.
    std::vector<float> code_sums;  // kBatch x stride.
    std::vector<float> scores;     // stride x kBatch: of centroid j and point r.
    std::vector<float> norms;      // kBatch: |x|^2 over what is known of x.
  };

  struct Nearest {
    int index[kBatch];
    // Lower bound on how much nearer it is than any other centroid; negative
    // infinity where double precision had to decide, infinity for k = 1.
    float slack[kBatch];
  };

  // Both must outlive the scorer. O(k x (features + codes)).
  Scorer(const DoubleMatrix& centroids, const Points& points);

  // scratch.scores and scratch.norms of the first `count` <= kBatch points at
  // `rows`; of the others they are arbitrary.
  void Score(const int* rows, int count, Scratch& scratch) const;

  // The nearest centroids of these points; ties go to the lower index.
  void FindNearest(const int* rows, int count, Scratch& scratch, Nearest& nearest) const;

  // The most by which a score, or the sum of score and norm, differs from the
  // exact one, given |x|^2.
  float ErrorBound(float norm) const { return error_factor_ * (norm + largest_norm_); }

  // Squared distance over what is known, in double, by direct difference.
  double Distance(int row, int centroid) const;

  int centroid_count() const { return k_; }

 private:
  void AddCodeTables(const DoubleMatrix& centroids, int column);
  void SumCodes(const int* rows, Scratch& scratch) const;
  void Transpose(const int* rows, Scratch& scratch) const;
  void MultiplyNumbers(Scratch& scratch) const;
  int Settle(int row, int lane, float error, const Scratch& scratch) const;

  const Points& points_;
  const DoubleMatrix& centroids_;
  int k_;
  int numbers_;
  int stride_;                  // k + 1, rounded up to whole vectors.
  std::vector<float> shift_;    // By number.
  std::vector<float> factors_;  // -2 c, in panels of a few centroids: numbers x panel.
  std::vector<float> norms_;    // |c|^2 over the numbers that are always known.
  std::vector<int> columns_;    // Code columns that matter.
  // Codes x stride, by code column: k scores and |x|^2; and the same part of
  // the squared distance in double, codes x k.
  std::vector<float> tables_;
  std::vector<double> distances_;
  float largest_norm_ = 0;
  float error_factor_ = 0;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_NEAREST_H_
