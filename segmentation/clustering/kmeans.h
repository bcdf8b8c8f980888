// k-means clustering of samples with weights and holes: Lloyd's iterations
// from greedy k-means++ seeds (see lloyd.h and seeding.h).
//
// Every draw depends on the content of the samples: their order changes neither
// the labels nor, beyond 1e-9, the inertia, and a duplicated sample is a weight
// of 2. Equal samples are collapsed to weights first, unless there are many and
// most are distinct: then they are used where they lie, without a copy.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_KMEANS_H_
#define CIBLE_SEGMENTATION_CLUSTERING_KMEANS_H_

#include <cstdint>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/clustering/points.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/encoder.h"
#include "segmentation/data/matrix.h"

namespace cible {

struct KMeansOptions {
  int cluster_count = 8;     // k, in [1, samples of weight > 0].
  int restart_count = 20;    // >= 1. Independent seedings; the lowest inertia wins.
  int max_iterations = 300;  // >= 0, per restart.
  // >= 0. A restart has converged when the centroids move, in squared
  // Frobenius norm, by at most `tolerance` times the mean feature variance.
  double tolerance = 1e-4;
  std::uint64_t seed = 0;  // Same seed, options and samples: same bits.
  // Equal samples are made one where there are at most so many (rows of plain
  // matrices: 16,384), else only if that halves them.
  int collapse_limit = 262'144;
  // Bytes that the samples and the fit may take together; 0: the memory of the
  // machine.
  std::int64_t memory_limit = 0;
};

// A fitted k-means model. Immutable, hence safe to share between threads.
class KMeans {
 public:
  // Fits `samples` of the encoder, with `weights` (the samples' own if empty);
  // zero is absence. Short
  // starts, then long ones: every restart runs a few iterations, the best few
  // go on to convergence. Above 16,384 distinct samples the restarts see a
  // random sample of so many, at least four of them, and the best ends on all.
  // O(n k features) per iteration, less as centroids settle.
  //
  // Fewer clusters come back when there are fewer distinct samples.
  //
  // Errors:
  //   INVALID_ARGUMENT  options out of range, lengths that disagree, or fewer
  //                     samples with a weight and something known than k.
  //   CANCELLED         `stop` was requested before the end.
  //   RESOURCE_EXHAUSTED  it would not fit into memory.
  static absl::StatusOr<KMeans> Fit(const Samples& samples, const Encoder& encoder,
                                    absl::Span<const double> weights, const KMeansOptions& options,
                                    WorkerPool& pool, std::stop_token stop = {});

  // The same from given centroids (k x features) instead of seeds: one run.
  static absl::StatusOr<KMeans> FitFrom(const DoubleMatrix& centroids, const Samples& samples,
                                        const Encoder& encoder, absl::Span<const double> weights,
                                        const KMeansOptions& options, WorkerPool& pool,
                                        std::stop_token stop = {});

  // The rows of a matrix, all of it known: from the given centroids, or from
  // seeds when there are none. Nothing is copied: besides the matrix a fit
  // takes 12 bytes a row. `weights` empty: 1 each.
  static absl::StatusOr<KMeans> FitMatrix(const FloatMatrix& matrix,
                                          absl::Span<const double> weights,
                                          const std::optional<DoubleMatrix>& centroids,
                                          const KMeansOptions& options, WorkerPool& pool,
                                          std::stop_token stop = {});

  // k x features. Heaviest cluster first, ties by the first feature that differs.
  const DoubleMatrix& centroids() const { return centroids_; }
  // Of each cluster, the row of the given centroids that it began as.
  const std::vector<int>& start_rows() const { return start_rows_; }
  // The nearest centroid of every sample, those of zero weight included; ties
  // go to the lower index. -1 where nothing is known.
  const std::vector<int>& labels() const { return labels_; }
  // Weight of each cluster.
  const std::vector<double>& sizes() const { return sizes_; }
  // J = sum of w_i |x_i - c|^2 over the known attributes.
  double inertia() const { return inertia_; }
  // Of the best restart, on all samples.
  int iterations() const { return iterations_; }

 private:
  KMeans() = default;
  // Labels all points, those of zero weight included, and measures the fit.
  static absl::StatusOr<KMeans> Finish(const class Lloyd& lloyd, const Points& all,
                                       WorkerPool& pool, const std::stop_token& stop);
  static absl::StatusOr<KMeans> FitPoints(const Points& all, const DoubleMatrix* centroids,
                                          int collapse_limit, const KMeansOptions& options,
                                          WorkerPool& pool, const std::stop_token& stop);

  DoubleMatrix centroids_;
  std::vector<int> start_rows_;
  std::vector<int> labels_;
  std::vector<double> sizes_;
  double inertia_ = 0;
  int iterations_ = 0;
};

// The nearest centroid of every sample; -1 where nothing is known; ties go to
// the lower index. O(n k features).
std::vector<int> NearestCentroids(const Samples& samples, const Encoder& encoder,
                                  const DoubleMatrix& centroids, WorkerPool& pool);

// Squared distance over the known attributes, by direct difference in double.
double PartialDistance(const Encoder& encoder, SampleRow row, absl::Span<const double> centroid);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_KMEANS_H_
