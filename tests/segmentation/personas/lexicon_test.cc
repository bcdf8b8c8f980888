#include "segmentation/personas/lexicon.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

std::string ConceptOf(const std::string& header, const std::string& level = "") {
  const Attribute attribute{.id = AttributeIdFromHeader(header, {}), .display_name = header};
  const Recognition found = level.empty() ? Lexicon::Get().OfAttribute(attribute)
                                          : Lexicon::Get().OfLevel(attribute, level);
  return found.meaning == nullptr ? "" : found.meaning->id;
}

TEST(Lexicon, RecognisesHeadersInEnglish) {
  EXPECT_EQ(ConceptOf("NumWebPurchases"), "web_purchases");
  EXPECT_EQ(ConceptOf("Response"), "campaign_reply");
  EXPECT_EQ(ConceptOf("NumWebVisitsMonth"), "web_visits");
  EXPECT_EQ(ConceptOf("NumDealsPurchases"), "deals");
  EXPECT_EQ(ConceptOf("MntGoldProds"), "spend_gold");
  EXPECT_EQ(ConceptOf("AcceptedCmp3"), "campaign_answers");
  EXPECT_EQ(ConceptOf("Dt_Customer"), "tenure");
  EXPECT_EQ(ConceptOf("Year_Birth"), "age");
  EXPECT_EQ(ConceptOf("Teenhome"), "teenagers");
  EXPECT_EQ(ConceptOf("Page Views Per Visit"), "page_views");
  EXPECT_EQ(ConceptOf("Total Time Spent on Website"), "site_time");
  EXPECT_EQ(ConceptOf("discount_share"), "discount_share");
}

TEST(Lexicon, RecognisesHeadersInFrench) {
  EXPECT_EQ(ConceptOf("Nb achats en ligne"), "web_purchases");
  EXPECT_EQ(ConceptOf("Dépenses vin"), "spend_wine");
  EXPECT_EQ(ConceptOf("nombre_enfants"), "children");
  EXPECT_EQ(ConceptOf("Ancienneté"), "tenure");
  EXPECT_EQ(ConceptOf("Civilité"), "sex");
  EXPECT_EQ(ConceptOf("Code postal"), "place");
}

TEST(Lexicon, RecognisesLevels) {
  EXPECT_EQ(ConceptOf("contact", "cellular"), "contact_mobile");
  EXPECT_EQ(ConceptOf("job", "self-employed"), "occupation_self");
  EXPECT_EQ(ConceptOf("job", "services"), "");
  EXPECT_EQ(ConceptOf("preferred_contact", "e-mail"), "contact_email");
  EXPECT_EQ(ConceptOf("preferred_contact", "mail"), "contact_post");
  EXPECT_EQ(ConceptOf("channels", "web"), "channel_web");
  EXPECT_EQ(ConceptOf("source", "direct mail"), "source_direct_mail");
}

// "Not enough words" is not a match: a whole header may mean something else.
TEST(Lexicon, KeepsWordsThatMustStandAlone) {
  EXPECT_EQ(ConceptOf("default"), "credit_default");
  EXPECT_EQ(ConceptOf("default language"), "");
  EXPECT_EQ(ConceptOf("like"), "liking");
  EXPECT_EQ(ConceptOf("would like a call"), "");
  EXPECT_EQ(ConceptOf(""), "");
}

TEST(Lexicon, LeavesTheRestOfTheWords) {
  const Attribute attribute{.id = "mntgardentools", .display_name = "MntGardenTools"};
  const Attribute toys{.id = "mnttoys", .display_name = "MntToys"};
  EXPECT_EQ(Lexicon::Get().OfAttribute(attribute).meaning->id, "spend_home");
  const Recognition found = Lexicon::Get().OfAttribute(toys);
  ASSERT_NE(found.meaning, nullptr);
  EXPECT_EQ(found.meaning->id, "spend_on");
  EXPECT_EQ(found.rest, std::vector<std::string>{"Toys"});
}

// "Montant dépensé" was spend on nothing: customers were called "avec des
// dépenses «  »".
TEST(Lexicon, SpendOnSomethingNeedsTheWordsForIt) {
  EXPECT_EQ(ConceptOf("Montant dépensé"), "spend");
  EXPECT_EQ(ConceptOf("Montant"), "spend");
  EXPECT_EQ(ConceptOf("Mnt"), "spend");
  EXPECT_EQ(ConceptOf("Montant jouets"), "spend_on");
}

TEST(Lexicon, ConceptsThatSpeakForBlocksExist) {
  for (const Concept& each : Lexicon::Get().concepts()) {
    EXPECT_TRUE(each.whole.empty() || Lexicon::Get().Find(each.whole) != nullptr) << each.id;
    EXPECT_FALSE(each.topic.empty()) << each.id;
  }
}

}  // namespace
}  // namespace cible
