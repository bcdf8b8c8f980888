#include "segmentation/lifecycle/policy_check.h"

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include "absl/time/clock.h"

#include "absl/strings/str_cat.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

Attribute Of(std::string id, AttributeType type) {
  Attribute attribute;
  attribute.id = id;
  attribute.display_name = std::move(id);
  attribute.type = type;
  return attribute;
}

Attribute From(std::string origin, std::string id, AttributeType type) {
  Attribute attribute = Of(std::move(id), type);
  attribute.derived_from = std::move(origin);
  return attribute;
}

// Attributes of every type, and some that nothing is known of.
Schema CheckedSchema() {
  Schema schema;
  for (Attribute attribute :
       {Of("income", AttributeType::kNumeric), Of("debts", AttributeType::kNumeric),
        Of("share", AttributeType::kNumeric), Of("is_member", AttributeType::kBoolean),
        Of("tier", AttributeType::kOrdinal), Of("city", AttributeType::kCategorical),
        Of("tags", AttributeType::kSet), Of("joined", AttributeType::kDate),
        Of("seen", AttributeType::kTimestamp), Of("home", AttributeType::kLocation),
        Of("note", AttributeType::kText), Of("last_order_date", AttributeType::kDate),
        Of("days_since_last_purchase", AttributeType::kNumeric),
        From("events/frequency/wine", "frequency_wine", AttributeType::kNumeric),
        From("events/monetary/wine", "monetary_wine", AttributeType::kNumeric),
        From("events/of_tomorrow", "of_tomorrow", AttributeType::kNumeric)}) {
    if (attribute.type == AttributeType::kOrdinal) attribute.levels = {"low", "mid", "high", "top"};
    if (attribute.id == "note") attribute.role = Role::kDescriptor;
    EXPECT_TRUE(schema.Add(attribute).ok()) << attribute.id;
  }
  return SchemaForPolicies(schema);
}

// A policy that says nothing.
PolicySettings Silent() {
  PolicySettings settings;
  settings.dormant_customer_is_prospect_after_days = 365;
  return settings;
}

std::string MessageOf(const PolicySettings& settings) {
  const Schema schema = CheckedSchema();
  const auto policy = Policy::Compile(settings, schema);
  EXPECT_TRUE(policy.ok()) << policy.status();
  if (!policy.ok()) return "";
  const absl::Status status = CheckPolicy(*policy, schema);
  EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

std::string MessageOfStages(std::string fresh, std::string loyal, std::string dormant = "",
                            std::string customer = "") {
  PolicySettings settings = Silent();
  settings.new_customer = std::move(fresh);
  settings.loyal_customer = std::move(loyal);
  settings.dormant_customer = std::move(dormant);
  settings.customer = std::move(customer);
  return MessageOf(settings);
}

TEST(Scratch, All) {
  const auto show = [](const std::string& message) { std::cout << "-> " << message << "\n"; };
  show(MessageOfStages("first_purchase_date > today - 90d", "frequency >= 3"));
  show(MessageOfStages("first_purchase_date > today - 90d AND frequency < 3", "frequency >= 3"));
  show(MessageOfStages("income < 10 OR income > 20", "income > 15 OR income < 3"));
  show(MessageOfStages("tags:a", "tags:b"));
  show(MessageOfStages("city = \"Paris\"", "is_member = true AND tier > mid"));
  show(MessageOfStages("frequency < 3", "last_purchase_date > today - 100d AND frequency >= 3", "last_purchase_date < today - 30d"));
  show(MessageOfStages("", "", "recency_days >= 0", "net_paid > 0"));
  show(MessageOfStages("", "", "recency_days >= 1", "net_paid > 0"));
  show(MessageOfStages("", "", "last_order_date < today + 1d", "income > 0"));
  show(MessageOfStages("", "", "days_since_last_purchase < 100", "income > 0"));
  show(MessageOfStages("joined > \"2026-01-01\"", "joined < today - 30d"));
  show(MessageOfStages("joined > \"2026-01-01\"", "joined < \"2026-01-01\""));
  show(MessageOfStages("first_purchase_date > \"2026-01-01\"", "frequency > 5 AND recency_days < 10"));
  for (const char* condition :
       {"of_tomorrow > 3", "income > 3 AND income < 2", "engagement > 5", "engagement >= 5.5 AND frequency = 0",
        "average_order > 500 AND frequency > 10", "margin_rate > 0.2 AND margin_rate < 0.3",
        "full_price_share >= 0.8 AND large_order_share < 0.1", "satisfaction > 4 AND frequency > 3",
        "channels:web AND favourite_channel = store", "visits_90d > 4 AND pages_90d > 20 AND referrals > 1",
        "frequency_wine > 3 AND frequency > 10 AND monetary_wine > 400", "monetary < 10 AND monetary_wine > 20",
        "frequency_wine > 3 AND frequency < 4", "people_engagement > 3 AND headcount_known > 40",
        "best_decision_maker = ada", "people_net_paid > 1000 AND contact.kind = ORGANIZATION",
        "people_net_paid > 1000 AND contact.kind = PERSON",
        "people_net_paid < net_paid AND x = 3", "tenure_days > 1000 AND recency_days < 30",
        "recency_days > 30 AND tenure_days < 20", "first_purchase_date > last_purchase_date",
        "distance(home, 48, 2) < 50", "distance(home, 48, 2) > 100 AND distance(home, 48, 2) < 200",
        "seen > today - 3d", "seen > \"2026-01-31T18:30:00Z\" AND seen < \"2026-01-31T18:30:02Z\"",
        "note = \"x\"", "note != \"x\" AND note != another", "tier = low AND tier = high",
        "contact.organization:* AND contact.buying_role = DECIDES",
        "contact.organization:* AND contact.kind = ORGANIZATION", "is_missing(income)",
        "is_missing(income) AND income > 3", "net_paid < 0", "net_paid > 0 AND returns_x > 3",
        "income > 1 AND debts > 1 AND share > 0.2 AND is_member = true AND tier > low AND city = a AND tags:b AND frequency > 3 AND recency_days < 10 AND monetary > 300 AND average_order > 10 AND visits_90d > 3",
        "last_purchase_date > today"}) {
    PolicySettings settings = Silent();
    settings.hot = condition;
    const Schema schema = CheckedSchema();
    const auto policy = Policy::Compile(settings, schema);
    if (!policy.ok()) { std::cout << condition << " -- " << policy.status().message() << "\n"; continue; }
    const auto start = absl::Now();
    const auto status = CheckPolicy(*policy, schema);
    std::cout << condition << " => " << status.message() << "  " << absl::Now() - start << "\n";
  }
}

}  // namespace
}  // namespace cible
namespace cible { namespace {
TEST(Scratch2, Default) {
  const Schema schema = CheckedSchema();
  const auto policy = Policy::Compile(DefaultPolicy(), schema);
  ASSERT_TRUE(policy.ok()) << policy.status();
  const auto start = absl::Now();
  const auto status = CheckPolicy(*policy, schema);
  std::cout << status.message() << "  " << absl::Now() - start << "\n";
}
}}
