#include "clients/cli/policy_changes.h"

#include <gtest/gtest.h>

namespace cible {
namespace {

void AddAction(const std::string& when, v1::NextAction action, v1::LifecyclePolicy& policy) {
  v1::ActionRule& rule = *policy.add_next_actions();
  rule.set_when(when);
  rule.set_action(action);
}

v1::LifecyclePolicy Before() {
  v1::LifecyclePolicy policy;
  policy.set_name("workspaces/default/lifecyclePolicy");
  policy.set_etag("1");
  policy.set_customer("net_paid > 0");
  policy.mutable_qualification()->mutable_need()->set_points(25);
  for (const char* id : {"basic", "annual-plan"}) {
    v1::Offer& offer = *policy.add_offers();
    offer.set_id(id);
    offer.set_max_price(100);
  }
  AddAction("a = 1", v1::NEXT_ACTION_THANK, policy);
  AddAction("b = 1", v1::NEXT_ACTION_NURTURE, policy);
  return policy;
}

std::string Differences(const v1::LifecyclePolicy& before, const v1::LifecyclePolicy& after) {
  return DifferencesText(DifferencesOf(before, after), 0);
}

TEST(PolicyChanges, TellsWhatAFieldWasAndIs) {
  v1::LifecyclePolicy after = Before();
  after.set_customer("net_paid > 0 OR order_signed = true");
  after.set_hot("engagement > 8");
  after.mutable_qualification()->mutable_need()->set_points(40);
  after.mutable_qualification()->mutable_need()->mutable_question()->set_fr("Que faut-il ?");
  EXPECT_EQ(Differences(Before(), after),
            "customer\n"
            "  was  net_paid > 0\n"
            "  is   net_paid > 0 OR order_signed = true\n"
            "hot\n"
            "  was  (empty)\n"
            "  is   engagement > 8\n"
            "qualification.need.question.fr\n"
            "  was  (empty)\n"
            "  is   Que faut-il ?\n"
            "qualification.need.points\n"
            "  was  25\n"
            "  is   40\n");
}

TEST(PolicyChanges, TellsOffersApartById) {
  v1::LifecyclePolicy after = Before();
  after.mutable_offers()->SwapElements(0, 1);
  after.mutable_offers(0)->set_max_price(200);
  EXPECT_EQ(Differences(Before(), after),
            "offers \"annual-plan\".max_price\n  was  100\n  is   200\n");
  after.mutable_offers()->RemoveLast();
  after.mutable_offers(0)->set_max_price(100);
  EXPECT_EQ(Differences(Before(), after),
            "offers \"basic\"\n  was  id: \"basic\" max_price: 100\n");
}

TEST(PolicyChanges, ANewLineIsOneDifferenceThoughTheOthersMove) {
  v1::LifecyclePolicy after = Before();
  AddAction("hot = true", v1::NEXT_ACTION_CONTACT_NOW, after);
  after.mutable_next_actions()->SwapElements(0, 2);  // Contact now, nurture, thank.
  after.mutable_next_actions()->SwapElements(1, 2);
  EXPECT_EQ(Differences(Before(), after),
            "next_actions, line 1\n  is   CONTACT_NOW when hot = true\n");
}

TEST(PolicyChanges, ALineThatIsReplacedWentAndCame) {
  v1::LifecyclePolicy after = Before();
  after.mutable_next_actions(1)->set_when("c = 1");
  EXPECT_EQ(Differences(Before(), after),
            "next_actions, line 2\n  was  NURTURE when b = 1\n  is   NURTURE when c = 1\n");
}

TEST(PolicyChanges, NameEtagAndEmptyPartsAreNone) {
  v1::LifecyclePolicy after = Before();
  after.set_name("workspaces/other/lifecyclePolicy");
  after.set_etag("2");
  after.mutable_qualification()->mutable_budget();
  EXPECT_EQ(Differences(Before(), after), "");
}

TEST(PolicyChanges, AreATableForPrograms) {
  v1::LifecyclePolicy after = Before();
  after.clear_customer();
  EXPECT_EQ(DifferencesTable(DifferencesOf(Before(), after)).ToCsv(),
            "field,was,is\ncustomer,net_paid > 0,\n");
}

}  // namespace
}  // namespace cible
