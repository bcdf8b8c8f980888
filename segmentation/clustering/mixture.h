// Fitting a finite mixture over mixed types by EM (see mixture_components.h).
//
//   A. Dempster, N. Laird, D. Rubin, "Maximum likelihood from incomplete data
//   via the EM algorithm", J. R. Stat. Soc. B 39, 1977.
//   R. Varadhan, C. Roland, "Simple and globally convergent methods for
//   accelerating the convergence of any EM algorithm", Scand. J. Stat. 35,
//   2008 (SQUAREM); a step that lowers the objective is taken back.
//
// One pass over the rows is both steps: each row's responsibilities are used
// for the sums of the next M-step at once and not stored. The pass is made of
// Accumulate over blocks of rows, Merge in the order of the blocks, and Update:
// what a distributed fit would call, too.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_MIXTURE_H_
#define CIBLE_SEGMENTATION_CLUSTERING_MIXTURE_H_

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/clustering/mixture_components.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/encoder.h"

namespace cible {

struct MixtureOptions {
  int component_count = 2;  // K >= 1.
  int start_count = 10;     // >= 1. Random starts; short runs, the best go on.
  // A run has converged when each of two accelerated steps gains less than
  // tolerance x (|l| + .1).
  double tolerance = 1e-8;
  int max_iterations = 5000;  // Passes over the rows, in a run.
  // a: every component is given `prior` pseudo-observations of each attribute,
  // spread like the whole table, and prior / K contacts. 0: plain maximum
  // likelihood, without floors of the variances.
  double prior = 1;
  std::uint64_t seed = 0;
  // Attributes (positions) of which all components share the parameters.
  std::vector<int> shared;
  // Sets of attributes (positions) whose numbers are jointly Gaussian.
  std::vector<std::vector<int>> blocks;
  // Equal rows are made one where there are at most so many, else only if that
  // halves them.
  int collapse_limit = 262'144;
  std::int64_t memory_limit = 0;  // Bytes that the fit may take; 0: the machine's.
};

// The least variance of a number in a component, on the scaled column: that of
// .05 of the whole table's deviation or half the resolution; next to nothing
// with prior 0.
double VarianceFloor(const AttributeEncoding& attribute, double prior);

// What one block of rows adds to the sums of an M-step. Doubles; the size
// depends on K and the encoder alone.
struct MixtureSums {
  double objective = 0;         // sum of w ln sum_k pi_k f_k(x), up to a constant.
  double entropy = 0;           // sum of w H(responsibilities).
  double weight = 0;            // sum of w.
  std::vector<double> weights;  // K': responsibility by component.
  DoubleMatrix levels;          // Codes x K': responsibility by code.
  DoubleMatrix first;           // Numbers x K': sum of r d, d from the mean.
  DoubleMatrix second;          // Numbers x K': sum of r d^2.
  // For each block and pattern of its known numbers: K' x (1 + o + o(o+1)/2):
  // sum of r, r d and r d d' (lower triangle).
  std::vector<std::vector<DoubleMatrix>> blocks;
};

// EM for one set of rows and one K: the steps of an iteration. K' is K rounded
// up to a multiple of 4, so that components fill vectors. Samples, weights and
// encoder must outlive it.
class MixtureEm {
 public:
  MixtureEm(const Samples& samples, absl::Span<const double> weights, const Encoder& encoder,
            const MixtureOptions& options);
  ~MixtureEm();

  // The components laid out for a pass over the rows; they must outlive it.
  struct Prepared;
  std::shared_ptr<const Prepared> Prepare(const MixtureComponents& components) const;
  // The E-step of rows [begin, end), and the sums for the M-step. With
  // `labels` (one a row of the samples) the responsibilities are mostly the
  // label's instead. O(rows x K x (codes + numbers)).
  MixtureSums Accumulate(const Prepared& prepared, int begin, int end,
                         const std::vector<int>* labels = nullptr) const;
  // Adds a block's sums to those of the blocks before it; MixtureSums() is no
  // block at all.
  static void Merge(const MixtureSums& block, MixtureSums& sums);
  // The M-step: components of a penalised likelihood no lower.
  MixtureComponents Update(const MixtureComponents& components, const MixtureSums& sums) const;

  // The most probable component of rows [begin, end), weights aside; -1 where
  // nothing is known; ties to the lower index. REQUIRES: one label a row.
  void MostProbable(const Prepared& prepared, int begin, int end, int* labels) const;
  // The responsibilities of rows [begin, end): a row of the matrix each, K
  // columns that sum to 1; the weights of the components where nothing is known.
  void Responsibilities(const Prepared& prepared, int begin, int end, DoubleMatrix& matrix) const;

  // The penalty that `prior` puts on the objective of these components.
  double LogPrior(const MixtureComponents& components) const;
  // K components that are all like the whole table.
  MixtureComponents Neutral() const;

 private:
  struct Layout;
  std::unique_ptr<const Layout> layout_;
};

struct MixtureFit {
  MixtureComponents components;  // By weight, heaviest first.
  std::vector<int> labels;       // Most probable component; -1: nothing known.
  std::vector<double> sizes;     // Weight of the samples of each label.
  // With numbers as probabilities of their cell, of the width of the
  // resolution (prior > 0), or as densities of the recorded number (prior 0).
  // Not a likelihood when attribute weights differ.
  double log_likelihood = 0;
  double entropy = 0;  // Of the responsibilities, in all; nats.
  double weight = 0;   // Of the samples of which something is known.
  int parameter_count = 0;
  // By attribute, then component. With prior 0 the likelihood has no bound there.
  std::vector<FlooredSpread> floored;
  int iterations = 0;  // Passes over all samples, of the best start.
};

// Fits `samples` of an encoder of Encoding::kMixture. Equal rows are collapsed
// to weights first; every draw depends on the content of the rows. Above 2,048
// distinct rows, starts see a sample of so many. Components that die out
// (weight below max(3, .5 %), less in tiny tables; with a prior, without a row
// of their own) are left out, so fewer than K may come back; so do they when fewer rows are
// distinct. Same arguments, same bits, whatever the thread count.
//
// Errors:
//   INVALID_ARGUMENT  options out of range, lengths that disagree, or fewer
//                     samples with a weight and something known than K.
//   RESOURCE_EXHAUSTED  it would take more than memory_limit.
//   CANCELLED         `stop` was requested.
absl::StatusOr<MixtureFit> FitMixture(const Samples& samples, absl::Span<const double> weights,
                                      const Encoder& encoder, const MixtureOptions& options,
                                      WorkerPool& pool, std::stop_token stop = {});

// The most probable component of every sample; -1 where nothing is known; ties
// to the lower index.
std::vector<int> MostProbable(const Samples& samples, const Encoder& encoder,
                              const MixtureComponents& components, WorkerPool& pool);

// n x K: the probability of each component given what is known of a sample.
DoubleMatrix Responsibilities(const Samples& samples, const Encoder& encoder,
                              const MixtureComponents& components, WorkerPool& pool);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_MIXTURE_H_
