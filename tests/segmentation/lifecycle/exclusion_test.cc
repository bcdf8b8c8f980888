#include "segmentation/lifecycle/exclusion.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace cible {
namespace {

Attribute Of(std::string id, AttributeType type) {
  Attribute attribute;
  attribute.display_name = id == "wine_spend" ? "Wine \"spend\"" : id;
  attribute.id = std::move(id);
  attribute.type = type;
  return attribute;
}

const Schema& Shoppers() {
  static const auto* const schema = [] {
    auto* shoppers = new Schema;
    for (const auto& [id, type] :
         {std::pair("orders", AttributeType::kNumeric), std::pair("age", AttributeType::kNumeric),
          std::pair("wine_spend", AttributeType::kNumeric), std::pair("tags", AttributeType::kSet),
          std::pair("city", AttributeType::kCategorical), std::pair("seen", AttributeType::kDate),
          std::pair("home", AttributeType::kLocation)}) {
      EXPECT_TRUE(shoppers->Add(Of(id, type)).ok());
    }
    return shoppers;
  }();
  return *schema;
}

Condition Named(const std::string& name, const std::string& text) {
  auto filter = Filter::Parse(text, Shoppers());
  EXPECT_TRUE(filter.ok()) << filter.status();
  return {name, text, *std::move(filter)};
}

std::string Advice(const std::string& condition, const std::string& other) {
  return ExclusionAdvice(Named("a", condition), Named("b", other), Shoppers());
}

TEST(ExclusionAdvice, TurnsAComparisonRound) {
  for (const auto& [other, opposite] : std::vector<std::pair<std::string, std::string>>{
           {"orders = 3", "orders != 3"},
           {"orders != 3", "orders = 3"},
           {"orders < 3", "orders >= 3"},
           {"orders <= 3", "orders > 3"},
           {"orders > 3", "orders <= 3"},
           {"orders >= 3", "orders < 3"},
           {"orders : 3", "orders != 3"},
           {"orders:*", "is_missing(orders)"},
           {"tags:vip", "NOT tags:vip"},
           {"city = 'New \"York\"'", "city != \"New \\\"York\\\"\""},
           {"\"Wine \\\"spend\\\"\" > 3", "\"Wine \\\"spend\\\"\" <= 3"},
           {"seen > today - 3w", "seen <= today - 21d"},
           {"seen > today", "seen <= today"},
           {"seen < today + 1d", "seen >= today + 1d"},
           {"contact.stage = LEAD", "contact.stage != LEAD"}}) {
    EXPECT_EQ(Advice("age > 3", other), absl::StrCat("adding \"AND ", opposite, "\" to a"));
  }
}

TEST(ExclusionAdvice, TakesThePartThatIsNotLookedAtYet) {
  EXPECT_EQ(Advice("age > 3", "age > 5 AND orders > 2"), "adding \"AND orders <= 2\" to a");
  EXPECT_EQ(Advice("age > 3", "age > 5 AND NOT orders > 2"),
            "adding \"AND NOT (age > 5 AND NOT orders > 2)\" to a");
  EXPECT_EQ(Advice("age > 3", "age > 5 AND age < 8"),
            "adding \"AND NOT (age > 5 AND age < 8)\" to a");
}

TEST(ExclusionAdvice, PutsAnOrInParentheses) {
  EXPECT_EQ(Advice("age > 3 OR age < 1", "orders > 2"),
            "putting a in parentheses and adding \"AND orders <= 2\" to it");
  EXPECT_EQ(Advice("age > 3", "orders > 2 OR age < 5"),
            "adding \"AND NOT (orders > 2 OR age < 5)\" to a");
  EXPECT_EQ(Advice("age > 3", "distance(home, 48, 2) < 5"),
            "adding \"AND NOT (distance(home, 48, 2) < 5)\" to a");
}

TEST(ExclusionAdvice, DoesNotRepeatALongCondition) {
  std::string other = "orders = 0";
  for (int i = 1; i < 40; ++i) absl::StrAppend(&other, " OR orders = ", i);
  EXPECT_EQ(Advice("age > 3", other), "adding \"AND NOT (...)\" to a");
}

}  // namespace
}  // namespace cible
