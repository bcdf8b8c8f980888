#include "segmentation/clustering/kmeans.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "segmentation/clustering/lloyd.h"
#include "segmentation/clustering/nearest.h"
#include "segmentation/clustering/random.h"
#include "segmentation/clustering/seeding.h"

namespace cible {
namespace {

constexpr int kStartPoints = 16'384;  // Restarts see at most so many points.
constexpr int kShortIterations = 6;   // Of every restart, before the best go on.
constexpr int kFinalists = 4;         // Restarts that go on to convergence ...
constexpr int kSmallCount = 1'000;    // ... or all of them on so few points.
constexpr int kLabelBlock = 1'024;    // Samples labelled by one task.

absl::Status CheckOptions(const KMeansOptions& options) {
  if (options.cluster_count < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("cluster_count must be at least 1; got ", options.cluster_count));
  }
  if (options.restart_count < 1 || options.max_iterations < 0 || !(options.tolerance >= 0)) {
    return absl::InvalidArgumentError(
        "k-means needs restart_count >= 1, max_iterations >= 0 and tolerance >= 0");
  }
  return absl::OkStatus();
}

absl::Status CheckShapes(const Samples& samples, const Encoder& encoder,
                         absl::Span<const double> weights) {
  if (samples.codes.cols() != encoder.code_count() ||
      samples.numbers.cols() != encoder.number_count()) {
    return absl::InvalidArgumentError("the samples are not of this encoder");
  }
  if (std::ssize(weights) != samples.count() || samples.codes.rows() != samples.count() ||
      samples.numbers.rows() != samples.count()) {
    return absl::InvalidArgumentError(absl::StrCat("there are ", samples.codes.rows(),
                                                   " samples but ", weights.size(), " weights"));
  }
  const float* values = samples.numbers.data();
  const auto size = static_cast<std::size_t>(samples.numbers.rows()) * samples.numbers.cols();
  if (!std::all_of(values, values + size, [](float x) { return std::isfinite(x); })) {
    return absl::InvalidArgumentError("a feature is NaN or infinite; every feature must be finite");
  }
  if (!std::all_of(weights.begin(), weights.end(),
                   [](double w) { return std::isfinite(w) && w >= 0; })) {
    return absl::InvalidArgumentError("a weight is negative or not finite");
  }
  return absl::OkStatus();
}

absl::Status CheckCount(const Samples& samples, absl::Span<const double> weights, int k) {
  int usable = 0;
  for (int i = 0; i < samples.count(); ++i) {
    usable += weights[i] > 0 && AnythingKnown(samples.row(i));
  }
  if (usable >= k) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(k, " clusters need at least ", k, " samples; got ", usable));
}

absl::Status Cancelled() { return absl::CancelledError("k-means was cancelled"); }

// Mean over the features of their variance over the known values.
double MeanVariance(const Points& points) {
  const double weight = std::accumulate(points.weights.begin(), points.weights.end(), 0.0);
  double sum = 0;
  for (int i = 0; i < points.count(); ++i) sum += points.weights[i] * points.squared_norms[i];
  return sum / (weight * std::max(1, points.features.cols()));
}

// The best of the restarts on these points; empty when stopped.
std::unique_ptr<Lloyd> BestStart(const Points& points, const KMeansOptions& options,
                                 double tolerance, WorkerPool& pool, const std::stop_token& stop) {
  std::vector<std::unique_ptr<Lloyd>> runs(options.restart_count);
  std::vector<double> objectives(options.restart_count);
  pool.ForEach(options.restart_count, [&](int restart) {
    if (stop.stop_requested()) return;
    const auto seeds = KMeansPlusPlusSeeds(points, options.cluster_count,
                                           Key(options.seed, static_cast<std::uint64_t>(restart)));
    runs[restart] = std::make_unique<Lloyd>(points, CentroidsAt(points, seeds), pool, stop);
    runs[restart]->Run(std::min(kShortIterations, options.max_iterations), tolerance);
    objectives[restart] = runs[restart]->Objective();
  });
  if (stop.stop_requested()) return nullptr;
  std::vector<int> order(options.restart_count);
  std::iota(order.begin(), order.end(), 0);
  const auto sort = [&] {
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return objectives[a] < objectives[b]; });
  };
  sort();
  if (points.count() > kSmallCount) order.resize(std::min<std::size_t>(order.size(), kFinalists));
  pool.ForEach(static_cast<int>(order.size()), [&](int rank) {
    Lloyd& run = *runs[order[rank]];
    run.Run(options.max_iterations - run.iterations(), tolerance);
    objectives[order[rank]] = run.Objective();
  });
  if (stop.stop_requested()) return nullptr;
  sort();
  return std::move(runs[order.front()]);
}

}  // namespace

absl::StatusOr<KMeans> KMeans::Fit(const Samples& samples, const Encoder& encoder,
                                   absl::Span<const double> weights, const KMeansOptions& options,
                                   WorkerPool& pool, std::stop_token stop) {
  if (weights.empty()) weights = samples.weights;
  if (absl::Status s = CheckOptions(options); !s.ok()) return s;
  if (absl::Status s = CheckShapes(samples, encoder, weights); !s.ok()) return s;
  if (absl::Status s = CheckCount(samples, weights, options.cluster_count); !s.ok()) return s;
  const Points points = MakePoints(samples, weights, encoder, options.seed, pool);
  const double tolerance = options.tolerance * MeanVariance(points);
  if (points.count() <= kStartPoints) {
    const auto best = BestStart(points, options, tolerance, pool, stop);
    if (best == nullptr) return Cancelled();
    return KMeans(points, *best, samples, encoder, weights, pool);
  }
  const Points few = TakePoints(points, kStartPoints);
  const auto start = BestStart(few, options, tolerance, pool, stop);
  if (start == nullptr) return Cancelled();
  Lloyd lloyd(points, start->centroids(), pool, stop);
  lloyd.Run(options.max_iterations, tolerance);
  if (stop.stop_requested()) return Cancelled();
  return KMeans(points, lloyd, samples, encoder, weights, pool);
}

absl::StatusOr<KMeans> KMeans::FitFrom(const DoubleMatrix& centroids, const Samples& samples,
                                       const Encoder& encoder, absl::Span<const double> weights,
                                       const KMeansOptions& options, WorkerPool& pool,
                                       std::stop_token stop) {
  if (weights.empty()) weights = samples.weights;
  if (absl::Status s = CheckOptions(options); !s.ok()) return s;
  if (absl::Status s = CheckShapes(samples, encoder, weights); !s.ok()) return s;
  if (absl::Status s = CheckCount(samples, weights, 1); !s.ok()) return s;
  if (centroids.rows() < 1 || centroids.cols() != encoder.feature_count()) {
    return absl::InvalidArgumentError(absl::StrCat("the centroids are ", centroids.rows(), " x ",
                                                   centroids.cols(), "; expected k x ",
                                                   encoder.feature_count()));
  }
  const Points points = MakePoints(samples, weights, encoder, options.seed, pool);
  DoubleMatrix start = centroids;
  for (int j = 0; j < start.rows(); ++j) {
    for (int f = 0; f < start.cols(); ++f) start(j, f) -= points.centre[f];
  }
  Lloyd lloyd(points, std::move(start), pool, stop);
  lloyd.Run(options.max_iterations, options.tolerance * MeanVariance(points));
  if (stop.stop_requested()) return Cancelled();
  return KMeans(points, lloyd, samples, encoder, weights, pool);
}

KMeans::KMeans(const Points& points, const Lloyd& lloyd, const Samples& samples,
               const Encoder& encoder, absl::Span<const double> weights, WorkerPool& pool)
    : iterations_(lloyd.iterations()) {
  // Clusters that stayed empty are left out; the others are put in order.
  const std::vector<double> sizes = lloyd.Sizes();
  std::vector<int> order;
  for (int j = 0; j < lloyd.centroids().rows(); ++j) {
    if (lloyd.member_counts()[j] > 0) order.push_back(j);
  }
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    if (sizes[a] != sizes[b]) return sizes[a] > sizes[b];
    return lloyd.centroids().row(a) < lloyd.centroids().row(b);
  });
  centroids_ = DoubleMatrix(static_cast<int>(order.size()), encoder.feature_count());
  for (int j = 0; j < centroids_.rows(); ++j) {
    for (int f = 0; f < centroids_.cols(); ++f) {
      centroids_(j, f) = lloyd.centroids()(order[j], f) + points.centre[f];
    }
  }
  labels_ = NearestCentroids(samples, encoder, centroids_, pool);
  sizes_.assign(centroids_.rows(), 0);
  for (int i = 0; i < samples.count(); ++i) {
    if (labels_[i] < 0 || weights[i] <= 0) continue;
    sizes_[labels_[i]] += weights[i];
    inertia_ += weights[i] * PartialDistance(encoder, samples.row(i), centroids_.row(labels_[i]));
  }
}

double PartialDistance(const Encoder& encoder, SampleRow row, absl::Span<const double> centroid) {
  double distance = 0;
  for (const AttributeEncoding& attribute : encoder.attributes()) {
    if (!Encoder::Known(attribute, row)) continue;
    for (int f = 0; f < attribute.count; ++f) {
      const double difference = encoder.Feature(attribute, f, row) - centroid[attribute.begin + f];
      distance += difference * difference;
    }
  }
  return distance;
}

std::vector<int> NearestCentroids(const Samples& samples, const Encoder& encoder,
                                  const DoubleMatrix& centroids, WorkerPool& pool) {
  const int n = samples.count(), p = encoder.feature_count(), k = centroids.rows();
  const int attribute_count = encoder.attribute_count();
  // About the mean centroid, so that an offset costs no precision.
  std::vector<float> centre(p);
  DoubleMatrix centred = centroids;
  for (int f = 0; f < p; ++f) {
    double sum = 0;
    for (int j = 0; j < k; ++j) sum += centroids(j, f);
    centre[f] = static_cast<float>(sum / k);
    for (int j = 0; j < k; ++j) centred(j, f) -= centre[f];
  }
  const Scorer scorer(centred, RangesOf(encoder));
  std::vector<int> labels(n, -1);
  pool.ForEach((n + kLabelBlock - 1) / kLabelBlock, [&](int block) {
    std::vector<float> features(static_cast<std::size_t>(p) * Scorer::kBatch);
    ByteMatrix known(Scorer::kBatch, attribute_count);
    std::vector<float> scores(static_cast<std::size_t>(Scorer::kBatch) * scorer.stride());
    SampleRef batch[Scorer::kBatch];
    float norms[Scorer::kBatch];
    const int end = std::min(n, (block + 1) * kLabelBlock);
    for (int begin = block * kLabelBlock; begin < end; begin += Scorer::kBatch) {
      const int size = std::min(Scorer::kBatch, end - begin);
      for (int r = 0; r < size; ++r) {
        float* x = features.data() + static_cast<std::size_t>(r) * p;
        const SampleRow row = samples.row(begin + r);
        batch[r] = {.features = x, .known = known.row(r).data()};
        norms[r] = 0;
        for (int v = 0; v < attribute_count; ++v) {
          const AttributeEncoding& attribute = encoder.attributes()[v];
          known(r, v) = Encoder::Known(attribute, row);
          for (int f = 0; f < attribute.count; ++f) {
            const int at = attribute.begin + f;
            x[at] = known(r, v) ? encoder.Feature(attribute, f, row) - centre[at] : 0;
            norms[r] += x[at] * x[at];
          }
        }
      }
      scorer.Score(batch, size, scores.data());
      for (int r = 0; r < size; ++r) {
        const int i = begin + r;
        if (!AnythingKnown(samples.row(i))) continue;
        labels[i] = PickNearest(scores.data() + r * scorer.stride(), k, scorer.ErrorBound(norms[r]),
                                [&](int j) {
                                  return PartialDistance(encoder, samples.row(i), centroids.row(j));
                                })
                        .index;
      }
    }
  });
  return labels;
}

}  // namespace cible
