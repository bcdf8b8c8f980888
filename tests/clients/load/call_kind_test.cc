#include "clients/load/call_kind.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace cible::load {
namespace {

TEST(ParseMix, ReadsASingleKind) {
  const auto mix = ParseMix("match");
  ASSERT_TRUE(mix.ok()) << mix.status();
  ASSERT_EQ(mix->size(), 1u);
  EXPECT_EQ(mix->front().kind, CallKind::kMatch);
  EXPECT_EQ(mix->front().share, 1);
}

TEST(ParseMix, SharesSumToOne) {
  const auto mix = ParseMix("unary=150,table=50");
  ASSERT_TRUE(mix.ok()) << mix.status();
  ASSERT_EQ(mix->size(), 2u);
  EXPECT_DOUBLE_EQ((*mix)[0].share, 0.75);
  EXPECT_DOUBLE_EQ((*mix)[1].share, 0.25);
}

TEST(ParseMix, SaysWhatIsWrong) {
  EXPECT_EQ(ParseMix("unari").status().message(),
            "there is no kind of call \"unari\"; use unary, name, match, rows, table or stream");
  EXPECT_EQ(ParseMix("unary=0").status().message(),
            "\"unary=0\" has no share; write a positive number after the =, such as unary=95");
  EXPECT_EQ(ParseMix("unary=1,unary=2").status().message(),
            "\"unary\" comes twice; add its shares up");
  EXPECT_EQ(ParseMix("unary=1,stream=2").status().message(),
            "a stream cannot be part of a mix; run a second cible-load beside this one");
  EXPECT_FALSE(ParseMix("").ok());
}

TEST(MixTurns, KeepsTheSharesAtEveryMoment) {
  const std::vector<MixPart> mix = {
      {CallKind::kUnary, 0.7}, {CallKind::kTable, 0.2}, {CallKind::kRows, 0.1}};
  MixTurns turns(mix);
  std::vector<int> counts(3, 0);
  for (int i = 1; i <= 1'000; ++i) {
    ++counts[static_cast<std::size_t>(turns.Next())];
    for (std::size_t part = 0; part < 3; ++part) {
      EXPECT_LE(std::abs(counts[part] - i * mix[part].share), 1.0 + 1e-9);
    }
  }
}

}  // namespace
}  // namespace cible::load
