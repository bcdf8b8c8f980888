#include "segmentation/models/calibration.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "segmentation/clustering/distinct_rows.h"
#include "segmentation/clustering/random.h"
#include "segmentation/models/posterior.h"

namespace cible {
namespace {

constexpr int kMostRows = 2'000;
constexpr int kMasks = 4;  // Of each row; every second as another row lacks values.
constexpr double kHidden[] = {.3, .5, .7};
// Nats by which a squared ln T of 1 is worse than none: a few dozen rows alone do
// not set a temperature.
constexpr double kPull = 10;
constexpr int kSweeps = 6;
constexpr double kSettled = 1e-3;  // Of ln T.

// A contact of which something is hidden.
struct MaskedRow {
  double known_weight = 0;  // kappa
  double weight = 1;
  int target = 0;          // The winner given everything known.
  std::size_t scores = 0;  // Where its K scores begin.
};

class Masking {
 public:
  Masking(const Components& components, const Encoder& encoder, const Samples& samples)
      : encoder_(encoder), samples_(samples), rule_(components, encoder), assigner_(rule_) {
    DrawRows();
    for (const auto& [key, row] : drawn_) {
      const int target = assigner_.Assign(samples.row(row)).winner;
      for (int mask = 0; mask < kMasks; ++mask) AddMask(key, row, target, mask);
    }
  }

  const std::vector<MaskedRow>& rows() const { return rows_; }

  // -ln p(target) at a temperature.
  double Loss(const MaskedRow& row, double temperature) const {
    const double* scores = scores_.data() + row.scores;
    const std::size_t count = rule_.prior.probabilities.size();
    const double largest = *std::max_element(scores, scores + count);
    double sum = 0;
    for (std::size_t k = 0; k < count; ++k) sum += std::exp((scores[k] - largest) / temperature);
    return std::log(sum) - (scores[row.target] - largest) / temperature;
  }

 private:
  // Those with the lowest keys: the same whatever the order of the samples.
  void DrawRows() {
    std::vector<int> rows;
    std::vector<std::uint64_t> hashes;
    for (int row = 0; row < samples_.count(); ++row) {
      if (!(samples_.weights[row] > 0) || !AnythingKnown(samples_.row(row))) continue;
      rows.push_back(row);
      hashes.push_back(HashRow(samples_.row(row)));
    }
    const std::vector<std::uint64_t> keys = TellEqualsApart(std::move(hashes));
    for (std::size_t i = 0; i < rows.size(); ++i) drawn_.emplace_back(Mix(keys[i]), rows[i]);
    const std::size_t count = std::min<std::size_t>(kMostRows, drawn_.size());
    std::partial_sort(drawn_.begin(), drawn_.begin() + static_cast<std::ptrdiff_t>(count),
                      drawn_.end());
    drawn_.resize(count);
  }

  bool IsHidden(std::uint64_t hash, int mask, int attribute) const {
    const std::uint64_t key = Key(hash, mask);
    if (mask % 2 == 1) {
      const int other = drawn_[key % drawn_.size()].second;
      return !Encoder::Known(encoder_.attributes()[attribute], samples_.row(other));
    }
    return Uniform(Key(key, attribute)) < kHidden[key % std::size(kHidden)];
  }

  // Nothing to learn where nothing is hidden, or everything.
  void AddMask(std::uint64_t hash, int row, int target, int mask) {
    const SampleRow whole = samples_.row(row);
    std::vector<std::uint8_t> codes(whole.codes.begin(), whole.codes.end());
    std::vector<float> numbers(whole.numbers.begin(), whole.numbers.end());
    bool hides = false;
    for (int v = 0; v < encoder_.attribute_count(); ++v) {
      const AttributeEncoding& attribute = encoder_.attributes()[v];
      if (!Encoder::Known(attribute, whole)) continue;
      if (!IsHidden(hash, mask, v)) continue;
      hides = true;
      std::fill_n(codes.begin() + attribute.code, attribute.code_count, 0);
      std::fill_n(numbers.begin() + attribute.number, attribute.number_count, 0);
    }
    if (!hides) return;
    const Posterior posterior = assigner_.Assign({codes, numbers});
    if (posterior.known_count == 0) return;
    rows_.push_back({.known_weight = posterior.known_weight,
                     .weight = samples_.weights[row],
                     .target = target,
                     .scores = scores_.size()});
    scores_.insert(scores_.end(), assigner_.scores().begin(), assigner_.scores().end());
  }

  const Encoder& encoder_;
  const Samples& samples_;
  const PosteriorRule rule_;  // Uncalibrated.
  Assigner assigner_;
  std::vector<std::pair<std::uint64_t, int>> drawn_;  // Hash, row.
  std::vector<MaskedRow> rows_;
  std::vector<double> scores_;
};

double TotalLoss(const Masking& masking, const Calibration& calibration) {
  double loss = 0;
  for (const MaskedRow& row : masking.rows()) {
    loss += row.weight * masking.Loss(row, calibration.At(row.known_weight));
  }
  for (const double temperature : calibration.temperatures) {
    loss += kPull * std::log(temperature) * std::log(temperature);
  }
  return loss;
}

// The best ln T of one knot, the others held: golden sections.
double BestLogTemperature(const Masking& masking, Calibration calibration, std::size_t knot) {
  const double ratio = (std::sqrt(5.) - 1) / 2;
  double low = std::log(Calibration::kColdest), high = std::log(Calibration::kHottest);
  const auto loss = [&](double log_temperature) {
    calibration.temperatures[knot] = std::exp(log_temperature);
    return TotalLoss(masking, calibration);
  };
  double a = high - ratio * (high - low), b = low + ratio * (high - low);
  double loss_a = loss(a), loss_b = loss(b);
  while (high - low > kSettled) {
    if (loss_a < loss_b) {
      high = std::exchange(b, std::exchange(a, b - ratio * (b - low)));
      loss_b = std::exchange(loss_a, loss(a));
    } else {
      low = std::exchange(a, std::exchange(b, a + ratio * (high - a)));
      loss_a = std::exchange(loss_b, loss(b));
    }
  }
  return (low + high) / 2;
}

}  // namespace

double Calibration::At(double known_weight) const {
  double before = 0, at_before = 1;
  for (std::size_t i = 0; i < kKnots.size(); ++i) {
    if (known_weight <= kKnots[i]) {
      return at_before +
             (temperatures[i] - at_before) * (known_weight - before) / (kKnots[i] - before);
    }
    before = kKnots[i];
    at_before = temperatures[i];
  }
  return at_before;
}

Calibration FitCalibration(const Components& components, const Encoder& encoder,
                           const Samples& samples) {
  Calibration calibration;
  if (ComponentCount(components) < 2) return calibration;
  const Masking masking(components, encoder, samples);
  if (masking.rows().empty()) return calibration;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    double moved = 0;
    for (std::size_t knot = 0; knot < calibration.temperatures.size(); ++knot) {
      double& temperature = calibration.temperatures[knot];
      const double best = BestLogTemperature(masking, calibration, knot);
      moved = std::max(moved, std::abs(best - std::log(temperature)));
      temperature = std::clamp(std::exp(best), Calibration::kColdest, Calibration::kHottest);
    }
    if (moved < 10 * kSettled) break;
  }
  return calibration;
}

}  // namespace cible
