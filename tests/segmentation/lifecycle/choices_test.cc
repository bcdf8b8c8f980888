#include "segmentation/lifecycle/choices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace cible {
namespace {

using ::testing::ElementsAre;

TEST(Choices, AreAllCombinationsTheLastVaryingFastest) {
  const Choices choices({2, 1, 3}, 6);
  EXPECT_TRUE(choices.is_complete());
  ASSERT_EQ(choices.count(), 6);
  EXPECT_THAT(choices.At(0), ElementsAre(0, 0, 0));
  EXPECT_THAT(choices.At(1), ElementsAre(0, 0, 1));
  EXPECT_THAT(choices.At(5), ElementsAre(1, 0, 2));
}

TEST(Choices, OfNothingAreOne) {
  const Choices choices({}, 6);
  EXPECT_TRUE(choices.is_complete());
  EXPECT_EQ(choices.count(), 1);
  EXPECT_THAT(choices.At(0), ElementsAre());
}

TEST(Choices, AreAFixedPartOfTooMany) {
  const std::vector<std::size_t> sizes(40, 10);
  const Choices choices(sizes, 1000), again(sizes, 1000);
  EXPECT_FALSE(choices.is_complete());
  ASSERT_EQ(choices.count(), 1000);
  std::set<std::vector<std::size_t>> seen;
  std::vector<int> first(10);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(choices.At(i), again.At(i));
    seen.insert(choices.At(i));
    ++first[choices.At(i).front()];
  }
  EXPECT_EQ(seen.size(), 1000u);
  // Each value in a tenth of 1,000 draws, to within 5 standard deviations of sqrt(90).
  for (const int count : first) EXPECT_NEAR(count, 100, 48);
}

TEST(Choices, OfMoreThanFitsAnIntegerAreAPart) {
  const Choices choices(std::vector<std::size_t>(64, 1000), 5);
  EXPECT_FALSE(choices.is_complete());
  EXPECT_EQ(choices.count(), 5);
}

}  // namespace
}  // namespace cible
