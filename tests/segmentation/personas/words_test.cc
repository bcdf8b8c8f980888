#include "segmentation/personas/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cible {
namespace {

using ::testing::ElementsAre;

TEST(SplitIdentifier, SplitsAtCapitalsDigitsAndPunctuation) {
  EXPECT_THAT(SplitIdentifier("NumWebPurchases"), ElementsAre("Num", "Web", "Purchases"));
  EXPECT_THAT(SplitIdentifier("Dt_Customer"), ElementsAre("Dt", "Customer"));
  EXPECT_THAT(SplitIdentifier("AcceptedCmp3"), ElementsAre("Accepted", "Cmp", "3"));
  EXPECT_THAT(SplitIdentifier("SMSSent"), ElementsAre("SMS", "Sent"));
  EXPECT_THAT(SplitIdentifier("dépensesÉté"), ElementsAre("dépenses", "Été"));
  EXPECT_THAT(SplitIdentifier(" - "), ElementsAre());
}

TEST(Tokens, AreLowerCaseWithoutAccents) {
  EXPECT_THAT(Tokens("Durée d'appel"), ElementsAre("duree", "d", "appel"));
}

TEST(LowerWords, KeepAccentsAndSplitAtApostrophes) {
  EXPECT_THAT(LowerWords("L’Âge d'un homme"), ElementsAre("l", "âge", "d", "un", "homme"));
}

TEST(LowerWords, KeepGluedWordsWhole) {
  EXPECT_THAT(LowerWords("HealthyFood"), ElementsAre("healthyfood"));
}

TEST(LowerUnlessAbbreviation, KeepsAbbreviations) {
  EXPECT_EQ(LowerUnlessAbbreviation("SMS"), "SMS");
  EXPECT_EQ(LowerUnlessAbbreviation("Purchases"), "purchases");
  EXPECT_EQ(LowerUnlessAbbreviation("Été"), "été");
}

TEST(Capitalised, RaisesAccentedLetters) {
  EXPECT_EQ(Capitalised("étudiants du web"), "Étudiants du web");
  EXPECT_EQ(Capitalised("“yes”"), "“yes”");
  EXPECT_EQ(Capitalised(""), "");
}

TEST(SplitIdentifier, SurvivesInvalidUtf8) {
  EXPECT_THAT(SplitIdentifier("a\xff"
                              "b"),
              ElementsAre("a", "b"));
}

}  // namespace
}  // namespace cible
