#include "clients/cli/output/number_text.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(CountText, GroupsThousands) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1000), "1,000");
  EXPECT_EQ(CountText(45211), "45,211");
  EXPECT_EQ(CountText(-123456), "-123,456");
}

TEST(ShareText, NeverRoundsSomeToNoneOrAll) {
  EXPECT_EQ(ShareText(0), "0.0 %");
  EXPECT_EQ(ShareText(.0004), "<0.1 %");
  EXPECT_EQ(ShareText(.2345), "23.4 %");
  EXPECT_EQ(ShareText(.99996), ">99.9 %");
  EXPECT_EQ(ShareText(1), "100.0 %");
}

TEST(FixedText, HasNoNegativeZero) {
  EXPECT_EQ(FixedText(-.004, 2), "0.00");
  EXPECT_EQ(FixedText(-.006, 2), "-0.01");
}

TEST(ExactText, ReadsBackAsTheSameNumber) {
  for (const double number : {.1, 1. / 3, 1e300, 45211., -0.5}) {
    EXPECT_EQ(std::stod(ExactText(number)), number);
  }
  EXPECT_EQ(ExactText(.1), "0.1");
}

TEST(CountedText, AgreesWithTheCount) {
  EXPECT_EQ(CountedText(0, "row"), "0 rows");
  EXPECT_EQ(CountedText(1, "row"), "1 row");
  EXPECT_EQ(CountedText(2240, "contact"), "2,240 contacts");
}

TEST(SecondsText, ShowsTheUnitThatFits) {
  EXPECT_EQ(SecondsText(.0004), "<0.1 s");
  EXPECT_EQ(SecondsText(.44), "0.4 s");
  EXPECT_EQ(SecondsText(12.3), "12 s");
  EXPECT_EQ(SecondsText(200), "3 min 20 s");
}

TEST(Bar, ShowsAnyPartAndNoMoreThanAll) {
  EXPECT_EQ(Bar(0, 10), "");
  EXPECT_EQ(Bar(-.3, 10), "");
  EXPECT_EQ(Bar(.001, 10), "▇");
  EXPECT_EQ(Bar(.5, 4), "▇▇");
  EXPECT_EQ(Bar(1.7, 3), "▇▇▇");
}

}  // namespace
}  // namespace cible
