// Whether a contact is like those of its segment, or merely nearest to it.
//
// D = sum over known attributes v of D_kv, k the winner: 0 for the component's
// most typical contact. Its distribution among the component's own is taken as
// a gamma of the same mean and variance (moment matching, after Satterthwaite
// 1946), assembled for exactly the attributes that are known:
//
//   mean = sum of mean_kv,  variance = sum over terms of the term's variance;
//
// an attribute of no block, or the attributes of one block together, are a
// term. Attributes of different terms are taken as independent within the
// component, so the tail is an approximation.

#ifndef CIBLE_SEGMENTATION_MODELS_TYPICALITY_H_
#define CIBLE_SEGMENTATION_MODELS_TYPICALITY_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "segmentation/clustering/components.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"
#include "segmentation/data/schema.h"

namespace cible {

// Typical contacts lie within this share of their component's own.
inline constexpr double kTypicalShare = .99;

// How D_kv is distributed over the training contacts of each component.
struct TypicalityMoments {
  DoubleMatrix mean;  // k x attribute: responsibility-weighted mean of D_kv.
  // For each component the covariance of D_kv and D_kw over contacts that know
  // both, pairs within one term only; first == second is the variance.
  // Ascending by (component, first, second).
  struct Pair {
    int component = 0;
    int first = 0;  // Attribute position, <= second.
    int second = 0;
    double covariance = 0;
    bool operator==(const Pair&) const = default;
  };
  std::vector<Pair> covariances;

  bool operator==(const TypicalityMoments&) const = default;
};

struct Typicality {
  bool typical = false;
  double distance = 0;     // Sum of the winner's D_kv over known attributes.
  double probability = 1;  // Of a distance at least so large, among the winner's own.
};

// The moments over training samples, and each sample's most probable component
// (-1 where nothing is known). An attribute that a component's contacts
// (together less than one) do not know takes its moments from all components.
// Same samples, same bits, whatever the pool. O(n x k x features).
struct TypicalityFit {
  TypicalityMoments moments;
  std::vector<int> labels;
};
TypicalityFit FitTypicality(const Components& components, const Encoder& encoder,
                            const Schema& schema, const Samples& samples, WorkerPool& pool);

// The typicality of a contact of the component, given its divergences D_kv
// (one an attribute) and which attributes are known. `pairs` are those of the
// component.
// REQUIRES: something is known.
Typicality MeasureTypicality(const TypicalityMoments& moments,
                             absl::Span<const TypicalityMoments::Pair> pairs, int component,
                             absl::Span<const double> divergences,
                             absl::Span<const std::uint8_t> known);

// P(X >= distance) for X gamma distributed with this mean and variance. With
// no variance: 1 up to the mean, 0 above.
double GammaTail(double mean, double variance, double distance);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_MODELS_TYPICALITY_H_
