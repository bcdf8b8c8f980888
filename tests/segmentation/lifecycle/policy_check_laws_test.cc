// What the check of policies says of random conditions holds for random contacts: two
// stages that it accepts share none, and what it refuses as idle is true of none.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "segmentation/lifecycle/policy_check.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/behaviour/recomputation.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

constexpr Date kToday = {20'760};  // After all random events.

// Not scaled by RapidCheck's size, which begins at nothing.
int Between(int least, int most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, most + 1));
}

template <typename T>
T OneOf(const std::vector<T>& choices) {
  return choices[static_cast<std::size_t>(Between(0, static_cast<int>(choices.size()) - 1))];
}

// ---- Random conditions.

std::string Op() { return OneOf<std::string>({"<", "<=", ">", ">=", "=", "!="}); }

std::string StatedComparison() {
  switch (Between(0, 6)) {
    case 0: return absl::StrCat("income ", Op(), " ", Between(0, 4));
    case 1: return absl::StrCat("budget ", Op(), " ", Between(0, 4));
    case 2: return absl::StrCat("order_signed = ", OneOf<std::string>({"true", "false"}));
    case 3:
      return absl::StrCat("note ", OneOf<std::string>({"=", "!="}), " ",
                          OneOf<std::string>({"a", "b"}));
    case 4: return absl::StrCat("demo_date ", Op(), " today - ", Between(0, 4), "d");
    case 5: return absl::StrCat("contact.stage = ", OneOf<std::string>({"LEAD", "CUSTOMER"}));
    default:
      return OneOf<std::string>({"income:*", "is_missing(budget)", "contact.organization:*",
                                 "contact.kind = PERSON", "contact.buying_role:*"});
  }
}

// What a contact did itself, or an organisation with its people: sums of the two are
// not tried in full.
enum class Whose { kOwn, kOfPeople };

std::string DerivedComparison(Whose whose) {
  const bool is_own = whose == Whose::kOwn;
  const std::string prefix = is_own ? "" : "people_";
  const auto counts = is_own ? std::vector<std::string>{"frequency",     "referrals", "visits_90d",
                                                        "signed_orders", "returns",   "pages_90d"}
                             : std::vector<std::string>{"headcount_known", "people_frequency"};
  const std::string either = absl::StrCat(
      prefix, OneOf<std::string>({"contacts_made", "interest_shown", "monetary", "net_paid"}));
  const std::string date = absl::StrCat(
      prefix,
      OneOf<std::string>({"first_purchase_date", "last_purchase_date", "last_interest_date"}));
  switch (Between(0, is_own ? 6 : 4)) {
    case 0: return absl::StrCat(OneOf(counts), " ", Op(), " ", Between(0, 3));
    case 1: return absl::StrCat(either, " ", Op(), " ", Between(-1, 5) * 20);
    case 2: return absl::StrCat(prefix, "engagement ", Op(), " ", Between(0, 5) * 10);
    case 3: return absl::StrCat(date, " ", Op(), " today - ", Between(14, 26) * 10, "d");
    case 4:
      return absl::StrCat(date,
                          OneOf<std::string>({":*", " > \"2026-04-01\"", " < \"2026-06-01\""}));
    case 5:
      return absl::StrCat(OneOf<std::string>({"recency_days", "tenure_days"}), " ", Op(), " ",
                          Between(14, 26) * 10);
    default:
      return OneOf<std::string>({"channels:web", "favourite_channel = shop", "margin_rate < 0.5",
                                 "full_price_share > 0.5", "large_order_share < 0.4",
                                 "average_order > 40", "average_order <= 20"});
  }
}

std::string RandomCondition(int most, Whose whose) {
  std::vector<std::string> parts;
  for (int i = Between(1, most); i > 0; --i) {
    std::string part = Between(0, 2) == 0 ? StatedComparison() : DerivedComparison(whose);
    if (Between(0, 5) == 0) part = absl::StrCat("NOT ", part);
    parts.push_back(std::move(part));
  }
  return absl::StrJoin(parts, Between(0, 2) == 0 ? " OR " : " AND ");
}

// ---- Random contacts.

std::vector<Event> RandomEvents(int most) {
  std::vector<Event> events(static_cast<std::size_t>(Between(0, most)));
  for (Event& event : events) event = RandomEvent(Between);
  return events;
}

ToldContact RandomContact() {
  ToldContact contact;
  const bool is_organization = Between(0, 1) == 0;
  contact.kind = is_organization ? ContactKind::kOrganization : ContactKind::kPerson;
  contact.stage = static_cast<Stage>(Between(0, 3));
  contact.events = RandomEvents(4);
  if (is_organization) {
    for (int i = Between(0, 2); i > 0; --i) {
      contact.people.push_back(
          {.events = RandomEvents(3), .role = static_cast<BuyingRole>(Between(0, 3))});
    }
  } else if (Between(0, 1) == 0) {
    contact.organization = "-";
    contact.role = static_cast<BuyingRole>(Between(0, 3));
  }
  if (Between(0, 3) > 0) contact.values.emplace_back("income", Between(-1, 10) * .5);
  if (Between(0, 3) > 0) contact.values.emplace_back("budget", Between(-1, 10) * .5);
  if (Between(0, 3) > 0) contact.values.emplace_back("order_signed", Between(0, 1) == 0);
  if (Between(0, 3) > 0) contact.values.emplace_back("note", OneOf<std::string>({"a", "b", "c"}));
  if (Between(0, 3) > 0)
    contact.values.emplace_back("demo_date", Date{kToday.days + Between(-6, 2)});
  return contact;
}

Truth JudgedOf(const Condition& condition, const ToldContact& contact) {
  const ContactTable table = TableOn(kToday, contact, condition.filter().attributes());
  ContactFacts facts;
  facts.today = kToday;
  facts.kinds = {contact.kind};
  facts.stages = {contact.stage};
  facts.buying_roles = {contact.role};
  facts.organizations = {contact.organization.empty() ? "" : "acme"};
  return condition.Judge(table, facts).front();
}

PolicySettings Silent() {
  PolicySettings settings;
  settings.dormant_customer_is_prospect_after_days = 365;
  return settings;
}

bool IsTrueOf(const Condition& condition, const ToldContact& contact) {
  return JudgedOf(condition, contact) == kIsTrue;
}

// What the check says of these two, as stages.
struct CheckedStages {
  CheckedStages(std::string first, std::string second) {
    PolicySettings settings = Silent();
    settings.new_customer = std::move(first);
    settings.loyal_customer = std::move(second);
    policy = Compiled(settings);
    message = std::string(CheckPolicy(policy, ToldPolicySchema()).message());
    overlap = absl::StrContains(message, "both are true");
  }

  Policy policy;
  std::string message;
  bool overlap = false;
};

// What is drawn is the same every time, so that a policy that is refused in vain is found
// by whoever looks for one (RC_PARAMS=seed=...), not by whoever changes something else.
const bool kIsSeeded = setenv("RC_PARAMS", "seed=20260630", /*overwrite=*/0) == 0;

// About one in ten pairs is accepted, one in eight conditions refused as idle.
constexpr int kDraws = 500;

TEST(PolicyCheckLaws, NoContactIsInTwoStagesThatItAccepts) {
  ASSERT_TRUE(kIsSeeded);
  EXPECT_TRUE(rc::check([] {
    std::optional<CheckedStages> checked;
    for (int i = 0; i < kDraws && (!checked.has_value() || checked->overlap); ++i) {
      const Whose whose = OneOf<Whose>({Whose::kOwn, Whose::kOfPeople});
      checked.emplace(RandomCondition(2, whose), RandomCondition(2, whose));
    }
    RC_ASSERT_FALSE(checked->overlap);
    const Policy& policy = checked->policy;
    RC_LOG(policy.new_customer.text() + " / " + policy.loyal_customer.text());
    for (int i = 0; i < 60; ++i) {
      const ToldContact contact = RandomContact();
      RC_ASSERT_FALSE(IsTrueOf(policy.new_customer, contact) &&
                      IsTrueOf(policy.loyal_customer, contact));
    }
  }));
}

TEST(PolicyCheckLaws, WhatItRefusesAsIdleIsTrueOfNobody) {
  EXPECT_TRUE(rc::check([] {
    Policy policy;
    bool is_refused = false;
    for (int i = 0; i < kDraws && !is_refused; ++i) {
      PolicySettings settings = Silent();
      settings.hot = RandomCondition(4, OneOf<Whose>({Whose::kOwn, Whose::kOfPeople}));
      policy = Compiled(settings);
      is_refused = !CheckPolicy(policy, ToldPolicySchema()).ok();
    }
    RC_ASSERT(is_refused);
    RC_LOG(policy.hot.text());
    for (int i = 0; i < 60; ++i) RC_ASSERT_FALSE(IsTrueOf(policy.hot, RandomContact()));
  }));
}

// Below `a`, and from `b` on: they overlap where b < a.
TEST(PolicyCheckLaws, OverlappingThresholdsAreRefusedAndDisjointOnesAccepted) {
  const std::vector<std::string> rising = {"income",      "frequency",      "recency_days",
                                           "tenure_days", "referrals",      "people_frequency",
                                           "monetary",    "headcount_known"};
  const std::vector<std::string> dates = {"demo_date", "first_purchase_date", "last_purchase_date",
                                          "people_last_purchase_date", "last_interest_date"};
  EXPECT_TRUE(rc::check([&] {
    const int a = Between(1, 400), b = Between(0, 3) == 0 ? a : Between(1, 400);
    const std::string besides =
        OneOf<std::string>({"", " AND order_signed = true", " AND budget > 2"});
    const bool is_date = Between(0, 1) == 0;
    const std::string name = OneOf(is_date ? dates : rising);
    const std::string first =
        is_date ? absl::StrCat(name, " > today - ", a, "d") : absl::StrCat(name, " < ", a);
    const std::string second =
        is_date ? absl::StrCat(name, " <= today - ", b, "d") : absl::StrCat(name, " >= ", b);
    const CheckedStages checked(first + besides, second + besides);
    RC_LOG(first + " / " + second + " / " + checked.message);
    RC_ASSERT(checked.overlap == (b < a));
    RC_ASSERT(checked.overlap || checked.message.empty());
  }));
}

}  // namespace
}  // namespace cible
