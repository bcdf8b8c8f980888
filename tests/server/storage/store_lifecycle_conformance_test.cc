// What every store must do for lifecycles: how contacts stand, who is due when, and what
// becomes of it when contacts go or become one.

#include <gmock/gmock.h>

#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/server/storage/lifecycles.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Relation kNothing = Relation::kUnknown;
constexpr Relation kLead = Relation::kLead;
constexpr Relation kProspect = Relation::kProspect;
constexpr Relation kCustomer = Relation::kCustomer;
constexpr Temperature kCold = Temperature::kCold;
constexpr Temperature kHot = Temperature::kHot;

// --- How contacts stand ---

TEST_P(StoreConformance, ALifecycleIsGivenBackAsItWasPut) {
  Commit({Person("ana", ""), Person("ben", "")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key;
  const StoredLifecycle lifecycle{Standing(kProspect, kCold), Standing(kCustomer, kHot), 20'100};
  const OperationResult put = CommitOne(PutOf({{ana, lifecycle}}));
  EXPECT_EQ(put.effect, Effect::kUpdated);
  EXPECT_EQ(put.contact_key, 0);
  for (int reopened = 0; reopened < 2; ++reopened, Reopen()) {
    const auto lifecycles = OpenSnapshot()->Lifecycles({{ben, ana, 999}});
    EXPECT_THAT(*lifecycles, ElementsAre(std::nullopt, lifecycle, std::nullopt));
  }
  const StoredLifecycle later{Standing(kCustomer), Standing(kCustomer), kNoDay};
  Commit({PutOf({{ana, later}})});
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), later);
}

TEST_P(StoreConformance, HowAContactStandsIsNoChangeOfIt) {
  Commit(
      {Person("ana", Age(34)), PutAssignments{"default", "shoppers", "m1", {{"ana", "s1", 0.5}}}});
  const auto before = *Find("ana");
  const Revision position = OpenSnapshot()->revision();
  now_ = {2'000'000};
  const auto put = PutOf({{before.key, Stands(kLead), {Became(kNothing, kLead)}}});
  EXPECT_EQ(CommitOne(put).revision, position + 1);
  EXPECT_EQ(OpenSnapshot()->revision(), position + 1);
  EXPECT_EQ(Find("ana")->revision, before.revision);
  EXPECT_EQ(Find("ana")->update_time, before.update_time);
  EXPECT_THAT(*OpenSnapshot()->Changes("default", position, 10), IsEmpty());
  EXPECT_TRUE(IsAssigned("ana"));
}

TEST_P(StoreConformance, TheSameLifecycleAgainChangesNothing) {
  Commit({Person("ana", "")});
  const auto put = PutOf({{Find("ana")->key, Stands(kLead, 20'100)}});
  Commit({put});
  const Revision position = OpenSnapshot()->revision();
  const OperationResult again = CommitOne(put);
  EXPECT_EQ(again.effect, Effect::kUnchanged);
  EXPECT_EQ(again.revision, 0);
  EXPECT_EQ(OpenSnapshot()->revision(), position);
}

TEST_P(StoreConformance, LifecyclesOfContactsThatAreNotThereArePassedOver) {
  Commit({Person("ana", ""), Person("ben", ""), Person("ana", "", "north")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key;
  const std::int64_t elsewhere = Find("ana", "north")->key;
  const Revision read_at = OpenSnapshot()->revision();
  Commit({DeleteContact{"default", "ana"}});
  const PutLifecycles::Entry entry{ana, Stands(kLead), {Became(kNothing, kLead)}};
  auto put = PutOf({entry, entry, entry}, read_at);
  put.entries[1].key = elsewhere;
  put.entries[2].key = 999;
  put.due_now = {ana, elsewhere, 999};
  put.left_out = {ana, elsewhere, 999};
  EXPECT_EQ(CommitOne(put).effect, Effect::kUnchanged);
  put.entries.push_back({ben, Stands(kLead)});
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  const auto lifecycles = OpenSnapshot()->Lifecycles({{ana, elsewhere, 999, ben}});
  EXPECT_THAT(*lifecycles, ElementsAre(std::nullopt, std::nullopt, std::nullopt, Stands(kLead)));
  EXPECT_THAT(*OpenSnapshot()->Transitions({.workspace = "default", .limit = 10}), IsEmpty());
  EXPECT_THAT(*OpenSnapshot()->Transitions({.workspace = "north", .limit = 10}), IsEmpty());
}

TEST_P(StoreConformance, ContactsThatAreLeftOutKeepWhatPeopleSaidAlone) {
  Commit({Person("ana", ""), Person("ben", "")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key;
  Commit({Say("ana", kCustomer), PutOf({{ana, Stands(kLead), {Became(kNothing, kLead)}},
                                        {ben, Stands(kLead), {Became(kNothing, kLead)}}})});
  PutLifecycles put = PutOf({});
  put.left_out = {ana};
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  EXPECT_EQ(CommitOne(put).effect, Effect::kUnchanged);
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), std::nullopt);
  EXPECT_THAT(TransitionsOf(*OpenSnapshot(), ana), IsEmpty());
  EXPECT_THAT(OverridesOf(*OpenSnapshot(), ana), ElementsAre("relation 3 mia told"));
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ben), Stands(kLead));
  EXPECT_THAT(TransitionsOf(*OpenSnapshot(), ben), SizeIs(1));
}

// As a minor, of whom nothing is found but the day to look again.
TEST_P(StoreConformance, AContactThatIsLeftOutMayBeDueAgain) {
  Commit({Person("ana", "")});
  const std::int64_t ana = Find("ana")->key;
  Commit({PutOf({{ana, Stands(kLead), {Became(kNothing, kLead)}}})});
  PutLifecycles put = PutOf({{ana, {.due_day = 20'001}}});
  put.left_out = {ana};
  Commit({put});
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), std::nullopt);
  EXPECT_THAT(TransitionsOf(*OpenSnapshot(), ana), IsEmpty());
  EXPECT_THAT(Due(*OpenSnapshot(), 20'000), IsEmpty());
  EXPECT_THAT(Due(*OpenSnapshot(), 20'001), ElementsAre(ana));
}

TEST_P(StoreConformance, TheProgressOfAWorkspaceIsKept) {
  const LifecycleProgress progress{.revision = 7,
                                   .basis = -3,
                                   .next_basis = std::numeric_limits<std::int64_t>::max(),
                                   .walked_kind = ContactKind::kPerson,
                                   .walked_key = 5};
  Commit({Person("ana", "")});
  PutLifecycles put = PutOf({});
  put.progress = progress;
  const Revision position = OpenSnapshot()->revision();
  EXPECT_EQ(CommitOne(put).effect, Effect::kUnchanged);
  EXPECT_EQ(OpenSnapshot()->revision(), position) << "whoever waits for changes would wake";
  Reopen();
  EXPECT_EQ(*OpenSnapshot()->ReadLifecycleProgress("default"), progress);
  EXPECT_EQ(*OpenSnapshot()->ReadLifecycleProgress("north"), LifecycleProgress());
  Commit({PutOf({{Find("ana")->key, Stands(kLead)}})});
  EXPECT_EQ(*OpenSnapshot()->ReadLifecycleProgress("default"), progress);
  put.progress = LifecycleProgress{.revision = 8};
  Commit({put});
  EXPECT_EQ(*OpenSnapshot()->ReadLifecycleProgress("default"), LifecycleProgress{.revision = 8});
}

// --- Who is due ---

TEST_P(StoreConformance, WhoIsDueIsToldTheEarliestFirst) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", ""), Person("dan", ""),
          Person("eve", "", "north")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key, cleo = Find("cleo")->key;
  PutLifecycles north = PutOf({{Find("eve", "north")->key, Stands(kLead, 1)}});
  north.workspace = "north";
  Commit({north, PutOf({{ana, Stands(kLead, 30)},
                        {ben, Stands(kLead, 20)},
                        {cleo, Stands(kLead, 20)},
                        {Find("dan")->key, Stands(kLead)}})});
  EXPECT_THAT(Due(*OpenSnapshot(), 19), IsEmpty());
  EXPECT_THAT(Due(*OpenSnapshot(), 20), ElementsAre(ben, cleo));
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), ElementsAre(ben, cleo, ana));
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay, 1), ElementsAre(ben));
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay, -1), IsEmpty());
  EXPECT_THAT(Due(*OpenSnapshot(), 1, 100, "north"), SizeIs(1));
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay, 100, "south"), IsEmpty());
  Commit({PutOf({{ana, Stands(kLead, 10)}, {ben, Stands(kLead)}, {cleo, Stands(kCustomer, 20)}})});
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), ElementsAre(ana, cleo));
}

TEST_P(StoreConformance, ADueDayLongAgoIsOneThatHasCome) {
  Commit({Person("ana", "")});
  const std::int64_t ana = Find("ana")->key;
  Commit({PutOf({{ana, Stands(kLead, -5)}})});
  EXPECT_THAT(Due(*OpenSnapshot(), 0), ElementsAre(ana));
  Commit({PutOf({{ana, Stands(kLead)}}, 1)});
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), IsEmpty());
}

TEST_P(StoreConformance, ContactsAreMadeDueAtOnceWhetherTheyAreClassifiedOrNot) {
  Commit({Person("ana", ""), Person("ben", "")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key;
  Commit({PutOf({{ana, Stands(kLead, 20'100)}})});
  PutLifecycles put = PutOf({});
  put.due_now = {ana, ben};
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  EXPECT_THAT(Due(*OpenSnapshot(), 0), testing::UnorderedElementsAre(ana, ben));
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), Stands(kLead, 0));
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ben), std::nullopt);
  Commit({PutOf({{ana, Stands(kLead)}, {ben, Stands(kLead)}}, OpenSnapshot()->revision())});
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), IsEmpty());
}

// What was found before somebody said something does not know of it.
TEST_P(StoreConformance, WhoBecameDueSinceHeWasReadIsLookedAtOnceMore) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", "")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key;
  Commit({PutOf({{ana, Stands(kLead)}})});
  const Revision read_at = OpenSnapshot()->revision();
  PutLifecycles due = PutOf({});
  due.due_now = {ben};
  Commit({Say("ana", kCustomer), due});
  const auto put = PutOf({{ana, Stands(kProspect, 20'100)}, {ben, Stands(kProspect)}}, read_at);
  Commit({put});
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), Stands(kLead, 0));
  EXPECT_THAT(Due(*OpenSnapshot(), 0), testing::UnorderedElementsAre(ana, ben));
  PutLifecycles later = put;
  later.read_at = OpenSnapshot()->revision();
  Commit({later});
  EXPECT_THAT(Due(*OpenSnapshot(), 0), IsEmpty());
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), Stands(kProspect, 20'100));
}

// --- Contacts that go, or become one ---

TEST_P(StoreConformance, AnErasureTakesTheLifecycleItsTransitionsAndWhatWasSaid) {
  Commit({Person("ana", ""), Person("ben", "")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key;
  Commit({PutOf({{ana, Stands(kLead, 20'100), {Became(kNothing, kLead)}},
                 {ben, Stands(kLead, 20'100), {Became(kNothing, kLead)}}}),
          Say("ana", kCustomer), Say("ben", kCustomer)});
  Commit({DeleteContact{"default", "ana"}});
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), std::nullopt);
  EXPECT_THAT(TransitionsOf(*OpenSnapshot(), ana), IsEmpty());
  EXPECT_THAT(OverridesOf(*OpenSnapshot(), ana), IsEmpty());
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), ElementsAre(ben));
  EXPECT_THAT(ScannedTransitions(*OpenSnapshot(), "default"),
              ElementsAre(absl::StrCat(ben, ": 01")));
  EXPECT_THAT(OverridesOf(*OpenSnapshot(), ben), SizeIs(1));
}

// Of itself, and with all else.
StoredLifecycle AtOnce(Relation own, YesNo former, LifecycleState state) {
  StoredLifecycle lifecycle{Standing(own), state, 0};
  lifecycle.own.Set(LifecycleField::kFormerCustomer, former);
  return lifecycle;
}

TEST_P(StoreConformance, AMergedContactGoesOnFromTheHistoryOfTheOneThatIsKept) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", "")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key, cleo = Find("cleo")->key;
  Commit({PutOf({{ben, Stands(kProspect, 10), {Became(kNothing, kProspect)}},
                 {ana, Stands(kLead, 20), {Became(kNothing, kLead)}},
                 {cleo, Stands(kLead, 30), {Became(kNothing, kLead)}}}),
          PutOf({{ben, Stands(kCustomer, 10), {Became(kProspect, kCustomer)}}})});
  const Revision read_at = OpenSnapshot()->revision();
  Commit({MergeContacts{"default", {"ben", "ana"}}});
  EXPECT_THAT(ScannedTransitions(*OpenSnapshot(), "default"),
              ElementsAre(absl::StrCat(ana, ": 01"), absl::StrCat(cleo, ": 01")));
  const auto all = *OpenSnapshot()->Transitions({.workspace = "default", .limit = 10});
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[1].contact, "ana");
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), AtOnce(kCustomer, YesNo::kNo, Standing(kLead)));
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ben), std::nullopt);
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), ElementsAre(ana, cleo));
  // Whoever read the two before does not know of it.
  Commit({PutOf({{ana, Stands(kLead)}, {ben, Stands(kCustomer)}}, read_at)});
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), ElementsAre(ana, cleo));
}

TEST_P(StoreConformance, AMergedContactThatWasNeverClassifiedGoesOnFromWhoWasFirst) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", ""), Person("dan", "")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key, cleo = Find("cleo")->key;
  Commit({Say("ana", kLead),
          PutOf({{cleo, Stands(kLead, 10), {Became(kNothing, kLead)}},
                 {ben, Stands(kCustomer, 20), {Became(kNothing, kCustomer)}}}),
          PutOf({{cleo, Stands(kProspect, 10), {Became(kLead, kProspect)}}})});
  Commit({MergeContacts{"default", {"ana", "ben", "cleo", "dan"}}});
  for (int reopened = 0; reopened < 2; ++reopened, Reopen()) {
    const auto snapshot = OpenSnapshot();
    EXPECT_THAT(ScannedTransitions(*snapshot, "default"),
                ElementsAre(absl::StrCat(ana, ": 01 12")));
    EXPECT_EQ(LifecycleOf(*snapshot, ana), AtOnce(kCustomer, YesNo::kNo, Standing(kProspect)));
    EXPECT_EQ(LifecycleOf(*snapshot, ben), std::nullopt);
    EXPECT_EQ(LifecycleOf(*snapshot, cleo), std::nullopt);
    EXPECT_THAT(OverridesOf(*snapshot, ana), ElementsAre("relation 1 mia told"));
    EXPECT_THAT(Due(*snapshot, kNoDay), ElementsAre(ana));
  }
}

TEST_P(StoreConformance, OfContactsThatWereNeverClassifiedAMergeMakesOneThatIsDue) {
  Commit({Person("ana", ""), Person("ben", "")});
  const std::int64_t ana = Find("ana")->key;
  Commit({Say("ben", kCustomer), MergeContacts{"default", {"ana", "ben"}}});
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), std::nullopt);
  EXPECT_THAT(Due(*OpenSnapshot(), 0), ElementsAre(ana));
}

TEST_P(StoreConformance, ThePastOfEachCountsForWhatAMergedContactIsOfItself) {
  struct Case {
    Relation kept, other;
    YesNo kept_was, other_was;
    Relation relation;
    YesNo was;
  };
  constexpr YesNo kNo = YesNo::kNo, kYes = YesNo::kYes;
  int count = 0;
  for (const Case& each : {Case{kLead, kProspect, kNo, kNo, kProspect, kNo},
                           Case{kProspect, kLead, kNo, kNo, kProspect, kNo},
                           Case{kProspect, kProspect, kNo, kYes, kProspect, kYes},
                           Case{kProspect, kLead, kYes, kNo, kProspect, kYes},
                           Case{kCustomer, kProspect, kNo, kYes, kCustomer, kNo},
                           Case{kLead, kLead, kNo, kNo, kLead, kNo}}) {
    SCOPED_TRACE(++count);
    const std::string first = absl::StrCat("first ", count), second = absl::StrCat("then ", count);
    Commit({Person(first, ""), Person(second, "")});
    const std::int64_t kept = Find(first)->key;
    Commit({PutOf({{kept, AtOnce(each.kept, each.kept_was, Standing(kLead))},
                   {Find(second)->key, AtOnce(each.other, each.other_was, Standing(kCustomer))}})});
    Commit({MergeContacts{"default", {first, second}}});
    EXPECT_EQ(LifecycleOf(*OpenSnapshot(), kept), AtOnce(each.relation, each.was, Standing(kLead)));
  }
}

TEST_P(StoreConformance, OfAMergeItsOwnWordCountsElseTheLatestOnTheOthers) {
  const auto say = [](const std::string& id, LifecycleField field, const std::string& reason) {
    PutLifecycleOverride put = Say(id, kCustomer, reason);
    put.field = field;
    return put;
  };
  constexpr auto kFit = LifecycleField::kFit, kNeed = LifecycleField::kNeed,
                 kTiming = LifecycleField::kTiming;
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", ""), Person("dan", "")});
  Commit({Say("ana", kLead, "own"), say("ben", kFit, "first"), say("cleo", kNeed, "first")});
  now_ = {2'000'000};
  Commit({Say("ben", kCustomer, "of ben"), say("cleo", kFit, "latest"), say("ben", kNeed, "latest"),
          say("dan", kTiming, "of dan")});
  Commit({MergeContacts{"default", {"cleo", "ana", "ben"}}});
  const std::int64_t ana = Find("ana")->key;
  EXPECT_THAT(
      OverridesOf(*OpenSnapshot(), ana),
      ElementsAre("relation 1 mia own", "fit 3 mia latest", "qualification.need 3 mia latest"));
  EXPECT_EQ(OpenSnapshot()->LifecycleOverrides({{ana}})->at(0)[1].create_time, now_);
  EXPECT_EQ(CommitOne(Say("cleo", kProspect)).contact_key, ana);
  EXPECT_THAT(OverridesOf(*OpenSnapshot(), ana)[0], "relation 2 mia told");
  EXPECT_THAT(OverridesOf(*OpenSnapshot(), Find("dan")->key), SizeIs(1));
}

// --- Who belongs to whom ---

TEST_P(StoreConformance, ThePersonsOfSeveralOrganisationsAreToldByKey) {
  const auto of = [](const std::string& id, const std::string& organization) {
    PutContact person = Person(id, "");
    person.organization = organization;
    return person;
  };
  Commit({of("ana", "acme"), of("ben", "bolt"), of("cleo", "acme"), of("dan", "core"),
          Person("eve", "")});
  const std::int64_t acme = Find("acme")->key, bolt = Find("bolt")->key;
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key, cleo = Find("cleo")->key;
  EXPECT_THAT(*OpenSnapshot()->PersonsOf({{bolt, acme}}), ElementsAre(ana, ben, cleo));
  EXPECT_THAT(*OpenSnapshot()->PersonsOf({{acme, acme}}), ElementsAre(ana, cleo));
  EXPECT_THAT(*OpenSnapshot()->PersonsOf({{0, 999, ana}}), IsEmpty());
  EXPECT_THAT(*OpenSnapshot()->PersonsOf({}), IsEmpty());
}

}  // namespace
}  // namespace cible
