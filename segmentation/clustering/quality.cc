#include "segmentation/clustering/quality.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "segmentation/data/attribute_encoding.h"

namespace cible {
namespace {

std::vector<FeatureRange> RangesOf(const Encoder& encoder) {
  std::vector<FeatureRange> ranges;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    ranges.push_back({.begin = attribute.begin, .count = attribute.count});
  }
  return ranges;
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Puts the point masses of a number where their values are.
void PlacePointMasses(const AttributeEncoding& attribute, const Samples& samples,
                      Geometry& geometry) {
  float least = 0;
  for (int i = 0; i < samples.count(); ++i) {
    least = std::min(least, samples.numbers(i, attribute.number));
  }
  for (int i = 0; i < samples.count(); ++i) {
    const int code = samples.codes(i, attribute.code);
    if (code < 2) continue;
    const double place =
        (OnScale(attribute, attribute.point_masses[code - 2]) - attribute.shift[0]) *
        attribute.factor[0];
    geometry.features(i, attribute.begin) =
        std::isfinite(place) ? static_cast<float>(place) : least - 1;
  }
}

// Centres the features of an attribute and gives them the variance omega in all.
void Rescale(int v, Geometry& geometry) {
  const FeatureRange range = geometry.attributes[v];
  std::vector<double> mean(range.count);
  double total = 0, square = 0;
  const auto for_known = [&](auto visit) {
    for (int i = 0; i < geometry.count(); ++i) {
      if (!geometry.known(i, v)) continue;
      for (int f = 0; f < range.count; ++f) {
        visit(geometry.features(i, range.begin + f), f, geometry.weights[i]);
      }
    }
  };
  for (int i = 0; i < geometry.count(); ++i) total += geometry.known(i, v) * geometry.weights[i];
  if (total <= 0) return;
  for_known([&](float x, int f, double weight) { mean[f] += weight * x / total; });
  for_known([&](float& x, int f, double weight) {
    x -= static_cast<float>(mean[f]);
    square += weight * x * x;
  });
  if (square <= 0) return;
  const auto factor = static_cast<float>(std::sqrt(geometry.omega[v] * total / square));
  for_known([&](float& x, int, double) { x *= factor; });
}

// The rows that count.
bool Counts(const Geometry& geometry, absl::Span<const int> labels, int i) {
  return labels[i] >= 0 && geometry.weights[i] > 0;
}

double SquaredNorm(const float* x, FeatureRange range) {
  double sum = 0;
  for (int f = range.begin; f < range.begin + range.count; ++f) {
    sum += static_cast<double>(x[f]) * x[f];
  }
  return sum;
}

// Moments of every cluster, attribute by attribute.
class Moments {
 public:
  Moments(const Geometry& geometry, absl::Span<const int> labels, int k)
      : geometry_(geometry),
        labels_(labels),
        sizes_(k),
        known_(k, attribute_count()),
        squares_(k, attribute_count()),
        sums_(k, geometry.features.cols()) {
    for (int i = 0; i < geometry.count(); ++i) {
      if (Counts(geometry, labels, i)) Add(i);
    }
  }

  int attribute_count() const { return static_cast<int>(geometry_.attributes.size()); }
  // Weight of cluster j, and that of its rows which know attribute v.
  double size(int j) const { return sizes_[j]; }
  double known(int j, int v) const { return known_(j, v); }
  double mean(int j, int f, int v) const { return sums_(j, f) / known_(j, v); }

  // Sum of the squared distances of cluster j's rows from its centroid.
  double Within(int j, int v) const {
    if (known_(j, v) <= 0) return 0;
    double sum = 0;
    const FeatureRange range = geometry_.attributes[v];
    for (int f = range.begin; f < range.begin + range.count; ++f) sum += sums_(j, f) * sums_(j, f);
    return std::max(0.0, squares_(j, v) - sum / known_(j, v));
  }

  // Sum over the rows of cluster j that know v of their squared distances from x.
  double SumFrom(const float* x, double squared_norm, int j, int v) const {
    double product = 0;
    const FeatureRange range = geometry_.attributes[v];
    for (int f = range.begin; f < range.begin + range.count; ++f) product += x[f] * sums_(j, f);
    return std::max(0.0, known_(j, v) * squared_norm + squares_(j, v) - 2 * product);
  }

  // Squared distance of a row from the centroid of its cluster, rescaled.
  double FromCentroid(int i) const {
    const int j = labels_[i];
    double sum = 0, weight = 0;
    for (int v = 0; v < attribute_count(); ++v) {
      if (!geometry_.known(i, v)) continue;
      weight += geometry_.omega[v];
      const FeatureRange range = geometry_.attributes[v];
      for (int f = range.begin; f < range.begin + range.count; ++f) {
        const double difference = geometry_.features(i, f) - mean(j, f, v);
        sum += difference * difference;
      }
    }
    return weight > 0 ? sum * TotalOmega() / weight : 0;
  }

  // Between two centroids, likewise.
  double BetweenCentroids(int a, int b) const {
    double sum = 0, weight = 0;
    for (int v = 0; v < attribute_count(); ++v) {
      if (known_(a, v) <= 0 || known_(b, v) <= 0) continue;
      weight += geometry_.omega[v];
      const FeatureRange range = geometry_.attributes[v];
      for (int f = range.begin; f < range.begin + range.count; ++f) {
        const double difference = mean(a, f, v) - mean(b, f, v);
        sum += difference * difference;
      }
    }
    return weight > 0 ? sum * TotalOmega() / weight : 0;
  }

 private:
  void Add(int i) {
    const int j = labels_[i];
    const double weight = geometry_.weights[i];
    sizes_[j] += weight;
    for (int v = 0; v < attribute_count(); ++v) {
      if (!geometry_.known(i, v)) continue;
      known_(j, v) += weight;
      const FeatureRange range = geometry_.attributes[v];
      squares_(j, v) += weight * SquaredNorm(geometry_.features.row(i).data(), range);
      for (int f = range.begin; f < range.begin + range.count; ++f) {
        sums_(j, f) += weight * geometry_.features(i, f);
      }
    }
  }

  double TotalOmega() const {
    return std::accumulate(geometry_.omega.begin(), geometry_.omega.end(), 0.0);
  }

  const Geometry& geometry_;
  const absl::Span<const int> labels_;
  std::vector<double> sizes_;
  DoubleMatrix known_;    // k x attributes: weight of the rows that know it.
  DoubleMatrix squares_;  // k x attributes: their sum of |x|^2 (Psi).
  DoubleMatrix sums_;     // k x features: their sum of x (Y).
};

// The clusters that have rows.
std::vector<int> NonEmpty(const Moments& moments, int k) {
  std::vector<int> clusters;
  for (int j = 0; j < k; ++j) {
    if (moments.size(j) > 0) clusters.push_back(j);
  }
  return clusters;
}

double CalinskiHarabasz(const Geometry& geometry, const Moments& moments,
                        const std::vector<int>& clusters) {
  double within = 0, between = 0, n = 0;
  for (const int j : clusters) n += moments.size(j);
  for (int v = 0; v < moments.attribute_count(); ++v) {
    double known = 0;
    for (const int j : clusters) {
      known += moments.known(j, v);
      within += moments.Within(j, v);
    }
    const FeatureRange range = geometry.attributes[v];
    for (int f = range.begin; f < range.begin + range.count; ++f) {
      double overall = 0;
      for (const int j : clusters) {
        if (moments.known(j, v) > 0) overall += moments.known(j, v) * moments.mean(j, f, v) / known;
      }
      for (const int j : clusters) {
        if (moments.known(j, v) <= 0) continue;
        const double difference = moments.mean(j, f, v) - overall;
        between += moments.known(j, v) * difference * difference;
      }
    }
  }
  const auto k = static_cast<double>(clusters.size());
  if (k < 2 || n <= k) return 0;
  return within > 0 ? between / (k - 1) / (within / (n - k)) : kInfinity;
}

double DaviesBouldin(const Geometry& geometry, absl::Span<const int> labels, const Moments& moments,
                     const std::vector<int>& clusters, int k) {
  if (clusters.size() < 2) return 0;
  std::vector<double> spread(k);
  for (int i = 0; i < geometry.count(); ++i) {
    if (!Counts(geometry, labels, i)) continue;
    spread[labels[i]] +=
        geometry.weights[i] * std::sqrt(moments.FromCentroid(i)) / moments.size(labels[i]);
  }
  double sum = 0;
  for (const int a : clusters) {
    double worst = 0;
    for (const int b : clusters) {
      if (a == b) continue;
      const double distance = std::sqrt(moments.BetweenCentroids(a, b));
      const double ratio = distance > 0 ? (spread[a] + spread[b]) / distance : kInfinity;
      worst = std::max(worst, ratio);
    }
    sum += worst;
  }
  return sum / static_cast<double>(clusters.size());
}

double Contrast(double own, double other) {
  const double largest = std::max(own, other);
  return largest > 0 && std::isfinite(other) ? (other - own) / largest : 0;
}

// Mean squared distance of row i from the (other) rows of cluster j, for one
// unit of the weight of attributes; infinite when nothing is known in common.
double MeanSquare(const Geometry& geometry, const Moments& moments, int i, int j, bool own,
                  const std::vector<double>& squared_norms) {
  const float* x = geometry.features.row(i).data();
  double sum = 0, weight = 0;
  for (int v = 0; v < moments.attribute_count(); ++v) {
    const double others = moments.known(j, v) - (own ? 1 : 0);
    if (!geometry.known(i, v) || others <= 0) continue;
    sum += moments.SumFrom(x, squared_norms[v], j, v) / others;
    weight += geometry.omega[v];
  }
  return weight > 0 ? sum / weight : kInfinity;
}

double SquaredSilhouette(const Geometry& geometry, absl::Span<const int> labels,
                         const Moments& moments, const std::vector<int>& clusters) {
  if (clusters.size() < 2) return 0;
  double sum = 0, total = 0;
  std::vector<double> squared_norms(moments.attribute_count());
  for (int i = 0; i < geometry.count(); ++i) {
    if (!Counts(geometry, labels, i)) continue;
    total += geometry.weights[i];
    if (moments.size(labels[i]) <= 1) continue;
    for (int v = 0; v < moments.attribute_count(); ++v) {
      squared_norms[v] = SquaredNorm(geometry.features.row(i).data(), geometry.attributes[v]);
    }
    double own = 0, other = kInfinity;
    for (const int j : clusters) {
      const bool is_own = j == labels[i];
      const double distance = MeanSquare(geometry, moments, i, j, is_own, squared_norms);
      if (is_own) own = distance;
      if (!is_own) other = std::min(other, distance);
    }
    if (std::isfinite(own)) sum += geometry.weights[i] * Contrast(own, other);
  }
  return total > 0 ? sum / total : 0;
}

// Distance of two rows over what both know, rescaled; negative when that is
// nothing.
double RowDistance(const Geometry& geometry, int a, int b, double all) {
  double sum = 0, weight = 0;
  for (std::size_t v = 0; v < geometry.attributes.size(); ++v) {
    const int at = static_cast<int>(v);
    if (!geometry.known(a, at) || !geometry.known(b, at)) continue;
    weight += geometry.omega[v];
    const FeatureRange range = geometry.attributes[v];
    for (int f = range.begin; f < range.begin + range.count; ++f) {
      const double difference =
          static_cast<double>(geometry.features(a, f)) - geometry.features(b, f);
      sum += difference * difference;
    }
  }
  return weight > 0 ? std::sqrt(sum * all / weight) : -1;
}

}  // namespace

Geometry GeometryOf(const Samples& samples, const Encoder& encoder) {
  const int n = samples.count();
  Geometry geometry{.attributes = RangesOf(encoder),
                    .omega = {},
                    .features = FloatMatrix(n, encoder.feature_count()),
                    .known = ByteMatrix(n, encoder.attribute_count()),
                    .weights = samples.weights};
  for (int i = 0; i < n; ++i) {
    encoder.Expand(samples.row(i), geometry.features.row(i));
    for (int v = 0; v < encoder.attribute_count(); ++v) {
      geometry.known(i, v) = Encoder::Known(encoder.attributes()[v], samples.row(i));
    }
  }
  for (int v = 0; v < encoder.attribute_count(); ++v) {
    const AttributeEncoding& attribute = encoder.attributes()[v];
    geometry.omega.push_back(attribute.omega);
    if (!attribute.point_masses.empty()) PlacePointMasses(attribute, samples, geometry);
    if (encoder.encoding() == Encoding::kMixture) Rescale(v, geometry);
  }
  return geometry;
}

Geometry GeometryOf(FloatMatrix features) {
  Geometry geometry{.attributes = {},
                    .omega = std::vector<double>(features.cols(), 1),
                    .features = std::move(features),
                    .known = {},
                    .weights = {}};
  for (int f = 0; f < geometry.features.cols(); ++f) {
    geometry.attributes.push_back({.begin = f, .count = 1});
  }
  // About the mean, so that an offset costs no precision.
  for (int f = 0; f < geometry.features.cols(); ++f) {
    double mean = 0;
    for (int i = 0; i < geometry.count(); ++i) mean += geometry.features(i, f);
    mean /= std::max(1, geometry.count());
    for (int i = 0; i < geometry.count(); ++i) {
      geometry.features(i, f) = static_cast<float>(geometry.features(i, f) - mean);
    }
  }
  geometry.known = ByteMatrix(geometry.count(), geometry.features.cols(), 1);
  geometry.weights.assign(geometry.count(), 1);
  return geometry;
}

Quality MeasureQuality(const Geometry& geometry, absl::Span<const int> labels, int k) {
  const Moments moments(geometry, labels, k);
  const std::vector<int> clusters = NonEmpty(moments, k);
  return {.calinski_harabasz = CalinskiHarabasz(geometry, moments, clusters),
          .davies_bouldin = DaviesBouldin(geometry, labels, moments, clusters, k),
          .silhouette = SquaredSilhouette(geometry, labels, moments, clusters)};
}

double EuclideanSilhouette(const Geometry& geometry, absl::Span<const int> labels, int k) {
  const double all = std::accumulate(geometry.omega.begin(), geometry.omega.end(), 0.0);
  std::vector<double> sizes(k);
  for (int i = 0; i < geometry.count(); ++i) {
    if (Counts(geometry, labels, i)) sizes[labels[i]] += geometry.weights[i];
  }
  double sum = 0, total = 0;
  std::vector<double> distances(k), weights(k);
  for (int i = 0; i < geometry.count(); ++i) {
    if (!Counts(geometry, labels, i)) continue;
    total += geometry.weights[i];
    if (sizes[labels[i]] <= 1) continue;
    std::fill(distances.begin(), distances.end(), 0);
    std::fill(weights.begin(), weights.end(), 0);
    weights[labels[i]] = -1;  // The row itself, at no distance.
    for (int j = 0; j < geometry.count(); ++j) {
      if (!Counts(geometry, labels, j)) continue;
      const double distance = RowDistance(geometry, i, j, all);
      if (distance < 0) continue;
      distances[labels[j]] += geometry.weights[j] * distance;
      weights[labels[j]] += geometry.weights[j];
    }
    double own = kInfinity, other = kInfinity;
    for (int j = 0; j < k; ++j) {
      if (weights[j] <= 0) continue;
      double& least = j == labels[i] ? own : other;
      least = std::min(least, distances[j] / weights[j]);
    }
    if (std::isfinite(own)) sum += geometry.weights[i] * Contrast(own, other);
  }
  return total > 0 ? sum / total : 0;
}

}  // namespace cible
