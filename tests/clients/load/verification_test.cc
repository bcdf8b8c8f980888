#include "clients/load/verification.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cible::load {
namespace {

TEST(CompareVerdicts, EqualWithinTheToleranceIsNoDifference) {
  std::vector<std::string> differences;
  CompareVerdicts("unary", {{false, "s1", 0.5}, {true, "", 0}}, "table",
                  {{false, "s1", 0.5 + 5e-13}, {true, "", 0}}, differences);
  EXPECT_TRUE(differences.empty());
}

TEST(CompareVerdicts, NamesTheRowAndWhatDiffers) {
  std::vector<std::string> differences;
  CompareVerdicts("unary", {{false, "s1", 0.5}, {false, "s2", 0.5}, {true, "", 0}}, "table",
                  {{false, "s1", 0.75}, {false, "s3", 0.5}, {false, "s1", 1}}, differences);
  EXPECT_EQ(differences,
            (std::vector<std::string>{"row 1: the probabilities of unary and table are 0.25 apart",
                                      "row 2: unary says segment \"s2\", table \"s3\"",
                                      "row 3: refused by unary, answered by table"}));
}

TEST(CompareVerdicts, WhatIsNoNumberIsADifference) {
  std::vector<std::string> differences;
  CompareVerdicts("unary", {{false, "s1", NAN}}, "table", {{false, "s1", NAN}}, differences);
  EXPECT_EQ(differences.size(), 1u);
}

TEST(CompareVerdicts, StopsAfterTwenty) {
  std::vector<std::string> differences;
  CompareVerdicts("unary", std::vector<Verdict>(100, {false, "s1", 1}), "table",
                  std::vector<Verdict>(100, {false, "s2", 1}), differences);
  EXPECT_EQ(differences.size(), 20u);
}

}  // namespace
}  // namespace cible::load
