#include "segmentation/data/great_circle.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cible {
namespace {

constexpr double kEarthRadiusKm = 6371.0088;
constexpr double kRadiansPerDegree = std::numbers::pi / 180;

}  // namespace

Direction DirectionOf(LatLng place) {
  const double latitude = place.latitude * kRadiansPerDegree;
  const double longitude = place.longitude * kRadiansPerDegree;
  return {std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
          std::sin(latitude)};
}

LatLng PlaceOf(const Direction& direction) {
  return {std::atan2(direction.z, std::hypot(direction.x, direction.y)) / kRadiansPerDegree,
          std::atan2(direction.y, direction.x) / kRadiansPerDegree};
}

double DistanceKm(const Direction& a, const Direction& b) {
  const double chord = std::hypot(a.x - b.x, a.y - b.y, a.z - b.z);
  return 2 * kEarthRadiusKm * std::asin(std::min(1., chord / 2));
}

}  // namespace cible
