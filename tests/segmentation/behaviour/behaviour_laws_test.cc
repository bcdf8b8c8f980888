// What events add up to depends on the set of them alone, and is what their
// definitions say: on random events against a recomputation.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/behaviour/behaviour_attributes.h"
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
