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

// Each was once read as something else: a login as a purchase, a turnover as
// an income.
TEST(Lexicon, TellsApartWhatSoundsAlike) {
  EXPECT_EQ(ConceptOf("last_login"), "last_login");
  EXPECT_EQ(ConceptOf("Last visit"), "last_visit");
  EXPECT_EQ(ConceptOf("Date du dernier achat"), "recency");
  EXPECT_EQ(ConceptOf("annual_revenue_usd"), "turnover");
  EXPECT_EQ(ConceptOf("Revenu du foyer"), "income");
  EXPECT_EQ(ConceptOf("Visits per month"), "visit_frequency");
  EXPECT_EQ(ConceptOf("NumWebVisitsMonth"), "web_visits");
  EXPECT_EQ(ConceptOf("Satisfaction score"), "satisfaction");
}

TEST(Lexicon, KnowsGymsGardensAndSoftwareAccounts) {
  EXPECT_EQ(ConceptOf("Group classes per month"), "group_classes");
  EXPECT_EQ(ConceptOf("Join Date"), "tenure");
  EXPECT_EQ(ConceptOf("Dépenses plantes"), "spend_plants");
  EXPECT_EQ(ConceptOf("Nombre de passages"), "visit_frequency");
  EXPECT_EQ(ConceptOf("Canal préféré", "E-mail"), "contact_email");
  EXPECT_EQ(ConceptOf("seats"), "seats");
  EXPECT_EQ(ConceptOf("support_tickets_90d"), "support");
  EXPECT_EQ(ConceptOf("created_at"), "created");
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
