#include "segmentation/personas/information_bands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Told, IsTheEntropyThatIsLeftTimesTheContacts) {
  EXPECT_DOUBLE_EQ(Told({4, 0}), 0);
  EXPECT_DOUBLE_EQ(Told({2, 2}), -4 * std::log(2));
  EXPECT_DOUBLE_EQ(Told({0, 0}), 0);
}

TEST(CutIntoBands, PartsBinsWhereTheComponentsChange) {
  EXPECT_THAT(CutIntoBands({{9, 0}, {9, 0}, {0, 9}, {0, 9}}, 4, 1), ElementsAre(2));
  EXPECT_THAT(CutIntoBands({{9, 0}, {0, 9}, {9, 0}}, 4, 1), ElementsAre(1, 2));
}

// A third band that adds next to nothing is not worth an answer.
TEST(CutIntoBands, TakesAsFewBandsAsTellNearlyAll) {
  EXPECT_THAT(CutIntoBands({{90, 0}, {85, 5}, {0, 90}}, 4, 1), ElementsAre(2));
}

TEST(CutIntoBands, LeavesNoBandTooSmall) {
  EXPECT_THAT(CutIntoBands({{3, 0}, {0, 90}}, 4, 5), IsEmpty());
  EXPECT_THAT(CutIntoBands({{3, 0}, {90, 0}, {0, 90}}, 4, 5), ElementsAre(2));
}

TEST(CutIntoBands, PartsNothingWhereNothingTells) {
  EXPECT_THAT(CutIntoBands({{5, 5}, {7, 7}}, 4, 1), IsEmpty());
  EXPECT_THAT(CutIntoBands({{0, 0}, {0, 0}}, 4, 0), IsEmpty());
  EXPECT_THAT(CutIntoBands({}, 4, 0), IsEmpty());
}

}  // namespace
}  // namespace cible
