// Distances on the Earth, taken for a sphere of its mean radius (IUGG,
// 6371.0088 km): within 0.6 % of those on the ellipsoid.

#ifndef CIBLE_SEGMENTATION_DATA_GREAT_CIRCLE_H_
#define CIBLE_SEGMENTATION_DATA_GREAT_CIRCLE_H_

#include "segmentation/data/value.h"

namespace cible {

// A place as the unit vector that points to it from the centre of the Earth.
struct Direction {
  double x = 0, y = 0, z = 0;
};

Direction DirectionOf(LatLng place);

// The place the vector points to, whatever its length; (0, 0) for none.
LatLng PlaceOf(const Direction& direction);

// 2 R arcsin(c / 2), c the chord between the two: exact for near places, where
// an arccos would lose its digits. Within a metre everywhere.
// REQUIRES: unit vectors.
double DistanceKm(const Direction& a, const Direction& b);

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_DATA_GREAT_CIRCLE_H_
