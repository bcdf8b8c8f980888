#include "segmentation/models/lead_shares.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace cible {
namespace {

constexpr int kMostSteps = 1000;
constexpr double kEnoughChange = 1e-7;  // Of any share, in one step.

// The posteriors under the components' own shares, of those of whom something is
// known.
std::vector<std::vector<double>> PosteriorsOf(const PosteriorRule& rule, const Samples& leads) {
  std::vector<std::vector<double>> posteriors;
  Assigner assigner(rule);
  for (int row = 0; row < leads.count(); ++row) {
    Posterior posterior = assigner.Assign(leads.row(row));
    if (posterior.known_count > 0) posteriors.push_back(std::move(posterior.probabilities));
  }
  return posteriors;
}

// Adds the posterior under other shares, `ratios` of the own ones, to `sums`.
void AddPosterior(const std::vector<double>& posterior, const std::vector<double>& ratios,
                  std::vector<double>& sums) {
  double total = 0;
  for (std::size_t k = 0; k < posterior.size(); ++k) total += posterior[k] * ratios[k];
  if (!(total > 0)) return;
  for (std::size_t k = 0; k < posterior.size(); ++k) sums[k] += posterior[k] * ratios[k] / total;
}

}  // namespace

std::vector<double> EstimateLeadShares(const PosteriorRule& rule, const Samples& leads) {
  const std::vector<double>& own = rule.prior.probabilities;
  const auto posteriors = PosteriorsOf(rule, leads);
  std::vector<double> shares = own, ratios(own.size());
  for (int step = 0; step < kMostSteps; ++step) {
    for (std::size_t k = 0; k < own.size(); ++k) ratios[k] = own[k] > 0 ? shares[k] / own[k] : 0;
    std::vector<double> sums = own;
    for (const std::vector<double>& posterior : posteriors) AddPosterior(posterior, ratios, sums);
    double total = 0, change = 0;
    for (const double sum : sums) total += sum;
    for (std::size_t k = 0; k < own.size(); ++k) {
      change = std::max(change, std::abs(sums[k] / total - shares[k]));
      shares[k] = sums[k] / total;
    }
    if (change < kEnoughChange) break;
  }
  return shares;
}

}  // namespace cible
