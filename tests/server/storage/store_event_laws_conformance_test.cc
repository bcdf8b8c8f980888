// Long histories of events that come late, twice, out of order, are corrected and
// cancelled, of contacts that are merged and erased, under rules that change: at every
// moment what is kept is that of the set of events, to the byte, and every value that
// of a recomputation.

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/segmentation/behaviour/recomputation.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

// What a contact's events must be.
struct Known {
  std::map<std::string, Event> events;  // By id.
  std::set<std::string> cancelled;
};

class History {
 public:
  History(std::string workspace, std::uint64_t seed)
      : workspace_(std::move(workspace)), random_(seed) {}

  // The next operation, done already to what must be.
  Operation Next() {
    const int kind = Between(0, 99);
    if (contacts_.empty() || kind < 60) return RecordSome();
    if (kind < 85) return CancelSome();
    if (kind < 92) return MergeTwo();
    if (kind < 95) return EraseOne();
    return ChangeRules();
  }

  const std::string& workspace() const { return workspace_; }
  const std::map<std::string, Known>& contacts() const { return contacts_; }
  const BehaviourRules& rules() const { return rules_; }
  AsOf RandomDay() { return RandomAsOf(draw_); }

 private:
  int Between(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }

  // An id that leads to one of a few contacts, or to one that is new.
  std::string AnyId() { return absl::StrCat("c", Between(0, 5)); }

  const std::string& KeptId(const std::string& id) {
    const auto redirect = redirects_.find(id);
    return redirect == redirects_.end() ? id : redirect->second;
  }

  const std::string& AnyContact() {
    return std::next(contacts_.begin(), Between(0, static_cast<int>(contacts_.size()) - 1))->first;
  }

  std::string AnyEventId() { return absl::StrCat("e", Between(0, 30)); }

  Operation RecordSome() {
    PutEvents put{.workspace = workspace_, .contact = AnyId(), .creates_contact = true};
    Known& known = Make(KeptId(put.contact));
    for (int count = Between(1, 8); count > 0; --count) {
      Event event = RandomEvent(draw_);
      event.id = AnyEventId();
      // Some come twice.
      const auto before = known.events.find(event.id);
      if (before != known.events.end() && Between(0, 3) == 0) event = before->second;
      put.events.push_back(event);
      if (!known.cancelled.contains(event.id)) known.events[event.id] = event;
    }
    return put;
  }

  Known& Make(const std::string& id) {
    if (!contacts_.contains(id)) age_.emplace(id, ++created_);
    return contacts_[id];
  }

  Operation CancelSome() {
    CancelEvents cancel{.workspace = workspace_, .contact = AnyContact(), .events = {}};
    Known& known = contacts_[cancel.contact];
    for (int count = Between(1, 3); count > 0; --count) {
      cancel.events.push_back(AnyEventId());
      known.events.erase(cancel.events.back());
      known.cancelled.insert(cancel.events.back());
    }
    return cancel;
  }

  Operation MergeTwo() {
    std::string kept = AnyContact(), other = AnyContact();
    MergeContacts merge{.workspace = workspace_, .ids = {kept, other}};
    if (kept == other) return merge;
    if (age_[other] < age_[kept]) std::swap(kept, other);
    Known& known = contacts_[kept];
    known.cancelled.insert(contacts_[other].cancelled.begin(), contacts_[other].cancelled.end());
    for (const auto& [id, event] : contacts_[other].events) {
      const auto [place, is_new] = known.events.emplace(id, event);
      if (is_new || place->second == event || known.cancelled.contains(id)) continue;
      Event renamed = event;
      renamed.id = absl::StrCat(id, "~", ++renamed_);
      known.events.emplace(renamed.id, renamed);
    }
    for (const std::string& id : known.cancelled) known.events.erase(id);
    for (auto& [id, to] : redirects_) to = to == other ? kept : to;
    redirects_[other] = kept;
    Remove(other);
    return merge;
  }

  Operation EraseOne() {
    const std::string id = AnyContact();
    std::erase_if(redirects_, [&](const auto& redirect) { return redirect.second == id; });
    Remove(id);
    return DeleteContact{.workspace = workspace_, .id = id};
  }

  void Remove(const std::string& id) {
    age_.erase(id);
    contacts_.erase(id);
  }

  Operation ChangeRules() {
    rules_ = RandomRules(draw_);
    return PutBehaviourRules{.workspace = workspace_, .rules = rules_};
  }

  const std::string workspace_;
  std::mt19937_64 random_;
  const Draw draw_ = [this](int least, int most) { return Between(least, most); };
  std::map<std::string, Known> contacts_;
  std::map<std::string, std::string> redirects_;
  std::map<std::string, int> age_;  // The lower the older.
  int created_ = 0;
  int renamed_ = 0;
  BehaviourRules rules_;
};

std::vector<Event> ListOf(const Known& known) {
  std::vector<Event> events;
  for (const auto& [id, event] : known.events) events.push_back(event);
  return events;
}

// A merge gives ids of its own to events that say something else under the same id.
std::vector<Event> ByFormerIds(std::vector<Event> events) {
  for (Event& event : events) event.id = event.id.substr(0, event.id.find('~'));
  return events;
}

bool IsLatestFirst(const std::vector<Event>& events) {
  return std::is_sorted(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return std::pair(-a.time.micros, a.id) < std::pair(-b.time.micros, b.id);
  });
}

class StoreEventLaws {
 public:
  StoreEventLaws(Snapshot& snapshot, History& history) : snapshot_(snapshot), history_(history) {}

  void ExpectAll() {
    EXPECT_EQ(*snapshot_.CountContacts(history_.workspace(), std::nullopt),
              std::ssize(history_.contacts()));
    for (const auto& [id, known] : history_.contacts()) Expect(id, ListOf(known));
  }

 private:
  void Expect(const std::string& id, const std::vector<Event>& events) {
    const auto record = snapshot_.Lookup(history_.workspace(), {id})->at(0);
    ASSERT_TRUE(record.has_value()) << id;
    EXPECT_EQ(record->id, id);
    const std::vector<Event> listed = *snapshot_.Events(record->key, std::nullopt, 1000);
    EXPECT_TRUE(IsLatestFirst(listed));
    EXPECT_THAT(ByFormerIds(listed), testing::UnorderedElementsAreArray(ByFormerIds(events))) << id;
    EXPECT_EQ(*snapshot_.CountEvents(record->key), std::ssize(events));
    const Behaviour expected = AddedUp(events, history_.rules()).behaviour();
    EXPECT_EQ(record->behaviour, events.empty() ? "" : EncodeBehaviour(expected)) << id;
    const auto behaviour = DecodeBehaviour(record->behaviour);
    ASSERT_TRUE(behaviour.ok()) << behaviour.status();
    const AsOf as_of = history_.RandomDay();
    EXPECT_EQ(Differences(ValuesOf(*behaviour, history_.rules(), as_of),
                          Recompute(events, history_.rules(), as_of)),
              "")
        << id;
  }

  Snapshot& snapshot_;
  History& history_;
};

TEST_P(StoreConformance, WhatIsKeptOfEventsDependsOnTheSetOfThemAloneThroughLongHistories) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    History history(absl::StrCat("w", seed), seed);
    for (int commits = 0; commits < 150 && !HasFailure(); ++commits) {
      std::vector<Operation> operations;
      for (unsigned i = 0; i <= static_cast<unsigned>(commits) % 4; ++i) {
        operations.push_back(history.Next());
      }
      now_.micros += 1;
      Commit(std::move(operations));
      if (commits % 40 == 39) Reopen();
      StoreEventLaws(*OpenSnapshot(), history).ExpectAll();
    }
  }
}

}  // namespace
}  // namespace cible
