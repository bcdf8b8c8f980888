// Tables without segments: what the contacts would be like if the margins of
// their attributes and the correlations between these were all there is.
//
// A Gaussian copula. Every code column of the samples (an attribute, or one tag
// of a SET) is a variable whose cells have an order:
//   numbers      by value, point masses at theirs
//   ordered      by level; BOOLEAN and tags: without, with
//   nominal      by the mean of the level's rows on the first principal axis
//   places       whole, by their part of the first principal axis
// The correlation of two variables is that of their normal scores over the rows
// that know both. The latent one is such that, cut into the same cells, it
// gives that correlation: for few levels it is larger. A table's cells are
// drawn from the margins, and are unknown where a row drawn at random does not
// know them.
//
//   A. Nataf, "Determination des distributions dont les marges sont donnees",
//   C. R. Acad. Sci. Paris 225, 1962.
//   T. Lange et al., "Stability-based validation of clustering solutions",
//   Neural Computation 16(6), 2004: stability against that of a null.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_NULL_TABLE_H_
#define CIBLE_SEGMENTATION_CLUSTERING_NULL_TABLE_H_

#include <cstdint>
#include <vector>

#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"
#include "segmentation/data/samples.h"

namespace cible {

// Immutable, hence safe to share between threads.
class NullModel {
 public:
  // Learns from samples of the encoder, by their weights.
  // O(n v (log n + v) + v^3) for v variables.
  // REQUIRES: some weight is positive.
  NullModel(Samples samples, const Encoder& encoder);

  // A table of `count` samples of weight 1; `key` decides every draw.
  // O(count v^2).
  Samples Draw(int count, std::uint64_t key) const;

  // v x v: the correlations of the underlying normal variables, the nearest
  // that are possible together.
  const DoubleMatrix& latent_correlations() const { return latent_; }

 private:
  // One variable: the rows that know it in the order of their cells, and the
  // weight up to and with each.
  struct Margin {
    std::vector<int> rows;
    std::vector<double> up_to;
    int number = 0;  // Its first number column.
    int number_count = 0;
  };

  Samples samples_;  // Cells are taken from here.
  std::vector<double> up_to_;
  std::vector<Margin> margins_;  // By code column.
  DoubleMatrix latent_;
  DoubleMatrix mixing_;  // A, with A A' the latent correlations.
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_NULL_TABLE_H_
