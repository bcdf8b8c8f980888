// What every store must do for the people that it keeps: objections, provenance,
// consents, erasure and the audit trail.

#include <gmock/gmock.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/server/storage/store_conformance.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

PutAssignments InSegment(const std::string& contact, const std::string& segment,
                         Revision revision = 0) {
  return {"default", "shoppers", "m1", {{contact, segment, 0.5, revision}}};
}

PutContact From(PutContact put, Provenance provenance) {
  put.provenance = std::move(provenance);
  return put;
}

// "shoppers s1" of every assignment.
std::vector<std::string> SegmentsOf(Snapshot& snapshot, const std::string& contact) {
  const auto assignments = snapshot.Assignments("default", {{contact}});
  EXPECT_TRUE(assignments.ok()) << assignments.status();
  std::vector<std::string> words;
  for (const StoredAssignment& assignment : assignments->at(0)) {
    words.push_back(absl::StrCat(assignment.segmentation, " ", assignment.segment));
  }
  return words;
}

// --- Objection ---

TEST_P(StoreConformance, AnObjectionTakesTheAssignmentsAndIsShown) {
  Commit({Person("ana", Age(34)), Person("ben", Age(35)), InSegment("ana", "s1"),
          InSegment("ben", "s1")});
  now_ = {2'000'000};
  const OperationResult result = CommitOne(PutObjection{"default", "ana"});
  EXPECT_EQ(result.effect, Effect::kUpdated);
  const auto ana = Find("ana");
  EXPECT_EQ(ana->objection_time, now_);
  EXPECT_EQ(ana->revision, result.revision);
  EXPECT_EQ(ana->update_time, now_);
  EXPECT_EQ(ana->values, Age(34));
  const auto snapshot = OpenSnapshot();
  EXPECT_THAT(SegmentsOf(*snapshot, "ana"), IsEmpty());
  EXPECT_THAT(SegmentsOf(*snapshot, "ben"), ElementsAre("shoppers s1"));
  EXPECT_EQ(Find("ben")->objection_time, std::nullopt);
}

TEST_P(StoreConformance, NothingAssignsAContactThatObjects) {
  Commit({Person("ana", Age(34)), PutObjection{"default", "ana"}});
  EXPECT_EQ(CommitOne(InSegment("ana", "s1")).effect, Effect::kUnchanged);
  EXPECT_EQ(CommitOne(InSegment("ana", "s1", Find("ana")->revision)).effect, Effect::kUnchanged);
  EXPECT_THAT(SegmentsOf(*OpenSnapshot(), "ana"), IsEmpty());
}

// One that read the contact before it objected comes too late.
TEST_P(StoreConformance, AnObjectionIsAChangeOfTheContact) {
  const Revision read = CommitOne(Person("ana", Age(34))).revision;
  Commit({PutObjection{"default", "ana"}, PutObjection{"default", "ana", false}});
  EXPECT_EQ(CommitOne(InSegment("ana", "s1", read)).effect, Effect::kUnchanged);
}

TEST_P(StoreConformance, AnObjectionStaysWhateverIsWritten) {
  Commit({Person("ana", Age(34)), PutObjection{"default", "ana"}});
  const auto since = Find("ana")->objection_time;
  now_ = {9'000'000};
  Commit({Person("ana", Age(35))});
  PutContact all = Person("ana", City("Lyon"));
  all.replaces_values = true;
  Commit({all});
  EXPECT_EQ(Find("ana")->objection_time, since);
}

TEST_P(StoreConformance, ASecondObjectionChangesNothingAndOneCanBeWithdrawn) {
  Commit({Person("ana", Age(34))});
  EXPECT_EQ(CommitOne(PutObjection{"default", "ana", false}).effect, Effect::kUnchanged);
  const Revision objected = CommitOne(PutObjection{"default", "ana"}).revision;
  const OperationResult again = CommitOne(PutObjection{"default", "ana"});
  EXPECT_EQ(again.effect, Effect::kUnchanged);
  EXPECT_EQ(again.revision, objected);
  EXPECT_EQ(CommitOne(PutObjection{"default", "ana", false}).effect, Effect::kUpdated);
  EXPECT_EQ(Find("ana")->objection_time, std::nullopt);
  EXPECT_EQ(CommitOne(InSegment("ana", "s1")).effect, Effect::kUpdated);
}

TEST_P(StoreConformance, ObjectionsAndConsentsNeedAContactOfTheWorkspace) {
  Commit({Person("ana", Age(34), "north")});
  EXPECT_EQ(CommitStatus({PutObjection{"default", "ana"}}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(CommitStatus({PutConsent{"default", "ana", {"news", "email", now_}}}).code(),
            absl::StatusCode::kNotFound);
}

// --- Whom a scan passes over ---

TEST_P(StoreConformance, AScanPassesOverThoseWhoObjectUnlessAskedFor) {
  Commit({Person("ana", Age(34)), Person("ben", Age(35)), Person("cleo", Age(36)),
          PutObjection{"default", "ben"}});
  ScanRequest request{.workspace = "default", .block_rows = 1};
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "cleo"));
  request.passed_over.objecting = false;
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "ben", "cleo"));
  ASSERT_TRUE(OpenSnapshot()
                  ->Scan(request,
                         [](const ContactBlock& block) {
                           EXPECT_EQ(block.records[0].objection_time.has_value(),
                                     block.records[0].id == "ben");
                           return absl::OkStatus();
                         })
                  .ok());
}

TEST_P(StoreConformance, AScanPassesOverThoseWithoutALegalBasisWhenAskedTo) {
  Commit({Person("ana", Age(34)), From(Person("ben", Age(35)), {"fair", LegalBasis::kConsent}),
          From(Person("cleo", Age(36)), {"fair", LegalBasis::kUnspecified})});
  ScanRequest request{.workspace = "default"};
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "ben", "cleo"));
  request.passed_over.without_legal_basis = true;
  EXPECT_THAT(ScannedIds(request), ElementsAre("ben"));
}

TEST_P(StoreConformance, AScanPassesOverMinorsButNoOrganizations) {
  Schema schema;
  ASSERT_TRUE(
      schema.Add({.id = "age", .type = AttributeType::kNumeric, .birth = Birth::kAge}).ok());
  PutContact firm = Person("firm", Age(3));
  firm.kind = ContactKind::kOrganization;
  Commit({Person("ana", Age(17)), Person("ben", Age(18)), Person("cleo", City("Lyon")), firm});
  ScanRequest request{.workspace = "default", .schema = &schema};
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "ben", "cleo", "firm"));
  request.passed_over.minors_on = Date{20'000};
  EXPECT_THAT(ScannedIds(request), ElementsAre("ben", "cleo", "firm"));
}

// --- Provenance ---

TEST_P(StoreConformance, RecordsWhereAContactComesFrom) {
  const Provenance list{"fair 2026", LegalBasis::kLegitimateInterests, Date{20'000}};
  EXPECT_EQ(CommitOne(From(Person("ana", Age(34)), list)).effect, Effect::kCreated);
  const auto ana = Find("ana");
  EXPECT_TRUE(ana->has_legal_basis);
  EXPECT_THAT(*OpenSnapshot()->Provenances(ana->key), ElementsAre(list));
}

TEST_P(StoreConformance, AnotherProvenanceIsAnotherChangeAndKeepsTheFirst) {
  const Provenance fair{"fair", LegalBasis::kUnspecified, Date{20'000}};
  const Provenance form{"form", LegalBasis::kConsent, Date{20'100}};
  Commit({From(Person("ana", Age(34)), fair), InSegment("ana", "s1")});
  EXPECT_FALSE(Find("ana")->has_legal_basis);
  const OperationResult result = CommitOne(From(Person("ana", Age(34)), form));
  EXPECT_EQ(result.effect, Effect::kUpdated);
  const auto ana = Find("ana");
  EXPECT_EQ(ana->revision, result.revision);
  EXPECT_TRUE(ana->has_legal_basis);
  const auto snapshot = OpenSnapshot();
  EXPECT_THAT(*snapshot->Provenances(ana->key), ElementsAre(fair, form));
  EXPECT_THAT(SegmentsOf(*snapshot, "ana"), ElementsAre("shoppers s1"));  // Nothing it rests on.
  EXPECT_THAT(*snapshot->History(ana->key), IsEmpty());                   // Nor of its values.
}

// The same file imported on another day: sending a row twice changes nothing.
TEST_P(StoreConformance, AnUndatedProvenanceIsOfTheDayItWasFirstRecorded) {
  const Provenance fair{"fair", LegalBasis::kConsent, std::nullopt};
  now_ = {20'000 * 86'400'000'000};
  Commit({From(Person("ana", Age(34)), fair)});
  now_ = {20'007 * 86'400'000'000};
  EXPECT_EQ(CommitOne(From(Person("ana", Age(34)), fair)).effect, Effect::kUnchanged);
  EXPECT_THAT(*OpenSnapshot()->Provenances(Find("ana")->key),
              ElementsAre(Provenance{"fair", LegalBasis::kConsent, Date{20'000}}));
}

TEST_P(StoreConformance, AProvenanceOfABatchThatFailedIsRecordedByTheNext) {
  const Provenance fair{"fair", LegalBasis::kConsent, Date{20'000}};
  EXPECT_FALSE(
      CommitStatus({From(Person("ana", Age(34)), fair), DeleteContact{"default", "nobody"}}).ok());
  Commit({From(Person("ben", Age(34)), fair)});
  EXPECT_THAT(*OpenSnapshot()->Provenances(Find("ben")->key), ElementsAre(fair));
}

// "key: source, source", in the order of visit.
std::vector<std::string> ScannedProvenances(Snapshot& snapshot, const std::string& workspace) {
  std::vector<std::string> visited;
  const absl::Status status = snapshot.ScanProvenances(
      workspace, [&](std::int64_t key, absl::Span<const Provenance> provenances) {
        const auto source = [](std::string* text, const Provenance& each) {
          absl::StrAppend(text, each.source, " ", each.date->days);
        };
        visited.push_back(absl::StrCat(key, ": ", absl::StrJoin(provenances, ", ", source)));
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  return visited;
}

TEST_P(StoreConformance, WalksOverWhereAllContactsOfAWorkspaceComeFrom) {
  const Provenance fair{"fair", LegalBasis::kUnspecified, Date{20'000}};
  const Provenance form{"form", LegalBasis::kConsent, Date{20'100}};
  Commit({From(Person("zoe", Age(34)), form), Person("ana", Age(34)),
          From(Person("ben", Age(35)), fair), From(Person("far", Age(36), "acme"), fair)});
  Commit({From(Person("zoe", Age(34)), fair)});
  EXPECT_THAT(ScannedProvenances(*OpenSnapshot(), "default"),
              ElementsAre(absl::StrCat(Find("zoe")->key, ": form 20100, fair 20000"),
                          absl::StrCat(Find("ben")->key, ": fair 20000")));
  EXPECT_THAT(ScannedProvenances(*OpenSnapshot(), "acme"),
              ElementsAre(absl::StrCat(Find("far", "acme")->key, ": fair 20000")));
  EXPECT_THAT(ScannedProvenances(*OpenSnapshot(), "nobodys"), IsEmpty());
}

TEST_P(StoreConformance, EndsAWalkOverProvenancesWithTheErrorOfTheVisitor) {
  const Provenance fair{"fair", LegalBasis::kConsent, Date{20'000}};
  Commit({From(Person("ana", Age(34)), fair), From(Person("ben", Age(34)), fair)});
  int visits = 0;
  const absl::Status status =
      OpenSnapshot()->ScanProvenances("default", [&](std::int64_t, absl::Span<const Provenance>) {
        ++visits;
        return absl::CancelledError("the caller has gone");
      });
  EXPECT_EQ(status, absl::CancelledError("the caller has gone"));
  EXPECT_EQ(visits, 1);
}

// --- Consent ---

TEST_P(StoreConformance, KeepsOneConsentAPurposeAndChannel) {
  Commit({Person("ana", Age(34))});
  const Consent news{"news", "email", {1'000}, Timestamp{5'000}};
  const Consent calls{"calls", "phone", {2'000}};
  EXPECT_EQ(CommitOne(PutConsent{"default", "ana", news}).effect, Effect::kUpdated);
  Commit({PutConsent{"default", "ana", calls}});
  const auto key = Find("ana")->key;
  EXPECT_THAT(*OpenSnapshot()->Consents(key), ElementsAre(calls, news));
  EXPECT_EQ(CommitOne(PutConsent{"default", "ana", news}).effect, Effect::kUnchanged);
  Consent withdrawn = news;
  withdrawn.withdraw_time = Timestamp{3'000};
  Commit({PutConsent{"default", "ana", withdrawn}});
  EXPECT_THAT(*OpenSnapshot()->Consents(key), ElementsAre(calls, withdrawn));
}

TEST(Consent, CountsFromWhenItWasGivenUntilItExpiresOrIsWithdrawn) {
  const Consent consent{"news", "email", {1'000}, Timestamp{5'000}};
  EXPECT_FALSE(IsInForce(consent, {999}));
  EXPECT_TRUE(IsInForce(consent, {1'000}));
  EXPECT_TRUE(IsInForce(consent, {4'999}));
  EXPECT_FALSE(IsInForce(consent, {5'000}));
  Consent withdrawn = consent;
  withdrawn.withdraw_time = Timestamp{2'000};
  EXPECT_FALSE(IsInForce(withdrawn, {3'000}));
  EXPECT_TRUE(IsInForce({"news", "email", {1'000}}, {9'000'000}));
}

// --- History ---

TEST_P(StoreConformance, TellsHowAContactWasBefore) {
  PutContact lead = Person("ana", Age(34));
  lead.stage = Stage::kLead;
  Commit({lead});
  now_ = {2'000'000};
  Commit({Person("ana", Age(35))});
  Commit({Person("ana", City("Lyon"))});
  const auto history = *OpenSnapshot()->History(Find("ana")->key);
  ASSERT_THAT(history, SizeIs(2));
  EXPECT_EQ(history[0].values, Age(34));
  EXPECT_EQ(history[0].stage, Stage::kLead);
  EXPECT_EQ(history[0].update_time, Timestamp{1'000'000});
  EXPECT_EQ(history[1].values, Age(35));
}

// --- Erasure ---

TEST_P(StoreConformance, ErasesAllThatBelongsToAContact) {
  Commit({From(Person("ana", Age(34)), {"fair", LegalBasis::kConsent}), Person("ana", Age(35)),
          PutConsent{"default", "ana", {"news", "email", now_}}, InSegment("ana", "s1")});
  const auto key = Find("ana")->key;
  const OperationResult result = CommitOne(DeleteContact{"default", "ana"});
  EXPECT_EQ(result.contact_key, key);
  const auto snapshot = OpenSnapshot();
  EXPECT_THAT(*snapshot->History(key), IsEmpty());
  EXPECT_THAT(*snapshot->Provenances(key), IsEmpty());
  EXPECT_THAT(*snapshot->Consents(key), IsEmpty());
  EXPECT_THAT(SegmentsOf(*snapshot, "ana"), IsEmpty());
}

TEST_P(StoreConformance, ErasesAContactOfTheExpectedRevisionOnly) {
  const Revision read = CommitOne(Person("ana", Age(34))).revision;
  Commit({Person("ana", Age(35))});
  EXPECT_EQ(CommitStatus({DeleteContact{"default", "ana", read}}).code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(CommitOne(DeleteContact{"default", "ana", Find("ana")->revision}).effect,
            Effect::kDeleted);
}

TEST_P(StoreConformance, AnErasedContactThatComesAgainIsAnotherOne) {
  Commit({From(Person("ana", Age(34)), {"fair", LegalBasis::kConsent}),
          PutObjection{"default", "ana"}});
  const auto key = Find("ana")->key;
  Commit({DeleteContact{"default", "ana"}, Person("ana", Age(35))});
  const auto ana = Find("ana");
  EXPECT_NE(ana->key, key);
  EXPECT_EQ(ana->objection_time, std::nullopt);
  EXPECT_FALSE(ana->has_legal_basis);
}

// --- Legal basis required ---

TEST_P(StoreConformance, ForgetsTheSegmentsOfThoseWithoutALegalBasis) {
  Commit({Person("ana", Age(34)), From(Person("ben", Age(35)), {"fair", LegalBasis::kConsent}),
          InSegment("ana", "s1"), InSegment("ben", "s1")});
  EXPECT_EQ(CommitOne(DropBaselessAssignments{"north"}).effect, Effect::kUnchanged);
  EXPECT_EQ(CommitOne(DropBaselessAssignments{"default"}).effect, Effect::kDeleted);
  const auto snapshot = OpenSnapshot();
  EXPECT_THAT(SegmentsOf(*snapshot, "ana"), IsEmpty());
  EXPECT_THAT(SegmentsOf(*snapshot, "ben"), ElementsAre("shoppers s1"));
}

// --- Audit trail ---

class Trail {
 public:
  Trail(Store& store, Timestamp time) : store_(store), time_(time) {}

  absl::Status Write(std::vector<Operation> operations, Author author) {
    return store_
        .Commit({.operations = std::move(operations),
                 .time = time_,
                 .request = {},
                 .author = std::move(author)})
        .status();
  }

  // "mia DeleteContact ana", "mia ImportContacts 2 contacts", ...
  std::vector<std::string> Entries(const AuditQuery& query) {
    const auto snapshot = store_.OpenSnapshot();
    const auto entries = (*snapshot)->Audit(query);
    EXPECT_TRUE(entries.ok()) << entries.status();
    std::vector<std::string> words;
    for (const AuditEntry& entry : *entries) {
      EXPECT_EQ(entry.time, time_);
      std::string about = entry.resource.collection.empty()
                              ? entry.contact
                              : absl::StrCat(entry.resource.collection, "/", entry.resource.id);
      if (entry.contact_count > 0) about = absl::StrCat(entry.contact_count, " contacts");
      if (entry.contact_key > 0 && about.empty()) about = "erased";
      words.push_back(absl::StrCat(entry.principal, " ", entry.action, " ", about));
    }
    return words;
  }

 private:
  Store& store_;
  const Timestamp time_;
};

TEST_P(StoreConformance, WritesWhoDidWhatTheLatestFirst) {
  Trail trail(*store_, now_);
  ASSERT_TRUE(trail.Write({Person("ana", Age(34))}, {"mia", "UpdateContact"}).ok());
  ASSERT_TRUE(trail.Write({PutObjection{"default", "ana"}}, {"noe", "ObjectToProfiling"}).ok());
  ASSERT_TRUE(trail
                  .Write({PutResource{{"default", "segmentations", "", "s"}, "x", std::nullopt}},
                         {"mia", "CreateSegmentation"})
                  .ok());
  ASSERT_TRUE(trail.Write({Person("cy", Age(1), "north")}, {"mia", "UpdateContact"}).ok());
  EXPECT_THAT(trail.Entries({.workspace = "default", .limit = 10}),
              ElementsAre("mia CreateSegmentation segmentations/s", "noe ObjectToProfiling ana",
                          "mia UpdateContact ana"));
  EXPECT_THAT(trail.Entries({.workspace = "default", .contact_key = Find("ana")->key, .limit = 10}),
              ElementsAre("noe ObjectToProfiling ana", "mia UpdateContact ana"));
  const auto first = *OpenSnapshot()->Audit({.workspace = "default", .limit = 1});
  EXPECT_THAT(trail.Entries({.workspace = "default", .before = first[0].number, .limit = 1}),
              ElementsAre("noe ObjectToProfiling ana"));
}

TEST_P(StoreConformance, WhatChangesNothingOrFailsLeavesNoEntry) {
  Trail trail(*store_, now_);
  ASSERT_TRUE(trail.Write({Person("ana", Age(34))}, {"mia", "UpdateContact"}).ok());
  ASSERT_TRUE(trail.Write({Person("ana", Age(34))}, {"mia", "UpdateContact"}).ok());
  EXPECT_FALSE(trail
                   .Write({Person("ben", Age(34)), DeleteContact{"default", "nobody"}},
                          {"mia", "UpdateContact"})
                   .ok());
  Commit({Person("cleo", Age(34))});  // Of nobody.
  EXPECT_THAT(trail.Entries({.workspace = "default", .limit = 10}),
              ElementsAre("mia UpdateContact ana"));
}

TEST_P(StoreConformance, AnActionInBulkIsOneEntryWithTheNumberOfContacts) {
  Trail trail(*store_, now_);
  Commit({Person("ana", Age(34))});
  ASSERT_TRUE(trail
                  .Write({Person("ana", Age(34)), Person("ben", Age(1)), Person("cleo", Age(2))},
                         {"mia", "ImportContacts", true})
                  .ok());
  EXPECT_THAT(trail.Entries({.workspace = "default", .limit = 10}),
              ElementsAre("mia ImportContacts 2 contacts"));
}

TEST_P(StoreConformance, AnActionOnSeveralResourcesIsOneEntryAboutTheNamedOne) {
  Trail trail(*store_, now_);
  const ResourceKey segmentation{"default", "segmentations", "", "s"};
  const Author author{"mia", "TrainModel", false, segmentation};
  const PutResource run{{"default", "trainingRuns", "s", "r1"}, "x", std::nullopt};
  ASSERT_TRUE(trail.Write({run, PutResource{segmentation, "x", std::nullopt}}, author).ok());
  ASSERT_TRUE(trail.Write({run}, author).ok());  // Changes nothing.
  EXPECT_THAT(trail.Entries({.workspace = "default", .limit = 10}),
              ElementsAre("mia TrainModel segmentations/s"));
}

// Who erased, and when, can be shown for ever; whom, no more.
TEST_P(StoreConformance, AnEntryAboutAnErasedContactHasNoId) {
  Trail trail(*store_, now_);
  ASSERT_TRUE(trail.Write({Person("ana", Age(34))}, {"mia", "UpdateContact"}).ok());
  const auto key = Find("ana")->key;
  ASSERT_TRUE(trail.Write({DeleteContact{"default", "ana"}}, {"mia", "DeleteContact"}).ok());
  EXPECT_THAT(trail.Entries({.workspace = "default", .contact_key = key, .limit = 10}),
              ElementsAre("mia DeleteContact erased", "mia UpdateContact erased"));
  Reopen();
  EXPECT_THAT(Trail(*store_, now_).Entries({.workspace = "default", .limit = 10}), SizeIs(2));
}

}  // namespace
}  // namespace cible
