// What holds of every contact, whatever it does and whenever it is looked at.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/lifecycle/told_contact.h"

namespace cible {
namespace {

constexpr std::int32_t kFirstDay = 20'000;
constexpr int kDays = 110;

// With delays so short that all of them fall due within the days that are tried.
PolicySettings QuickPolicy() {
  PolicySettings policy = DefaultPolicy();
  policy.new_customer = "first_purchase_date > today - 20d AND frequency < 3";
  policy.loyal_customer = "frequency >= 3 AND recency_days < 30";
  policy.dormant_customer = "recency_days >= 30 AND frequency > 0";
  policy.dormant_customer_is_prospect_after_days = 25;
  policy.qualification.need.met = "interest_shown > 0 AND visits_90d > 0";
  policy.qualification.need.not_met = "age < 18";
  return policy;
}

// The default's dormancy is told by dates, which suits told contacts: recency as of an
// earlier day is what it was then.
PolicySettings QuickDates() {
  PolicySettings policy = QuickPolicy();
  policy.loyal_customer = "frequency >= 3 AND last_purchase_date > today - 30d";
  policy.dormant_customer = "last_purchase_date <= today - 30d";
  return policy;
}

std::vector<Event> SomeEvents() {
  const auto events = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, kDays), rc::gen::inRange(0, 10)));
  std::vector<Event> made;
  for (const auto& [day, kind] : events) {
    constexpr EventType kTypes[] = {EventType::kPurchase, EventType::kPurchase,
                                    EventType::kReturn,   EventType::kVisit,
                                    EventType::kForm,     EventType::kDemo,
                                    EventType::kPageView, EventType::kSignedOrder,
                                    EventType::kReferral, EventType::kCampaignSent};
    const auto type = kTypes[kind];
    Event event = Made(type, FormatDate(Date{kFirstDay + day}), 10 + kind % 3 * 5);
    event.id = std::to_string(made.size());
    made.push_back(std::move(event));
  }
  return made;
}

// How it stands on every day, one after the other.
std::vector<Classified> DayByDay(ToldContact contact, const Policy& policy) {
  std::vector<Classified> days;
  LifecycleState own;
  for (int day = 0; day < kDays + 60; ++day) {
    contact.before_state = own;
    days.push_back(StandingOn(Date{kFirstDay + day}, contact, policy));
    own = days.back().own;
  }
  return days;
}

bool HasEventOn(const std::vector<Event>& events, int day) {
  return std::any_of(events.begin(), events.end(), [&](const Event& event) {
    return DayOf(event, absl::UTCTimeZone()).days == kFirstDay + day;
  });
}

RC_GTEST_PROP(ClassifierLaws, ARelationOnlyFallsByDormancyOrCancellation, ()) {
  const Policy policy = Compiled(QuickDates());
  const auto days = DayByDay(ToldContact{.events = SomeEvents()}, policy);
  for (std::size_t day = 1; day < days.size(); ++day) {
    const Relation before = days[day - 1].state.relation(), now = days[day].state.relation();
    if (now >= before) continue;
    RC_ASSERT(before == Relation::kCustomer);
    RC_ASSERT(now == Relation::kProspect);
    const ReasonKind why = days[day].reason(LifecycleField::kRelation).kind;
    RC_ASSERT(why == ReasonKind::kDormantTooLong || why == ReasonKind::kNotCondition);
    RC_ASSERT((why == ReasonKind::kDormantTooLong) == days[day].state.is_former_customer());
  }
}

RC_GTEST_PROP(ClassifierLaws, NothingChangesBeforeTheDueDayUnlessSomethingHappens, ()) {
  const Policy policy = Compiled(*rc::gen::element(QuickPolicy(), QuickDates()));
  const std::vector<Event> events = SomeEvents();
  const auto days = DayByDay(ToldContact{.events = events}, policy);
  for (std::size_t day = 1; day < days.size(); ++day) {
    if (HasEventOn(events, static_cast<int>(day)) || days[day].state == days[day - 1].state) {
      continue;
    }
    RC_ASSERT(days[day - 1].due_day <= kFirstDay + static_cast<int>(day));
  }
}

RC_GTEST_PROP(ClassifierLaws, LookingMoreOftenChangesNothing, ()) {
  const Policy policy = Compiled(QuickDates());
  const ToldContact contact{.events = SomeEvents()};
  const auto days = DayByDay(contact, policy);
  // Looked at only when something happens or is due, as the service does.
  LifecycleState own;
  std::int32_t due = kFirstDay;
  for (std::size_t day = 0; day < days.size(); ++day) {
    const bool is_due = due <= kFirstDay + static_cast<std::int32_t>(day);
    if (!is_due && !HasEventOn(contact.events, static_cast<int>(day))) continue;
    ToldContact now = contact;
    now.before_state = own;
    const Classified found = StandingOn(Date{kFirstDay + static_cast<int>(day)}, now, policy);
    RC_ASSERT(found.state == days[day].state);
    own = found.own;
    due = found.due_day;
  }
}

RC_GTEST_PROP(ClassifierLaws, WhatIsNotKnownIsNeitherMetNorNotMet, ()) {
  PolicySettings settings = QuickPolicy();
  settings.qualification.budget = {.met = "budget >= 100", .not_met = "budget < 100"};
  settings.qualification.purchasing_power = {.met = "income >= 100", .not_met = "income < 100"};
  settings.qualification.authority = {.met = "age >= 30", .not_met = "age < 30"};
  settings.qualification.need = {.met = "note = \"yes\"", .not_met = "note = \"no\""};
  settings.qualification.timing = {.met = "demo_date > today - 9d",
                                   .not_met = "demo_date <= today - 9d"};
  const Policy policy = Compiled(settings);
  ToldContact contact{.kind = *rc::gen::element(ContactKind::kPerson, ContactKind::kOrganization)};
  const bool has_money = *rc::gen::arbitrary<bool>(), has_age = *rc::gen::arbitrary<bool>();
  const bool has_note = *rc::gen::arbitrary<bool>(), has_demo = *rc::gen::arbitrary<bool>();
  const double number = *rc::gen::inRange(0, 200);
  if (has_money) contact = contact.With("budget", number).With("income", number);
  if (has_age) contact = contact.With("age", number);
  if (has_note) contact = contact.With("note", std::string(*rc::gen::element("yes", "no")));
  if (has_demo) contact = contact.With("demo_date", Date{kFirstDay - *rc::gen::inRange(0, 20)});
  const LifecycleState state = StandingOn(Date{kFirstDay}, contact, policy).state;
  const auto is_known = [&](LifecycleField field) {
    return state.finding(field) != Finding::kUnknown;
  };
  RC_ASSERT(is_known(LifecycleField::kBudget) == has_money);
  RC_ASSERT(is_known(LifecycleField::kAuthority) == has_age);
  RC_ASSERT(is_known(LifecycleField::kNeed) == has_note);
  RC_ASSERT(is_known(LifecycleField::kTiming) == has_demo);
}

}  // namespace
}  // namespace cible
