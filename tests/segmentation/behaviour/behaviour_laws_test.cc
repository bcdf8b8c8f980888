// What events add up to depends on the set of them alone, and is what their
// definitions say: on random events against a recomputation.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/behaviour/recomputation.h"

namespace cible {
namespace {

// Not scaled by RapidCheck's size, which begins at nothing.
int Between(int least, int most) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, most + 1));
}

std::vector<Event> RandomEvents(int most) {
  std::vector<Event> events(static_cast<std::size_t>(Between(0, most)));
  for (Event& event : events) event = RandomEvent(Between);
  return events;
}

template <typename T>
void Shuffle(std::vector<T>& list) {
  for (int i = static_cast<int>(list.size()) - 1; i > 0; --i) {
    std::swap(list[static_cast<std::size_t>(i)], list[static_cast<std::size_t>(Between(0, i))]);
  }
}

// All that is kept, orders included, as bytes.
std::string BytesOf(const AddedUp& sum) {
  std::string bytes = EncodeBehaviour(sum.behaviour());
  for (const auto& [key, order] : sum.orders()) absl::StrAppend(&bytes, key, EncodeOrder(order));
  return bytes;
}

TEST(BehaviourLaws, OrderDoesNotMatter) {
  EXPECT_TRUE(rc::check([] {
    const BehaviourRules rules = RandomRules(Between);
    std::vector<Event> events = RandomEvents(60);
    const std::string bytes = BytesOf(AddedUp(events, rules));
    Shuffle(events);
    RC_ASSERT(BytesOf(AddedUp(events, rules)) == bytes);
  }));
}

TEST(BehaviourLaws, WhatIsTakenOutAgainWasNeverThere) {
  EXPECT_TRUE(rc::check([] {
    const BehaviourRules rules = RandomRules(Between);
    const std::vector<Event> stay = RandomEvents(30), go = RandomEvents(30);
    // Steps of an event that stays (in) and of one that goes (in, then out).
    std::vector<std::pair<bool, std::size_t>> steps;
    for (std::size_t i = 0; i < stay.size(); ++i) steps.emplace_back(true, i);
    for (std::size_t i = 0; i < 2 * go.size(); ++i) steps.emplace_back(false, i / 2);
    Shuffle(steps);
    AddedUp sum(rules);
    std::set<std::size_t> are_in;
    for (const auto& [stays, i] : steps) {
      if (stays) {
        sum.Add(stay[i]);
      } else if (are_in.insert(i).second) {
        sum.Add(go[i]);
      } else {
        sum.Remove(go[i]);
      }
    }
    RC_ASSERT(BytesOf(sum) == BytesOf(AddedUp(stay, rules)));
  }));
}

TEST(BehaviourLaws, EveryValueIsThatOfARecomputationOnAnyDay) {
  EXPECT_TRUE(rc::check([] {
    const BehaviourRules rules = RandomRules(Between);
    const std::vector<Event> events = RandomEvents(60);
    const AddedUp sum(events, rules);
    for (int days = 0; days < 3; ++days) {
      const AsOf as_of = RandomAsOf(Between);
      const std::string differences =
          Differences(ValuesOf(sum.behaviour(), rules, as_of), Recompute(events, rules, as_of));
      if (!differences.empty()) RC_FAIL(differences);
    }
  }));
}

// Of several contacts: the sum of their numbers, the first or the last of their dates.
std::optional<Value> Together(const std::string& id, const std::vector<DerivedValues>& contacts) {
  double sum = 0;
  std::set<Date> dates;
  for (const DerivedValues& values : contacts) {
    const std::optional<Value>& value = values.at(id);
    if (!value.has_value()) continue;
    if (const auto* date = std::get_if<Date>(&*value)) dates.insert(*date);
    if (const auto* number = std::get_if<double>(&*value)) sum += *number;
  }
  if (!absl::EndsWith(id, "_date")) return sum;
  if (dates.empty()) return std::nullopt;
  return id == "first_purchase_date" ? *dates.begin() : *dates.rbegin();
}

TEST(BehaviourLaws, AnOrganisationIsItselfAndItsPersonsTogether) {
  EXPECT_TRUE(rc::check([] {
    const BehaviourRules rules = RandomRules(Between);
    AsOf as_of = RandomAsOf(Between);
    as_of.events_are_complete = true;  // Who did nothing adds nothing.
    const std::vector<Event> own = RandomEvents(8);
    std::vector<DerivedValues> contacts = {Recompute(own, rules, as_of)};
    People people(as_of);
    for (int count = Between(0, 4); count > 0; --count) {
      const std::vector<Event> events = RandomEvents(8);
      people.Add("p", BuyingRole::kUnknown, AddedUp(events, rules).behaviour());
      contacts.push_back(Recompute(events, rules, as_of));
    }
    DerivedValues kept, recomputed;
    for (const Attribute& attribute : PeopleAttributes("EUR")) {
      std::string id = attribute.id;
      if (PeopleListVersion(attribute) == 1 && id != "people_net_paid") continue;
      id.erase(0, std::string("people_").size());
      kept[id] =
          PeopleMeasure::Of(attribute)->ValueOf(people, AddedUp(own, rules).behaviour(), as_of);
      recomputed[id] = Together(id, contacts);
    }
    RC_ASSERT(kept.size() == 8u);
    const std::string differences = Differences(kept, recomputed);
    if (!differences.empty()) RC_FAIL(differences);
  }));
}

// From one day to the next, where nothing is dated later.
bool IsDrift(Drift drift, const AsOf& as_of, double today, double tomorrow) {
  switch (drift) {
    case Drift::kNone: return tomorrow == today;
    case Drift::kDaysSince: return tomorrow == today + 1;
    case Drift::kHalving:
      return std::abs(tomorrow - today * std::exp2(-1 / as_of.half_life_days)) <= 1e-12 * today;
    case Drift::kAny: return today != 0 || tomorrow == 0;
    case Drift::kUnforeseen: return true;
  }
  return false;
}

TEST(BehaviourLaws, EveryValueDriftsAsIsSaidOfIt) {
  EXPECT_TRUE(rc::check([] {
    const BehaviourRules rules = RandomRules(Between);
    const AddedUp sum(RandomEvents(20), rules);
    AsOf as_of = RandomAsOf(Between);
    if (!sum.behaviour().is_empty()) {
      as_of.day.days = std::max(as_of.day.days, sum.behaviour().days.back().day);
    }
    const DerivedValues today = ValuesOf(sum.behaviour(), rules, as_of);
    AsOf next = as_of;
    ++next.day.days;
    const DerivedValues tomorrow = ValuesOf(sum.behaviour(), rules, next);
    for (const Attribute& attribute : BehaviourAttributes(rules.categories, "EUR")) {
      const auto before = today.at(attribute.id), after = tomorrow.at(attribute.id);
      RC_ASSERT(before.has_value() == after.has_value());
      const Drift drift = DriftOf(attribute);
      RC_LOG() << attribute.id << "\n";
      if (attribute.type != AttributeType::kNumeric) {
        RC_ASSERT(drift == Drift::kNone);
        RC_ASSERT(before == after);
      } else if (before.has_value()) {
        RC_ASSERT(IsDrift(drift, as_of, std::get<double>(*before), std::get<double>(*after)));
      }
    }
  }));
}

TEST(BehaviourLaws, BytesAreReadAsTheyWereWritten) {
  EXPECT_TRUE(rc::check([] {
    const AddedUp sum(RandomEvents(60), RandomRules(Between));
    const auto read = DecodeBehaviour(EncodeBehaviour(sum.behaviour()));
    RC_ASSERT(read.ok());
    RC_ASSERT(*read == sum.behaviour());
    for (const auto& [key, order] : sum.orders()) {
      const auto read_order = DecodeOrder(EncodeOrder(order));
      RC_ASSERT(read_order.ok());
      RC_ASSERT(*read_order == order);
    }
  }));
}

TEST(BehaviourLaws, BytesOfAnyKindAreReadOrRefused) {
  EXPECT_TRUE(rc::check([] {
    std::string bytes = EncodeBehaviour(AddedUp(RandomEvents(8), RandomRules(Between)).behaviour());
    for (int changes = Between(1, 4); changes > 0; --changes) {
      const int at = Between(0, static_cast<int>(bytes.size()) - 1);
      bytes[static_cast<std::size_t>(at)] = static_cast<char>(Between(0, 255));
    }
    const auto read = DecodeBehaviour(bytes);
    RC_ASSERT(read.ok() || read.status().code() == absl::StatusCode::kDataLoss);
    if (read.ok()) RC_ASSERT(*DecodeBehaviour(EncodeBehaviour(*read)) == *read);
  }));
}

}  // namespace
}  // namespace cible
