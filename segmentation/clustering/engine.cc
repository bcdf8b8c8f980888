#include "segmentation/clustering/engine.h"

#include <algorithm>
#include <utility>

#include "segmentation/clustering/kmeans.h"

namespace cible {
namespace {

constexpr double kLeastVariance = 1e-6;

class KMeansEngine final : public Engine {
 public:
  KMeansEngine(const Encoder& encoder, WorkerPool& pool, EngineOptions options)
      : encoder_(encoder), pool_(pool), options_(std::move(options)) {}

  absl::StatusOr<Clustering> Fit(const Samples& samples, absl::Span<const double> weights,
                                 int cluster_count, std::uint64_t seed,
                                 std::stop_token stop) const override {
    if (weights.empty()) weights = samples.weights;
    KMeansOptions options{.cluster_count = cluster_count, .seed = seed};
    if (options_.starts > 0) options.restart_count = options_.starts;
    if (options_.tolerance > 0) options.tolerance = options_.tolerance;
    const absl::StatusOr<KMeans> fit =
        KMeans::Fit(samples, encoder_, weights, options, pool_, std::move(stop));
    if (!fit.ok()) return fit.status();
    return Clustering{
        .components = KMeansComponents{.centroids = fit->centroids(),
                                       .variance = Variance(samples, weights, fit->inertia())},
        .labels = fit->labels(),
        .sizes = fit->sizes(),
        .objective = fit->inertia(),
        .iterations = fit->iterations(),
        .statistics = std::nullopt};
  }

 private:
  // sigma^2: the inertia for one unit of known attribute weight.
  double Variance(const Samples& samples, absl::Span<const double> weights, double inertia) const {
    double known = 0;
    for (int i = 0; i < samples.count(); ++i) {
      if (weights[i] > 0) known += weights[i] * encoder_.KnownWeight(samples.row(i));
    }
    return std::max(inertia / known, kLeastVariance);
  }

  const Encoder& encoder_;
  WorkerPool& pool_;
  const EngineOptions options_;
};

}  // namespace

std::unique_ptr<Engine> MakeEngine(EngineKind kind, const Encoder& encoder, WorkerPool& pool,
                                   EngineOptions options) {
  switch (kind) {
    case EngineKind::kKMeans:
      return std::make_unique<KMeansEngine>(encoder, pool, std::move(options));
  }
  return nullptr;
}

}  // namespace cible
