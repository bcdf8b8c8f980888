#include "segmentation/lifecycle/qualification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::IsEmpty;

// Not scaled by RapidCheck's size, which begins at nothing.
int Between(int least, int most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, most + 1));
}

PolicySettings Rules() {
  PolicySettings settings;
  settings.dormant_customer_is_prospect_after_days = 365;
  QualificationRules& rules = settings.qualification;
  rules.budget = {.question = {"What budget?", "Quel budget ?"}, .points = 25};
  rules.purchasing_power = {.question = {"How much?", "Combien ?"}, .points = 20};
  rules.authority = {.question = {"Who decides?", "Qui décide ?"}, .points = 15};
  rules.need = {.question = {"What for?", "Pour quoi ?"}, .points = 30};
  rules.timing = {.question = {"When?", "Quand ?"}, .points = 10};
  rules.fit_points = 5;
  rules.fit_question = {"Who are you?", "Qui êtes-vous ?"};
  return settings;
}

TEST(Qualify, AddsWhatIsMetAndTakesAwayWhatIsNot) {
  const Qualification qualification =
      Qualify(Compiled(Rules()),
              StateOf("qualification.budget=MET qualification.authority=NOT_MET "
                      "qualification.timing=MET fit=OUT_OF_TARGET"),
              true);
  EXPECT_EQ(qualification.score, 25 - 15 + 10 - 5);
  EXPECT_EQ(qualification.best_score, 25 - 15 + 30 + 10 - 5);
  EXPECT_THAT(
      qualification.criteria,
      ElementsAre(FieldsAre(LifecycleField::kBudget, Finding::kMet, 25, 25, Question{}),
                  FieldsAre(LifecycleField::kAuthority, Finding::kNotMet, -15, 15, Question{}),
                  FieldsAre(LifecycleField::kNeed, Finding::kUnknown, 0, 30,
                            Question{"What for?", "Pour quoi ?"}),
                  FieldsAre(LifecycleField::kTiming, Finding::kMet, 10, 10, Question{}),
                  FieldsAre(LifecycleField::kFit, Finding::kNotMet, -5, 5, Question{})));
}

TEST(Qualify, AsksBuyersForABudgetAndOthersForPurchasingPower) {
  const Policy policy = Compiled(Rules());
  const Qualification buyer = Qualify(policy, {}, true), other = Qualify(policy, {}, false);
  EXPECT_EQ(buyer.criteria[0].question.en, "What budget?");
  EXPECT_EQ(other.criteria[0].question.en, "How much?");
  EXPECT_EQ(buyer.best_score - other.best_score, 25 - 20);
  const LifecycleState met = StateOf("qualification.budget=MET");
  EXPECT_EQ(Qualify(policy, met, true).score, 25);
  EXPECT_EQ(Qualify(policy, met, false).score, 20);
}

TEST(Qualify, TakesTheFitByWhetherItIsInTheTarget) {
  const Policy policy = Compiled(Rules());
  EXPECT_EQ(Qualify(policy, StateOf("fit=IN_TARGET"), true).score, 5);
  EXPECT_EQ(Qualify(policy, StateOf("fit=OUT_OF_TARGET"), true).score, -5);
  EXPECT_EQ(Qualify(policy, StateOf("fit=EXCLUDED"), true).score, -5);
  EXPECT_EQ(Qualify(policy, {}, true).criteria[4].question.fr, "Qui êtes-vous ?");
}

LifecycleState RandomState() {
  LifecycleState state;
  for (const LifecycleField field : kLifecycleFields) {
    state.Set(field, Between(0, static_cast<int>(ValueNames(field).size())));
  }
  return state;
}

TEST(QualifyLaws, TheScoreIsTheSumOfItsLedgerAndUnknownCountsForNothing) {
  EXPECT_TRUE(rc::check([] {
    PolicySettings settings = Rules();
    QualificationRules& rules = settings.qualification;
    for (CriterionRule* rule :
         {&rules.budget, &rules.purchasing_power, &rules.authority, &rules.need, &rules.timing}) {
      rule->points = Between(0, 1000);
    }
    rules.fit_points = Between(0, 1000);
    const LifecycleState state = RandomState();
    const Qualification qualification = Qualify(Compiled(settings), state, Between(0, 1) == 0);
    int sum = 0, best = 0;
    for (const CriterionPoints& criterion : qualification.criteria) {
      const bool is_fit = criterion.field == LifecycleField::kFit;
      const Finding finding = is_fit ? FindingOf(state.fit()) : state.finding(criterion.field);
      RC_ASSERT(criterion.finding == finding);
      RC_ASSERT(finding != Finding::kUnknown || criterion.points == 0);
      RC_ASSERT((finding == Finding::kUnknown) == (criterion.question != Question{}));
      sum += criterion.points;
      best += finding == Finding::kUnknown ? criterion.worth : criterion.points;
    }
    RC_ASSERT(qualification.score == sum);
    RC_ASSERT(qualification.best_score == best);
  }));
}

// ---- Offers.

TEST(OffersNotBought, AreThoseThatAreKnownNotToBe) {
  PolicySettings settings = Rules();
  settings.offers = {{.id = "basic", .max_price = 9, .bought = "income > 3"},
                     {.id = "plus", .max_price = 9, .bought = "order_signed = true"},
                     {.id = "extra", .max_price = 9, .bought = "contact.stage = CUSTOMER"},
                     {.id = "secret", .max_price = 9}};
  const Policy policy = Compiled(settings);
  const auto offers = [&](const ToldContact& contact) {
    ContactFacts facts;
    facts.stages = {contact.stage};
    return OffersNotBought(policy, TableOn(Day("2026-01-01"), contact, policy.attributes()), facts,
                           0);
  };
  EXPECT_THAT(offers({}), IsEmpty());
  EXPECT_THAT(offers({.stage = Stage::kLead, .values = {{"income", 2.}, {"order_signed", true}}}),
              ElementsAre("basic", "extra"));
  EXPECT_THAT(offers({.stage = Stage::kCustomer, .values = {{"order_signed", false}}}),
              ElementsAre("plus"));
}

TEST(OffersNotBought, AreThoseOfTheRow) {
  PolicySettings settings = Rules();
  settings.offers = {{.id = "basic", .max_price = 9, .bought = "income > 3"},
                     {.id = "plus", .max_price = 9, .bought = "note = \"has plus\""}};
  const Policy policy = Compiled(settings);
  ContactTable table{.row_count = 3};
  table.columns = {MakeColumn("income", AttributeType::kNumeric),
                   MakeColumn("note", AttributeType::kText)};
  for (const double income : {4., 3., 2.}) Append(table.columns[0], income);
  for (const char* const note : {"-", "has plus", "-"}) Append(table.columns[1], std::string(note));
  EXPECT_THAT(OffersNotBought(policy, table, {}, 0), ElementsAre("plus"));
  EXPECT_THAT(OffersNotBought(policy, table, {}, 1), ElementsAre("basic"));
  EXPECT_THAT(OffersNotBought(policy, table, {}, 2), ElementsAre("basic", "plus"));
}

// ---- Evidence.

Condition Bound(const std::string& text) {
  auto filter = Filter::Parse(text, ToldPolicySchema());
  EXPECT_TRUE(filter.ok()) << filter.status();
  return {"hot", text, *std::move(filter)};
}

std::vector<std::string> Evidence(const std::string& text, const ToldContact& contact,
                                  LifecycleState state = {}) {
  const Condition condition = Bound(text);
  ContactFacts facts;
  facts.kinds = {contact.kind};
  facts.stages = {contact.stage};
  facts.organizations = {contact.organization};
  facts.buying_roles = {contact.role};
  facts.lifecycles = {state};
  const ContactTable table = TableOn(Day("2026-06-30"), contact, condition.filter().attributes());
  std::vector<std::string> all;
  for (const auto& [attribute, value] : EvidenceOf(condition, table, facts, 0)) {
    all.push_back(absl::StrCat(attribute, ": ", value));
  }
  return all;
}

TEST(EvidenceOf, IsWhatTheConditionReadAndIsKnown) {
  const ToldContact contact{.events = {Purchase("2026-05-01", 120.5), Purchase("2026-06-20", 30)},
                            .values = {{"income", 1234.5},
                                       {"order_signed", true},
                                       {"demo_date", Day("2026-02-03")},
                                       {"note", std::string("met at a fair")}}};
  EXPECT_THAT(Evidence("income > 3 OR budget > 3 OR order_signed = false", contact),
              ElementsAre("income: 1234.5", "order_signed: yes"));
  EXPECT_THAT(
      Evidence("net_paid > 3 AND demo_date > today AND note:* AND frequency > 3 AND "
               "first_purchase_date < today - 3d AND engagement > 3",
               contact),
      ElementsAre("demo_date: 2026-02-03", "engagement: 5.2185", "first_purchase_date: 2026-05-01",
                  "frequency: 2", "net_paid: 150.5", "note: met at a fair"));
  EXPECT_THAT(Evidence("budget > 3", contact), IsEmpty());
  EXPECT_THAT(EvidenceOf({}, {}, {}, 0), IsEmpty());
}

TEST(EvidenceOf, TellsFactsOfTheContact) {
  const std::string text =
      "contact.kind = PERSON AND contact.stage = LEAD AND contact.buying_role:* AND budget > 3 AND "
      "is_missing(contact.organization) AND income > 3";
  EXPECT_THAT(Evidence(text, {.stage = Stage::kLead,
                              .values = {{"income", 2.}, {"budget", 1.}},
                              .role = BuyingRole::kDecides,
                              .organization = "acme"}),
              ElementsAre("budget: 1", "contact.buying_role: DECIDES", "contact.kind: PERSON",
                          "contact.organization: yes", "contact.stage: LEAD", "income: 2"));
  EXPECT_THAT(Evidence(text, {.kind = ContactKind::kOrganization}),
              ElementsAre("contact.kind: ORGANIZATION", "contact.organization: no"));
}

TEST(EvidenceOf, TellsWhatWasFoundBefore) {
  EXPECT_THAT(Evidence("contact.relation = CUSTOMER AND contact.temperature = HOT AND "
                       "is_missing(contact.qualification.need)",
                       {}, StateOf("relation=CUSTOMER temperature=WARM customer_stage=NEW")),
              ElementsAre("contact.relation: CUSTOMER", "contact.temperature: WARM"));
}

TEST(EvidenceOf, IsOfTheRow) {
  ContactTable table{.row_count = 2};
  table.columns = {MakeColumn("income", AttributeType::kNumeric)};
  Append(table.columns[0], std::nullopt);
  Append(table.columns[0], 3.);
  const Condition condition = Bound("income > 3");
  EXPECT_THAT(EvidenceOf(condition, table, {}, 0), IsEmpty());
  EXPECT_THAT(EvidenceOf(condition, table, {}, 1), ElementsAre(FieldsAre("income", "3")));
}

}  // namespace
}  // namespace cible
