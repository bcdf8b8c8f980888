// What every store must do when contacts are merged.

#include <gmock/gmock.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Provenance kFair{"fair", LegalBasis::kContract, Date{20'000}};
const Provenance kForm{"form", LegalBasis::kUnspecified, Date{20'001}};

std::string AgeAndCity(double age, const std::string& city) {
  return EncodeValues({{1, age}, {2, city}});
}

MergeContacts Merge(std::vector<std::string> ids) { return {"default", std::move(ids)}; }

TEST_P(StoreConformance, AMergeKeepsTheOldestWithAllThatEitherKnows) {
  Commit({Person("ana", Age(34)), Person("ben", AgeAndCity(35, "Lyon"))});
  now_ = {2'000'000};
  // In any order: the oldest is the one that was stored first.
  const OperationResult result = CommitOne(Merge({"ben", "ana"}));
  EXPECT_EQ(result.effect, Effect::kUpdated);
  const auto ana = Find("ana");
  EXPECT_EQ(ana->key, result.contact_key);
  EXPECT_EQ(ana->revision, result.revision);
  EXPECT_EQ(ana->values, AgeAndCity(34, "Lyon"));
  EXPECT_EQ(ana->create_time, Timestamp{1'000'000});
  EXPECT_EQ(ana->update_time, now_);
  EXPECT_EQ(*OpenSnapshot()->CountContacts("default", std::nullopt), 1);
  EXPECT_EQ(OpenSnapshot()->revision(), result.revision);
}

TEST_P(StoreConformance, TheFurthestStageOfAMergeCounts) {
  PutContact customer = Person("ben", "");
  customer.stage = Stage::kCustomer;
  PutContact lead = Person("ana", "");
  lead.stage = Stage::kLead;
  Commit({lead, customer});
  CommitOne(Merge({"ana", "ben"}));
  EXPECT_EQ(Find("ana")->stage, Stage::kCustomer);
}

TEST_P(StoreConformance, AMergedIdLeadsToTheContactThatWasKept) {
  Commit({Person("ana", Age(34)), Person("ben", Age(35))});
  const std::int64_t key = Find("ana")->key;
  CommitOne(Merge({"ana", "ben"}));
  EXPECT_EQ(Find("ben")->id, "ana");
  EXPECT_EQ(Find("ben")->key, key);
  EXPECT_EQ(CommitOne(Person("ben", AgeAndCity(36, "Lyon"))).contact_key, key);
  EXPECT_EQ(Find("ana")->values, AgeAndCity(36, "Lyon"));
  PutContact anew = Person("ben", Age(1));
  anew.expected = 0;
  EXPECT_EQ(CommitStatus({anew}).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(CommitOne(PutObjection{"default", "ben"}).contact_key, key);
  EXPECT_THAT(*OpenSnapshot()->FormerIds({{key}}), ElementsAre(ElementsAre("ben")));
  Reopen();
  EXPECT_EQ(Find("ben")->id, "ana");
  EXPECT_EQ(CommitOne(Person("ben", Age(37))).effect, Effect::kUpdated);
  EXPECT_EQ(*OpenSnapshot()->CountContacts("default", std::nullopt), 1);
}

TEST_P(StoreConformance, IdsOfMergesOfMergesLeadToTheLast) {
  Commit({Person("ana", ""), Person("ben", ""), Person("cleo", ""), Person("dan", "")});
  CommitOne(Merge({"cleo", "dan"}));
  CommitOne(Merge({"ben", "dan"}));
  CommitOne(Merge({"ana", "cleo"}));
  for (const char* id : {"ana", "ben", "cleo", "dan"}) EXPECT_EQ(Find(id)->id, "ana") << id;
  EXPECT_THAT(*OpenSnapshot()->FormerIds({{Find("ana")->key}}),
              ElementsAre(ElementsAre("ben", "cleo", "dan")));
}

TEST_P(StoreConformance, MergingWhatIsOneContactChangesNothing) {
  Commit({Person("ana", Age(34)), Person("ben", Age(35))});
  const OperationResult merged = CommitOne(Merge({"ana", "ben"}));
  const OperationResult again = CommitOne(Merge({"ana", "ben"}));
  EXPECT_EQ(again.effect, Effect::kUnchanged);
  EXPECT_EQ(again.revision, merged.revision);
  EXPECT_EQ(again.contact_key, merged.contact_key);
}

TEST_P(StoreConformance, AMergeNeedsContactsOfOneKindThatAreThere) {
  PutContact firm = Person("firm", "");
  firm.kind = ContactKind::kOrganization;
  Commit({Person("ana", ""), firm, Person("ana", "", "north")});
  EXPECT_EQ(CommitStatus({Merge({"ana", "firm"})}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CommitStatus({Merge({"ana", "nobody"})}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(CommitStatus({MergeContacts{"north", {"ana", "firm"}}}).code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(*OpenSnapshot()->CountContacts("default", std::nullopt), 2);
}

TEST_P(StoreConformance, TheHistoryOfAMergeIsThatOfAll) {
  Commit({Person("ana", Age(30)), Person("ben", Age(40))});
  Commit({Person("ana", Age(31))});
  Commit({Person("ben", Age(41))});
  CommitOne(Merge({"ana", "ben"}));
  const auto history = OpenSnapshot()->History(Find("ana")->key);
  std::vector<std::string> values;
  for (const ContactVersion& version : *history) values.push_back(version.values);
  EXPECT_THAT(values, ElementsAre(Age(30), Age(40), Age(31), Age(41)));
}

TEST_P(StoreConformance, AnObjectionOfOneIsOneOfTheMergedContact) {
  for (const bool of_the_older : {true, false}) {
    const std::string older = absl::StrCat("older", of_the_older);
    const std::string younger = absl::StrCat("younger", of_the_older);
    Commit({Person(older, Age(30)), Person(younger, Age(30))});
    Commit({PutObjection{"default", of_the_older ? older : younger}});
    const Timestamp since = now_;
    now_.micros += 1'000'000;
    CommitOne(Merge({older, younger}));
    EXPECT_EQ(Find(older)->objection_time, since);
  }
}

TEST_P(StoreConformance, ProvenancesAndTheBasisOfAllAreKept) {
  PutContact ana = Person("ana", "");
  ana.provenance = kForm;
  PutContact ben = Person("ben", "");
  ben.provenance = kFair;
  PutContact cleo = Person("cleo", "");
  cleo.provenance = kForm;
  Commit({ana, ben, cleo});
  CommitOne(Merge({"ana", "ben", "cleo"}));
  EXPECT_THAT(*OpenSnapshot()->Provenances(Find("ana")->key), ElementsAre(kForm, kFair));
  EXPECT_TRUE(Find("ana")->has_legal_basis);
}

TEST_P(StoreConformance, OfTwoConsentsForOneThingTheLaterWordCounts) {
  const Consent given_late{"news", "email", {5'000'000}};
  const Consent withdrawn_before{"news", "email", {1'000'000}, {}, Timestamp{4'000'000}};
  const Consent withdrawn_after{"news", "email", {1'000'000}, {}, Timestamp{6'000'000}};
  const Consent withdrawn_then{"news", "email", {1'000'000}, {}, Timestamp{5'000'000}};
  const Consent calls{"calls", "phone", {1'000'000}, Timestamp{9'000'000}};
  int pair = 0;
  const auto merged = [&](const Consent& older, const Consent& younger) {
    const std::string a = absl::StrCat("a", ++pair);
    const std::string b = absl::StrCat("b", pair);
    Commit({Person(a, ""), Person(b, "")});
    Commit({PutConsent{"default", a, older}, PutConsent{"default", b, younger},
            PutConsent{"default", b, calls}});
    CommitOne(Merge({a, b}));
    return *OpenSnapshot()->Consents(Find(a)->key);
  };
  EXPECT_THAT(merged(given_late, withdrawn_before), ElementsAre(calls, given_late));
  EXPECT_THAT(merged(withdrawn_before, given_late), ElementsAre(calls, given_late));
  EXPECT_THAT(merged(given_late, withdrawn_after), ElementsAre(calls, withdrawn_after));
  EXPECT_THAT(merged(withdrawn_after, given_late), ElementsAre(calls, withdrawn_after));
  EXPECT_THAT(merged(given_late, withdrawn_then), ElementsAre(calls, withdrawn_then));
  EXPECT_THAT(merged(withdrawn_then, given_late), ElementsAre(calls, withdrawn_then));
}

TEST_P(StoreConformance, AMergeTakesTheAssignmentsAndIsAChangeOfBoth) {
  Commit({Person("ana", Age(30)), Person("ben", Age(40)),
          PutAssignments{"default", "shoppers", "m1", {{"ana", "s1", 0.5}, {"ben", "s2", 0.5}}}});
  const Revision before = OpenSnapshot()->revision();
  const std::int64_t ana = Find("ana")->key;
  const std::int64_t ben = Find("ben")->key;
  CommitOne(Merge({"ana", "ben"}));
  EXPECT_THAT(OpenSnapshot()->Assignments("default", {{std::string("ana")}})->at(0), IsEmpty());
  const auto changes = *OpenSnapshot()->Changes("default", before, 10);
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[0].key, ben);
  EXPECT_TRUE(changes[0].deleted);
  EXPECT_EQ(changes[1].key, ana);
  EXPECT_EQ(changes[1].contact, "ana");
  Commit({PutAssignments{"default", "shoppers", "m1", {{"ana", "s3", 0.5}}}});
  EXPECT_EQ(OpenSnapshot()->Assignments("default", {{std::string("ben")}})->at(0).at(0).segment,
            "s3");
}

TEST_P(StoreConformance, TheAuditTrailOfAMergeIsThatOfAll) {
  const auto commit = [&](Operation operation, const std::string& action) {
    ASSERT_TRUE(store_
                    ->Commit({.operations = {std::move(operation)},
                              .time = now_,
                              .author = Author{"mia", action}})
                    .ok());
  };
  commit(Person("ana", Age(30)), "first");
  commit(Person("ben", Age(40)), "second");
  commit(Merge({"ana", "ben"}), "third");
  const std::int64_t key = Find("ana")->key;
  const auto entries =
      OpenSnapshot()->Audit({.workspace = "default", .contact_key = key, .limit = 10});
  std::vector<std::string> actions;
  for (const AuditEntry& entry : *entries) {
    actions.push_back(absl::StrCat(entry.action, " ", entry.contact));
  }
  EXPECT_THAT(actions, ElementsAre("third ana", "second ana", "first ana"));
}

TEST_P(StoreConformance, AnErasureOfAMergedContactErasesItsOtherIdsToo) {
  for (const char* id : {"ana", "ben"}) {
    Commit({Person("ana", Age(30)), Person("ben", Age(40))});
    CommitOne(Merge({"ana", "ben"}));
    const std::int64_t key = Find("ana")->key;
    EXPECT_EQ(CommitOne(DeleteContact{"default", id}).contact_key, key);
    EXPECT_FALSE(Find("ana").has_value());
    EXPECT_FALSE(Find("ben").has_value());
    EXPECT_THAT(*OpenSnapshot()->FormerIds({{key}}), ElementsAre(IsEmpty()));
    EXPECT_THAT(*OpenSnapshot()->History(key), IsEmpty());
  }
}

TEST_P(StoreConformance, AMergeThatFailsWithItsBatchLeavesNoTrace) {
  Commit({Person("ana", Age(30)), Person("ben", Age(40))});
  const Revision before = OpenSnapshot()->revision();
  PutContact missing = Person("nobody", "");
  missing.must_exist = true;
  EXPECT_EQ(CommitStatus({Merge({"ana", "ben"}), missing}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(OpenSnapshot()->revision(), before);
  EXPECT_EQ(Find("ben")->id, "ben");
  EXPECT_EQ(CommitOne(Person("ben", Age(40))).effect, Effect::kUnchanged);
}

}  // namespace
}  // namespace cible
