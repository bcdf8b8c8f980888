#include "segmentation/lifecycle/policy_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cible {
namespace {

Attribute Of(std::string id, AttributeType type, std::string derived_from = "") {
  Attribute attribute;
  attribute.id = id;
  attribute.display_name = std::move(id);
  attribute.type = type;
  if (type == AttributeType::kOrdinal) attribute.levels = {"low", "mid", "high", "top"};
  if (type == AttributeType::kText) attribute.role = Role::kDescriptor;
  attribute.derived_from = std::move(derived_from);
  return attribute;
}

// Attributes of every type, by item category, and one that this version knows nothing of.
const Schema& CheckedSchema() {
  static const auto* const extended = [] {
    Schema schema;
    for (Attribute attribute :
         {Of("income", AttributeType::kNumeric), Of("debts", AttributeType::kNumeric),
          Of("member", AttributeType::kBoolean), Of("tier", AttributeType::kOrdinal),
          Of("city", AttributeType::kCategorical), Of("tags", AttributeType::kSet),
          Of("joined", AttributeType::kDate), Of("seen", AttributeType::kTimestamp),
          Of("home", AttributeType::kLocation), Of("note", AttributeType::kText),
          Of("last_order_date", AttributeType::kDate),
          Of("days_since_last_purchase", AttributeType::kNumeric),
          Of("frequency_wine", AttributeType::kNumeric, "events/frequency/wine"),
          Of("monetary_wine", AttributeType::kNumeric, "events/monetary/wine"),
          Of("of_tomorrow", AttributeType::kNumeric, "events/of_tomorrow")}) {
      EXPECT_TRUE(schema.Add(attribute).ok()) << attribute.id;
    }
    return new Schema(SchemaForPolicies(schema));
  }();
  return *extended;
}

// A policy that says nothing.
PolicySettings Silent() {
  PolicySettings settings;
  settings.dormant_customer_is_prospect_after_days = 365;
  return settings;
}

// Empty: it is accepted.
std::string MessageOf(const PolicySettings& settings) {
  const auto policy = Policy::Compile(settings, CheckedSchema());
  EXPECT_TRUE(policy.ok()) << policy.status();
  if (!policy.ok()) return "";
  const absl::Status status = CheckPolicy(*policy, CheckedSchema());
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

struct Stages {
  std::string fresh = {}, loyal = {}, dormant = {}, customer = {};
};
std::string MessageOf(const Stages& stages) {
  PolicySettings settings = Silent();
  settings.new_customer = stages.fresh;
  settings.loyal_customer = stages.loyal;
  settings.dormant_customer = stages.dormant;
  settings.customer = stages.customer;
  return MessageOf(settings);
}

std::string MessageOfHot(std::string condition) {
  PolicySettings settings = Silent();
  settings.hot = std::move(condition);
  return MessageOf(settings);
}

constexpr char kIdle[] =
    "hot: true of no contact, whatever is known of it; correct it, or leave it empty";
constexpr char kNeverKnown[] =
    "hot: never known of any contact; read attributes that can be known, or leave it empty";

TEST(PolicyCheck, AcceptsTheDefaultPolicy) { EXPECT_EQ(MessageOf(DefaultPolicy()), ""); }

TEST(PolicyCheck, AcceptsTheDefaultPolicyWithOffers) {
  PolicySettings settings = DefaultPolicy();
  settings.offers = {
      {.id = "basic", .max_price = 50},
      {.id = "premium", .min_price = 200, .max_price = 900, .bought = "member = true"}};
  settings.main_offer = "premium";
  EXPECT_EQ(MessageOf(settings), "");
}

TEST(PolicyCheck, AcceptsAPolicyThatSaysNothing) { EXPECT_EQ(MessageOf(Silent()), ""); }

// ---- Two stages that claim one contact.

TEST(PolicyCheck, RefusesTwoStagesThatClaimOneContact) {
  EXPECT_EQ(
      MessageOf({.fresh = "first_purchase_date > today - 90d", .loyal = "frequency >= 3"}),
      "new_customer and loyal_customer: both are true of a contact with first_purchase_date = "
      "today, frequency = 3; exclude it from one of them, as by adding \"AND frequency < 3\" to "
      "new_customer");
  EXPECT_EQ(MessageOf({.fresh = "first_purchase_date > today - 90d AND frequency < 3",
                       .loyal = "frequency >= 3"}),
            "");
}

TEST(PolicyCheck, RefusesWhoIsNewAndDormant) {
  EXPECT_EQ(MessageOf({.fresh = "frequency < 3", .dormant = "last_purchase_date <= today - 30d"}),
            "new_customer and dormant_customer: both are true of a contact with frequency = 1, "
            "last_purchase_date = today - 30d; exclude it from one of them, as by adding \"AND "
            "last_purchase_date > today - 30d\" to new_customer");
}

TEST(PolicyCheck, RefusesWhoIsLoyalAndDormant) {
  EXPECT_EQ(MessageOf({.loyal = "frequency >= 2 AND last_purchase_date > today - 200d",
                       .dormant = "last_purchase_date < today - 100d"}),
            "loyal_customer and dormant_customer: both are true of a contact with frequency = 2, "
            "last_purchase_date = today - 101d; exclude it from one of them, as by adding \"AND "
            "last_purchase_date >= today - 100d\" to loyal_customer");
}

// A first purchase is not later than the last, nor is anybody dormant before it.
TEST(PolicyCheck, KnowsThatWhatIsDerivedFromEventsFitsTogether) {
  EXPECT_EQ(MessageOf({.fresh = "first_purchase_date > today - 90d",
                       .dormant = "last_purchase_date < today - 365d"}),
            "");
  EXPECT_EQ(MessageOf({.fresh = "tenure_days < 20", .dormant = "recency_days > 30"}), "");
  EXPECT_EQ(
      MessageOf({.fresh = "frequency = 1 AND average_order > 100", .loyal = "monetary <= 100"}),
      "");
  EXPECT_EQ(MessageOf({.fresh = "people_first_purchase_date > today - 90d",
                       .dormant = "people_last_purchase_date < today - 365d"}),
            "");
}

TEST(PolicyCheck, TellsPersonsFromOrganizations) {
  EXPECT_EQ(MessageOf({.fresh = "people_net_paid > 0", .loyal = "contact.kind = PERSON"}), "");
  EXPECT_EQ(MessageOf({.fresh = "people_net_paid > 0", .loyal = "contact.kind = ORGANIZATION"}),
            "new_customer and loyal_customer: both are true of a contact with contact.kind = "
            "ORGANIZATION, people_net_paid = 100; exclude it from one of them, as by adding \"AND "
            "contact.kind != ORGANIZATION\" to new_customer");
  EXPECT_EQ(MessageOf({.fresh = "contact.organization:*", .loyal = "contact.kind = ORGANIZATION"}),
            "");
}

TEST(PolicyCheck, NamesWhatIsUnknownOfTheContact) {
  EXPECT_EQ(MessageOf({.fresh = "is_missing(income)", .loyal = "member = true"}),
            "new_customer and loyal_customer: both are true of a contact with income unknown, "
            "member = true; exclude it from one of them, as by adding \"AND member != true\" to "
            "new_customer");
}

TEST(PolicyCheck, SaysWhatToExcludeOfConditionsWithOr) {
  EXPECT_EQ(
      MessageOf({.fresh = "income < 10 OR income > 20", .loyal = "income > 15 OR income < 3"}),
      "new_customer and loyal_customer: both are true of a contact with income = 2; exclude "
      "it from one of them, as by putting new_customer in parentheses and adding \"AND NOT "
      "(income > 15 OR income < 3)\" to it");
}

TEST(PolicyCheck, FindsOverlapsOfEveryType) {
  for (const auto& [fresh, loyal, contact] : std::vector<std::array<std::string, 3>>{
           {"tags:a", "tags:b", "tags = \"a, b\""},
           {"tier > low", "tier < high", "tier = \"mid\""},
           {"city != Paris", "city != \"Lyon\"", "city = \"another\""},
           {"joined > today - 10d", "joined < today", "joined = today - 9d"},
           {"distance(home, 48, 2) < 50", "distance(home, 48.3, 2) < 50", "home = \"48, 2\""},
           {"member = true", "contact.stage = LEAD", "contact.stage = LEAD, member = true"},
           {"income > 1", "income < 2", "income = 1.5"},
           {"note:*", "note != x", "note = \"another\""},
           {"seen >= \"2026-01-31T18:30:00Z\"", "seen <= \"2026-01-31T18:30:00Z\"",
            "seen = \"2026-01-31T18:30:00Z\""}}) {
    EXPECT_THAT(MessageOf({.fresh = fresh, .loyal = loyal}),
                testing::HasSubstr(absl::StrCat("a contact with ", contact, ";")))
        << fresh;
  }
}

TEST(PolicyCheck, AcceptsStagesThatShareNobodyOfEveryType) {
  for (const auto& [fresh, loyal] : std::vector<std::pair<std::string, std::string>>{
           {"tags:a", "NOT tags:a"},
           {"tier > mid", "tier < high"},
           {"city = Paris", "city = \"Lyon\""},
           {"joined > today - 10d", "joined <= today - 10d"},
           {"distance(home, 48, 2) < 50", "distance(home, 48, 2) >= 50"},
           {"member = true", "member != true"},
           {"income > 2", "income < 2"},
           {"is_missing(income)", "income > 0"},
           {"note = x", "note != x"},
           {"contact.stage = LEAD", "contact.stage = CUSTOMER"},
           {"seen < \"2026-01-31T18:30:00Z\"", "seen >= \"2026-01-31T18:30:00Z\""}}) {
    EXPECT_EQ(MessageOf({.fresh = fresh, .loyal = loyal}), "") << fresh;
  }
}

TEST(PolicyCheck, AsksOnEveryDayWhereDatesMeetToday) {
  EXPECT_EQ(
      MessageOf({.fresh = "joined > \"2026-01-01\"", .loyal = "joined < today - 30d"}),
      "new_customer and loyal_customer: both are true of a contact with joined = 2026-01-02, on "
      "2026-02-02; exclude it from one of them, as by adding \"AND joined >= today - 30d\" to "
      "new_customer");
  EXPECT_EQ(MessageOf({.fresh = "joined > \"2026-01-01\"", .loyal = "joined < \"2026-01-01\""}),
            "");
}

// ---- Dormant before active.

TEST(PolicyCheck, RefusesThatWhoBoughtTodayIsDormant) {
  EXPECT_EQ(MessageOf({.dormant = "recency_days >= 0", .customer = "net_paid > 0"}),
            "dormant_customer: true of a customer who bought today, with last_purchase_date = "
            "today, net_paid = 100, recency_days = 0; let some time pass first, as by adding \"AND "
            "last_purchase_date < today - 365d\"");
  EXPECT_EQ(MessageOf({.dormant = "recency_days > 0", .customer = "net_paid > 0"}), "");
}

TEST(PolicyCheck, RefusesThatWhosePeopleBoughtTodayIsDormant) {
  EXPECT_EQ(
      MessageOf(
          {.dormant = "people_last_purchase_date <= today", .customer = "people_net_paid > 0"}),
      "dormant_customer: true of a customer who bought today, with "
      "people_last_purchase_date = today, people_net_paid = 100; let some time pass first, as by "
      "adding \"AND people_last_purchase_date < today - 365d\"");
  EXPECT_EQ(MessageOf({.dormant = "people_last_purchase_date < today - 1d",
                       .customer = "people_net_paid > 0"}),
            "");
}

TEST(PolicyCheck, KnowsTheLastPurchaseByTheNameOfAnAttribute) {
  EXPECT_EQ(MessageOf({.dormant = "last_order_date < today + 1d", .customer = "income > 0"}),
            "dormant_customer: true of a customer who bought today, with income = 1, "
            "last_order_date = today; let some time pass first, as by adding \"AND last_order_date "
            "< today - 365d\"");
  EXPECT_EQ(MessageOf({.dormant = "days_since_last_purchase < 100", .customer = "income > 0"}),
            "dormant_customer: true of a customer who bought today, with days_since_last_purchase "
            "= 0, income = 1; let some time pass first, as by adding \"AND "
            "days_since_last_purchase > 365\"");
  EXPECT_EQ(MessageOf({.dormant = "days_since_last_purchase > 100", .customer = "income > 0"}), "");
  // Nothing tells when somebody who is no member any more bought last.
  EXPECT_EQ(MessageOf({.dormant = "member = false", .customer = "income > 0"}), "");
}

// ---- Met and not met at once.

TEST(PolicyCheck, RefusesACriterionThatIsMetAndNotMetAtOnce) {
  PolicySettings settings = Silent();
  settings.qualification.need = {.met = "income > 10", .not_met = "income < 20"};
  EXPECT_EQ(MessageOf(settings),
            "qualification.need.met and qualification.need.not_met: both are true of a contact "
            "with income = 11; exclude it from one of them, as by adding \"AND income >= 20\" to "
            "qualification.need.met");
  settings.qualification.need.not_met = "income < 10";
  EXPECT_EQ(MessageOf(settings), "");
}

TEST(PolicyCheck, TriesCriteriaOfMoneyWithEveryOffer) {
  PolicySettings settings = Silent();
  settings.qualification.budget = {.met = "income >= offer.min_price", .not_met = "income < 50"};
  EXPECT_EQ(MessageOf(settings), "");  // Nothing is offered yet.
  settings.offers = {{.id = "premium", .min_price = 200, .max_price = 900}};
  EXPECT_EQ(MessageOf(settings), "");
  settings.offers.push_back({.id = "basic", .min_price = 20, .max_price = 90});
  EXPECT_EQ(MessageOf(settings),
            "qualification.budget.met and qualification.budget.not_met: both are true of a contact "
            "with income = 20, and the prices of offer \"basic\"; exclude it from one of them, as "
            "by adding \"AND income >= 50\" to qualification.budget.met");
}

// ---- Never true, never known.

TEST(PolicyCheck, RefusesAConditionThatIsTrueOfNobody) {
  for (const std::string condition :
       {"income > 3 AND income < 2", "tier = low AND tier = high",
        "is_missing(income) AND income > 3",
        "contact.organization:* AND contact.kind = ORGANIZATION",
        "people_net_paid > 1000 AND contact.kind = PERSON",
        "recency_days > 30 AND tenure_days < 20", "frequency_wine > 3 AND frequency < 4",
        "monetary < 10 AND monetary_wine > 20", "last_purchase_date > today", "frequency < 0",
        "NOT referrals >= 0", "first_purchase_date:* AND frequency = 0"}) {
    EXPECT_EQ(MessageOfHot(condition), kIdle) << condition;
  }
}

TEST(PolicyCheck, RefusesAConditionThatIsNeverKnown) {
  EXPECT_EQ(MessageOfHot("of_tomorrow > 3"), kNeverKnown);
  EXPECT_EQ(MessageOfHot("NOT of_tomorrow = 3 OR of_tomorrow < 1"), kNeverKnown);
  EXPECT_EQ(MessageOfHot("of_tomorrow > 3 OR engagement > 3"), "");
}

TEST(PolicyCheck, AcceptsWhatMayBeTrueOfSomebody) {
  for (const std::string condition :
       {"engagement > 5",
        "engagement >= 5.5 AND frequency = 0",
        "engagement < 0.1 AND frequency > 5",
        "average_order > 500 AND frequency > 10",
        "margin_rate > 0.2 AND margin_rate < 0.3",
        "full_price_share >= 0.8 AND large_order_share < 0.1",
        "satisfaction > 4 AND frequency > 3",
        "channels:web AND favourite_channel = store",
        "favourite_channel != web",
        "visits_90d > 4 AND pages_90d > 20 AND referrals > 1",
        "net_paid < 0",
        "frequency_wine > 3 AND frequency > 10 AND monetary_wine > 400",
        "people_engagement > 3 AND headcount_known > 40",
        "headcount_known > 100000",
        "best_decision_maker = ada",
        "best_decision_maker:*",
        "tenure_days > 1000 AND recency_days < 30",
        "signed_orders > 2 AND net_paid = 0",
        "signed_orders > 0 AND net_paid > 0",
        "signed_orders = 1 AND returns = 0 AND monetary > 0",
        "returns > 2 AND net_paid > 10",
        "interest_shown > 3 AND last_interest_date < today - 30d",
        "contacts_made = 1 AND frequency = 1",
        "first_purchase_date > \"2026-01-01\" AND recency_days > 300 AND recency_days < 310",
        "joined > \"2026-01-01\" AND joined < today - 400d",
        "joined < \"2027-12-31\" AND joined > today - 30d",
        "frequency > 100000",
        "distance(home, 48, 2) > 100 AND distance(home, 48, 2) < 200",
        "seen > \"2026-01-31T18:30:00Z\" AND seen < \"2026-01-31T18:30:02Z\"",
        "note != x AND note != another",
        "is_missing(first_purchase_date)",
        "is_missing(engagement)",
        "contact.organization:* AND contact.buying_role = DECIDES"}) {
    EXPECT_EQ(MessageOfHot(condition), "") << condition;
  }
}

TEST(PolicyCheck, BearsNumbersOfAnySize) {
  EXPECT_EQ(MessageOfHot("monetary > 1e20 AND average_order > 1e19"), "");
  EXPECT_EQ(MessageOfHot("engagement > 1e12"), "");
  EXPECT_EQ(MessageOfHot("net_paid < -1e25 AND people_net_paid < -1e25"), "");
  EXPECT_EQ(MessageOfHot("income > 1e300 OR income < -1e300"), "");
  EXPECT_EQ(MessageOfHot("monetary > 1e300"), kIdle);
  EXPECT_EQ(MessageOfHot("engagement > 1e300"), kIdle);
  EXPECT_EQ(MessageOfHot("visits_90d < -1e300"), kIdle);
}

// Too many combinations to try them all: it is not said that there is nobody.
TEST(PolicyCheck, RefusesNothingThatItHasNotTriedInFull) {
  std::vector<std::string> parts;
  for (int i = 0; i < 12; ++i) parts.push_back(absl::StrCat("a", i, " = 3"));
  Schema schema;
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(schema.Add(Of(absl::StrCat("a", i), AttributeType::kNumeric)).ok());
  }
  PolicySettings settings = Silent();
  settings.hot = absl::StrJoin(parts, " AND ");
  const auto policy = Policy::Compile(settings, schema);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_TRUE(CheckPolicy(*policy, schema).ok());
}

TEST(PolicyCheck, LooksAtEveryCondition) {
  const std::string never = "income > 3 AND income < 2";
  const std::string rest =
      ": true of no contact, whatever is known of it; correct it, or leave it empty";
  const auto message = [&](std::string PolicySettings::*field) {
    PolicySettings settings = Silent();
    settings.*field = never;
    return MessageOf(settings);
  };
  EXPECT_EQ(message(&PolicySettings::customer), "customer" + rest);
  EXPECT_EQ(message(&PolicySettings::prospect), "prospect" + rest);
  EXPECT_EQ(message(&PolicySettings::ambassador), "ambassador" + rest);
  EXPECT_EQ(message(&PolicySettings::dormant_customer), "dormant_customer" + rest);
  EXPECT_EQ(message(&PolicySettings::aware), "aware" + rest);
  EXPECT_EQ(message(&PolicySettings::warm), "warm" + rest);
  PolicySettings settings = Silent();
  settings.qualification.timing.not_met = never;
  EXPECT_EQ(MessageOf(settings), "qualification.timing.not_met" + rest);
  settings = Silent();
  settings.offers = {{.id = "basic", .max_price = 90, .bought = never}};
  EXPECT_EQ(MessageOf(settings), "offers \"basic\".bought" + rest);
  settings = Silent();
  settings.next_actions = {
      {"contact.relation = LEAD", NextAction::kQualify},
      {"contact.fit = EXCLUDED AND is_missing(contact.fit)", NextAction::kLeaveAlone}};
  EXPECT_EQ(MessageOf(settings), "next_actions, line 2" + rest);
  settings = Silent();
  settings.qualification.purchasing_power.met =
      "income > offer.max_price AND income < offer.min_price";
  EXPECT_EQ(MessageOf(settings), "qualification.purchasing_power.met" + rest);
}

}  // namespace
}  // namespace cible
