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

// Whose sums stay in the processor's nearest cache.
constexpr int kRowsAtOnce = 128;
using RowValues = Eigen::Array<double, kRowsAtOnce, 1>;

// Those of one component.
Eigen::Map<RowValues> RowValuesAt(DoubleMatrix& sums, int k) {
  return Eigen::Map<RowValues>(sums.row(k).data());
}

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

// Below the largest by so much, a logit is lost beside it, be it this or padding.
constexpr double kLeastLogit = -50;

// Of exp(logit - largest), from the first to the last.
double SumOfExponentials(absl::Span<const double> logits, double largest) {
  double sum = 0;
  for (std::size_t k = 0; k < logits.size(); k += kLanes) {
    const Lanes exponentials = (LanesAt(logits.data() + k) - largest).max(kLeastLogit).exp();
    for (const double exponential : exponentials) sum += exponential;
  }
  return sum;
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

void Assigner::ComputeSumsOfGaps(SampleRow row) {
  ComputeTerms(row);
  std::copy(log_shares_.begin(), log_shares_.end(), sums_.begin());
  for (int v = 0; v < terms_.rows(); ++v) {
    const auto terms = terms_.row(v);
    for (std::size_t k = 0; k < terms.size(); ++k) sums_[k] += terms[k];
  }
}

double Assigner::ScaleAt(double known_weight) const {
  return known_weight == 1 ? all_known_scale_ : 1 / rule_.calibration.At(known_weight);
}

// The prior and the terms are added up as they are, unless they are so large that
// what tells the components apart would drown in their rounding.
void Assigner::ComputeLogits(SampleRow row, double known_weight) {
  rule_.terms.Sum(row, log_shares_, absl::MakeSpan(sums_));
  double size = 0;
  for (std::size_t k = 0; k < prior_.probabilities.size(); ++k) size += std::abs(sums_[k]);
  if (!(size < kMostExactSum)) ComputeSumsOfGaps(row);  // For NaN, too.
  const double scale = ScaleAt(known_weight);
  for (std::size_t k = 0; k < sums_.size(); k += kLanes) {
    MutableLanesAt(logits_.data() + k) =
        LanesAt(sums_.data() + k) * scale + LanesAt(shift_.data() + k);
  }
}

inline Assigner::Known Assigner::KnownOf(SampleRow row) const {
  Known known;
  for (std::size_t v = 0; v < rule_.codes.size(); ++v) {
    // Without a branch: which are known is nothing to foresee.
    const int is_known = row.codes.data()[rule_.codes[v]] != 0;
    known.count += is_known;
    known.weight += is_known * rule_.omegas[v];
  }
  const bool are_all = known.count == static_cast<int>(rule_.codes.size());
  known.weight = are_all ? 1 : std::min(1., known.weight / rule_.total_weight);
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

void Assigner::AssignWinners(const Samples& samples, absl::Span<Winner> winners) {
  DoubleMatrix sums(component_count(), kRowsAtOnce);
  for (int begin = 0; begin < samples.count(); begin += kRowsAtOnce) {
    const int end = std::min(samples.count(), begin + kRowsAtOnce);
    rule_.terms.Sum(samples, begin, end, log_shares_, sums);
    MendSums(samples, begin, end, sums);
    WinnersOf(samples, begin, end, sums, winners.data() + begin);
  }
}

// See ComputeLogits.
void Assigner::MendSums(const Samples& samples, int begin, int end, DoubleMatrix& sums) {
  RowValues size = RowValues::Zero();
  for (int k = 0; k < sums.rows(); ++k) size += RowValuesAt(sums, k).abs();
  for (int i = begin; i < end; ++i) {
    if (size[i - begin] < kMostExactSum) continue;
    ComputeSumsOfGaps(samples.row(i));
    for (int k = 0; k < sums.rows(); ++k) sums(k, i - begin) = sums_[static_cast<std::size_t>(k)];
  }
}

// 1 / T of every row; 0 where nothing is known.
void Assigner::ComputeScales(const Samples& samples, int begin, int end, double* scales) const {
  const std::size_t code_count = static_cast<std::size_t>(samples.codes.cols());
  const std::size_t bytes = static_cast<std::size_t>(end - begin) * code_count;
  // Most often everything is known; then no code is 0.
  if (std::memchr(samples.codes.row(begin).data(), 0, bytes) == nullptr) {
    std::fill_n(scales, end - begin, all_known_scale_);
    return;
  }
  for (int i = begin; i < end; ++i) {
    const Known known = KnownOf(samples.row(i));
    scales[i - begin] = known.count == 0 ? 0 : ScaleAt(known.weight);
  }
}

// What AssignWinner does, on all rows at once.
void Assigner::WinnersOf(const Samples& samples, int begin, int end, DoubleMatrix& sums,
                         Winner* winners) const {
  RowValues scales = RowValues::Zero();
  ComputeScales(samples, begin, end, scales.data());
  RowValues largest = RowValues::Constant(-std::numeric_limits<double>::infinity());
  for (int k = 0; k < sums.rows(); ++k) {
    auto logits = RowValuesAt(sums, k);
    logits = logits * scales + shift_[static_cast<std::size_t>(k)];
    largest = largest.max(logits);
  }
  RowValues total = RowValues::Zero(), winner = RowValues::Zero();
  for (int k = sums.rows() - 1; k >= 0; --k) {
    const auto logits = RowValuesAt(sums, k);
    winner = (logits == largest).select(k, winner);
  }
  for (int k = 0; k < sums.rows(); ++k) {
    total += ((RowValuesAt(sums, k) - largest).max(kLeastLogit)).exp();
  }
  for (int i = 0; i < end - begin; ++i) {
    winners[i] = scales[i] == 0 ? Winner() : Winner{static_cast<int>(winner[i]), 1 / total[i]};
  }
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
