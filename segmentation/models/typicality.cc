#include "segmentation/models/typicality.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "segmentation/clustering/divergence_table.h"
#include "segmentation/models/posterior.h"

namespace cible {
namespace {

// Ranges of rows whose sums are added in order: their number may not depend on
// the number of threads.
constexpr int kSlotCount = 16;

// Variances below this share of the squared mean are rounding.
constexpr double kNoVariance = 1e-12;

// Two attributes of one term; first == second for each alone.
struct AttributePair {
  int first = 0;
  int second = 0;
};

// Weighted sums over the contacts that know both attributes of a pair.
// Divergences are not negative and spread about as much as their mean, hence
// no digits to speak of are lost by raw moments.
struct Sums {
  double weight = 0, first = 0, second = 0, product = 0;

  void Add(double w, double a, double b) {
    weight += w;
    first += w * a;
    second += w * b;
    product += w * a * b;
  }
  void Add(const Sums& other) {
    weight += other.weight;
    first += other.first;
    second += other.second;
    product += other.product;
  }
  double Mean() const { return weight > 0 ? first / weight : 0; }
  double Covariance() const {
    if (!(weight > 0)) return 0;
    const double means = first / weight * (second / weight);
    const double covariance = product / weight - means;
    return std::abs(covariance) <= kNoVariance * means ? 0 : covariance;
  }
};

std::vector<AttributePair> PairsWithinTerms(const Encoder& encoder, const Schema& schema) {
  std::vector<std::string> blocks;
  for (const AttributeEncoding& encoding : encoder.attributes()) {
    const Attribute* attribute = schema.Find(encoding.attribute);
    blocks.push_back(attribute == nullptr ? "" : attribute->block);
  }
  std::vector<AttributePair> pairs;
  for (int first = 0; first < encoder.attribute_count(); ++first) {
    pairs.push_back({first, first});
    for (int second = first + 1; second < encoder.attribute_count(); ++second) {
      const std::string& block = blocks[static_cast<std::size_t>(first)];
      if (!block.empty() && block == blocks[static_cast<std::size_t>(second)]) {
        pairs.push_back({first, second});
      }
    }
  }
  return pairs;
}

// Accumulates one range of rows.
class SlotFit {
 public:
  SlotFit(const Components& components, const PosteriorRule& rule,
          const std::vector<AttributePair>& pairs)
      : table_(components, rule.encoder),
        encoder_(rule.encoder),
        pairs_(pairs),
        assigner_(rule),
        divergences_(ComponentCount(components), rule.encoder.attribute_count()),
        sums_(static_cast<std::size_t>(divergences_.rows()) * pairs.size()) {}

  // Returns the sample's most probable component.
  int Add(const Samples& samples, int row) {
    const Posterior posterior = assigner_.Assign(samples.row(row));
    if (posterior.winner < 0) return -1;
    table_.FillAll(samples.row(row), divergences_);
    const std::vector<std::uint8_t> known = encoder_.KnownAttributes(samples.row(row));
    const double weight = samples.weights[static_cast<std::size_t>(row)];
    for (int k = 0; k < divergences_.rows(); ++k) {
      AddComponent(k, weight * posterior.probabilities[static_cast<std::size_t>(k)], known);
    }
    return posterior.winner;
  }

  const std::vector<Sums>& sums() const { return sums_; }

 private:
  void AddComponent(int component, double weight, absl::Span<const std::uint8_t> known) {
    Sums* sums = sums_.data() + static_cast<std::size_t>(component) * pairs_.size();
    for (const AttributePair& pair : pairs_) {
      if (known[static_cast<std::size_t>(pair.first)] != 0 &&
          known[static_cast<std::size_t>(pair.second)] != 0) {
        sums->Add(weight, divergences_(component, pair.first),
                  divergences_(component, pair.second));
      }
      ++sums;
    }
  }

  const DivergenceTable table_;
  const Encoder& encoder_;
  const std::vector<AttributePair>& pairs_;
  Assigner assigner_;
  DoubleMatrix divergences_;
  std::vector<Sums> sums_;  // By component, then pair.
};

// A component whose contacts know a pair less than once borrows the moments
// that all components have together.
void BorrowWhereUnknown(std::vector<Sums>& sums, std::size_t pair_count) {
  for (std::size_t pair = 0; pair < pair_count; ++pair) {
    Sums all;
    for (std::size_t i = pair; i < sums.size(); i += pair_count) all.Add(sums[i]);
    for (std::size_t i = pair; i < sums.size(); i += pair_count) {
      if (sums[i].weight < 1) sums[i] = all;
    }
  }
}

TypicalityMoments MomentsOf(const std::vector<Sums>& sums, const std::vector<AttributePair>& pairs,
                            int component_count, int attribute_count) {
  TypicalityMoments moments{.mean = DoubleMatrix(component_count, attribute_count)};
  auto sum = sums.begin();
  for (int component = 0; component < component_count; ++component) {
    for (const AttributePair& pair : pairs) {
      double covariance = sum->Covariance();
      if (pair.first == pair.second) {
        moments.mean(component, pair.first) = sum->Mean();
        covariance = std::max(covariance, 0.);
      }
      moments.covariances.push_back({component, pair.first, pair.second, covariance});
      ++sum;
    }
  }
  return moments;
}

}  // namespace

TypicalityFit FitTypicality(const Components& components, const Encoder& encoder,
                            const Schema& schema, const Samples& samples, WorkerPool& pool) {
  const std::vector<AttributePair> pairs = PairsWithinTerms(encoder, schema);
  const int component_count = ComponentCount(components);
  const PosteriorRule rule(components, encoder);
  const std::int64_t row_count = samples.count();
  TypicalityFit fit;
  fit.labels.resize(static_cast<std::size_t>(row_count), -1);
  std::vector<std::vector<Sums>> slots(kSlotCount);
  pool.ForEach(kSlotCount, [&](int slot) {
    SlotFit slot_fit(components, rule, pairs);
    const auto end = static_cast<int>(row_count * (slot + 1) / kSlotCount);
    for (auto row = static_cast<int>(row_count * slot / kSlotCount); row < end; ++row) {
      fit.labels[static_cast<std::size_t>(row)] = slot_fit.Add(samples, row);
    }
    slots[static_cast<std::size_t>(slot)] = slot_fit.sums();
  });
  std::vector<Sums> sums = std::move(slots[0]);
  for (std::size_t slot = 1; slot < slots.size(); ++slot) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i].Add(slots[slot][i]);
  }
  BorrowWhereUnknown(sums, pairs.size());
  fit.moments = MomentsOf(sums, pairs, component_count, encoder.attribute_count());
  return fit;
}

Typicality MeasureTypicality(const TypicalityMoments& moments,
                             absl::Span<const TypicalityMoments::Pair> pairs, int component,
                             absl::Span<const double> divergences,
                             absl::Span<const std::uint8_t> known) {
  Typicality typicality;
  double mean = 0;
  for (std::size_t v = 0; v < known.size(); ++v) {
    if (known[v] == 0) continue;
    typicality.distance += divergences[v];
    mean += moments.mean(component, static_cast<int>(v));
  }
  double variance = 0;
  for (const TypicalityMoments::Pair& pair : pairs) {
    if (known[static_cast<std::size_t>(pair.first)] == 0 ||
        known[static_cast<std::size_t>(pair.second)] == 0) {
      continue;
    }
    variance += (pair.first == pair.second ? 1 : 2) * pair.covariance;
  }
  typicality.probability = GammaTail(mean, variance, typicality.distance);
  typicality.typical = typicality.probability >= 1 - kTypicalShare;
  return typicality;
}

double GammaTail(double mean, double variance, double distance) {
  namespace policies = boost::math::policies;
  // No exceptions of the library's: out of range is answered by the limits.
  using Quiet = policies::policy<
      policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
      policies::overflow_error<policies::ignore_error>,
      policies::underflow_error<policies::ignore_error>,
      policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;
  if (!(variance > kNoVariance * mean * mean)) {
    return distance <= mean * (1 + 1e-9) + 1e-9 ? 1 : 0;
  }
  if (distance <= 0) return 1;
  const double shape = mean * mean / variance;
  const double tail = boost::math::gamma_q(shape, distance * mean / variance, Quiet());
  return tail >= 0 ? std::min(tail, 1.) : 0;
}

}  // namespace cible
