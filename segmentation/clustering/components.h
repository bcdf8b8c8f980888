// What a clustering engine has learnt, in the one form that assignment,
// matching, reasons and typicality read.
//
// Every engine gives a log prior per component and, for each component k and
// attribute v, a term l_kv(x): the posterior over components is
// softmax((prior_k + sum over known attributes l_kv(x)) / T). It also gives a
// divergence D_kv(x) = max over x' of l_kv(x') - l_kv(x) >= 0, how far the
// value lies from the component's most typical one.
//
//   KMEANS   equal priors; l_kv = -d^2_kv / (2 sigma^2) with d_kv the distance
//            between the value's features and the centroid's, never rescaled;
//            sigma^2 = max(J / sum_i w_i Omega_{O_i}, 1e-6), J the objective.
//            Hence its winner is the nearest centroid.
//   MIXTURE  ln pi_k and log densities; see mixture_components.h.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_COMPONENTS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_COMPONENTS_H_

#include <cstdint>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/mixture_components.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"

namespace cible {

struct KMeansComponents {
  DoubleMatrix centroids;  // k x features.
  double variance = 1;     // sigma^2.
  bool operator==(const KMeansComponents&) const = default;
};

using Components = std::variant<KMeansComponents, MixtureComponents>;

int ComponentCount(const Components& components);

// ln of the prior of each component: KMEANS uniform, MIXTURE the weights.
std::vector<double> LogPriors(const Components& components);

// The most probable component of every sample; -1 for a sample with nothing
// known. Ties go to the lower index. For KMEANS the nearest centroid, and the
// very labels that the fit gave.
std::vector<int> AssignSamples(const Components& components, const Encoder& encoder,
                               const Samples& samples);
std::vector<int> AssignSamples(const Components& components, const Encoder& encoder,
                               const Samples& samples, WorkerPool& pool);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_COMPONENTS_H_
