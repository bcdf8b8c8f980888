#include "segmentation/clustering/ordered_levels.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace cible {
namespace {

constexpr int kSweeps = 3;
constexpr int kNewtonSteps = 8;
constexpr int kHalvings = 40;
constexpr double kStill = 1e-12;  // Of the mean level.

// The shares of some levels, by their logarithm.
using Logs = std::vector<double>;

double LogSum(const Logs& logs) {
  const double largest = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - largest);
  return largest + std::log(sum);
}

Logs Tilted(const Logs& logs, const std::vector<int>& levels, double slope) {
  Logs tilted = logs;
  for (std::size_t i = 0; i < levels.size(); ++i) tilted[i] += slope * levels[i];
  return tilted;
}

// Shares proportional to p_l exp(b l) whose mean level is `mean`: Newton's steps
// on the concave b mean - ln sum p_l exp(b l), halved where they would lower it.
void Lean(double mean, const std::vector<int>& levels, Logs& logs) {
  for (int step = 0; step < kNewtonSteps; ++step) {
    double expected = 0, square = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const double share = std::exp(logs[i]);
      expected += share * levels[i];
      square += share * levels[i] * levels[i];
    }
    const double gap = mean - expected, variance = square - expected * expected;
    if (!(std::abs(gap) > kStill * (1 + std::abs(mean))) || !(variance > 0)) return;
    double slope = gap / variance;
    Logs tilted = Tilted(logs, levels, slope);
    for (int half = 0; slope * mean < LogSum(tilted) && half < kHalvings; ++half) {
      slope /= 2;
      tilted = Tilted(logs, levels, slope);
    }
    const double sum = LogSum(tilted);
    if (slope * mean < sum) return;  // As high as rounding can tell.
    for (double& log : tilted) log -= sum;
    logs = std::move(tilted);
  }
}

}  // namespace

void ImproveOrderedLevels(const DoubleMatrix& counts, double least, DoubleMatrix& log_shares) {
  const int components = counts.cols();
  std::vector<double> weights(components), means(components), totals;
  std::vector<int> levels;  // Those that have counts.
  bool afresh = false;
  for (int l = 0; l < counts.rows(); ++l) {
    double total = 0;
    for (int k = 0; k < components; ++k) {
      total += counts(l, k);
      weights[k] += counts(l, k);
      means[k] += counts(l, k) * l;
    }
    if (total > 0) {
      levels.push_back(l);
      totals.push_back(total);
      afresh = afresh || log_shares(l, 0) <= least;
    } else {
      for (int k = 0; k < components; ++k) log_shares(l, k) = least;
    }
  }
  if (levels.empty()) return;
  std::vector<Logs> logs(components, Logs(levels.size()));
  for (int k = 0; k < components; ++k) {
    if (weights[k] > 0) means[k] /= weights[k];
    for (std::size_t i = 0; i < levels.size(); ++i) {
      logs[k][i] = afresh ? std::log(totals[i]) : log_shares(levels[i], k);
    }
    const double sum = LogSum(logs[k]);
    for (double& log : logs[k]) log -= sum;
  }
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (int k = 0; k < components; ++k) {
      if (weights[k] > 0) Lean(means[k], levels, logs[k]);
    }
    for (std::size_t i = 0; i < levels.size(); ++i) {
      double expected = 0;
      for (int k = 0; k < components; ++k) expected += weights[k] * std::exp(logs[k][i]);
      const double scale = std::log(totals[i] / expected);
      for (int k = 0; k < components; ++k) logs[k][i] += scale;
    }
    for (Logs& component : logs) {
      const double sum = LogSum(component);
      for (double& log : component) log -= sum;
    }
  }
  for (int k = 0; k < components; ++k) {
    for (std::size_t i = 0; i < levels.size(); ++i) {
      log_shares(levels[i], k) = std::max(logs[k][i], least);
    }
  }
}

}  // namespace cible
