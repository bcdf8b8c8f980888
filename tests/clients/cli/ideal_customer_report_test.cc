#include "clients/cli/ideal_customer_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

using testing::HasSubstr;
using testing::Not;

void Add(google::protobuf::RepeatedPtrField<v1::ProfileStatement>& statements,
         const std::string& attribute, double share, double other, double lift) {
  v1::ProfileStatement& statement = *statements.Add();
  statement.set_attribute(attribute);
  statement.set_share(share);
  statement.set_other_share(other);
  statement.set_lift(lift);
  statement.set_lift_low(lift / 2);
  statement.set_lift_high(lift * 2);
  statement.set_description(absl::StrCat("About ", attribute));
}

v1::IdealCustomerProfile TestProfile() {
  v1::IdealCustomerProfile profile;
  profile.set_summary("The best fifth bring most.");
  profile.set_value_definition("Net margin a year: margin");
  Add(*profile.mutable_statements(), "income", 1, 0, 6);
  profile.mutable_statements(0)->set_low(70'000);
  Add(*profile.mutable_statements(), "plan", .1, .4, .25);
  profile.mutable_statements(1)->set_level("basic");
  Add(*profile.mutable_negative_statements(), "children", .5, .25, 2);
  return profile;
}

TEST(IdealCustomerText, IsASlide) {
  EXPECT_EQ(IdealCustomerText(TestProfile(), Language::kEnglish, 0),
            "IDEAL CUSTOMER\n"
            "\n"
            "The best fifth bring most.\n"
            "\n"
            "Net margin a year: margin\n"
            "\n"
            "WHAT SETS THE BEST APART\n"
            "  ▲ ▇▇▇▇▇▇▇▇  About income (×6.0, 95% interval 3.0 to 12.0)\n"
            "  ▼ ▇▇▇       About plan (×0.25, 95% interval 0.12 to 0.50)\n"
            "\n"
            "WHOM NOT TO LOOK FOR\n"
            "  ▲ ▇▇        About children (×2.00, 95% interval 1.00 to 4.00)\n"
            "  Advice, until somebody confirms it (`cible icp --confirm-negative`).\n");
}

TEST(IdealCustomerText, SaysWhoConfirmedAndThatItHasChanged) {
  v1::IdealCustomerProfile profile = TestProfile();
  profile.mutable_negative_confirmed_by()->set_author("ada");
  profile.mutable_negative_confirmed_by()->mutable_time()->set_seconds(1'700'000'000);
  EXPECT_THAT(IdealCustomerText(profile, Language::kEnglish, 0),
              HasSubstr("  Confirmed by ada on 2023-11-14.\n"));
  profile.set_negative_changed(true);
  EXPECT_THAT(IdealCustomerText(profile, Language::kFrench, 0),
              HasSubstr("  Confirmé par ada le 2023-11-14. Les données disent autre chose"));
}

TEST(IdealCustomerText, OfTooFewHasNoHeadingsWithoutLines) {
  v1::IdealCustomerProfile profile;
  profile.set_summary("Too few.");
  profile.set_value_definition("Revenue a year: sales");
  EXPECT_EQ(IdealCustomerText(profile, Language::kEnglish, 0),
            "IDEAL CUSTOMER\n\nToo few.\n\nRevenue a year: sales\n");
}

TEST(IdealCustomerText, DescribesSharesBesides) {
  v1::IdealCustomerProfile profile = TestProfile();
  profile.mutable_full_price()->set_description("At full price: most");
  EXPECT_THAT(IdealCustomerText(profile, Language::kEnglish, 0),
              HasSubstr("\nBESIDES\n  At full price: most\n"));
}

TEST(StatementsTable, HasAStatementARow) {
  EXPECT_EQ(StatementsTable(TestProfile()).ToCsv(),
            "part,attribute,low,high,level,share,other_share,lift,lift_low,lift_high,description\n"
            "ideal,income,70000,,,1,0,6,3,12,About income\n"
            "ideal,plan,,,basic,0.1,0.4,0.25,0.125,0.5,About plan\n"
            "negative,children,,,,0.5,0.25,2,1,4,About children\n");
}

v1::FindLookalikesResponse TestLookalikes(int count) {
  v1::FindLookalikesResponse found;
  found.add_notices("Similarity is a probability.");
  for (int i = 0; i < count; ++i) {
    v1::Lookalike& lookalike = *found.add_lookalikes();
    lookalike.set_contact(absl::StrCat("workspaces/acme/contacts/c", i));
    lookalike.set_similarity(.75);
    v1::ScoreReason& start = *lookalike.add_reasons();
    start.set_contribution(-1.4);
    v1::ScoreReason& reason = *lookalike.add_reasons();
    reason.set_attribute("income");
    reason.set_contribution(2.5);
  }
  v1::ReachPoint& point = *found.add_reach();
  point.set_similarity(.5);
  point.set_contact_count(1200);
  point.set_share(.1);
  point.set_ideal_share(.625);
  return found;
}

TEST(LookalikesText, ShowsTheCurveAndTheFirst) {
  const std::string text = LookalikesText(TestLookalikes(25), Language::kEnglish, 0);
  EXPECT_THAT(text, HasSubstr("Similarity is a probability.\n"));
  EXPECT_THAT(text, HasSubstr("    50.0 %     1,200  10.0 %  ▇                 62.5 %\n"));
  EXPECT_THAT(text, HasSubstr("c0           75.0 %  base -1.40; income +2.50\n"));
  EXPECT_THAT(text, HasSubstr("\nc19 "));
  EXPECT_THAT(text, Not(HasSubstr("\nc20 ")));
  EXPECT_THAT(text, HasSubstr("5 more are in the CSV"));
}

TEST(LookalikesText, OfNobodySaysWhy) {
  v1::FindLookalikesResponse found;
  found.add_notices("Every contact is a customer.");
  EXPECT_EQ(LookalikesText(found, Language::kEnglish, 0), "Every contact is a customer.\n");
}

TEST(LookalikesTable, StartsWithTheId) {
  EXPECT_EQ(LookalikesTable(TestLookalikes(1), 10, Language::kFrench).ToCsv(),
            "contact,similarity,reasons\nc0,0.75,base -1.40; income +2.50\n");
}

}  // namespace
}  // namespace cible
