#include "segmentation/personas/round_cuts.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace cible {
namespace {

constexpr double kMostSteps = 12;
constexpr double kDaysPerYear = 365.25;
constexpr double kDaysPerMonth = kDaysPerYear / 12;

// The least of 1, 5, 10, 50 ... (or their fractions) by which the range has at
// most kMostSteps steps.
double RoundStep(double range, bool whole) {
  double step = std::pow(10, std::floor(std::log10(range / kMostSteps)));
  if (whole) step = std::max(step, 1.);
  while (range / step > kMostSteps) {
    if (range / (5 * step) <= kMostSteps) return 5 * step;
    step *= 10;
  }
  return step;
}

// Of the range of numbers, in parts of the largest; and of that itself.
constexpr double kLeastRange = 1e-9;
constexpr double kLeastMagnitude = 1e-100;

}  // namespace

std::vector<double> RoundCuts(const std::vector<double>& sorted, bool whole) {
  const auto at = [&](double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
  };
  double low = at(.05), high = at(.95);
  if (low == high) low = sorted.front(), high = sorted.back();
  if (!(high > low) || !std::isfinite(high - low)) return {};
  // Numbers that differ by rounding alone have no round number between them.
  const double largest = std::max(std::abs(low), std::abs(high));
  if (largest < kLeastMagnitude || high - low < kLeastRange * largest) return {};
  const double step = RoundStep(high - low, whole);
  std::vector<double> cuts;
  for (double multiple = std::ceil(low / step); multiple * step <= high; ++multiple) {
    // By division where the step is a fraction: .3, not .30000000000000004.
    cuts.push_back(step < 1 ? multiple / std::round(1 / step) : multiple * step);
  }
  for (double power = whole ? 1 : std::pow(10, std::floor(std::log10(high)) - 2);
       high > 0 && power <= high; power *= 10) {
    for (const double digit : {1., 2., 5.}) {
      if (digit * power > low && digit * power <= high) cuts.push_back(digit * power);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  std::erase_if(cuts, [&](double cut) { return cut <= sorted.front(); });
  return cuts;
}

std::vector<double> SpanCuts(const Attribute& attribute) {
  std::vector<double> cuts;
  if (attribute.birth == Birth::kBirthDate) {
    for (int years = 5; years <= 100; years += 5) cuts.push_back(years * kDaysPerYear);
    return cuts;
  }
  for (const double days : {7., 14.}) cuts.push_back(days);
  for (const double months : {1., 2., 3., 6., 9.}) cuts.push_back(months * kDaysPerMonth);
  cuts.push_back(kDaysPerYear);
  cuts.push_back(18 * kDaysPerMonth);
  for (const double years : {2., 3., 4., 5., 7., 10., 15., 20., 30., 40., 50.}) {
    cuts.push_back(years * kDaysPerYear);
  }
  return cuts;
}

}  // namespace cible
