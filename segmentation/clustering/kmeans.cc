#include "segmentation/clustering/kmeans.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "segmentation/clustering/cluster_sums.h"
#include "segmentation/clustering/distinct_rows.h"
#include "segmentation/clustering/lloyd.h"
#include "segmentation/clustering/memory_limit.h"
#include "segmentation/clustering/nearest.h"
#include "segmentation/clustering/random.h"
#include "segmentation/clustering/seeding.h"

namespace cible {
namespace {

constexpr int kStartPoints = 16'384;        // Finalists see at most so many points ...
constexpr int kSeedingPoints = 512;         // ... and restarts so many a cluster,
constexpr int kLeastSeedingPoints = 4'096;  // if not fewer than this.
constexpr int kShortIterations = 6;         // Of every restart, before the best go on.
constexpr int kFinalists = 4;               // Restarts that go on to convergence ...
constexpr int kLeastStarts = 4;             // On a sample further ones cost little.
constexpr int kSmallCount = 1'000;          // ... or all of them on so few points.
constexpr int kBlock = 2'048;               // Points looked at by one task.
constexpr double kCollapsingShare = 0.5;
constexpr int kNever = -1;  // A collapse_limit.

int BlockCount(int n) { return (n + kBlock - 1) / kBlock; }

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

absl::Status CheckFinite(const FloatMatrix& matrix, WorkerPool& pool) {
  const int blocks = BlockCount(matrix.rows());
  std::vector<std::uint8_t> bad(blocks);
  pool.ForEach(blocks, [&](int block) {
    const int begin = block * kBlock, rows = std::min(kBlock, matrix.rows() - begin);
    const float* values = matrix.data() + static_cast<std::size_t>(begin) * matrix.cols();
    const std::size_t size = static_cast<std::size_t>(rows) * matrix.cols();
    // Not std::isfinite: this compiles to a few vector instructions.
    std::uint32_t found = 0;
    for (std::size_t i = 0; i < size; ++i) {
      found |= (std::bit_cast<std::uint32_t>(values[i]) & 0x7f800000u) == 0x7f800000u;
    }
    bad[block] = found != 0;
  });
  if (std::find(bad.begin(), bad.end(), 1) == bad.end()) return absl::OkStatus();
  return absl::InvalidArgumentError("a feature is NaN or infinite; every feature must be finite");
}

absl::Status CheckWeights(absl::Span<const double> weights, int count) {
  if (std::ssize(weights) != count) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", count, " samples but ", weights.size(), " weights"));
  }
  if (!std::all_of(weights.begin(), weights.end(),
                   [](double w) { return std::isfinite(w) && w >= 0; })) {
    return absl::InvalidArgumentError("a weight is negative or not finite");
  }
  return absl::OkStatus();
}

absl::Status CheckSamples(const Samples& samples, const Encoder& encoder,
                          absl::Span<const double> weights, WorkerPool& pool) {
  if (samples.codes.cols() != encoder.code_count() ||
      samples.numbers.cols() != encoder.number_count()) {
    return absl::InvalidArgumentError("the samples are not of this encoder");
  }
  const int n = samples.codes.rows();
  if (samples.numbers.rows() != n || samples.count() != n) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", n, " samples but ", samples.count(), " weights"));
  }
  if (absl::Status s = CheckWeights(weights, n); !s.ok()) return s;
  return CheckFinite(samples.numbers, pool);
}

absl::Status CheckCount(const Points& points, int k) {
  int usable = 0;
  for (int i = 0; i < points.count && usable < k; ++i) usable += points.weight(i) > 0;
  if (usable >= k) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(k, " clusters need at least ", k, " samples; got ", usable));
}

absl::Status CheckCentroids(const DoubleMatrix& centroids, int feature_count) {
  if (centroids.rows() < 1 || centroids.cols() != feature_count) {
    return absl::InvalidArgumentError(absl::StrCat("the centroids are ", centroids.rows(), " x ",
                                                   centroids.cols(), "; expected k x ",
                                                   feature_count));
  }
  const double* values = centroids.data();
  const std::size_t size = static_cast<std::size_t>(centroids.rows()) * centroids.cols();
  if (std::all_of(values, values + size, [](double x) { return std::isfinite(x); })) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("a centroid is NaN or infinite");
}

// What the samples and the most that a fit may add take together, in bytes.
double MemoryOf(const Points& points, bool collapsed) {
  const double cells = 4.0 * points.layout.number_count() + points.layout.code_count();
  // Labels twice and slack; besides a copy, its weights and its order twice.
  const double row = cells + 8 * !points.weights.empty() + 12 + (collapsed ? cells + 8 + 32 : 0);
  return row * points.count;
}

int SeedingPoints(int k, int most) {
  return static_cast<int>(std::clamp<std::int64_t>(std::int64_t{kSeedingPoints} * k,
                                                   std::min(kLeastSeedingPoints, most), most));
}

absl::Status Cancelled() { return absl::CancelledError("k-means was cancelled"); }

// The sum over all points of a function of each, whatever the thread count.
template <typename Fn>
double SumOver(const Points& points, WorkerPool& pool, Fn fn) {
  std::vector<double> parts(BlockCount(points.count));
  pool.ForEach(static_cast<int>(parts.size()), [&](int block) {
    const int end = std::min(points.count, (block + 1) * kBlock);
    for (int i = block * kBlock; i < end; ++i) parts[block] += fn(i);
  });
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

// Mean over the features of their variance over the known values.
double MeanVariance(const Points& points, WorkerPool& pool) {
  DoubleMatrix centre(1, points.layout.feature_count);
  const std::vector<double> means = FeatureMeans(points, pool);
  std::copy(means.begin(), means.end(), centre.data());
  const Scorer scorer(centre, points);
  const double weight = SumOver(points, pool, [&](int i) { return points.weight(i); });
  const double sum = SumOver(points, pool, [&](int i) {
    return points.weight(i) > 0 ? points.weight(i) * scorer.Distance(i, 0) : 0;
  });
  return sum / (weight * std::max(1, centre.cols()));
}

// The best of so many starts: short runs on `few` of the points, the most
// promising then run to convergence on `points`. Both may be the same. Empty
// when stopped.
std::unique_ptr<Lloyd> BestStart(const Points& few, const Points& points, int start_count,
                                 const KMeansOptions& options, double tolerance, WorkerPool& pool,
                                 const std::stop_token& stop) {
  std::vector<std::unique_ptr<Lloyd>> runs(start_count);
  std::vector<double> objectives(start_count);
  const std::vector<double> means = FeatureMeans(few, pool);
  pool.ForEach(start_count, [&](int restart) {
    if (stop.stop_requested()) return;
    const auto seeds =
        KMeansPlusPlusSeeds(few, means, options.cluster_count,
                            Key(options.seed, static_cast<std::uint64_t>(restart)), pool, stop);
    if (stop.stop_requested()) return;
    runs[restart] = std::make_unique<Lloyd>(few, CentroidsAt(few, means, seeds), pool, stop);
    runs[restart]->Run(std::min(kShortIterations, options.max_iterations), tolerance);
    objectives[restart] = runs[restart]->Objective();
  });
  if (stop.stop_requested()) return nullptr;
  std::vector<int> order(start_count);
  std::iota(order.begin(), order.end(), 0);
  const auto sort = [&] {
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return objectives[a] < objectives[b]; });
  };
  sort();
  if (points.count > kSmallCount)
    order.resize(static_cast<std::size_t>(std::min(options.restart_count, kFinalists)));
  pool.ForEach(static_cast<int>(order.size()), [&](int rank) {
    std::unique_ptr<Lloyd>& run = runs[order[rank]];
    const int left = options.max_iterations - run->iterations();
    if (&few != &points) run = std::make_unique<Lloyd>(points, run->centroids(), pool, stop);
    run->Run(left, tolerance);
    objectives[order[rank]] = run->Objective();
  });
  if (stop.stop_requested()) return nullptr;
  sort();
  return std::move(runs[order.front()]);
}

// The nearest centroid of every point; -1 where nothing is known.
std::vector<int> LabelsOf(const Points& points, const DoubleMatrix& centroids, WorkerPool& pool) {
  const Scorer scorer(centroids, points);
  std::vector<int> labels(points.count, -1);
  pool.ForEach(BlockCount(points.count), [&](int block) {
    Scorer::Scratch scratch(scorer);
    Scorer::Nearest nearest;
    int rows[Scorer::kBatch];
    const int end = std::min(points.count, (block + 1) * kBlock);
    for (int begin = block * kBlock; begin < end; begin += Scorer::kBatch) {
      const int size = std::min(Scorer::kBatch, end - begin);
      std::iota(rows, rows + size, begin);
      scorer.FindNearest(rows, size, scratch, nearest);
      for (int r = 0; r < size; ++r) {
        const bool known = points.layout.code_count() == 0 || AnythingKnown(points.row(rows[r]));
        if (known) labels[rows[r]] = nearest.index[r];
      }
    }
  });
  return labels;
}

}  // namespace

absl::StatusOr<KMeans> KMeans::Fit(const Samples& samples, const Encoder& encoder,
                                   absl::Span<const double> weights, const KMeansOptions& options,
                                   WorkerPool& pool, std::stop_token stop) {
  if (weights.empty()) weights = samples.weights;
  if (absl::Status s = CheckOptions(options); !s.ok()) return s;
  if (absl::Status s = CheckSamples(samples, encoder, weights, pool); !s.ok()) return s;
  const Points points = ViewSamples(samples, weights, encoder, pool);
  return FitPoints(points, nullptr, options.collapse_limit, options, pool, stop);
}

absl::StatusOr<KMeans> KMeans::FitFrom(const DoubleMatrix& centroids, const Samples& samples,
                                       const Encoder& encoder, absl::Span<const double> weights,
                                       const KMeansOptions& options, WorkerPool& pool,
                                       std::stop_token stop) {
  if (weights.empty()) weights = samples.weights;
  if (absl::Status s = CheckOptions(options); !s.ok()) return s;
  if (absl::Status s = CheckSamples(samples, encoder, weights, pool); !s.ok()) return s;
  if (absl::Status s = CheckCentroids(centroids, encoder.feature_count()); !s.ok()) return s;
  const Points points = ViewSamples(samples, weights, encoder, pool);
  return FitPoints(points, &centroids, options.collapse_limit, options, pool, stop);
}

absl::StatusOr<KMeans> KMeans::FitMatrix(const FloatMatrix& matrix,
                                         absl::Span<const double> weights,
                                         const std::optional<DoubleMatrix>& centroids,
                                         const KMeansOptions& options, WorkerPool& pool,
                                         std::stop_token stop) {
  if (absl::Status s = CheckOptions(options); !s.ok()) return s;
  if (!weights.empty()) {
    if (absl::Status s = CheckWeights(weights, matrix.rows()); !s.ok()) return s;
  }
  if (absl::Status s = CheckFinite(matrix, pool); !s.ok()) return s;
  const Points points = ViewMatrix(matrix, weights);
  if (!centroids.has_value()) {
    const int limit = std::min(kStartPoints, options.collapse_limit);
    return FitPoints(points, nullptr, limit, options, pool, stop);
  }
  if (absl::Status s = CheckCentroids(*centroids, matrix.cols()); !s.ok()) return s;
  return FitPoints(points, &*centroids, kNever, options, pool, stop);
}

absl::StatusOr<KMeans> KMeans::FitPoints(const Points& all, const DoubleMatrix* centroids,
                                         int collapse_limit, const KMeansOptions& options,
                                         WorkerPool& pool, const std::stop_token& stop) {
  const int k = centroids == nullptr ? options.cluster_count : 1;
  if (absl::Status s = CheckCount(all, k); !s.ok()) return s;
  // Given centroids a plain matrix is used as it is: there is nothing to draw.
  const bool draw = centroids == nullptr || collapse_limit >= 0;
  bool collapse = all.count <= collapse_limit;
  DistinctRows sampled;
  if (draw && !collapse) {
    sampled = DrawDistinctRows(all.rows(), kStartPoints, options.seed, pool, stop);
    collapse = collapse_limit >= 0 && sampled.share() < kCollapsingShare;
  }
  if (absl::Status s =
          CheckMemory("k-means", all.count, MemoryOf(all, collapse), options.memory_limit);
      !s.ok()) {
    return s;
  }
  const Points distinct = collapse ? CollapsePoints(all, options.seed, pool, stop) : Points();
  if (stop.stop_requested()) return Cancelled();
  const Points& points = collapse ? distinct : all;
  const Points some =
      collapse ? FirstPoints(points, kStartPoints) : PointsAt(points, std::move(sampled), pool);
  // Where there is a sample it tells the scale well enough.
  const Points& scale = some.count > 0 ? some : points;
  const double tolerance =
      options.tolerance > 0 ? options.tolerance * MeanVariance(scale, pool) : 0;
  DoubleMatrix start;
  if (centroids != nullptr) {
    start = *centroids;
  } else if (points.count <= kStartPoints && collapse) {
    const auto best =
        BestStart(points, points, options.restart_count, options, tolerance, pool, stop);
    if (best == nullptr) return Cancelled();
    return Finish(*best, all, pool, stop);
  } else {
    // Both are in random order: their first points are a sample again.
    const Points few = FirstPoints(some, SeedingPoints(options.cluster_count, some.count));
    const auto best = BestStart(few, some, std::max(options.restart_count, kLeastStarts), options,
                                tolerance, pool, stop);
    if (best == nullptr) return Cancelled();
    start = best->centroids();
  }
  Lloyd lloyd(points, std::move(start), pool, stop);
  lloyd.Run(options.max_iterations, tolerance);
  if (stop.stop_requested()) return Cancelled();
  return Finish(lloyd, all, pool, stop);
}

absl::StatusOr<KMeans> KMeans::Finish(const Lloyd& lloyd, const Points& all, WorkerPool& pool,
                                      const std::stop_token& stop) {
  KMeans fit;
  fit.iterations_ = lloyd.iterations();
  // Clusters that stayed empty are left out; the others are put in order.
  std::vector<int> order;
  for (int j = 0; j < lloyd.centroids().rows(); ++j) {
    if (lloyd.member_counts()[j] > 0) order.push_back(j);
  }
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    if (lloyd.sizes()[a] != lloyd.sizes()[b]) return lloyd.sizes()[a] > lloyd.sizes()[b];
    return lloyd.centroids().row(a) < lloyd.centroids().row(b);
  });
  const int k = static_cast<int>(order.size());
  fit.centroids_ = DoubleMatrix(k, lloyd.centroids().cols());
  for (int j = 0; j < k; ++j) {
    const auto centroid = lloyd.centroids().row(order[j]);
    std::copy(centroid.begin(), centroid.end(), fit.centroids_.row(j).begin());
  }
  // A row of no weight may have the label of a cluster that is left out.
  const bool all_kept = k == lloyd.centroids().rows();
  if (all_kept && &lloyd.points() == &all && all.layout.code_count() == 0) {
    std::vector<int> rank(lloyd.centroids().rows());
    for (int j = 0; j < k; ++j) rank[order[j]] = j;
    fit.labels_.reserve(all.count);
    for (const int label : lloyd.labels()) fit.labels_.push_back(rank[label]);
  } else {
    fit.labels_ = LabelsOf(all, fit.centroids_, pool);
  }
  fit.start_rows_ = std::move(order);
  if (stop.stop_requested()) return Cancelled();
  const Scorer scorer(fit.centroids_, all);
  fit.sizes_.assign(k, 0);
  for (int i = 0; i < all.count; ++i) {
    if (fit.labels_[i] >= 0) fit.sizes_[fit.labels_[i]] += all.weight(i);
  }
  fit.inertia_ = SumOver(all, pool, [&](int i) {
    if (fit.labels_[i] < 0 || all.weight(i) == 0) return 0.0;
    return all.weight(i) * scorer.Distance(i, fit.labels_[i]);
  });
  return fit;
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
  return LabelsOf(ViewSamples(samples, {}, encoder, pool), centroids, pool);
}

}  // namespace cible
