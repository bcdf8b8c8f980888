#include "clients/cli/event_type_words.h"

#include <gtest/gtest.h>

#include <utility>

namespace cible {
namespace {

TEST(EventTypeOf, ReadsEveryTypeByItsName) {
  for (int number = v1::EVENT_TYPE_PURCHASE; number <= v1::EVENT_TYPE_CUSTOM; ++number) {
    v1::Event event;
    event.set_type(static_cast<v1::EventType>(number));
    const std::string word = EventTypeWord(event);
    EXPECT_EQ(EventTypeOf(word).type, event.type()) << word;
    EXPECT_EQ(EventTypeOf(word).custom_type, "") << word;
  }
}

TEST(EventTypeOf, TakesCaseBlanksHyphensAndAccentsAlike) {
  for (const char* text : {"page_view", "Page view", "PAGE-VIEW", "pageView", " page  view "}) {
    EXPECT_EQ(EventTypeOf(text).type, v1::EVENT_TYPE_PAGE_VIEW) << text;
  }
  EXPECT_EQ(EventTypeOf("RÉCLAMATION").type, v1::EVENT_TYPE_COMPLAINT);
  EXPECT_EQ(EventTypeOf("PURCHASE").type, v1::EVENT_TYPE_PURCHASE);
}

TEST(EventTypeOf, ReadsWhatPeopleSay) {
  const std::pair<const char*, v1::EventType> words[] = {
      {"achat", v1::EVENT_TYPE_PURCHASE},
      {"commande", v1::EVENT_TYPE_PURCHASE},
      {"Commande signée", v1::EVENT_TYPE_SIGNED_ORDER},
      {"cancellation", v1::EVENT_TYPE_RETURN},
      {"refund", v1::EVENT_TYPE_RETURN},
      {"retour", v1::EVENT_TYPE_RETURN},
      {"annulation", v1::EVENT_TYPE_RETURN},
      {"visite", v1::EVENT_TYPE_VISIT},
      {"formulaire", v1::EVENT_TYPE_FORM},
      {"échantillon", v1::EVENT_TYPE_SAMPLE},
      {"essai", v1::EVENT_TYPE_TRIAL},
      {"démonstration", v1::EVENT_TYPE_DEMO},
      {"email opened", v1::EVENT_TYPE_CAMPAIGN_OPENED},
      {"clic", v1::EVENT_TYPE_CAMPAIGN_CLICKED},
      {"parrainage", v1::EVENT_TYPE_REFERRAL},
      {"appel", v1::EVENT_TYPE_CALL}};
  for (const auto& [word, type] : words) EXPECT_EQ(EventTypeOf(word).type, type) << word;
}

TEST(EventTypeOf, KeepsAWordOfTheCallersOwn) {
  const EventTypeText text = EventTypeOf(" Loyalty card ");
  EXPECT_EQ(text.type, v1::EVENT_TYPE_CUSTOM);
  EXPECT_EQ(text.custom_type, "Loyalty card");
  v1::Event event;
  event.set_type(text.type);
  event.set_custom_type(text.custom_type);
  EXPECT_EQ(EventTypeWord(event), "Loyalty card");
}

}  // namespace
}  // namespace cible
