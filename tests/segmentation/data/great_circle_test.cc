#include "segmentation/data/great_circle.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <numbers>

namespace cible {
namespace {

constexpr double kRadiusKm = 6371.0088;

double Between(LatLng a, LatLng b) { return DistanceKm(DirectionOf(a), DirectionOf(b)); }

// Anywhere, to a hundredth of a degree.
rc::Gen<LatLng> Places() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange(-9'000, 9'001), rc::gen::inRange(-18'000, 18'001)),
      [](std::pair<int, int> hundredths) {
        return LatLng{hundredths.first / 100., hundredths.second / 100.};
      });
}

TEST(DistanceKm, IsThatOfTheSphere) {
  EXPECT_EQ(Between({48.85, 2.35}, {48.85, 2.35}), 0);
  EXPECT_NEAR(Between({0, 0}, {0, 90}), kRadiusKm * std::numbers::pi / 2, 1e-9);
  EXPECT_NEAR(Between({90, 17}, {-90, -3}), kRadiusKm * std::numbers::pi, 1e-3);
  EXPECT_NEAR(Between({0, 179.5}, {0, -179.5}), kRadiusKm * std::numbers::pi / 180, 1e-9)
      << "over the antimeridian";
  EXPECT_NEAR(Between({0, 0}, {0, 1e-7}), kRadiusKm * std::numbers::pi / 180 * 1e-7, 1e-11)
      << "a centimetre";
}

// R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984.
TEST(DistanceKm, AgreesWithTheHaversineFormula) {
  EXPECT_TRUE(rc::check([] {
    const LatLng a = *Places(), b = *Places();
    constexpr double kRadians = std::numbers::pi / 180;
    const auto squared_sine = [](double degrees) {
      const double sine = std::sin(degrees / 2 * kRadians);
      return sine * sine;
    };
    const double h = squared_sine(b.latitude - a.latitude) +
                     std::cos(a.latitude * kRadians) * std::cos(b.latitude * kRadians) *
                         squared_sine(b.longitude - a.longitude);
    const double expected = 2 * kRadiusKm * std::asin(std::min(1., std::sqrt(h)));
    RC_ASSERT(std::abs(Between(a, b) - expected) < 1e-3);
    RC_ASSERT(Between(a, b) == Between(b, a));
  }));
}

TEST(PlaceOf, UndoesDirectionOf) {
  EXPECT_TRUE(rc::check([] {
    const LatLng place = *Places();
    const Direction direction = DirectionOf(place);
    const LatLng back = PlaceOf({3 * direction.x, 3 * direction.y, 3 * direction.z});
    RC_ASSERT(Between(place, back) < 1e-6);
  }));
}

}  // namespace
}  // namespace cible
