#include "segmentation/models/posterior.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>
#include <utility>

namespace cible {
namespace {

// Below it a term says no more than "impossible". Kept finite, since the
// difference of two infinities would be NaN.
constexpr double kLeastTerm = -1e18;

std::vector<double> Softmax(const std::vector<double>& scores) {
  const double largest = *std::max_element(scores.begin(), scores.end());
  std::vector<double> probabilities(scores.size());
  double sum = 0;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    probabilities[k] = std::exp(scores[k] - largest);
    sum += probabilities[k];
  }
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

double Entropy(const std::vector<double>& probabilities) {
  double entropy = 0;
  for (const double p : probabilities) {
    if (p > 0) entropy -= p * std::log(p);
  }
  return entropy;
}

// By score, not by probability: those of all but the winner may underflow.
std::pair<int, int> TopTwo(const std::vector<double>& scores) {
  int first = -1, second = -1;
  const auto score = [&](int k) { return scores[static_cast<std::size_t>(k)]; };
  for (int k = 0; k < static_cast<int>(scores.size()); ++k) {
    if (first < 0 || score(k) > score(first)) {
      second = std::exchange(first, k);
    } else if (second < 0 || score(k) > score(second)) {
      second = k;
    }
  }
  return {first, second};
}

}  // namespace

double Temperature(double /*known_weight*/) { return 1; }

Assigner::Assigner(const Components& components, const Encoder& encoder)
    : components_(components),
      encoder_(encoder),
      total_weight_(encoder.TotalWeight()),
      log_prior_(LogPriors(components)),
      prior_(Softmax(log_prior_)),
      prior_entropy_(Entropy(prior_)),
      terms_(ComponentCount(components), encoder.attribute_count()),
      scores_(log_prior_.size()) {}

void Assigner::ComputeTerms(SampleRow row) {
  LogTerms(components_, encoder_, row, terms_);
  for (int k = 0; k < terms_.rows(); ++k) {
    for (double& term : terms_.row(k)) term = std::max(term, kLeastTerm);
  }
}

void Assigner::ComputeScores(double temperature) {
  for (int k = 0; k < terms_.rows(); ++k) {
    const auto component = static_cast<std::size_t>(k);
    double score = log_prior_[component];
    for (const double term : terms_.row(k)) score += term;
    scores_[component] = score / temperature;
  }
}

Posterior Assigner::Assign(SampleRow row) {
  Posterior posterior;
  posterior.known_count = static_cast<int>(std::count_if(
      encoder_.attributes().begin(), encoder_.attributes().end(),
      [&](const AttributeEncoding& attribute) { return Encoder::Known(attribute, row); }));
  if (posterior.known_count == 0) {
    posterior.probabilities = prior_;
    return posterior;
  }
  posterior.known_weight = std::min(1., encoder_.KnownWeight(row) / total_weight_);
  ComputeTerms(row);
  ComputeScores(Temperature(posterior.known_weight));
  posterior.probabilities = Softmax(scores_);
  std::tie(posterior.winner, posterior.runner_up) = TopTwo(scores_);
  posterior.information =
      prior_entropy_ > 0 ? std::clamp(1 - Entropy(posterior.probabilities) / prior_entropy_, 0., 1.)
                         : 1;
  return posterior;
}

std::vector<Reason> Assigner::Explain(SampleRow row, const Posterior& posterior) {
  if (posterior.runner_up < 0) return {};
  ComputeTerms(row);
  const double temperature = Temperature(posterior.known_weight);
  const auto winner = static_cast<std::size_t>(posterior.winner);
  const auto runner_up = static_cast<std::size_t>(posterior.runner_up);
  std::vector<Reason> reasons = {
      {.attribute = "",
       .contribution = (log_prior_[winner] - log_prior_[runner_up]) / temperature}};
  for (int v = 0; v < terms_.cols(); ++v) {
    const auto attribute = static_cast<std::size_t>(v);
    if (!Encoder::Known(encoder_.attributes()[attribute], row)) continue;
    const double gap = terms_(posterior.winner, v) - terms_(posterior.runner_up, v);
    reasons.push_back({encoder_.attributes()[attribute].attribute, gap / temperature});
  }
  std::stable_sort(reasons.begin() + 1, reasons.end(), [](const Reason& a, const Reason& b) {
    return std::abs(a.contribution) > std::abs(b.contribution);
  });
  return reasons;
}

}  // namespace cible
