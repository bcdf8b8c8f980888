// Whether attributes depend on each other inside the components of a mixture,
// which takes them for independent there: the bivariate residuals of latent
// class analysis, for attributes of every type.
//
//   J. Vermunt, J. Magidson, "Technical Guide for Latent GOLD", 2005 and later.
//   D. Oberski, G. van Kollenburg, J. Vermunt, "A Monte Carlo evaluation of
//   three methods to detect local dependence in binary data latent class
//   models", Adv. Data Anal. Classif. 7, 2013.
//
// Two variables make a table over the samples that know both. With r the
// responsibilities and W the weight of those samples,
//
//   observed  n_cd = sum of w over the cell
//   expected  m_cd = sum_k R_k p_k(c) q_k(d), R_k = sum of w r_k, p_k(c) and
//             q_k(d) the shares of R_k in row c and in column d
//   value     X^2 / ((rows - 1) (columns - 1)), X^2 = sum (n - m)^2 / m
//   strength  sqrt(X^2 / W), Cohen's w: .1 is small, .3 medium, .5 large
//
// so that the margins agree and X^2 sees dependence alone. For levels fitted
// without a prior m is the table that the model expects, and the value that of
// Latent GOLD; taking p_k from the samples makes the same of numbers, whatever
// the shape of their distribution. Independent variables come to 1 or less, as
// the components were fitted to the same samples. A cell that is expected to
// hold less than 1 is divided by 1.
//
//   levels    are the rows, at most 8: the rarest together
//   a set     is a yes/no variable for every tag; a pair of attributes has the
//             largest value among those of their tags. The tags of one set are
//             a pair too
//   numbers   fall into fifths, equal ones together; point masses (and the zero
//             part of a log-normal) are rows of their own
//   a place   falls into quarters, cut at the medians of the two coordinates on
//             the sphere that vary most
//   a block   expects its numbers to be correlated: of a pair within one, all
//             numbers are one row, and only point masses are left to compare
//
// Attributes of which all components share the parameters tell none apart and
// are left out; with one component there is no telling, and all are in.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_BIVARIATE_RESIDUALS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_BIVARIATE_RESIDUALS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "segmentation/clustering/mixture_components.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/encoder.h"

namespace cible {

struct BivariateResidual {
  std::string first;   // Ids of attributes, in the encoder's order; the same one
  std::string second;  // twice for two tags of a set.
  double value = 0;
  double strength = 0;
  bool is_within_block = false;  // Then it is of their point masses.
  bool operator==(const BivariateResidual&) const = default;
};

// A set of samples cut into cells, against which any number of mixtures can be
// held.
class BivariateResiduals {
 public:
  // The encoder must outlive it, the samples need not. O(cells log n).
  BivariateResiduals(const Samples& samples, const Encoder& encoder);

  // The pairs of attributes of the largest values, descending, ties in the
  // encoder's order; at most `count`. `responsibilities` are those of the
  // samples. The same bits whatever the thread count. O(n V^2) for V variables
  // without holes, K times that with.
  std::vector<BivariateResidual> Largest(const MixtureComponents& components,
                                         const DoubleMatrix& responsibilities, int count,
                                         WorkerPool& pool) const;

 private:
  // What every sample's value falls into; 0 where it is unknown.
  struct Cells {
    std::vector<std::uint8_t> of;  // By sample.
    int count = 1;                 // With 0.
    bool is_complete = true;
  };
  // A code column.
  struct Variable {
    int attribute = 0;
    Cells cells;
    Cells codes;  // A number's: all that are no point mass in one cell.
  };
  struct Residual {
    double value = 0;
    double strength = 0;
  };

  Variable MakeVariable(const Samples& samples, int attribute, int code_column) const;
  // The sums of w r over each cell, of the samples that `with` knows, too.
  DoubleMatrix Margin(const Cells& cells, const Cells& with, const DoubleMatrix& weighted) const;
  // Of the samples that know both: `rows` and `columns` are the margins.
  Residual Compare(const Cells& a, const Cells& b, const DoubleMatrix& rows,
                   const DoubleMatrix& columns) const;

  const Encoder& encoder_;
  std::vector<double> weights_;
  std::vector<Variable> variables_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_BIVARIATE_RESIDUALS_H_
