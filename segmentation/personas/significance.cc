#include "segmentation/personas/significance.h"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace cible {
namespace {

constexpr double kFewestExpected = 5;
constexpr double kTail = 0.025;
constexpr double kZ95 = 1.959963984540054;

double Sum(absl::Span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// With half a contact added to every count.
Lift AdjustedLift(const Proportion& part, const Proportion& others) {
  constexpr double kHalf = .5;
  const auto one_by = [](double count) { return 1 / (count + kHalf); };
  const double ratio =
      (part.count + kHalf) * one_by(part.known) / ((others.count + kHalf) * one_by(others.known));
  const double variance =
      one_by(part.count) - one_by(part.known) + one_by(others.count) - one_by(others.known);
  const double factor = std::exp(kZ95 * std::sqrt(std::max(0.0, variance)));
  return {ratio, {ratio / factor, ratio * factor}};
}

}  // namespace

Moments RestOf(const Moments& population, const Moments& segment) {
  Moments rest;
  rest.count = population.count - segment.count;
  if (rest.count <= 0) return {};
  const double sum = population.mean * population.count - segment.mean * segment.count;
  rest.mean = sum / rest.count;
  const auto squares = [](const Moments& m) { return m.count * (m.variance + m.mean * m.mean); };
  const double square = (squares(population) - squares(segment)) / rest.count;
  rest.variance = std::max(0.0, square - rest.mean * rest.mean);
  return rest;
}

std::optional<double> WelchPValue(const Moments& a, const Moments& b) {
  if (a.count < 2 || b.count < 2) return std::nullopt;
  // The sample variance over the count.
  const double error_a = a.variance / (a.count - 1);
  const double error_b = b.variance / (b.count - 1);
  const double error = error_a + error_b;
  if (!(error > 0) || !std::isfinite(error)) return std::nullopt;
  const double t = (a.mean - b.mean) / std::sqrt(error);
  // Of shares of the error, since its square may overflow or vanish.
  const double share = error_a / error;
  const double freedom =
      1 / (share * share / (a.count - 1) + (1 - share) * (1 - share) / (b.count - 1));
  if (!std::isfinite(t)) return 0.0;
  const boost::math::students_t distribution(freedom);
  return 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(t)));
}

std::optional<double> ChiSquarePValue(absl::Span<const double> a, absl::Span<const double> b) {
  const double total_a = Sum(a);
  const double total_b = Sum(b);
  const double total = total_a + total_b;
  if (!(total_a > 0) || !(total_b > 0)) return std::nullopt;
  double statistic = 0;
  int levels = 0;
  const auto add = [&](double count_a, double count_b) {
    const double both = count_a + count_b;
    const double expected_a = both * total_a / total;
    const double expected_b = both * total_b / total;
    statistic += (count_a - expected_a) * (count_a - expected_a) / expected_a +
                 (count_b - expected_b) * (count_b - expected_b) / expected_b;
    ++levels;
  };
  double few_a = 0, few_b = 0;
  for (std::size_t level = 0; level < a.size(); ++level) {
    const double both = a[level] + b[level];
    if (both * std::min(total_a, total_b) < kFewestExpected * total) {
      few_a += a[level];
      few_b += b[level];
    } else {
      add(a[level], b[level]);
    }
  }
  // Too few even together tell nothing, and are left out.
  if ((few_a + few_b) * std::min(total_a, total_b) >= kFewestExpected * total) add(few_a, few_b);
  if (levels < 2) return std::nullopt;
  const boost::math::chi_squared distribution(levels - 1);
  return boost::math::cdf(boost::math::complement(distribution, statistic));
}

std::vector<double> CorrectedPValues(absl::Span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t x, std::size_t y) { return p_values[x] < p_values[y]; });
  std::vector<double> corrected(p_values.size());
  double least = 1;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t at = order[rank - 1];
    least = std::min(least,
                     p_values[at] * static_cast<double>(order.size()) / static_cast<double>(rank));
    corrected[at] = least;
  }
  return corrected;
}

Interval JeffreysInterval(double successes, double count) {
  if (!(count > 0)) return {0, 1};
  const double failures = std::max(0.0, count - successes);
  const boost::math::beta_distribution<double> posterior(successes + 0.5, failures + 0.5);
  return {successes > 0 ? boost::math::quantile(posterior, kTail) : 0,
          failures > 0 ? boost::math::quantile(boost::math::complement(posterior, kTail)) : 1};
}

double CohensH(double share, double other) {
  const auto angle = [](double p) { return 2 * std::asin(std::sqrt(std::clamp(p, 0.0, 1.0))); };
  return std::abs(angle(share) - angle(other));
}

Lift LiftOf(const Proportion& part, const Proportion& others) {
  if (!(part.known > 0) || !(others.known > 0)) return {};
  const Interval numerator = WilsonInterval(part.share(), part.known);
  const Interval denominator = WilsonInterval(others.share(), others.known);
  const double product = part.share() * others.share();
  // Newcombe (2016), with sign -1 for the lower end and 1 for the upper.
  const auto end = [&](double sign, double above, double below) {
    const double a = above * (2 * part.share() - above);
    const double b = below * (2 * others.share() - below);
    return (product + sign * std::sqrt(std::max(0.0, product * product - a * b))) / b;
  };
  const double low = std::max(0.0, end(-1, numerator.low, denominator.high));
  if (!(others.count > 0)) {
    const Lift adjusted = AdjustedLift(part, others);
    return {adjusted.ratio, {low, adjusted.interval.high}};
  }
  return {part.share() / others.share(), {low, end(1, numerator.high, denominator.low)}};
}

}  // namespace cible
