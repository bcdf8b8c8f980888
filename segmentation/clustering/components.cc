#include "segmentation/clustering/components.h"

#include <cmath>

#include "segmentation/clustering/kmeans.h"
#include "segmentation/clustering/mixture.h"

namespace cible {
namespace {

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};

}  // namespace

int ComponentCount(const Components& components) {
  return std::visit(
      Overloaded{[](const KMeansComponents& c) { return c.centroids.rows(); },
                 [](const MixtureComponents& c) { return static_cast<int>(c.weights.size()); }},
      components);
}

std::vector<double> LogPriors(const Components& components) {
  const int count = ComponentCount(components);
  std::vector<double> priors(count, -std::log(count));
  if (const auto* mixture = std::get_if<MixtureComponents>(&components)) {
    for (int k = 0; k < count; ++k) priors[k] = std::log(mixture->weights[k]);
  }
  return priors;
}

std::vector<int> AssignSamples(const Components& components, const Encoder& encoder,
                               const Samples& samples) {
  WorkerPool alone(1);
  return AssignSamples(components, encoder, samples, alone);
}

std::vector<int> AssignSamples(const Components& components, const Encoder& encoder,
                               const Samples& samples, WorkerPool& pool) {
  return std::visit(Overloaded{[&](const KMeansComponents& c) {
                                 return NearestCentroids(samples, encoder, c.centroids, pool);
                               },
                               [&](const MixtureComponents& c) {
                                 return MostProbable(samples, encoder, c, pool);
                               }},
                    components);
}

}  // namespace cible
