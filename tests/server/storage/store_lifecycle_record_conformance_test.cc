// What every store must record of lifecycles: what changed and why, and what people said.

#include <gmock/gmock.h>

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

// --- Transitions ---

TEST_P(StoreConformance, TransitionsAreToldTheLatestFirstByPageContactAndField) {
  Commit({Person("ana", ""), Person("ben", ""), Person("eve", "", "north")});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key;
  now_ = {2'000'000};
  Commit({PutOf({{ana,
                  Stands(kLead),
                  {Became(kNothing, kLead, "a trace", 19'990),
                   Became(Temperature::kUnknown, kCold, "otherwise")}},
                 {ben, Stands(kLead), {Became(kNothing, kLead, "a trace")}}})});
  PutLifecycles north =
      PutOf({{Find("eve", "north")->key, Stands(kLead), {Became(kNothing, kLead)}}});
  north.workspace = "north";
  Commit({north});
  now_ = {3'000'000};
  Commit({PutOf({{ana, Stands(kCustomer), {Became(kLead, kCustomer, "net_paid > 0")}}})});
  const auto told = [&](TransitionQuery query) {
    query.workspace = "default";
    const auto transitions = OpenSnapshot()->Transitions(query);
    EXPECT_TRUE(transitions.ok()) << transitions.status();
    std::vector<std::string> words;
    for (const auto& each : *transitions) {
      words.push_back(absl::StrCat(each.contact, " ", Words(each.transition)));
    }
    return words;
  };
  const std::string bought = "ana relation 1 3 20000 net_paid > 0";
  const std::string cold = "ana temperature 0 1 20000 otherwise";
  const std::string traced = "ana relation 0 1 19990 a trace";
  const std::string other = "ben relation 0 1 20000 a trace";
  EXPECT_THAT(told({.limit = 10}), ElementsAre(bought, other, cold, traced));
  EXPECT_THAT(told({.limit = 2}), ElementsAre(bought, other));
  EXPECT_THAT(told({.contact_key = ana, .limit = 10}), ElementsAre(bought, cold, traced));
  EXPECT_THAT(told({.field = LifecycleField::kRelation, .limit = 10}),
              ElementsAre(bought, other, traced));
  EXPECT_THAT(told({.contact_key = ana, .field = LifecycleField::kTemperature, .limit = 10}),
              ElementsAre(cold));
  EXPECT_THAT(told({.limit = -1}), IsEmpty());
  Reopen();
  const auto all = *OpenSnapshot()->Transitions({.workspace = "default", .limit = 10});
  EXPECT_EQ(all[0].contact_key, ana);
  EXPECT_EQ(all[0].time, Timestamp{3'000'000});
  EXPECT_EQ(all[3].time, Timestamp{2'000'000});
  EXPECT_THAT(told({.before = all[1].number, .limit = 10}), ElementsAre(cold, traced));
  EXPECT_THAT(told({.contact_key = ana, .before = all[0].number, .limit = 1}), ElementsAre(cold));
}

TEST_P(StoreConformance, NumbersOfTransitionsAreNeverGivenAgain) {
  std::int64_t last = 0;
  for (int round = 0; round < 3; ++round) {
    Commit({Person("ana", "")});
    Commit({PutOf({{Find("ana")->key, Stands(kLead), {Became(kNothing, kLead)}}})});
    const auto all = *OpenSnapshot()->Transitions({.workspace = "default", .limit = 10});
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_GT(all[0].number, last);
    last = all[0].number;
    Commit({DeleteContact{"default", "ana"}});
    if (round == 1) Reopen();
  }
}

TEST_P(StoreConformance, TransitionsOfABatchThatFailsLeaveNoTrace) {
  Commit({Person("ana", "")});
  const std::int64_t ana = Find("ana")->key;
  const auto put = [&](const std::string& reason) {
    return PutOf({{ana, Stands(kLead), {Became(kNothing, kLead, reason)}}});
  };
  EXPECT_EQ(CommitStatus({put("one"), DeleteContact{"default", "nobody"}}).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(LifecycleOf(*OpenSnapshot(), ana), std::nullopt);
  Commit({put("two")});
  Commit({put("one")});
  EXPECT_THAT(TransitionsOf(*OpenSnapshot(), ana),
              ElementsAre("relation 0 1 20000 one", "relation 0 1 20000 two"));
}

TEST_P(StoreConformance, WalksOverTheTransitionsOfAWorkspaceByContact) {
  Commit({Person("zoe", ""), Person("none", ""), Person("ana", ""), Person("eve", "", "north")});
  const std::int64_t zoe = Find("zoe")->key, ana = Find("ana")->key;
  PutLifecycles north =
      PutOf({{Find("eve", "north")->key, Stands(kLead), {Became(kNothing, kLead)}}});
  north.workspace = "north";
  Commit({PutOf({{ana, Stands(kLead), {Became(kNothing, kLead), Became(kLead, kProspect)}},
                 {zoe, Stands(kLead), {Became(kNothing, kLead)}}}),
          north, PutOf({{zoe, Stands(kCustomer), {Became(kLead, kCustomer)}}})});
  EXPECT_THAT(ScannedTransitions(*OpenSnapshot(), "default"),
              ElementsAre(absl::StrCat(zoe, ": 01 13"), absl::StrCat(ana, ": 01 12")));
  EXPECT_THAT(ScannedTransitions(*OpenSnapshot(), "north"), SizeIs(1));
  EXPECT_THAT(ScannedTransitions(*OpenSnapshot(), "south"), IsEmpty());
}

TEST_P(StoreConformance, EndsAWalkOverTransitionsWithTheErrorOfTheVisitor) {
  Commit({Person("ana", ""), Person("ben", "")});
  Commit({PutOf({{Find("ana")->key, Stands(kLead), {Became(kNothing, kLead)}},
                 {Find("ben")->key, Stands(kLead), {Became(kNothing, kLead)}}})});
  int visits = 0;
  const absl::Status status = OpenSnapshot()->ScanTransitions("default", [&](const auto&) {
    ++visits;
    return absl::CancelledError("the caller has gone");
  });
  EXPECT_EQ(status, absl::CancelledError("the caller has gone"));
  EXPECT_EQ(visits, 1);
}

// --- What people say ---

TEST_P(StoreConformance, WhatAPersonSaysOfAFieldTakesThePlaceOfWhatWasSaidBefore) {
  Commit({Person("ana", "")});
  const std::int64_t ana = Find("ana")->key;
  PutLifecycleOverride hot{.workspace = "default",
                           .id = "ana",
                           .field = LifecycleField::kTemperature,
                           .value = static_cast<int>(kHot),
                           .author = "noa",
                           .reason = "called",
                           .expire_time = Timestamp{9'000'000}};
  now_ = {2'000'000};
  const OperationResult result = CommitOne(hot);
  EXPECT_EQ(result.effect, Effect::kUpdated);
  EXPECT_EQ(result.contact_key, ana);
  now_ = {3'000'000};
  Commit({Say("ana", kProspect), Say("ana", kCustomer, "a signed order")});
  Reopen();
  const auto said = OpenSnapshot()->LifecycleOverrides({{ana}})->at(0);
  EXPECT_THAT(Words(said),
              ElementsAre("relation 3 mia a signed order", "temperature 3 noa called"));
  EXPECT_EQ(said[0].create_time, Timestamp{3'000'000});
  EXPECT_EQ(said[0].expire_time, std::nullopt);
  EXPECT_EQ(said[1].create_time, Timestamp{2'000'000});
  EXPECT_EQ(said[1].expire_time, Timestamp{9'000'000});
  hot.value = 0;
  EXPECT_EQ(CommitOne(hot).effect, Effect::kUpdated);
  EXPECT_EQ(CommitOne(hot).effect, Effect::kUnchanged);
  EXPECT_THAT(OverridesOf(*OpenSnapshot(), ana), ElementsAre("relation 3 mia a signed order"));
}

TEST_P(StoreConformance, WhatPeopleSayMakesTheContactDueAndIsNoChangeOfIt) {
  Commit({Person("ana", "")});
  const auto ana = *Find("ana");
  const Revision position = OpenSnapshot()->revision();
  now_ = {2'000'000};
  EXPECT_EQ(CommitOne(Say("ana", kCustomer)).revision, ana.revision);
  EXPECT_EQ(OpenSnapshot()->revision(), position + 1);
  EXPECT_EQ(Find("ana")->revision, ana.revision);
  EXPECT_EQ(Find("ana")->update_time, ana.update_time);
  EXPECT_THAT(*OpenSnapshot()->Changes("default", position, 10), IsEmpty());
  EXPECT_THAT(Due(*OpenSnapshot(), 0), ElementsAre(ana.key));
  const auto settle = [&] {
    Commit({PutOf({{ana.key, Stands(kCustomer)}}, OpenSnapshot()->revision())});
    EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), IsEmpty());
  };
  settle();
  const Revision settled = OpenSnapshot()->revision();
  EXPECT_EQ(CommitOne(Say("ana", kCustomer)).effect, Effect::kUnchanged);
  EXPECT_EQ(OpenSnapshot()->revision(), settled);
  EXPECT_THAT(Due(*OpenSnapshot(), kNoDay), IsEmpty());
  EXPECT_EQ(CommitOne(Say("ana", kCustomer, "another reason")).effect, Effect::kUpdated);
  EXPECT_THAT(Due(*OpenSnapshot(), 0), ElementsAre(ana.key));
  settle();
  EXPECT_EQ(CommitOne(Say("ana", kNothing)).effect, Effect::kUpdated);
  EXPECT_THAT(Due(*OpenSnapshot(), 0), ElementsAre(ana.key));
}

TEST_P(StoreConformance, OverridesAreGivenForContactsInAnyOrder) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", "")});
  Commit({Say("ana", kLead), Say("cleo", kCustomer)});
  const std::int64_t ana = Find("ana")->key, ben = Find("ben")->key, cleo = Find("cleo")->key;
  const auto said = *OpenSnapshot()->LifecycleOverrides({{cleo, ana, ben, cleo, cleo}});
  std::vector<std::vector<std::string>> words;
  for (const auto& each : said) words.push_back(Words(each));
  const auto of_cleo = ElementsAre("relation 3 mia told");
  EXPECT_THAT(
      words, ElementsAre(of_cleo, ElementsAre("relation 1 mia told"), IsEmpty(), of_cleo, of_cleo));
}

TEST_P(StoreConformance, NothingCanBeSaidOfAContactThatIsNotThere) {
  Commit({Person("ana", "", "north")});
  const absl::Status status = CommitStatus({Say("ana", kCustomer)});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no such contact");
  EXPECT_EQ(FailedOperation(status), 0);
}

TEST_P(StoreConformance, TheAuditTrailTellsWhoSaidSomethingAndNotWhatWasFound) {
  Commit({Person("ana", "")});
  const std::int64_t ana = Find("ana")->key;
  const auto commit = [&](Operation operation) {
    const auto results = store_->Commit({.operations = {std::move(operation)},
                                         .time = now_,
                                         .author = Author{"mia", "OverrideLifecycle"}});
    EXPECT_TRUE(results.ok()) << results.status();
  };
  commit(PutOf({{ana, Stands(kLead), {Became(kNothing, kLead)}}}));
  commit(Say("ana", kCustomer));
  commit(Say("ana", kCustomer));
  const auto entries = *OpenSnapshot()->Audit({.workspace = "default", .limit = 10});
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].action, "OverrideLifecycle");
  EXPECT_EQ(entries[0].contact_key, ana);
}

}  // namespace
}  // namespace cible
