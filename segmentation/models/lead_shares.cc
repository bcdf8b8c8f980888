#include "segmentation/models/lead_shares.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "segmentation/data/matrix.h"

namespace cible {
namespace {

constexpr int kMostSteps = 1000;
constexpr double kEnoughChange = 1e-7;  // Of any share, in one step.

// What the attributes of each lead say, without any prior, over the temperature.
struct Evidence {
  std::vector<std::vector<double>> scores;  // One a lead, one a component.
  std::vector<double> temperatures;         // One a lead.
};

Evidence EvidenceOf(const PosteriorRule& rule, const Samples& leads) {
  Evidence evidence;
  const SegmentPrior flat(std::vector<double>(rule.prior.probabilities.size()));
  Assigner assigner(rule, flat);
  for (int row = 0; row < leads.count(); ++row) {
    const Posterior posterior = assigner.Assign(leads.row(row));
    if (posterior.known_count == 0) continue;
    evidence.scores.push_back(assigner.scores());
    evidence.temperatures.push_back(rule.calibration.At(posterior.known_weight));
  }
  return evidence;
}

// Adds the posterior of one lead to `sums`.
void AddPosterior(const std::vector<double>& scores, double temperature,
                  const std::vector<double>& log_shares, std::vector<double>& posterior,
                  std::vector<double>& sums) {
  double largest = scores[0] + log_shares[0];
  for (std::size_t k = 1; k < scores.size(); ++k) {
    largest = std::max(largest, scores[k] + log_shares[k]);
  }
  double total = 0;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    total += posterior[k] = std::exp((scores[k] + log_shares[k] - largest) / temperature);
  }
  for (std::size_t k = 0; k < scores.size(); ++k) sums[k] += posterior[k] / total;
}

}  // namespace

std::vector<double> EstimateLeadShares(const PosteriorRule& rule, const Samples& leads) {
  const std::vector<double>& own = rule.prior.probabilities;
  const Evidence evidence = EvidenceOf(rule, leads);
  const double count = static_cast<double>(evidence.scores.size()) + 1;
  std::vector<double> shares = own, log_shares(own.size()), posterior(own.size());
  for (int step = 0; step < kMostSteps; ++step) {
    for (std::size_t k = 0; k < own.size(); ++k) log_shares[k] = std::log(shares[k]);
    std::vector<double> sums = own;
    for (std::size_t i = 0; i < evidence.scores.size(); ++i) {
      AddPosterior(evidence.scores[i], evidence.temperatures[i], log_shares, posterior, sums);
    }
    double change = 0;
    for (std::size_t k = 0; k < own.size(); ++k) {
      change = std::max(change, std::abs(sums[k] / count - shares[k]));
      shares[k] = sums[k] / count;
    }
    if (change < kEnoughChange) break;
  }
  return shares;
}

}  // namespace cible
