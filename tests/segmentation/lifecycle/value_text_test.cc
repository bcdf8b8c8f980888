#include "segmentation/lifecycle/value_text.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

TEST(NumberText, HasTheDigitsThatTellSomething) {
  EXPECT_EQ(NumberText(3), "3");
  EXPECT_EQ(NumberText(-12), "-12");
  EXPECT_EQ(NumberText(0.25), "0.25");
  EXPECT_EQ(NumberText(1234567.5), "1234567.5");
  EXPECT_EQ(NumberText(1.0 / 3), "0.3333");
  EXPECT_EQ(NumberText(2.99999), "3");
  EXPECT_EQ(NumberText(0.00012345), "0.0001234");
  EXPECT_EQ(NumberText(4e20), "4e+20");
}

TEST(ValueText, TellsEveryTypeShortly) {
  EXPECT_EQ(ValueText(2.5), "2.5");
  EXPECT_EQ(ValueText(std::string("Paris")), "Paris");
  EXPECT_EQ(ValueText(StringSet{{"store", "web"}}), "store, web");
  EXPECT_EQ(ValueText(true), "yes");
  EXPECT_EQ(ValueText(false), "no");
  EXPECT_EQ(ValueText(Date{20'454}), "2026-01-01");
  EXPECT_EQ(ValueText(Timestamp{20'454 * 86'400'000'000}), "2026-01-01T00:00:00Z");
  EXPECT_EQ(ValueText(LatLng{48.85, 2.35}), "48.85, 2.35");
}

TEST(FactText, TellsWhatIsKnownBesideAttributes) {
  LifecycleState state;
  state.Set(LifecycleField::kTemperature, Temperature::kHot);
  const ContactFacts facts{.stages = {Stage::kUnknown, Stage::kCustomer},
                           .organizations = {"", "acme"},
                           .kinds = {ContactKind::kPerson, ContactKind::kOrganization},
                           .buying_roles = {BuyingRole::kUnknown, BuyingRole::kAdvises},
                           .lifecycles = {{}, state}};
  EXPECT_EQ(FactText("contact.kind", facts, 0), "PERSON");
  EXPECT_EQ(FactText("contact.kind", facts, 1), "ORGANIZATION");
  EXPECT_EQ(FactText("contact.stage", facts, 0), "");
  EXPECT_EQ(FactText("contact.stage", facts, 1), "CUSTOMER");
  EXPECT_EQ(FactText("contact.buying_role", facts, 0), "");
  EXPECT_EQ(FactText("contact.buying_role", facts, 1), "ADVISES");
  EXPECT_EQ(FactText("contact.organization", facts, 0), "no");
  EXPECT_EQ(FactText("contact.organization", facts, 1), "yes");
  EXPECT_EQ(FactText("contact.temperature", facts, 0), "");
  EXPECT_EQ(FactText("contact.temperature", facts, 1), "HOT");
}

TEST(FactText, OfWhatIsNotGivenIsEmpty) {
  for (const char* const fact : {"contact.kind", "contact.stage", "contact.buying_role",
                                 "contact.organization", "contact.relation"}) {
    EXPECT_EQ(FactText(fact, {}, 0), "") << fact;
  }
}

}  // namespace
}  // namespace cible
