// The interface every clustering engine has: one cold fit of k components to
// weighted samples.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_ENGINE_H_
#define CIBLE_SEGMENTATION_CLUSTERING_ENGINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/clustering/components.h"
#include "segmentation/clustering/fit_statistics.h"
#include "segmentation/clustering/worker_pool.h"
#include "segmentation/data/encoder.h"

namespace cible {

enum class EngineKind {
  kMixture,  // A finite mixture over mixed types, by EM: holes are no obstacle.
  kKMeans,   // Nearest centroids: the fastest, for complete tables.
};

// How the samples of an engine are encoded.
Encoding EncodingOf(EngineKind kind);

// What differs from an engine's defaults.
struct EngineOptions {
  int starts = 0;                   // Cold starts; 0: the engine's default.
  double prior = 1;                 // Pseudo-contacts of the mixture; 0: plain maximum likelihood.
  std::optional<double> tolerance;  // When a start has converged, >= 0; none: the engine's default.
  std::vector<std::string> shared;  // Ids of attributes that tell no segments apart (mixture).
  // Ids of the numbers of each block (mixture); those the encoder has not, counts, and more than
  // kMostBlockNumbers in one are taken singly or in further blocks.
  std::vector<std::vector<std::string>> blocks;
};

struct Clustering {
  Components components;      // Ordered by weight, heaviest first.
  std::vector<int> labels;    // One a sample; -1 where nothing is known.
  std::vector<double> sizes;  // Weight of each component.
  // The engine's objective, lower is better: for KMEANS the inertia, for
  // MIXTURE -l.
  double objective = 0;
  int iterations = 0;                       // Of the best start.
  std::optional<FitStatistics> statistics;  // None without a likelihood.
  std::vector<FlooredSpread> floored;       // Of a mixture.
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Fits `cluster_count` components from the engine's full default starts.
  // Fewer come back when there are fewer distinct samples, or when components
  // die out. `weights` replaces
  // the samples' own unless empty (a bootstrap is a vector of counts); zero is
  // absence, but such samples are labelled too.
  // Same arguments, same bits, whatever the pool's thread count.
  //
  // Errors:
  //   INVALID_ARGUMENT  cluster_count outside [1, samples of weight > 0].
  //   RESOURCE_EXHAUSTED  it would not fit into memory.
  //   CANCELLED         `stop` was requested.
  virtual absl::StatusOr<Clustering> Fit(const Samples& samples, absl::Span<const double> weights,
                                         int cluster_count, std::uint64_t seed,
                                         std::stop_token stop) const = 0;

  // The same engine for samples of another encoder, of the same encoding, which
  // must outlive it. Attributes are not asked for by name there: none is shared
  // or in a block.
  virtual std::unique_ptr<Engine> For(const Encoder& encoder) const = 0;
};

// `encoder`, of EncodingOf(kind), and `pool` must outlive the engine.
std::unique_ptr<Engine> MakeEngine(EngineKind kind, const Encoder& encoder, WorkerPool& pool,
                                   EngineOptions options = {});

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_ENGINE_H_
