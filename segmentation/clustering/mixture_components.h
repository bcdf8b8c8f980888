// The components of a finite mixture over mixed types.
//
// Within a component attributes are independent, but for the numbers of one
// block. An unknown value is left out of the product (missing at random), so
// nothing is imputed.
//
//   CATEGORICAL, BOOLEAN  a probability for each level
//   ORDINAL       the same; with a prior, by the adjacent-category model (see
//                 ordered_levels.h)
//   SET           a probability for each tag
//   NUMERIC, DATE, TIMESTAMP  a probability for "a number" and for each point
//                 mass; a number is Gaussian on its scale (log-normal on
//                 kLog), a count is Poisson
//   a block       jointly Gaussian: each component has its own means and
//                 standard deviations, the correlations are common to all
//   LOCATION      von Mises-Fisher on the sphere:
//                 kappa / (4 pi sinh kappa) exp(kappa m.u)
//
//   G. McLachlan, D. Peel, "Finite Mixture Models", Wiley 2000.
//   L. Hunt, M. Jorgensen, "Mixture model clustering for mixed data with
//   missing information", CSDA 41, 2003.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_MIXTURE_COMPONENTS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_MIXTURE_COMPONENTS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"

namespace cible {

// A component in which the numbers of an attribute are (almost) equal: their
// standard deviation is held at its floor, without which a likelihood has no
// bound.
struct FlooredSpread {
  std::string attribute;  // Id.
  int component = 0;
  bool operator==(const FlooredSpread&) const = default;
};

// Correlated numbers. At most kMostBlockNumbers of them.
struct NumberBlock {
  std::vector<int> numbers;  // Number columns, ascending; two or more.
  DoubleMatrix correlation;  // Unit diagonal, positive definite.
  bool operator==(const NumberBlock&) const = default;
};
inline constexpr int kMostBlockNumbers = 8;

// K components; number columns and codes are those of the encoder's Samples.
struct MixtureComponents {
  std::vector<double> weights;  // K, > 0, sum to 1.
  // Rows are the codes of the first code column, then of the second ...; K
  // columns. ln of the probability of each code given that the value is known;
  // 0 for code 0.
  DoubleMatrix log_levels;
  // number_count x K. Gaussian: the mean; count: the rate; LOCATION: the unit
  // vector m, not scaled.
  DoubleMatrix means;
  // number_count x K. Gaussian: the variance; count: 0; LOCATION: kappa, three
  // times.
  DoubleMatrix spreads;
  std::vector<NumberBlock> blocks;

  bool operator==(const MixtureComponents&) const = default;
};

// Whether the levels of the attribute lean up or down as a whole. With prior 0
// every level has a probability of its own.
bool HasOrderedLevels(const AttributeEncoding& attribute, double prior);

// The first row of log_levels of each code column, and at the end their number.
std::vector<int> LevelRows(const Encoder& encoder);

// By number column: its attribute (position), and that one's code column.
struct NumberOwners {
  std::vector<int> attribute;
  std::vector<int> code;
  explicit NumberOwners(const Encoder& encoder);
};

// The attributes (positions) whose numbers make each block.
std::vector<std::vector<int>> BlocksOf(const MixtureComponents& components, const Encoder& encoder);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_MIXTURE_COMPONENTS_H_
