// The words of the field, case by case, by the default policy: docs/methods.md,
// "Lifecycle". What a case does not name may be anything.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

constexpr absl::string_view kToday = "2026-06-30";

Event DaysAgo(int days, EventType type, std::optional<double> amount = {}, std::string order = "") {
  return Made(type, FormatDate(Date{Day(kToday).days - days}), amount, std::move(order));
}
Event Bought(int days_ago, double amount, std::string order = "") {
  return DaysAgo(days_ago, EventType::kPurchase, amount, std::move(order));
}

const ToldContact kSomebody;
const ToldContact kCompany{.kind = ContactKind::kOrganization};

ToldContact Of(std::string organization, BuyingRole role = BuyingRole::kUnknown) {
  return {.role = role, .organization = std::move(organization)};
}

ToldContact Company(std::vector<ToldContact> people) {
  return {.kind = ContactKind::kOrganization, .people = std::move(people)};
}

ToldContact Buyer(BuyingRole role, std::vector<Event> events) {
  return {.events = std::move(events), .role = role, .organization = "-"};
}

ToldContact StatedAs(Stage stage) { return {.stage = stage}; }

ToldContact Before(std::string state, ToldContact contact = {}) {
  contact.before = std::move(state);
  return contact;
}

ToldContact Said(LifecycleField field, int value, ToldContact contact = {}) {
  contact.said.push_back({field, value});
  return contact;
}

ToldContact Fitting(Fit fit, ToldContact contact = {}) {
  contact.fit = fit;
  return contact;
}

struct Case {
  std::string name;  // A sentence.
  ToldContact contact;
  std::string stands;  // "relation=LEAD temperature="; nothing after = is unknown.
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

std::vector<Case> Relations() {
  return {
      {"ARowOfABoughtListIsALead", kSomebody.With("note", "ada@example.org"),
       "relation=LEAD customer_stage=NONE awareness= temperature= former_customer=false"},
      {"OfABoughtListNothingIsQualified", kSomebody,
       "qualification.budget= qualification.authority= qualification.need= "
       "qualification.timing= next_action=QUALIFY"},
      {"AStatedLeadIsALead", StatedAs(Stage::kLead), "relation=LEAD"},
      {"AStatedProspectIsAProspect", StatedAs(Stage::kProspect), "relation=PROSPECT"},
      {"AStatedCustomerIsACustomerOfUnknownStage", StatedAs(Stage::kCustomer),
       "relation=CUSTOMER customer_stage="},
      {"BeingWrittenToIsNoFirstContact", kSomebody.Did({DaysAgo(3, EventType::kCampaignSent)}),
       "relation=LEAD awareness=UNAWARE temperature=COLD"},
      {"WhoOpensAMessageKnowsOfUsAndIsALeadStill",
       kSomebody.Did({DaysAgo(3, EventType::kCampaignOpened)}), "relation=LEAD awareness=AWARE"},
      {"WhoLooksAtAPageKnowsOfUsAndIsALeadStill", kSomebody.Did({DaysAgo(3, EventType::kPageView)}),
       "relation=LEAD awareness=AWARE"},
      {"AShopVisitorIsAProspectAndNoCustomer", kSomebody.Did({DaysAgo(1, EventType::kVisit)}),
       "relation=PROSPECT customer_stage=NONE awareness=AWARE temperature=COLD"},
      {"ManyVisitsMakeNoCustomer",
       kSomebody.Did({DaysAgo(1, EventType::kVisit), DaysAgo(2, EventType::kVisit),
                      DaysAgo(3, EventType::kVisit), DaysAgo(4, EventType::kVisit)}),
       "relation=PROSPECT temperature=WARM"},
      {"ACallIsAFirstContact", kSomebody.Did({DaysAgo(1, EventType::kCall)}),
       "relation=PROSPECT awareness=AWARE temperature=WARM"},
      {"AnAnswerIsAFirstContactAndInterest",
       kSomebody.Did({DaysAgo(1, EventType::kCampaignAnswered)}),
       "relation=PROSPECT awareness=INTERESTED"},
      {"AFormIsInterest", kSomebody.Did({DaysAgo(0, EventType::kForm)}),
       "relation=PROSPECT awareness=INTERESTED temperature=WARM qualification.need=MET "
       "qualification.timing=MET"},
      {"ABrochureIsInterest", kSomebody.Did({DaysAgo(2, EventType::kBrochure)}),
       "relation=PROSPECT awareness=INTERESTED temperature=WARM"},
      {"ASampleMakesNoCustomer", kSomebody.Did({DaysAgo(0, EventType::kSample)}),
       "relation=PROSPECT customer_stage=NONE awareness=INTERESTED"},
      {"ATrialMakesNoCustomerButIsHot", kSomebody.Did({DaysAgo(0, EventType::kTrial)}),
       "relation=PROSPECT customer_stage=NONE temperature=HOT next_action=CONTACT_NOW"},
      {"ADemonstrationIsHot", kSomebody.Did({DaysAgo(2, EventType::kDemo)}),
       "relation=PROSPECT temperature=HOT"},
      {"InterestCools", kSomebody.Did({DaysAgo(40, EventType::kDemo)}),
       "relation=PROSPECT temperature=WARM qualification.need=MET qualification.timing="},
      {"InterestOfLongAgoIsColdAndAProspectStill", kSomebody.Did({DaysAgo(400, EventType::kDemo)}),
       "relation=PROSPECT awareness=INTERESTED temperature=COLD"},
      {"APaymentMakesACustomer", kSomebody.Did({Bought(3, 20)}),
       "relation=CUSTOMER customer_stage=NEW next_action=THANK"},
      {"ASignedOrderMakesACustomer", kSomebody.Did({DaysAgo(3, EventType::kSignedOrder, 900, "A")}),
       "relation=CUSTOMER customer_stage=NEW"},
      {"ASignedOrderOfUnknownValueMakesACustomer",
       kSomebody.Did({DaysAgo(3, EventType::kSignedOrder)}), "relation=CUSTOMER"},
      {"ACancelledPurchaseMakesNoCustomer",
       kSomebody.Did({Bought(9, 20, "A"), DaysAgo(3, EventType::kReturn, 20, "A")}),
       "relation=PROSPECT customer_stage=NONE former_customer=false"},
      {"APartlyReturnedPurchaseLeavesACustomer",
       kSomebody.Did({Bought(9, 20, "A"), DaysAgo(3, EventType::kReturn, 5, "A")}),
       "relation=CUSTOMER"},
      {"ACancelledSignedOrderMakesNoCustomer",
       kSomebody.Did({DaysAgo(9, EventType::kSignedOrder, 900, "A"),
                      DaysAgo(3, EventType::kReturn, 900, "A")}),
       "relation=PROSPECT"},
      {"AnOrderThatStandsMakesACustomerThoughAnotherWasCancelled",
       kSomebody.Did({Bought(9, 20, "A"), DaysAgo(8, EventType::kSignedOrder, 900, "B"),
                      DaysAgo(3, EventType::kReturn, 900, "B")}),
       "relation=CUSTOMER"},
      {"AGiftMakesNoCustomer", kSomebody.Did({Bought(3, 0)}),
       "relation=PROSPECT customer_stage=NONE"},
      {"AReturnWithoutAPurchaseMakesNoCustomer",
       kSomebody.Did({DaysAgo(3, EventType::kReturn, 20)}), "relation=PROSPECT"},
      {"AComplaintIsAFirstContactAndNoInterest", kSomebody.Did({DaysAgo(3, EventType::kComplaint)}),
       "relation=PROSPECT temperature=COLD"},
      {"WhoeverWasAProspectIsNoLeadAgain",
       Before("relation=PROSPECT", kSomebody.Did({DaysAgo(3, EventType::kCampaignSent)})),
       "relation=PROSPECT"},
      {"WhoeverWasACustomerStaysOneWhereNothingIsKnownAnyMore", Before("relation=CUSTOMER"),
       "relation=CUSTOMER former_customer=false"},
      {"ACustomerWhoseOrderIsCancelledIsAProspectAgain",
       Before("relation=CUSTOMER",
              kSomebody.Did({Bought(9, 20, "A"), DaysAgo(0, EventType::kReturn, 20, "A")})),
       "relation=PROSPECT former_customer=false"},
      {"ARecordedReferralMakesAnAmbassador", kSomebody.Did({DaysAgo(400, EventType::kReferral)}),
       "relation=PROSPECT ambassador=true"},
      {"ACustomerWithoutAReferralIsNoAmbassador", kSomebody.Did({Bought(3, 20)}),
       "ambassador=false"},
      {"OfWhomNothingIsRecordedItIsNotKnownWhetherTheyReferred", kSomebody, "ambassador="},
      {"WhereEventsAreCompleteNoEventMeansUnaware", ToldContact{.events_are_complete = true},
       "relation=LEAD awareness=UNAWARE temperature=COLD ambassador=false"},
  };
}

std::vector<Case> CustomerStages() {
  return {
      {"TheFirstOrderOfEightyNineDaysAgoIsNew", kSomebody.Did({Bought(89, 20)}),
       "customer_stage=NEW"},
      {"TheFirstOrderOfNinetyDaysAgoIsActive", kSomebody.Did({Bought(90, 20)}),
       "customer_stage=ACTIVE"},
      {"TwoOrdersAreActive", kSomebody.Did({Bought(200, 20), Bought(30, 20)}),
       "customer_stage=ACTIVE"},
      {"ThreeOrdersAreLoyal", kSomebody.Did({Bought(200, 20), Bought(100, 20), Bought(30, 20)}),
       "customer_stage=LOYAL"},
      {"ThreeOrdersWithinNinetyDaysAreLoyalAndNotNew",
       kSomebody.Did({Bought(50, 20), Bought(40, 20), Bought(30, 20)}), "customer_stage=LOYAL"},
      {"ThreeLinesOfOneOrderAreNotLoyal",
       kSomebody.Did({Bought(30, 20, "A"), Bought(30, 25, "A"), Bought(30, 5, "A")}),
       "customer_stage=NEW"},
      {"TheDayBeforeItIsDormantItIsActive", kSomebody.Did({Bought(364, 20)}),
       "relation=CUSTOMER customer_stage=ACTIVE"},
      {"ItIsDormantOnTheDay", kSomebody.Did({Bought(365, 20)}),
       "relation=CUSTOMER customer_stage=DORMANT former_customer=false next_action=WIN_BACK"},
      {"ALoyalCustomerFallsDormantAlike",
       kSomebody.Did({Bought(900, 20), Bought(800, 20), Bought(365, 20)}),
       "customer_stage=DORMANT"},
      {"TheDayBeforeTheDelayADormantCustomerIsOneStill", kSomebody.Did({Bought(1094, 20)}),
       "relation=CUSTOMER customer_stage=DORMANT former_customer=false"},
      {"AfterTheDelayADormantCustomerIsAProspectAgain", kSomebody.Did({Bought(1095, 20)}),
       "relation=PROSPECT customer_stage=NONE former_customer=true next_action=WIN_BACK"},
      {"AFormerCustomerWhoBuysIsACustomerAndNoFormerOne",
       Before("relation=PROSPECT former_customer=true",
              kSomebody.Did({Bought(2000, 20), Bought(1, 20)})),
       "relation=CUSTOMER customer_stage=ACTIVE former_customer=false"},
      {"AVisitDoesNotWakeADormantCustomer",
       kSomebody.Did({Bought(500, 20), DaysAgo(1, EventType::kVisit)}),
       "relation=CUSTOMER customer_stage=DORMANT"},
      {"AFormerCustomerOfWhomNothingIsKnownAnyMoreStaysOne",
       Before("relation=PROSPECT former_customer=true"), "relation=PROSPECT"},
  };
}

std::vector<Case> Organizations() {
  return {
      {"ASignedOrderMakesACompanyACustomer",
       kCompany.Did({DaysAgo(3, EventType::kSignedOrder, 9000)}),
       "relation=CUSTOMER customer_stage=NEW"},
      {"ACompanyOfWhichNothingIsKnownIsALead", kCompany,
       "relation=LEAD qualification.authority= qualification.budget="},
      {"ACompanyIsACustomerByTheOrderOfOneOfItsPeople",
       Company({Buyer(BuyingRole::kDecides, {DaysAgo(3, EventType::kSignedOrder, 9000)}),
                Buyer(BuyingRole::kUses, {DaysAgo(1, EventType::kVisit)})}),
       "relation=CUSTOMER customer_stage=NEW qualification.authority=MET"},
      {"ACompanyOfTwoBuyersAddsThemUp",
       Company({Buyer(BuyingRole::kDecides, {Bought(200, 500), Bought(100, 500)}),
                Buyer(BuyingRole::kAdvises, {Bought(30, 500)})}),
       "relation=CUSTOMER customer_stage=LOYAL"},
      {"ACompanyWhosePeopleVisitedIsAProspect",
       Company({Buyer(BuyingRole::kUses, {DaysAgo(1, EventType::kVisit)})}), "relation=PROSPECT"},
      {"ACompanyIsDormantWhenAllItsBuyersAre",
       Company({Buyer(BuyingRole::kDecides, {Bought(400, 500)}),
                Buyer(BuyingRole::kAdvises, {Bought(365, 500)})}),
       "customer_stage=DORMANT"},
      {"ACompanyIsNotDormantAsLongAsOneBuyerIsNot",
       Company({Buyer(BuyingRole::kDecides, {Bought(400, 500)}),
                Buyer(BuyingRole::kAdvises, {Bought(364, 500)})}),
       "customer_stage=ACTIVE"},
      {"PeopleOfACustomerAreCustomers", Of("relation=CUSTOMER customer_stage=LOYAL"),
       "relation=CUSTOMER customer_stage=LOYAL"},
      {"PeopleOfAProspectAreProspects", Of("relation=PROSPECT"), "relation=PROSPECT"},
      {"PeopleOfAFormerCustomerAreFormerCustomers", Of("relation=PROSPECT former_customer=true"),
       "relation=PROSPECT former_customer=true"},
      {"APersonWhoBoughtIsACustomerThoughItsCompanyIsNot", Of("relation=LEAD").Did({Bought(3, 20)}),
       "relation=CUSTOMER customer_stage=NEW"},
      {"WhoDecidesHasAuthority", Of("relation=LEAD", BuyingRole::kDecides),
       "qualification.authority=MET"},
      {"WhoUsesHasNone", Of("relation=LEAD", BuyingRole::kUses), "qualification.authority=NOT_MET"},
      {"OfWhoAdvisesItIsNotKnown", Of("relation=LEAD", BuyingRole::kAdvises),
       "qualification.authority="},
      {"OfAPrivatePersonItIsNotKnownWhoDecides", kSomebody, "qualification.authority="},
  };
}

std::vector<Case> PeopleAndPersonas() {
  return {
      {"WhatAPersonSaysCounts",
       Said(LifecycleField::kRelation, static_cast<int>(Relation::kCustomer)),
       "relation=CUSTOMER customer_stage="},
      {"AFormerCustomerWhomAPersonCallsACustomerIsNoFormerOne",
       Said(LifecycleField::kRelation, static_cast<int>(Relation::kCustomer),
            kSomebody.Did({Bought(2000, 20)})),
       "relation=CUSTOMER customer_stage=DORMANT former_customer=false"},
      {"AStageThatAPersonSaysCountsOfCustomersAlone",
       Said(LifecycleField::kCustomerStage, static_cast<int>(CustomerStage::kLoyal)),
       "relation=LEAD customer_stage=NONE next_action=QUALIFY"},
      {"AStageThatAPersonSaysCountsOfACustomer",
       Said(LifecycleField::kCustomerStage, static_cast<int>(CustomerStage::kLoyal),
            kSomebody.Did({Bought(3, 20)})),
       "relation=CUSTOMER customer_stage=LOYAL"},
      {"NobodyIsAFormerCustomerWhoIsOne",
       Said(LifecycleField::kFormerCustomer, static_cast<int>(YesNo::kYes),
            kSomebody.Did({Bought(3, 20)})),
       "relation=CUSTOMER customer_stage=NEW former_customer=false"},
      {"WhatAPersonSaysOfOneFieldLeavesTheOthers",
       Said(LifecycleField::kTemperature, static_cast<int>(Temperature::kHot),
            kSomebody.Did({DaysAgo(1, EventType::kVisit)})),
       "relation=PROSPECT temperature=HOT next_action=CONTACT_NOW"},
      {"InTargetIsAFitThatIsMet", Fitting(Fit::kInTarget), "fit=IN_TARGET"},
      {"ExcludedIsAdviceToLeaveAlone", Fitting(Fit::kExcluded),
       "fit=EXCLUDED next_action=LEAVE_ALONE"},
      {"ACustomerIsNotLeftAlone", Fitting(Fit::kExcluded, kSomebody.Did({Bought(3, 20)})),
       "fit=EXCLUDED next_action=THANK"},
      {"ALeadOutOfTargetIsKeptInTouchWith", Fitting(Fit::kOutOfTarget),
       "fit=OUT_OF_TARGET next_action=NURTURE"},
  };
}

std::vector<Case> All() {
  std::vector<Case> all;
  for (auto& part : {Relations(), CustomerStages(), Organizations(), PeopleAndPersonas()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

// The fields that the case names, as they are found.
std::string As(const Case& each, LifecycleState state) {
  std::vector<std::string> words;
  for (const absl::string_view part : absl::StrSplit(each.stands, ' ', absl::SkipEmpty())) {
    for (const LifecycleField field : kLifecycleFields) {
      if (!absl::StartsWith(part, absl::StrCat(Name(field), "="))) continue;
      words.push_back(absl::StrCat(Name(field), "=", ValueName(field, state.Get(field))));
    }
  }
  return absl::StrJoin(words, " ");
}

class Definitions : public testing::TestWithParam<Case> {};

TEST_P(Definitions, Hold) {
  const Policy policy = Compiled(DefaultPolicy());
  const Classified standing = StandingOn(Day(kToday), GetParam().contact, policy);
  EXPECT_EQ(As(GetParam(), standing.state), GetParam().stands);
}

INSTANTIATE_TEST_SUITE_P(All, Definitions, testing::ValuesIn(All()),
                         [](const auto& each) { return each.param.name; });

TEST(DefinitionsTable, HasSixtyCasesAtLeast) { EXPECT_GE(All().size(), 60U); }

// ---- A company's own words.

class OwnWords : public testing::Test {
 protected:
  LifecycleState Standing(const ToldContact& contact) {
    return StandingOn(Day(kToday), contact, Compiled(policy_)).state;
  }
  PolicySettings policy_ = DefaultPolicy();
};

TEST_F(OwnWords, ASignedOrderMayBeAnAttribute) {
  policy_.customer = "net_paid > 0 OR order_signed = true";
  EXPECT_EQ(Standing(kSomebody.With("order_signed", true)).relation(), Relation::kCustomer);
  EXPECT_EQ(Standing(kSomebody.With("order_signed", false)).relation(), Relation::kLead);
}

TEST_F(OwnWords, WhoeverBroughtAnythingIsACustomerByDefault) {
  Schema schema = ToldSchema();
  Attribute spend = *schema.Find("income");
  spend.value = ValueMark::kRevenue;
  ASSERT_TRUE(schema.Update(spend).ok());
  policy_ = DefaultPolicy(schema);
  EXPECT_EQ(Standing(kSomebody.With("income", 20.0)).relation(), Relation::kCustomer);
  EXPECT_EQ(Standing(kSomebody.With("income", 0.0)).relation(), Relation::kLead);
  EXPECT_EQ(Standing(kSomebody).relation(), Relation::kLead);
}

TEST_F(OwnWords, HotMayBeADemonstrationOfTheLastDays) {
  policy_.hot = "demo_date > today - 30d";
  EXPECT_EQ(Standing(kSomebody.With("demo_date", Day("2026-06-01"))).temperature(),
            Temperature::kHot);
  EXPECT_EQ(Standing(kSomebody.With("demo_date", Day("2026-05-31"))).temperature(),
            Temperature::kUnknown);
  EXPECT_EQ(Standing(kSomebody).temperature(), Temperature::kUnknown);
}

TEST_F(OwnWords, WithoutAnOfferCriteriaOfMoneyAreUnknown) {
  policy_.qualification.budget.met = "budget >= offer.min_price";
  policy_.qualification.budget.not_met = "budget < offer.min_price";
  EXPECT_EQ(Standing(kCompany.With("budget", 5000.0)).finding(LifecycleField::kBudget),
            Finding::kUnknown);
  policy_.offers = {{.id = "plan", .min_price = 4000, .max_price = 9000}};
  EXPECT_EQ(Standing(kCompany.With("budget", 5000.0)).finding(LifecycleField::kBudget),
            Finding::kUnknown)
      << "no offer is the main one";
  policy_.main_offer = "plan";
  EXPECT_EQ(Standing(kCompany.With("budget", 5000.0)).finding(LifecycleField::kBudget),
            Finding::kMet);
  EXPECT_EQ(Standing(kCompany.With("budget", 3999.0)).finding(LifecycleField::kBudget),
            Finding::kNotMet);
  EXPECT_EQ(Standing(kCompany).finding(LifecycleField::kBudget), Finding::kUnknown);
}

TEST_F(OwnWords, OfPrivatePersonsThePurchasingPowerCounts) {
  policy_.offers = {{.id = "plan", .min_price = 4000, .max_price = 9000}};
  policy_.main_offer = "plan";
  policy_.qualification.purchasing_power.met = "income >= offer.max_price";
  policy_.qualification.budget.met = "budget >= offer.min_price";
  const ToldContact rich = kSomebody.With("income", 9000.0).With("budget", 0.0);
  EXPECT_EQ(Standing(rich).finding(LifecycleField::kBudget), Finding::kMet);
  ToldContact buyer = rich;
  buyer.organization = "-";
  EXPECT_EQ(Standing(buyer).finding(LifecycleField::kBudget), Finding::kUnknown);
}

TEST_F(OwnWords, NobodyIsAdvisedToQualifyWhereItIsNotWorthItsCost) {
  EXPECT_EQ(Standing(kSomebody).next_action(), NextAction::kQualify);
  policy_.offers = {{.id = "mug", .min_price = 4, .max_price = 9, .is_worth_qualifying = false}};
  policy_.main_offer = "mug";
  EXPECT_EQ(Standing(kSomebody).next_action(), NextAction::kNurture);
}

TEST_F(OwnWords, CustomersAreProposedWhatTheyAreKnownNotToHave) {
  const ToldContact active = kSomebody.Did({Bought(100, 20), Bought(99, 20)});
  EXPECT_EQ(Standing(active).next_action(), NextAction::kNurture);
  policy_.offers = {{.id = "a", .max_price = 9, .bought = "order_signed = true"}};
  EXPECT_EQ(Standing(active).next_action(), NextAction::kNurture) << "that is not known";
  EXPECT_EQ(Standing(active.With("order_signed", true)).next_action(), NextAction::kNurture);
  EXPECT_EQ(Standing(active.With("order_signed", false)).next_action(), NextAction::kUpsell);
}

}  // namespace
}  // namespace cible
