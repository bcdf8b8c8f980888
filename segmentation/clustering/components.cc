#include "segmentation/clustering/components.h"

#include <cmath>

#include "segmentation/clustering/kmeans.h"
#include "segmentation/clustering/mixture.h"

namespace cible {
namespace {

// l_kv is largest, 0, at the centroid: D_kv = -l_kv.
void Distances(const KMeansComponents& components, const Encoder& encoder, SampleRow row,
               DoubleMatrix& divergences) {
  const double factor = 0.5 / components.variance;
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    for (int k = 0; k < components.centroids.rows(); ++k) divergences(k, v) = 0;
    if (!Encoder::Known(attribute, row)) continue;
    for (int f = 0; f < attribute.count; ++f) {
      const double feature = encoder.Feature(attribute, f, row);
      for (int k = 0; k < components.centroids.rows(); ++k) {
        const double difference = feature - components.centroids(k, attribute.begin + f);
        divergences(k, v) += difference * difference;
      }
    }
    for (int k = 0; k < components.centroids.rows(); ++k) divergences(k, v) *= factor;
  }
}

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

void Divergences(const Components& components, const Encoder& encoder, SampleRow row,
                 DoubleMatrix& divergences) {
  std::visit(
      Overloaded{[&](const KMeansComponents& c) { Distances(c, encoder, row, divergences); },
                 [&](const MixtureComponents& c) { Divergences(c, encoder, row, divergences); }},
      components);
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
