#include "segmentation/clustering/components.h"

#include <cmath>

#include "segmentation/clustering/kmeans.h"
#include "segmentation/clustering/nearest.h"

namespace cible {
namespace {

// d^2_kv of one component and attribute.
double AttributeDistance(absl::Span<const double> centroid, const AttributeEncoding& attribute,
                         absl::Span<const float> features) {
  double distance = 0;
  for (int f = attribute.begin; f < attribute.begin + attribute.count; ++f) {
    const double difference = features[f] - centroid[f];
    distance += difference * difference;
  }
  return distance;
}

// terms(k, v) = factor * d^2_kv for the known attributes, else 0.
void ScaledDistances(const KMeansComponents& components, const Encoder& encoder, double factor,
                     absl::Span<const float> features, absl::Span<const std::uint8_t> known,
                     DoubleMatrix& terms) {
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    for (int k = 0; k < components.centroids.rows(); ++k) {
      terms(k, v) = known[v] ? factor * AttributeDistance(components.centroids.row(k),
                                                          encoder.attributes()[v], features)
                             : 0;
    }
  }
}

std::vector<int> Assign(const KMeansComponents& components, const Encoder& encoder,
                        const Samples& samples, WorkerPool& pool) {
  const std::vector<FeatureRange> ranges = RangesOf(encoder);
  const auto distance = [&](int i, int k) {
    return PartialDistance({samples.features.row(i).data(), samples.known.row(i).data()},
                           components.centroids.row(k), ranges);
  };
  return NearestCentroids(samples, components.centroids, ranges, distance, pool);
}

}  // namespace

int ComponentCount(const Components& components) {
  return std::visit([](const KMeansComponents& c) { return c.centroids.rows(); }, components);
}

std::vector<double> LogPriors(const Components& components) {
  const int count = ComponentCount(components);
  return std::vector<double>(count, -std::log(count));
}

void LogTerms(const Components& components, const Encoder& encoder,
              absl::Span<const float> features, absl::Span<const std::uint8_t> known,
              DoubleMatrix& terms) {
  std::visit(
      [&](const KMeansComponents& c) {
        ScaledDistances(c, encoder, -0.5 / c.variance, features, known, terms);
      },
      components);
}

void Divergences(const Components& components, const Encoder& encoder,
                 absl::Span<const float> features, absl::Span<const std::uint8_t> known,
                 DoubleMatrix& divergences) {
  std::visit(
      [&](const KMeansComponents& c) {
        ScaledDistances(c, encoder, 0.5 / c.variance, features, known, divergences);
      },
      components);
}

std::vector<int> AssignSamples(const Components& components, const Encoder& encoder,
                               const Samples& samples) {
  WorkerPool alone(1);
  return AssignSamples(components, encoder, samples, alone);
}

std::vector<int> AssignSamples(const Components& components, const Encoder& encoder,
                               const Samples& samples, WorkerPool& pool) {
  return std::visit([&](const KMeansComponents& c) { return Assign(c, encoder, samples, pool); },
                    components);
}

}  // namespace cible
