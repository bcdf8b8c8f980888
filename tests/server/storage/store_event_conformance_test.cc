// What every store must do with the events of contacts.

#include <gmock/gmock.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Event WithId(std::string id, Event event) {
  event.id = std::move(id);
  return event;
}

Event Visit(const std::string& id, const std::string& when = "2026-03-01") {
  return WithId(id, Made(EventType::kVisit, when));
}

// One with all that events may have.
Event Full() {
  return {.id = "e1",
          .type = EventType::kPurchase,
          .time = {1'772'359'200'123'456},
          .order = "A",
          .amount = Millionths(-19.9),
          .margin = Millionths(3.25),
          .quantity = 2.5,
          .unit_price = 7.96,
          .list_price = 8,
          .item = "été",
          .channel = "web",
          .source = "advertising",
          .campaign = "spring",
          .custom_type = "any"};
}

PutEvents Put(const std::string& contact, std::vector<Event> events) {
  return {"default", contact, std::move(events)};
}

CancelEvents Cancel(const std::string& contact, std::vector<std::string> events) {
  return {"default", contact, std::move(events)};
}

PutAssignments AssignTo(const std::string& segment, const std::string& contact) {
  return {"default", "shoppers", "m1", {{contact, segment, 0.5}}};
}

// "1 recorded, 2 unchanged"
std::string Words(const EventCounts& counts) {
  std::vector<std::string> words;
  const auto add = [&](std::int64_t count, const char* word) {
    if (count != 0) words.push_back(absl::StrCat(count, " ", word));
  };
  add(counts.recorded, "recorded");
  add(counts.replaced, "replaced");
  add(counts.unchanged, "unchanged");
  add(counts.cancelled, "cancelled");
  add(counts.unrecorded, "unrecorded");
  return absl::StrJoin(words, ", ");
}

std::vector<std::string> IdsOf(const std::vector<Event>& events) {
  std::vector<std::string> ids;
  for (const Event& event : events) ids.push_back(event.id);
  return ids;
}

// --- Recording --------------------------------------------------------------

TEST_P(StoreConformance, GivesEventsBackAsTheyWereSentTheLatestFirst) {
  Event bare = Visit("e0", "1969-12-31");
  Commit({Person("ana", "")});
  const OperationResult result = CommitOne(Put("ana", {bare, Full(), Visit("e2", "2026-04-01")}));
  EXPECT_EQ(result.effect, Effect::kUpdated);
  EXPECT_EQ(Words(result.events), "3 recorded");
  EXPECT_THAT(EventsOf("ana"), ElementsAre(Visit("e2", "2026-04-01"), Full(), bare));
  Reopen();
  EXPECT_THAT(EventsOf("ana"), ElementsAre(Visit("e2", "2026-04-01"), Full(), bare));
  EXPECT_EQ(BehaviourOf("ana"), AddedUp({bare, Full(), Visit("e2", "2026-04-01")}).behaviour());
}

TEST_P(StoreConformance, AContactWithoutEventsHasNoBehaviour) {
  Commit({Person("ana", "")});
  EXPECT_EQ(Find("ana")->behaviour, "");
  EXPECT_THAT(EventsOf("ana"), IsEmpty());
  EXPECT_EQ(*OpenSnapshot()->CountEvents(Find("ana")->key), 0);
}

TEST_P(StoreConformance, EventsOfNobodyAreRefusedUnlessTheyMayMakeALead) {
  const absl::Status status = CommitStatus({Put("ana", {Visit("e1")})});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no such contact");
  PutEvents put = Put("ana", {Visit("e1")});
  put.creates_contact = true;
  const OperationResult result = CommitOne(put);
  EXPECT_EQ(result.effect, Effect::kCreated);
  EXPECT_EQ(Words(result.events), "1 recorded");
  const auto ana = Find("ana");
  EXPECT_EQ(ana->key, result.contact_key);
  EXPECT_EQ(ana->revision, result.revision);
  EXPECT_EQ(ana->stage, Stage::kLead);
  EXPECT_EQ(ana->kind, ContactKind::kPerson);
  EXPECT_EQ(ana->create_time, now_);
  EXPECT_EQ(BehaviourOf("ana").events, 1);
  put.contact = "acme";
  put.kind = ContactKind::kOrganization;
  EXPECT_EQ(CommitOne(put).effect, Effect::kCreated);
  EXPECT_EQ(Find("acme")->kind, ContactKind::kOrganization);
  EXPECT_EQ(CommitOne(put).effect, Effect::kUnchanged);
}

TEST_P(StoreConformance, AnEventIsAChangeOfItsContactAndTakesItsAssignments) {
  Commit({Person("ana", Age(34)), Person("ben", ""), AssignTo("s1", "ana"), AssignTo("s1", "ben")});
  const Revision before = OpenSnapshot()->revision();
  now_ = {2'000'000};
  const OperationResult result = CommitOne(Put("ana", {Visit("e1")}));
  EXPECT_EQ(result.revision, before + 1);
  EXPECT_EQ(Find("ana")->revision, result.revision);
  EXPECT_EQ(Find("ana")->update_time, now_);
  EXPECT_EQ(Find("ana")->values, Age(34));
  EXPECT_FALSE(IsAssigned("ana"));
  EXPECT_TRUE(IsAssigned("ben"));
  const auto changes = *OpenSnapshot()->Changes("default", before, 10);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].contact, "ana");
}

TEST_P(StoreConformance, AnEventThatComesTwiceCountsOnceAndChangesNothing) {
  Commit({Person("ana", "")});
  const OperationResult first = CommitOne(Put("ana", {Full(), Visit("e2")}));
  Commit({AssignTo("s1", "ana")});
  now_ = {2'000'000};
  const OperationResult again = CommitOne(Put("ana", {Full(), Visit("e2")}));
  EXPECT_EQ(again.effect, Effect::kUnchanged);
  EXPECT_EQ(Words(again.events), "2 unchanged");
  EXPECT_EQ(again.revision, first.revision);
  EXPECT_EQ(again.contact_key, first.contact_key);
  EXPECT_EQ(Find("ana")->revision, first.revision);
  EXPECT_TRUE(IsAssigned("ana"));
  EXPECT_EQ(BehaviourOf("ana"), AddedUp({Full(), Visit("e2")}).behaviour());
}

TEST_P(StoreConformance, AnEventThatIsCorrectedCountsAsItWasSaidLast) {
  Commit({Person("ana", "")});
  CommitOne(Put("ana", {WithId("e1", Purchase("2026-03-01", 100, "A")),
                        WithId("e2", Purchase("2026-03-01", 10, "A"))}));
  Commit({AssignTo("s1", "ana")});
  const Event corrected = WithId("e1", Purchase("2026-03-02", 90, "B"));
  const OperationResult result = CommitOne(Put("ana", {corrected}));
  EXPECT_EQ(result.effect, Effect::kUpdated);
  EXPECT_EQ(Words(result.events), "1 replaced");
  EXPECT_EQ(BehaviourOf("ana"), AddedUp({Purchase("2026-03-01", 10, "A"), corrected}).behaviour());
  EXPECT_FALSE(IsAssigned("ana"));
  EXPECT_EQ(EventsOf("ana")[0], corrected);
}

TEST_P(StoreConformance, OfOneIdInOneMessageTheLastCounts) {
  Commit({Person("ana", "")});
  const OperationResult result =
      CommitOne(Put("ana", {Visit("e1"), Visit("e1"), Visit("e1", "2026-04-01")}));
  EXPECT_EQ(Words(result.events), "1 recorded, 1 replaced, 1 unchanged");
  EXPECT_THAT(EventsOf("ana"), ElementsAre(Visit("e1", "2026-04-01")));
  EXPECT_EQ(BehaviourOf("ana").events, 1);
}

TEST_P(StoreConformance, IdsAndOrdersAreThoseOfOneContact) {
  Commit({Person("ana", ""), Person("ben", ""), Person("ana", "", "north")});
  const Event event = WithId("e1", Purchase("2026-03-01", 100, "A"));
  Commit({Put("ana", {event}), Put("ben", {event}), PutEvents{"north", "ana", {event}}});
  for (const char* id : {"ana", "ben"}) EXPECT_EQ(BehaviourOf(id).orders, 1);
  Commit({Cancel("ana", {"e1"})});
  EXPECT_EQ(BehaviourOf("ben").orders, 1);
  EXPECT_EQ(BehaviourOf("ana", "north").orders, 1);
}

TEST_P(StoreConformance, NoEventsAtAllAreNoChange) {
  Commit({Person("ana", "")});
  EXPECT_EQ(CommitOne(Put("ana", {})).effect, Effect::kUnchanged);
  EXPECT_EQ(CommitOne(Cancel("ana", {})).effect, Effect::kUnchanged);
}

TEST_P(StoreConformance, EventsThatFailWithTheirBatchLeaveNoTrace) {
  Commit({Person("ana", ""), Put("ana", {Visit("e1")})});
  const Revision before = OpenSnapshot()->revision();
  const absl::Status status = CommitStatus(
      {Put("ana", {Visit("e2"), Visit("e1", "2026-05-01")}), Cancel("ana", {"e1"}),
       PutBehaviourRules{"default", {.time_zone = "Europe/Paris"}}, Put("nobody", {Visit("e1")})});
  EXPECT_EQ(FailedOperation(status), 3);
  EXPECT_EQ(OpenSnapshot()->revision(), before);
  EXPECT_THAT(EventsOf("ana"), ElementsAre(Visit("e1")));
  // In the zone that there was.
  const Event late = WithId("e3", Purchase("2026-03-01T23:30:00Z", 5));
  Commit({Put("ana", {late})});
  EXPECT_EQ(BehaviourOf("ana"), AddedUp({Visit("e1"), late}).behaviour());
}

TEST_P(StoreConformance, OperationsOfOneBatchSeeEachOther) {
  const auto results = Commit({Person("ana", ""), Put("ana", {Visit("e1"), Visit("e2")}),
                               Cancel("ana", {"e1"}), Put("ana", {Visit("e1"), Visit("e3")})});
  EXPECT_EQ(Words(results[2].events), "1 cancelled");
  EXPECT_EQ(Words(results[3].events), "1 recorded, 1 cancelled");
  EXPECT_THAT(IdsOf(EventsOf("ana")), ElementsAre("e2", "e3"));
  EXPECT_EQ(BehaviourOf("ana").events, 2);
}

// --- Channels ---------------------------------------------------------------

// By channels of that name, of numbers in [begin, end).
std::vector<Event> ByChannels(const std::string& name, int begin, int end) {
  std::vector<Event> events;
  for (int i = begin; i < end; ++i) {
    const std::string channel = absl::StrCat(name, i);
    events.push_back(ByChannel(channel, Visit(channel)));
  }
  return events;
}

TEST_P(StoreConformance, AContactHasAtMostSixtyFourChannels) {
  Commit({Person("ana", ""), Put("ana", ByChannels("c", 0, 63))});
  // The event alone that has one too many.
  EXPECT_THAT(CommitOne(Put("ana", ByChannels("c", 63, 66))).events.refused, ElementsAre(1, 2));
  EXPECT_EQ(BehaviourOf("ana").events, 64);
  Commit({Put("ana", {ByChannel("c7", Visit("again"))})});
  EXPECT_THAT(CommitOne(Put("ana", ByChannels("c", 64, 65))).events.refused, ElementsAre(0));
  // One that is not used any more makes room.
  Commit({Cancel("ana", {"c63"}), Put("ana", ByChannels("c", 64, 65))});
  EXPECT_THAT(BehaviourOf("ana").channels, SizeIs(64));
}

// They were once refused whatever they said.
TEST_P(StoreConformance, AContactThatHasMoreChannelsByAMergeStillTakesEvents) {
  Commit({Person("ana", ""), Person("ben", ""), Put("ana", ByChannels("a", 0, 40)),
          Put("ben", ByChannels("b", 0, 40))});
  Commit({MergeContacts{"default", {"ana", "ben"}}});
  EXPECT_THAT(BehaviourOf("ana").channels, SizeIs(80));
  Commit({Put("ana", {Visit("none"), ByChannel("b7", Visit("known"))})});
  EXPECT_EQ(BehaviourOf("ana").events, 82);
  EXPECT_THAT(CommitOne(Put("ana", {ByChannel("new", Visit("new"))})).events.refused,
              ElementsAre(0));
}

// --- Lists ------------------------------------------------------------------

TEST_P(StoreConformance, ListsEventsPageByPageAlsoWithinOneInstant) {
  Commit({Person("ana", ""), Person("ben", "")});
  std::vector<Event> events = {Visit("z", "2026-05-01"), Visit("a", "2026-01-01")};
  for (const char* id : {"f", "b", "d", "c", "e"}) events.push_back(Visit(id, "2026-03-01"));
  Commit({Put("ana", events), Put("ben", {Visit("other")}), Cancel("ana", {"d"})});
  const auto snapshot = OpenSnapshot();
  const std::int64_t key = Find("ana")->key;
  std::vector<std::string> all;
  std::optional<EventPosition> after;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = *snapshot->Events(key, after, 2);
    if (page.empty()) break;
    for (const Event& event : page) all.push_back(event.id);
    after = EventPosition{page.back().time, page.back().id};
  }
  EXPECT_THAT(all, ElementsAre("z", "b", "c", "e", "f", "a"));
  EXPECT_EQ(*snapshot->CountEvents(key), 6);
  EXPECT_THAT(*snapshot->Events(key, std::nullopt, 0), IsEmpty());
  EXPECT_THAT(*snapshot->Events(key, std::nullopt, -1), IsEmpty());
  EXPECT_THAT(*snapshot->Events(999, std::nullopt, 10), IsEmpty());
  EXPECT_EQ(*snapshot->CountEvents(999), 0);
}

TEST_P(StoreConformance, ASnapshotGoesOnShowingTheEventsThatItShowed) {
  Commit({Person("ana", ""), Put("ana", {Visit("e1")})});
  const auto snapshot = OpenSnapshot();
  const std::int64_t key = Find("ana")->key;
  const auto before = (*snapshot->Lookup("default", {"ana"}))[0];
  Commit({Put("ana", {Visit("e2")}), Cancel("ana", {"e1"})});
  EXPECT_THAT(IdsOf(*snapshot->Events(key, std::nullopt, 10)), ElementsAre("e1"));
  EXPECT_EQ((*snapshot->Lookup("default", {"ana"}))[0]->behaviour, before->behaviour);
  EXPECT_THAT(IdsOf(EventsOf("ana")), ElementsAre("e2"));
}

// --- Cancelling -------------------------------------------------------------

TEST_P(StoreConformance, ACancelledEventCountsNoMoreAndDoesNotComeBack) {
  const Event bought = WithId("e1", Purchase("2026-03-01", 100, "A"));
  Commit({Person("ana", ""), Put("ana", {bought, Visit("e2")}), AssignTo("s1", "ana")});
  const Revision before = Find("ana")->revision;
  const OperationResult result = CommitOne(Cancel("ana", {"e1"}));
  EXPECT_EQ(result.effect, Effect::kUpdated);
  EXPECT_EQ(Words(result.events), "1 cancelled");
  EXPECT_GT(Find("ana")->revision, before);
  EXPECT_EQ(Find("ana")->revision, result.revision);
  EXPECT_FALSE(IsAssigned("ana"));
  EXPECT_EQ(BehaviourOf("ana"), AddedUp({Visit("e2")}).behaviour());
  const OperationResult late = CommitOne(Put("ana", {bought}));
  EXPECT_EQ(late.effect, Effect::kUnchanged);
  EXPECT_EQ(Words(late.events), "1 cancelled");
  EXPECT_EQ(Words(CommitOne(Cancel("ana", {"e1"})).events), "1 unchanged");
  EXPECT_THAT(IdsOf(EventsOf("ana")), ElementsAre("e2"));
}

TEST_P(StoreConformance, ACancellationMayComeBeforeItsEvent) {
  Commit({Person("ana", ""), AssignTo("s1", "ana")});
  const Revision before = Find("ana")->revision;
  const OperationResult result = CommitOne(Cancel("ana", {"e1"}));
  EXPECT_EQ(result.effect, Effect::kUpdated) << "it is told in the audit trail";
  EXPECT_EQ(Words(result.events), "1 unrecorded");
  EXPECT_EQ(Find("ana")->revision, before);
  EXPECT_TRUE(IsAssigned("ana"));
  EXPECT_EQ(Words(CommitOne(Put("ana", {Visit("e1"), Visit("e2")})).events),
            "1 recorded, 1 cancelled");
  EXPECT_THAT(IdsOf(EventsOf("ana")), ElementsAre("e2"));
  Reopen();
  EXPECT_EQ(Words(CommitOne(Put("ana", {Visit("e1")})).events), "1 cancelled");
}

TEST_P(StoreConformance, ACancellationNeedsItsContact) {
  const absl::Status status = CommitStatus({Cancel("ana", {"e1"})});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no such contact");
}

TEST_P(StoreConformance, WhenAllEventsAreCancelledThereAreNone) {
  Commit({Person("ana", ""), Put("ana", {Visit("e1"), WithId("e2", Purchase("2026-03-01", 5))})});
  Commit({Cancel("ana", {"e2", "e1"})});
  EXPECT_EQ(Find("ana")->behaviour, "");
  EXPECT_EQ(*OpenSnapshot()->CountEvents(Find("ana")->key), 0);
}

// --- Merges and erasure -------------------------------------------------------

TEST_P(StoreConformance, AMergeHasTheEventsOfBothAndThoseOfOneIdOnce) {
  const Event first = WithId("e1", Purchase("2026-03-01", 100, "A"));
  const Event second = WithId("e2", Purchase("2026-03-02", 20, "A"));
  const Event of_both = WithId("e3", Purchase("2026-03-03", 7, "B"));
  Commit({Person("ana", ""), Person("ben", ""), Put("ana", {first, of_both}),
          Put("ben", {second, of_both})});
  Commit({MergeContacts{"default", {"ana", "ben"}}});
  EXPECT_EQ(BehaviourOf("ana"), AddedUp({first, second, of_both}).behaviour());
  EXPECT_EQ(BehaviourOf("ana").orders, 2);
  EXPECT_THAT(IdsOf(EventsOf("ana")), ElementsAre("e3", "e2", "e1"));
  // By the id it had, into the order of both.
  const Event returned = WithId("e4", Return("2026-03-04", 5, "A"));
  EXPECT_EQ(CommitOne(Put("ben", {returned, second})).effect, Effect::kUpdated);
  EXPECT_EQ(BehaviourOf("ben"), AddedUp({first, second, of_both, returned}).behaviour());
}

// Contacts of two systems number their events alike.
TEST_P(StoreConformance, AMergeLosesNoEventThatSaysSomethingElseUnderTheSameId) {
  const Event one = WithId("1", Purchase("2026-03-01", 100, "A"));
  const Event other = WithId("1", Purchase("2026-03-02", 20, "B"));
  Commit({Person("ana", ""), Person("ben", ""), Put("ana", {one}), Put("ben", {other})});
  Commit({MergeContacts{"default", {"ana", "ben"}}});
  EXPECT_EQ(BehaviourOf("ana"), AddedUp({one, other}).behaviour());
  EXPECT_EQ(*OpenSnapshot()->CountEvents(Find("ana")->key), 2);
}

TEST_P(StoreConformance, WhatWasCancelledOfOneIsCancelledInTheMerge) {
  for (const bool of_the_older : {true, false}) {
    const std::string older = absl::StrCat("older", of_the_older);
    const std::string younger = absl::StrCat("younger", of_the_older);
    const std::vector<Event> events = {Visit("e1"), Visit("e2")};
    Commit({Person(older, ""), Person(younger, ""), Put(older, events), Put(younger, events)});
    Commit({Cancel(of_the_older ? older : younger, {"e1", "later"})});
    Commit({MergeContacts{"default", {older, younger}}});
    EXPECT_THAT(IdsOf(EventsOf(older)), ElementsAre("e2"));
    EXPECT_EQ(BehaviourOf(older).events, 1);
    EXPECT_EQ(Words(CommitOne(Put(younger, {Visit("e1"), Visit("later")})).events), "2 cancelled");
  }
}

TEST_P(StoreConformance, AMergeOfSeveralAddsUpAllOfThem) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", ""), Person("dan", ""),
          Put("ben", {WithId("e1", Purchase("2026-03-01", 1, "A"))}),
          Put("cleo", {WithId("e2", Purchase("2026-03-01", 2, "A"))}),
          Put("dan", {WithId("e3", Purchase("2026-03-01", 4, "A"))})});
  Commit({MergeContacts{"default", {"cleo", "dan"}}});
  Commit({MergeContacts{"default", {"dan", "ben", "ana"}}});
  EXPECT_EQ(BehaviourOf("dan").net_paid, Millionths(7));
  EXPECT_EQ(BehaviourOf("dan").orders, 1);
  EXPECT_EQ(Find("dan")->id, "ana");
}

TEST_P(StoreConformance, AnErasedContactHasNoEventsWhenItComesAgain) {
  Commit({Person("ana", ""),
          Put("ana", {Visit("e1"), WithId("e2", Purchase("2026-03-01", 5, "A"))}),
          Cancel("ana", {"e1"})});
  const std::int64_t key = Find("ana")->key;
  Commit({DeleteContact{"default", "ana"}});
  EXPECT_THAT(*OpenSnapshot()->Events(key, std::nullopt, 10), IsEmpty());
  EXPECT_EQ(*OpenSnapshot()->CountEvents(key), 0);
  Commit({Person("ana", "")});
  EXPECT_EQ(Find("ana")->behaviour, "");
  EXPECT_EQ(Words(CommitOne(Put("ana", {Visit("e1")})).events), "1 recorded");
  EXPECT_EQ(BehaviourOf("ana"), AddedUp({Visit("e1")}).behaviour());
}

}  // namespace
}  // namespace cible
