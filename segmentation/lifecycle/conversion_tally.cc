#include "segmentation/lifecycle/conversion_tally.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "segmentation/models/proportion.h"

namespace cible {
namespace {

constexpr double kZ95 = 1.959963984540054;
// Left by rounding in a product of shares.
constexpr double kNothing = 1e-12;

// Of S on the scale of log(-log S), 0 < S < 1. `greenwood`: the sum of d / n (n - d).
//
//   J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980, §1.3.
Interval LogLogInterval(double unconverted, double greenwood) {
  const double spread = std::exp(kZ95 * std::sqrt(greenwood) / std::abs(std::log(unconverted)));
  return {std::pow(unconverted, spread), std::pow(unconverted, 1 / spread)};
}

}  // namespace

struct ConversionTally::Curve {
  // After a day on which somebody converted.
  struct Point {
    std::int32_t day = 0;
    double unconverted = 1;
  };
  std::vector<Point> points;
  double greenwood = 0;
  std::int64_t converted = 0;
  std::int64_t seen_to_the_end = 0;  // And not converted.

  double unconverted() const { return points.empty() ? 1 : points.back().unconverted; }

  // Where all who could still convert were lost sight of, nothing tells what they did.
  bool tells_the_share() const { return seen_to_the_end > 0 || !(unconverted() > 0); }

  Interval UnconvertedInterval() const {
    if (!points.empty() && unconverted() > 0) return LogLogInterval(unconverted(), greenwood);
    return WilsonInterval(unconverted(), static_cast<double>(converted + seen_to_the_end));
  }

  // The day by which half of what the curve falls by has happened.
  // REQUIRES: it falls.
  std::int32_t HalfwayDay() const {
    const double half = (1 - unconverted()) / 2;
    return std::find_if(
               points.begin(), points.end(),
               [&](const Point& point) { return 1 - point.unconverted >= half - kNothing; })
        ->day;
  }
};

void ConversionTally::Add(ObservedConversion observed) {
  if (observed.days > horizon_days_) observed = {.days = horizon_days_, .converted = false};
  Day& day = days_[observed.days];
  ++(observed.converted ? day.converted : day.left);
}

ConversionTally::Curve ConversionTally::KaplanMeier() const {
  const std::map<std::int32_t, Day> days(days_.begin(), days_.end());
  double at_risk = 0;
  for (const auto& [number, day] : days) at_risk += static_cast<double>(day.converted + day.left);
  Curve curve;
  for (const auto& [number, day] : days) {
    const auto converted = static_cast<double>(day.converted);
    if (converted > 0) {
      curve.points.push_back({number, curve.unconverted() * (at_risk - converted) / at_risk});
      curve.greenwood += converted / (at_risk * (at_risk - converted));
      curve.converted += day.converted;
    }
    if (number == horizon_days_) curve.seen_to_the_end = day.left;
    at_risk -= converted + static_cast<double>(day.left);
  }
  return curve;
}

ConversionEstimate ConversionTally::Estimate() const {
  ConversionEstimate estimate;
  for (const auto& [number, day] : days_) estimate.contacts += day.converted + day.left;
  const Curve curve = KaplanMeier();
  estimate.converted = curve.converted;
  if (curve.converted > 0) estimate.median_days = curve.HalfwayDay();
  if (!curve.tells_the_share()) return estimate;
  const Interval unconverted = curve.UnconvertedInterval();
  estimate.share = 1 - curve.unconverted();
  estimate.low = 1 - unconverted.high;
  estimate.high = 1 - unconverted.low;
  return estimate;
}

}  // namespace cible
