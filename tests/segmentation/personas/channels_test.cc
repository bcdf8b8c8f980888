#include "segmentation/personas/channels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/segmentation/personas/hand_made_facts.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<ChannelGroup> ChannelsOfFirst(const HandMadeFacts& facts, Language language) {
  return ChannelsOf(ProfileAttributes(facts.Facts())[0], facts.schema(), language);
}

MATCHER_P3(Share, label, segment, population, "") {
  return arg.label == label && std::abs(arg.segment - segment) < 1e-9 &&
         std::abs(arg.population - population) < 1e-9;
}

TEST(ChannelsOf, TellsSourcesFlagsAndPurchasesByChannel) {
  HandMadeFacts facts(2);
  facts.AddLevels(
      {.display_name = "Lead Source"},
      {{"Google", {.3, .1}}, {"Referral", {.6, .2}}, {"Olark", {.08, .7}}, {"Rare", {.02, 0}}});
  facts.AddBoolean({.display_name = "Newspaper", .criterion = Criterion::kAcquisition}, {.4, .2});
  facts.AddNumber({.display_name = "NumWebPurchases"}, {6, 2});
  facts.AddNumber({.display_name = "NumStorePurchases"}, {2, 6});
  facts.AddNumber({.display_name = "Income"}, {1000, 2000});
  const std::vector<ChannelGroup> groups = ChannelsOfFirst(facts, Language::kEnglish);
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].label, "source");
  EXPECT_THAT(groups[0].shares, ElementsAre(Share("arrival through a referral", .6, .4),
                                            Share("arrival through search engines", .3, .2),
                                            Share("Olark", .08, .39)));
  EXPECT_EQ(groups[1].label, "came through");
  EXPECT_THAT(groups[1].shares, ElementsAre(Share("“newspaper”", .4, .3)));
  EXPECT_EQ(groups[2].label, "purchases by channel");
  EXPECT_THAT(groups[2].shares,
              ElementsAre(Share("web purchases", .75, .5), Share("store purchases", .25, .5)));
}

// "Google" and "Bing" are search engines both; two sources go by their headers.
TEST(ChannelsOf, PutsLevelsOfTheSameWordsTogetherAndAttributesApart) {
  HandMadeFacts facts(2);
  facts.AddLevels({.display_name = "Lead Source"}, {{"Google", {.3, .1}}, {"Bing", {.7, .9}}});
  facts.AddLevels({.display_name = "First Source"}, {{"Google", {.1, .1}}, {"Fair", {.9, .9}}});
  const std::vector<ChannelGroup> groups = ChannelsOfFirst(facts, Language::kEnglish);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].label, "source (Lead Source)");
  EXPECT_THAT(groups[0].shares, ElementsAre(Share("arrival through search engines", 1., 1.)));
  EXPECT_EQ(groups[1].label, "source (First Source)");
}

TEST(ChannelsOf, SaysNothingOfOneKindOfPurchaseOrOfNoChannel) {
  HandMadeFacts facts(2);
  facts.AddNumber({.display_name = "NumWebPurchases"}, {6, 2});
  facts.AddLevels({.display_name = "Education"}, {{"PhD", {.5, .1}}, {"Basic", {.5, .9}}});
  EXPECT_THAT(ChannelsOfFirst(facts, Language::kFrench), IsEmpty());
}

TEST(ChannelsOf, KeepsSensitiveAttributesAndFewContactsToItself) {
  HandMadeFacts sensitive(2);
  sensitive.AddLevels({.display_name = "Lead Source", .sensitive = true},
                      {{"Google", {.3, .1}}, {"Referral", {.7, .9}}});
  EXPECT_THAT(ChannelsOfFirst(sensitive, Language::kEnglish), IsEmpty());
  HandMadeFacts few(2, 9);
  few.AddLevels({.display_name = "Lead Source"}, {{"Google", {.3, .1}}, {"Referral", {.7, .9}}});
  EXPECT_THAT(ChannelsOfFirst(few, Language::kEnglish), IsEmpty());
}

}  // namespace
}  // namespace cible
