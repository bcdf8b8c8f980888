#include "segmentation/models/proportion.h"

#include <algorithm>
#include <cmath>

namespace cible {
namespace {

constexpr double kZ95 = 1.959963984540054;

}  // namespace

Interval WilsonInterval(double share, double count) {
  if (!(count > 0)) return {0, 1};
  const double z2 = kZ95 * kZ95;
  const double centre = (share + z2 / (2 * count)) / (1 + z2 / count);
  const double half =
      kZ95 / (1 + z2 / count) * std::sqrt(share * (1 - share) / count + z2 / (4 * count * count));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace cible
