#include "segmentation/models/posterior.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "segmentation/clustering/lanes.h"

namespace cible {
namespace {

// Below it a term says no more than "impossible". Kept finite, since the
// difference of two infinities would be NaN.
constexpr double kLeastTerm = -1e18;

constexpr double kLeastShare = 1e-12;

// Rounding of sums below it stays under 1e-10.
constexpr double kMostExactSum = 1e4;

// `logits` is padded to whole lanes.
double Largest(absl::Span<const double> logits) {
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < logits.size(); k += kLanes) {
    largest = std::max(largest, LanesAt(logits.data() + k).maxCoeff());
  }
  return largest;
}

// Of exp(logit - largest). What is below -50 is lost beside the 1 of the largest, be
// it -50 or padding.
double SumOfExponentials(absl::Span<const double> logits, double largest) {
  Lanes sum = Lanes::Zero();
  for (std::size_t k = 0; k < logits.size(); k += kLanes) {
    sum += (LanesAt(logits.data() + k) - largest).max(-50).exp();
  }
  return sum.sum();
}

// Of the first `count`, the others being padding.
std::vector<double> Softmax(absl::Span<const double> logits, std::size_t count) {
  const double largest = Largest(logits);
  const double sum = SumOfExponentials(logits, largest);
  std::vector<double> probabilities(count);
  for (std::size_t k = 0; k < count; ++k) probabilities[k] = std::exp(logits[k] - largest) / sum;
  return probabilities;
}

// For few calls: of numbers that are not padded.
std::vector<double> Softmax(const std::vector<double>& logits) {
  std::vector<double> padded = logits;
  padded.resize((logits.size() + kLanes - 1) / kLanes * kLanes,
                -std::numeric_limits<double>::infinity());
  return Softmax(padded, logits.size());
}

// By score, not by probability: those of all but the winner may underflow.
std::pair<int, int> TopTwo(absl::Span<const double> scores, std::size_t count) {
  int first = -1, second = -1;
  const auto score = [&](int k) { return scores[static_cast<std::size_t>(k)]; };
  for (int k = 0; k < static_cast<int>(count); ++k) {
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
      log_shares_(static_cast<std::size_t>(rule.terms.width()), 0),
      // The padding is never the largest, and adds nothing to a sum of exponentials.
      shift_(log_shares_.size(), -std::numeric_limits<double>::infinity()),
      sums_(log_shares_.size()),
      logits_(log_shares_.size()),
      all_known_scale_(1 / rule.calibration.At(1)) {
  std::copy(prior.log_shares.begin(), prior.log_shares.end(), log_shares_.begin());
  std::copy(prior.shift.begin(), prior.shift.end(), shift_.begin());
}

void Assigner::ComputeTerms(SampleRow row) {
  if (terms_.rows() == 0) {
    terms_ = DoubleMatrix(rule_.encoder.attribute_count(), component_count());
  }
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

// The prior and the terms added up as they are, unless they are so large that what
// tells the components apart would drown in their rounding.
void Assigner::ComputeSums(SampleRow row) {
  std::copy(log_shares_.begin(), log_shares_.end(), sums_.begin());
  rule_.terms.Sum(row, absl::MakeSpan(sums_));
  double size = 0;
  for (std::size_t k = 0; k < sums_.size(); k += kLanes) {
    size += LanesAt(sums_.data() + k).abs().sum();
  }
  if (!(size < kMostExactSum)) ComputeSumsOfGaps(row);  // For NaN, too.
}

void Assigner::ComputeSumsOfGaps(SampleRow row) {
  ComputeTerms(row);
  std::copy(log_shares_.begin(), log_shares_.end(), sums_.begin());
  for (int v = 0; v < terms_.rows(); ++v) {
    const auto terms = terms_.row(v);
    for (std::size_t k = 0; k < terms.size(); ++k) sums_[k] += terms[k];
  }
}

void Assigner::ComputeLogits(SampleRow row, double known_weight) {
  ComputeSums(row);
  const double scale =
      known_weight == 1 ? all_known_scale_ : 1 / rule_.calibration.At(known_weight);
  for (std::size_t k = 0; k < sums_.size(); k += kLanes) {
    MutableLanesAt(logits_.data() + k) =
        LanesAt(sums_.data() + k) * scale + LanesAt(shift_.data() + k);
  }
}

Assigner::Known Assigner::KnownOf(SampleRow row) const {
  Known known;
  // Most often everything is; then no code is 0, of whatever attribute.
  if (std::memchr(row.codes.data(), 0, row.codes.size()) == nullptr) {
    return {static_cast<int>(rule_.codes.size()), 1};
  }
  for (std::size_t v = 0; v < rule_.codes.size(); ++v) {
    const bool is_known = row.codes[static_cast<std::size_t>(rule_.codes[v])] != 0;
    known.count += is_known;
    known.weight += is_known ? rule_.omegas[v] : 0;
  }
  known.weight = std::min(1., known.weight / rule_.total_weight);
  return known;
}

Posterior Assigner::Assign(SampleRow row) {
  Posterior posterior;
  const Known known = KnownOf(row);
  posterior.known_count = known.count;
  if (known.count == 0) {
    posterior.probabilities = prior_.probabilities;
    scores_ = prior_.log_shares;
    return posterior;
  }
  posterior.known_weight = known.weight;
  ComputeLogits(row, known.weight);
  const auto count = static_cast<std::size_t>(component_count());
  scores_.assign(sums_.begin(), sums_.begin() + component_count());
  posterior.probabilities = Softmax(logits_, count);
  std::tie(posterior.winner, posterior.runner_up) = TopTwo(logits_, count);
  posterior.information =
      prior_.entropy > 0 ? std::clamp(1 - Entropy(posterior.probabilities) / prior_.entropy, 0., 1.)
                         : 1;
  return posterior;
}

Winner Assigner::AssignWinner(SampleRow row) {
  const Known known = KnownOf(row);
  if (known.count == 0) return {};
  ComputeLogits(row, known.weight);
  const double largest = Largest(logits_);
  const auto winner = std::find(logits_.begin(), logits_.end(), largest);
  return {static_cast<int>(winner - logits_.begin()), 1 / SumOfExponentials(logits_, largest)};
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
  absl::InlinedVector<std::pair<double, int>, 64> contributions;  // With the attribute's place.
  for (int v = 0; v < terms_.rows(); ++v) {
    if (!Encoder::Known(rule_.encoder.attributes()[static_cast<std::size_t>(v)], row)) continue;
    const double gap = terms_(v, posterior.winner) - terms_(v, posterior.runner_up);
    contributions.emplace_back(gap / temperature, v);
  }
  std::sort(contributions.begin(), contributions.end(), [](const auto& a, const auto& b) {
    const double left = std::abs(a.first), right = std::abs(b.first);
    return left != right ? left > right : a.second < b.second;
  });
  reasons.reserve(1 + contributions.size());
  for (const auto& [contribution, v] : contributions) {
    reasons.push_back(
        {rule_.encoder.attributes()[static_cast<std::size_t>(v)].attribute, contribution});
  }
  return reasons;
}

}  // namespace cible
