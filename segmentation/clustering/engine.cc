#include "segmentation/clustering/engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "segmentation/clustering/kmeans.h"
#include "segmentation/clustering/mixture.h"

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
    if (options_.tolerance) options.tolerance = *options_.tolerance;
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

  std::unique_ptr<Engine> For(const Encoder& encoder) const override {
    return std::make_unique<KMeansEngine>(encoder, pool_, options_);
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

class MixtureEngine final : public Engine {
 public:
  MixtureEngine(const Encoder& encoder, WorkerPool& pool, const EngineOptions& options)
      : encoder_(encoder), pool_(pool) {
    options_.prior = options.prior;
    if (options.starts > 0) options_.start_count = options.starts;
    if (options.tolerance) options_.tolerance = *options.tolerance;
    for (const std::string& attribute : options.shared) {
      const int position = encoder.IndexOf(attribute);
      if (position >= 0) options_.shared.push_back(position);
    }
    for (const std::vector<std::string>& block : options.blocks) AddBlocks(block);
  }

  absl::StatusOr<Clustering> Fit(const Samples& samples, absl::Span<const double> weights,
                                 int cluster_count, std::uint64_t seed,
                                 std::stop_token stop) const override {
    MixtureOptions options = options_;
    options.component_count = cluster_count;
    options.seed = seed;
    auto fit = FitMixture(samples, weights, encoder_, options, pool_, std::move(stop));
    if (!fit.ok()) return fit.status();
    const auto statistics = Statistics(*fit);
    return Clustering{.components = std::move(fit->components),
                      .labels = std::move(fit->labels),
                      .sizes = std::move(fit->sizes),
                      .objective = -fit->log_likelihood,
                      .iterations = fit->iterations,
                      .statistics = statistics,
                      .floored = std::move(fit->floored)};
  }

  std::unique_ptr<Engine> For(const Encoder& encoder) const override {
    return std::make_unique<MixtureEngine>(encoder, pool_,
                                           EngineOptions{.starts = options_.start_count,
                                                         .prior = options_.prior,
                                                         .tolerance = options_.tolerance});
  }

 private:
  void AddBlocks(const std::vector<std::string>& ids) {
    std::vector<int> positions;
    for (const std::string& id : ids) {
      const int position = encoder_.IndexOf(id);
      if (position < 0) continue;
      const AttributeEncoding& attribute = encoder_.attributes()[position];
      if (attribute.number_count == 1 && attribute.scale != NumberScale::kCount) {
        positions.push_back(position);
      }
    }
    std::sort(positions.begin(), positions.end());
    for (std::size_t begin = 0; begin + 1 < positions.size(); begin += kMostBlockNumbers) {
      const std::size_t end = std::min(positions.size(), begin + kMostBlockNumbers);
      options_.blocks.emplace_back(positions.begin() + begin, positions.begin() + end);
    }
  }

  // None when attributes have different weights: that is no likelihood.
  std::optional<FitStatistics> Statistics(const MixtureFit& fit) const {
    for (const AttributeEncoding& attribute : encoder_.attributes()) {
      if (std::abs(attribute.omega - 1) > 1e-9) return std::nullopt;
    }
    const double l = fit.log_likelihood, nu = fit.parameter_count;
    const double k = static_cast<double>(fit.components.weights.size());
    const double bic = -2 * l + nu * std::log(fit.weight);
    const double doubt = k > 1 ? fit.entropy / (fit.weight * std::log(k)) : 0;
    return FitStatistics{.log_likelihood = l,
                         .parameter_count = nu,
                         .aic = -2 * l + 2 * nu,
                         .bic = bic,
                         .icl = bic + 2 * fit.entropy,
                         .entropy = 1 - std::min(doubt, 1.0)};
  }

  const Encoder& encoder_;
  WorkerPool& pool_;
  MixtureOptions options_;
};

}  // namespace

Encoding EncodingOf(EngineKind kind) {
  return kind == EngineKind::kMixture ? Encoding::kMixture : Encoding::kKMeans;
}

std::unique_ptr<Engine> MakeEngine(EngineKind kind, const Encoder& encoder, WorkerPool& pool,
                                   EngineOptions options) {
  switch (kind) {
    case EngineKind::kMixture: return std::make_unique<MixtureEngine>(encoder, pool, options);
    case EngineKind::kKMeans:
      return std::make_unique<KMeansEngine>(encoder, pool, std::move(options));
  }
  return nullptr;
}

}  // namespace cible
