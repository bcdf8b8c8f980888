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

constexpr double kLeastShare = 1e-12;

std::vector<double> Softmax(const std::vector<double>& logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  std::vector<double> probabilities(logits.size());
  double sum = 0;
  for (std::size_t k = 0; k < logits.size(); ++k) {
    probabilities[k] = std::exp(logits[k] - largest);
    sum += probabilities[k];
  }
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
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

double Entropy(absl::Span<const double> probabilities) {
  double entropy = 0;
  for (const double p : probabilities) {
    if (p > 0) entropy -= p * std::log(p);
  }
  return entropy;
}

SegmentPrior::SegmentPrior(std::vector<double> shares)
    : log_shares(std::move(shares)),
      shift(log_shares.size()),
      probabilities(Softmax(log_shares)),
      entropy(Entropy(probabilities)) {}

SegmentPrior SegmentPrior::Instead(const SegmentPrior& own, const std::vector<double>& shares) {
  SegmentPrior prior = own;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    prior.shift[k] =
        std::log(std::max(shares[k], kLeastShare) / std::max(own.probabilities[k], kLeastShare));
  }
  prior.probabilities = shares;
  prior.entropy = Entropy(shares);
  return prior;
}

PosteriorRule::PosteriorRule(const Components& components, const Encoder& attributes,
                             const Calibration& temperatures)
    : encoder(attributes),
      terms(components, attributes),
      total_weight(attributes.TotalWeight()),
      calibration(temperatures),
      prior(LogPriors(components)) {
  for (const AttributeEncoding& attribute : attributes.attributes()) {
    codes.push_back(attribute.code);
    omegas.push_back(attribute.omega);
  }
}

Assigner::Assigner(const PosteriorRule& rule, const SegmentPrior& prior)
    : rule_(rule),
      prior_(prior),
      terms_(rule.encoder.attribute_count(), static_cast<int>(prior.probabilities.size())),
      scores_(prior.probabilities.size()) {}

void Assigner::ComputeTerms(SampleRow row) {
  rule_.terms.Fill(row, terms_);
  for (int v = 0; v < terms_.rows(); ++v) {
    const auto terms = terms_.row(v);
    const double largest = *std::max_element(terms.begin(), terms.end());
    // Only differences tell; a value that is infinitely unlikely everywhere, or of
    // which everything is lost to rounding, tells nothing.
    const bool tells = std::isfinite(largest) && largest > kLeastTerm;
    for (double& term : terms) {
      const double gap = tells ? term - largest : 0;
      term = gap > kLeastTerm ? gap : kLeastTerm;  // Not NaN either.
    }
  }
}

void Assigner::ComputeScores() {
  scores_ = prior_.log_shares;
  for (int v = 0; v < terms_.rows(); ++v) {
    const auto terms = terms_.row(v);
    for (std::size_t k = 0; k < scores_.size(); ++k) scores_[k] += terms[k];
  }
}

std::vector<double> Assigner::LogitsAt(double temperature) const {
  std::vector<double> logits(scores_.size());
  for (std::size_t k = 0; k < logits.size(); ++k) {
    logits[k] = scores_[k] / temperature + prior_.shift[k];
  }
  return logits;
}

Posterior Assigner::Assign(SampleRow row) {
  Posterior posterior;
  double known_weight = 0;
  for (std::size_t v = 0; v < rule_.codes.size(); ++v) {
    const bool known = row.codes[static_cast<std::size_t>(rule_.codes[v])] != 0;
    posterior.known_count += known;
    known_weight += known ? rule_.omegas[v] : 0;
  }
  if (posterior.known_count == 0) {
    posterior.probabilities = prior_.probabilities;
    scores_ = prior_.log_shares;
    return posterior;
  }
  posterior.known_weight = std::min(1., known_weight / rule_.total_weight);
  ComputeTerms(row);
  ComputeScores();
  const std::vector<double> logits = LogitsAt(rule_.calibration.At(posterior.known_weight));
  posterior.probabilities = Softmax(logits);
  std::tie(posterior.winner, posterior.runner_up) = TopTwo(logits);
  posterior.information =
      prior_.entropy > 0 ? std::clamp(1 - Entropy(posterior.probabilities) / prior_.entropy, 0., 1.)
                         : 1;
  return posterior;
}

std::vector<Reason> Assigner::Explain(SampleRow row, const Posterior& posterior) {
  if (posterior.runner_up < 0) return {};
  ComputeTerms(row);
  const double temperature = rule_.calibration.At(posterior.known_weight);
  const auto winner = static_cast<std::size_t>(posterior.winner);
  const auto runner_up = static_cast<std::size_t>(posterior.runner_up);
  std::vector<Reason> reasons = {
      {.attribute = "",
       .contribution = (prior_.log_shares[winner] - prior_.log_shares[runner_up]) / temperature +
                       prior_.shift[winner] - prior_.shift[runner_up]}};
  for (int v = 0; v < terms_.rows(); ++v) {
    const auto attribute = static_cast<std::size_t>(v);
    if (!Encoder::Known(rule_.encoder.attributes()[attribute], row)) continue;
    const double gap = terms_(v, posterior.winner) - terms_(v, posterior.runner_up);
    reasons.push_back({rule_.encoder.attributes()[attribute].attribute, gap / temperature});
  }
  std::stable_sort(reasons.begin() + 1, reasons.end(), [](const Reason& a, const Reason& b) {
    return std::abs(a.contribution) > std::abs(b.contribution);
  });
  return reasons;
}

}  // namespace cible
