#include "tests/server/storage/store_conformance.h"

#include <gmock/gmock.h>

#include <atomic>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cible {

using testing::ElementsAre;
using testing::IsEmpty;

Schema PeopleSchema() {
  Schema schema;
  EXPECT_TRUE(schema.Add({.id = "age", .type = AttributeType::kNumeric}).ok());
  EXPECT_TRUE(schema.Add({.id = "city", .type = AttributeType::kCategorical}).ok());
  EXPECT_TRUE(schema.Add({.id = "channels", .type = AttributeType::kSet}).ok());
  return schema;
}

std::string Age(double age) { return EncodeValues({{1, age}}); }

std::string City(const std::string& city) { return EncodeValues({{2, city}}); }

PutContact Person(const std::string& id, const std::string& values, const std::string& workspace) {
  return {.workspace = workspace,
          .id = id,
          .kind = ContactKind::kPerson,
          .stage = std::nullopt,
          .values = values};
}

void StoreConformance::Reopen() {
  store_.reset();
  auto store = GetParam().open(folder_.path());
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
}

std::vector<OperationResult> StoreConformance::Commit(std::vector<Operation> operations) {
  const std::size_t count = operations.size();
  auto results = store_->Commit({.operations = std::move(operations), .time = now_});
  EXPECT_TRUE(results.ok()) << results.status();
  if (!results.ok()) return std::vector<OperationResult>(count);
  EXPECT_EQ(results->size(), count);
  return *std::move(results);
}

OperationResult StoreConformance::CommitOne(Operation operation) {
  return Commit({std::move(operation)}).at(0);
}

absl::Status StoreConformance::CommitStatus(std::vector<Operation> operations) {
  return store_->Commit({.operations = std::move(operations), .time = now_}).status();
}

std::unique_ptr<Snapshot> StoreConformance::OpenSnapshot() {
  auto snapshot = store_->OpenSnapshot();
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  return *std::move(snapshot);
}

std::optional<ContactRecord> StoreConformance::Find(const std::string& id,
                                                    const std::string& workspace) {
  const auto records = OpenSnapshot()->Lookup(workspace, {id});
  EXPECT_TRUE(records.ok()) << records.status();
  return records->at(0);
}

std::vector<Event> StoreConformance::EventsOf(const std::string& contact) {
  const auto events = OpenSnapshot()->Events(Find(contact)->key, std::nullopt, 1000);
  EXPECT_TRUE(events.ok()) << events.status();
  return *events;
}

Behaviour StoreConformance::BehaviourOf(const std::string& contact, const std::string& workspace) {
  const auto record = Find(contact, workspace);
  const auto behaviour = DecodeBehaviour(record->behaviour);
  EXPECT_TRUE(behaviour.ok()) << behaviour.status();
  EXPECT_EQ(*OpenSnapshot()->CountEvents(record->key), behaviour->events);
  return *behaviour;
}

bool StoreConformance::IsAssigned(const std::string& contact) {
  return !OpenSnapshot()->Assignments("default", {contact})->at(0).empty();
}

std::vector<std::string> StoreConformance::ScannedIds(const ScanRequest& request) {
  std::vector<std::string> ids;
  const absl::Status status = OpenSnapshot()->Scan(request, [&](const ContactBlock& block) {
    EXPECT_LE(block.table.row_count, request.block_rows);
    ids.insert(ids.end(), block.table.ids.begin(), block.table.ids.end());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return ids;
}

namespace {

ResourceKey SegmentationKey(const std::string& id, const std::string& workspace = "default") {
  return {.workspace = workspace, .collection = "segmentations", .parent = "", .id = id};
}

std::vector<std::string> Ids(const absl::StatusOr<std::vector<Resource>>& resources) {
  EXPECT_TRUE(resources.ok()) << resources.status();
  std::vector<std::string> ids;
  for (const Resource& resource : *resources) ids.push_back(resource.key.id);
  return ids;
}

// "3 ana", "5 #2 gone": of a contact that was erased the key alone is told.
std::vector<std::string> Words(const absl::StatusOr<std::vector<Change>>& changes) {
  EXPECT_TRUE(changes.ok()) << changes.status();
  std::vector<std::string> words;
  for (const Change& change : *changes) {
    const std::string who =
        change.deleted ? absl::StrCat("#", change.key, change.contact, " gone") : change.contact;
    words.push_back(absl::StrCat(change.revision, " ", who));
  }
  return words;
}

// --- Contacts ---

TEST_P(StoreConformance, CreatesAContactAndGivesBackAllOfIt) {
  PutContact put = Person("ana", Age(34));
  put.stage = Stage::kLead;
  const OperationResult result = CommitOne(put);
  EXPECT_EQ(result.effect, Effect::kCreated);
  EXPECT_EQ(result.revision, 1);
  const auto ana = Find("ana");
  ASSERT_TRUE(ana.has_value());
  EXPECT_GT(ana->key, 0);
  EXPECT_EQ(ana->id, "ana");
  EXPECT_EQ(ana->kind, ContactKind::kPerson);
  EXPECT_EQ(ana->stage, Stage::kLead);
  EXPECT_EQ(ana->values, Age(34));
  EXPECT_EQ(ana->revision, 1);
  EXPECT_EQ(ana->create_time, now_);
  EXPECT_EQ(ana->update_time, now_);
}

TEST_P(StoreConformance, MergesIntoAContactAndKeepsItsKeyStageAndCreation) {
  PutContact first = Person("ana", Age(34));
  first.stage = Stage::kCustomer;
  Commit({first});
  const auto before = Find("ana");
  const Timestamp created = std::exchange(now_, Timestamp{2'000'000});
  const OperationResult result = CommitOne(Person("ana", City("Lyon")));
  EXPECT_EQ(result.effect, Effect::kUpdated);
  const auto after = Find("ana");
  EXPECT_EQ(after->key, before->key);
  EXPECT_EQ(after->stage, Stage::kCustomer);
  EXPECT_EQ(after->values, EncodeValues({{1, 34.0}, {2, std::string("Lyon")}}));
  EXPECT_EQ(after->revision, result.revision);
  EXPECT_EQ(after->create_time, created);
  EXPECT_EQ(after->update_time, now_);
}

TEST_P(StoreConformance, ChangesNothingWhenAllIsAsItWas) {
  Commit({Person("ana", EncodeValues({{1, 34.0}, {2, std::string("Lyon")}}))});
  const Timestamp created = std::exchange(now_, Timestamp{2'000'000});
  const OperationResult result = CommitOne(Person("ana", City("Lyon")));
  EXPECT_EQ(result.effect, Effect::kUnchanged);
  EXPECT_EQ(result.revision, 1);
  EXPECT_EQ(Find("ana")->revision, 1);
  EXPECT_EQ(Find("ana")->update_time, created);
  EXPECT_EQ(OpenSnapshot()->revision(), 1);
}

TEST_P(StoreConformance, TakesANewStageForAChange) {
  Commit({Person("ana", Age(34))});
  PutContact put = Person("ana", "");
  put.stage = Stage::kProspect;
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  EXPECT_EQ(Find("ana")->stage, Stage::kProspect);
  EXPECT_EQ(Find("ana")->values, Age(34));
}

TEST_P(StoreConformance, RefusesToMakeAPersonAnOrganization) {
  Commit({Person("ana", Age(34))});
  PutContact put = Person("ana", Age(35));
  put.kind = ContactKind::kOrganization;
  const absl::Status status = CommitStatus({put});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "the contact is stored as a PERSON and got as an ORGANIZATION; send its kind, or "
            "delete the contact first");
  EXPECT_EQ(Find("ana")->values, Age(34));
}

TEST_P(StoreConformance, KeepsTheKindOfAContactWhenNoneIsSaid) {
  PutContact acme = Person("acme", Age(80));
  acme.kind = ContactKind::kOrganization;
  Commit({acme});
  acme.kind = std::nullopt;
  acme.values = Age(81);
  EXPECT_EQ(CommitOne(acme).effect, Effect::kUpdated);
  EXPECT_EQ(Find("acme")->kind, ContactKind::kOrganization);
  PutContact ana = Person("ana", "");
  ana.kind = std::nullopt;
  EXPECT_EQ(CommitOne(ana).effect, Effect::kCreated);
  EXPECT_EQ(Find("ana")->kind, ContactKind::kPerson);
}

TEST_P(StoreConformance, ReplacesAllValuesWhenAskedTo) {
  Commit({Person("ana", EncodeValues({{1, 34.0}, {2, std::string("Lyon")}}))});
  PutContact put = Person("ana", Age(35));
  put.replaces_values = true;
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  EXPECT_EQ(Find("ana")->values, Age(35));
  EXPECT_EQ(CommitOne(put).effect, Effect::kUnchanged);
}

TEST_P(StoreConformance, ForgetsTheValuesThatAreNamedAndKeepsTheOthers) {
  Commit({Person("ana", EncodeValues({{1, 34.0}, {2, std::string("Lyon")}}))});
  Commit({PutAssignments{"default", "default", "m1", {{"ana", "s1", 0.9}}}});
  PutContact put = Person("ana", EncodeValues({{3, StringSet{{"web"}}}}));
  put.forgotten = {2, 7};
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  EXPECT_EQ(Find("ana")->values, EncodeValues({{1, 34.0}, {3, StringSet{{"web"}}}}));
  EXPECT_THAT(OpenSnapshot()->Assignments("default", {"ana"})->at(0), IsEmpty());
  EXPECT_EQ(CommitOne(put).effect, Effect::kUnchanged);
  put.values = City("Nice");
  CommitOne(put);
  EXPECT_EQ(Find("ana")->values,
            EncodeValues({{1, 34.0}, {2, std::string("Nice")}, {3, StringSet{{"web"}}}}))
      << "what is sent is kept, even of an attribute that is forgotten";
}

TEST_P(StoreConformance, ChangesNoContactThatMustExistAndDoesNot) {
  PutContact put = Person("ana", Age(34));
  put.must_exist = true;
  EXPECT_EQ(CommitStatus({put}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(CommitStatus({put}).message(), "there is no such contact to change");
  EXPECT_EQ(FailedOperation(CommitStatus({Person("ben", ""), put})), 1);
  Commit({Person("ana", Age(33))});
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
}

TEST_P(StoreConformance, ChangesAContactOfTheExpectedRevisionOnly) {
  PutContact put = Person("ana", Age(34));
  put.expected = 0;
  const Revision first = CommitOne(put).revision;
  const absl::Status exists = CommitStatus({put});
  EXPECT_EQ(exists.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(exists.message(), "the contact exists already; read it and change it instead");
  EXPECT_EQ(FailedOperation(exists), 0);
  put.expected = first;
  put.values = Age(35);
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  put.values = Age(36);
  const absl::Status changed = CommitStatus({put});
  EXPECT_EQ(changed.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(changed.message(), "the contact was changed in the meantime; read it again and repeat");
  EXPECT_EQ(Find("ana")->values, Age(35));
  Commit({DeleteContact{"default", "ana"}});
  EXPECT_EQ(CommitStatus({put}).message(),
            "the contact was deleted in the meantime; create it anew");
}

TEST_P(StoreConformance, RefusesValuesThatAreNoBlob) {
  const absl::Status status = CommitStatus({Person("ana", "\x01\x09")});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "the values of a contact are not in the encoding of the store; encode them anew");
}

TEST_P(StoreConformance, AppliesABatchWholeOrNotAtAllAndSaysWhichOperationFailed) {
  const absl::Status status =
      CommitStatus({Person("ana", Age(34)), Person("ben", Age(40)),
                    DeleteContact{"default", "nobody"}, Person("cleo", Age(50))});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no such contact to delete");
  EXPECT_EQ(FailedOperation(status), 2);
  EXPECT_EQ(Find("ana"), std::nullopt);
  EXPECT_EQ(OpenSnapshot()->revision(), 0);
  // The workspace, first named in the batch that failed, can be used.
  EXPECT_EQ(CommitOne(Person("ana", Age(34))).revision, 1);
  EXPECT_EQ(Find("ana")->values, Age(34));
}

TEST_P(StoreConformance, SeesEarlierOperationsOfTheSameBatch) {
  const auto results = Commit({Person("ana", Age(34)), Person("ana", Age(35)),
                               Person("ana", Age(35)), DeleteContact{"default", "ana"}});
  EXPECT_EQ(results[0].effect, Effect::kCreated);
  EXPECT_EQ(results[1].effect, Effect::kUpdated);
  EXPECT_EQ(results[2].effect, Effect::kUnchanged);
  EXPECT_EQ(results[3].effect, Effect::kDeleted);
  EXPECT_EQ(Find("ana"), std::nullopt);
}

TEST_P(StoreConformance, AcceptsAnEmptyBatch) { EXPECT_THAT(Commit({}), IsEmpty()); }

TEST_P(StoreConformance, DeletesAContactAndNeverReusesItsKey) {
  Commit({Person("ana", Age(34))});
  const std::int64_t key = Find("ana")->key;
  EXPECT_EQ(CommitOne(DeleteContact{"default", "ana"}).effect, Effect::kDeleted);
  EXPECT_EQ(Find("ana"), std::nullopt);
  Reopen();
  EXPECT_EQ(CommitOne(Person("ana", Age(35))).effect, Effect::kCreated);
  EXPECT_GT(Find("ana")->key, key);
}

TEST_P(StoreConformance, GivesRevisionsInCommitOrderAcrossRestarts) {
  Revision last = 0;
  for (int restart = 0; restart < 3; ++restart) {
    for (int i = 0; i < 3; ++i) {
      const OperationResult result = CommitOne(Person("ana", Age(10 * restart + i)));
      EXPECT_GT(result.revision, last);
      last = result.revision;
    }
    Reopen();
    EXPECT_EQ(OpenSnapshot()->revision(), last);
    EXPECT_EQ(Find("ana")->revision, last);
  }
}

TEST_P(StoreConformance, LooksUpInTheOrderAsked) {
  Commit({Person("ana", Age(34)), Person("ben", Age(40))});
  const auto records = OpenSnapshot()->Lookup("default", {"ben", "nobody", "ana", "ben"});
  ASSERT_TRUE(records.ok());
  ASSERT_EQ(records->size(), 4u);
  EXPECT_EQ(records->at(0)->id, "ben");
  EXPECT_EQ(records->at(1), std::nullopt);
  EXPECT_EQ(records->at(2)->id, "ana");
  EXPECT_EQ(records->at(3)->id, "ben");
}

TEST_P(StoreConformance, KeepsIdsOfAnyBytesApart) {
  const std::vector<std::string> ids = {"a", "A", "é", "a'--", std::string("a\0b", 3), "%41", " "};
  for (const std::string& id : ids)
    EXPECT_EQ(CommitOne(Person(id, Age(1))).effect, Effect::kCreated);
  for (const std::string& id : ids) EXPECT_EQ(Find(id)->id, id);
}

// --- Requests ---

WriteBatch Named(const std::string& id, std::vector<Operation> operations, Timestamp time,
                 const std::string& workspace = "default") {
  return {.operations = std::move(operations),
          .time = time,
          .request = RequestMark{workspace, id, "digest of " + id}};
}

TEST_P(StoreConformance, WritesARequestOnceAndTellsWhatItWasAnswered) {
  WriteBatch batch = Named("r1", {Person("ana", Age(34)), Person("ben", Age(40))}, now_);
  batch.request->answer = [](absl::Span<const OperationResult> results) {
    return absl::StrCat(results.size(), std::string(1, '\0'), results.back().revision);
  };
  EXPECT_EQ(*OpenSnapshot()->FindRequest("default", "r1"), std::nullopt);
  ASSERT_TRUE(store_->Commit(batch).ok());
  batch.operations = {Person("ana", Age(50))};
  for (int restart = 0; restart < 2; ++restart) {
    const absl::Status again = store_->Commit(batch).status();
    EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(FailedOperation(again), std::nullopt);
    EXPECT_EQ(*OpenSnapshot()->FindRequest("default", "r1"),
              (WrittenRequest{"digest of r1", std::string("2\0"
                                                          "2",
                                                          3)}));
    EXPECT_EQ(Find("ana")->values, Age(34));
    Reopen();
  }
}

TEST_P(StoreConformance, RemembersNoRequestThatFailed) {
  EXPECT_EQ(store_->Commit(Named("r1", {DeleteContact{"default", "nobody"}}, now_)).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(*OpenSnapshot()->FindRequest("default", "r1"), std::nullopt);
  EXPECT_TRUE(store_->Commit(Named("r1", {Person("ana", Age(34))}, now_)).ok());
  EXPECT_TRUE(OpenSnapshot()->FindRequest("default", "r1")->has_value());
}

TEST_P(StoreConformance, RemembersARequestThatChangedNothing) {
  ASSERT_TRUE(store_->Commit(Named("r1", {}, now_)).ok());
  EXPECT_EQ(store_->Commit(Named("r1", {}, now_)).status().code(),
            absl::StatusCode::kAlreadyExists);
}

TEST_P(StoreConformance, KeepsRequestsOfWorkspacesApart) {
  ASSERT_TRUE(store_->Commit(Named("r1", {Person("ana", Age(34))}, now_, "north")).ok());
  EXPECT_EQ(*OpenSnapshot()->FindRequest("south", "r1"), std::nullopt);
  EXPECT_TRUE(store_->Commit(Named("r1", {}, now_, "south")).ok());
  EXPECT_TRUE(store_->Commit(Named("R1", {}, now_, "south")).ok());
}

TEST_P(StoreConformance, WritesRequestsSentAtTheSameTimeOnce) {
  constexpr int kThreads = 8;
  constexpr int kRequests = 20;
  std::atomic<int> written = 0, repeated = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int r = 0; r < kRequests; ++r) {
        const std::string id = absl::StrCat("r", r);
        const absl::Status status = store_->Commit(Named(id, {Person(id, Age(t))}, now_)).status();
        (status.ok() ? written : repeated) += 1;
        EXPECT_TRUE(status.ok() || absl::IsAlreadyExists(status)) << status;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(written, kRequests);
  EXPECT_EQ(repeated, kRequests * (kThreads - 1));
  EXPECT_EQ(OpenSnapshot()->revision(), kRequests);
}

TEST_P(StoreConformance, ForgetsRequestsAfterADayAndNotBefore) {
  constexpr int kRequests = 100;
  for (int r = 0; r < kRequests; ++r) {
    ASSERT_TRUE(store_->Commit(Named(absl::StrCat("r", r), {}, now_)).ok());
  }
  const auto remembered = [&] {
    int count = 0;
    for (int r = 0; r < kRequests; ++r) {
      count += OpenSnapshot()->FindRequest("default", absl::StrCat("r", r))->has_value() ? 1 : 0;
    }
    return count;
  };
  const Timestamp a_day_later{now_.micros + kRequestMemoryMicros};
  ASSERT_TRUE(store_->Commit(Named("later", {}, a_day_later)).ok());
  EXPECT_EQ(remembered(), kRequests);
  // Any write makes some of them go.
  now_ = {a_day_later.micros + 1};
  for (int write = 0; write < 10; ++write) Commit({Person("ana", Age(write))});
  EXPECT_EQ(remembered(), 0);
  EXPECT_TRUE(OpenSnapshot()->FindRequest("default", "later")->has_value());
  EXPECT_TRUE(store_->Commit(Named("r1", {}, now_)).ok());
}

// --- Workspaces ---

TEST_P(StoreConformance, NeverShowsAnotherWorkspace) {
  Commit({Person("ana", Age(34), "north"), Person("ana", Age(50), "south"),
          Person("ben", Age(20), "south"),
          PutAssignments{"south", "default", "m1", {{"ben", "s1", 0.9}}},
          PutResource{SegmentationKey("default", "south"), "body", std::nullopt}});
  EXPECT_EQ(Find("ana", "north")->values, Age(34));
  EXPECT_EQ(Find("ana", "south")->values, Age(50));
  EXPECT_EQ(Find("ben", "north"), std::nullopt);
  EXPECT_EQ(Find("ana", "west"), std::nullopt);
  EXPECT_THAT(ScannedIds({.workspace = "north"}), ElementsAre("ana"));
  EXPECT_THAT(ScannedIds({.workspace = "west"}), IsEmpty());
  const auto snapshot = OpenSnapshot();
  EXPECT_EQ(*snapshot->CountContacts("north", std::nullopt), 1);
  EXPECT_EQ(*snapshot->CountContacts("west", std::nullopt), 0);
  EXPECT_THAT(Words(snapshot->Changes("north", 0, 10)), ElementsAre("1 ana"));
  EXPECT_EQ(snapshot->Get(SegmentationKey("default", "north")).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_THAT(Ids(snapshot->List("north", "segmentations", "", "", 10)), IsEmpty());
}

TEST_P(StoreConformance, AssignsNoContactOfAnotherWorkspace) {
  Commit({Person("ana", Age(34), "north"),
          PutAssignments{"south", "default", "m1", {{"ana", "s1", 0.9}}}});
  EXPECT_THAT(
      ScannedIds({.workspace = "north", .segmentation = "default", .not_assigned_by = "m1"}),
      ElementsAre("ana"));
}

TEST_P(StoreConformance, DeletesInOneWorkspaceOnly) {
  Commit({Person("ana", Age(34), "north"), Person("ana", Age(50), "south")});
  Commit({DeleteContact{"north", "ana"}});
  EXPECT_EQ(Find("ana", "north"), std::nullopt);
  EXPECT_EQ(Find("ana", "south")->values, Age(50));
}

// --- Scans ---

TEST_P(StoreConformance, ScansAttributesIntoColumns) {
  Commit({Person("ana", EncodeValues({{1, 34.0}, {2, std::string("Lyon")}})),
          Person("ben", EncodeValues({{3, StringSet{{"phone", "web"}}}})),
          Person("cleo", EncodeValues({{1, std::string("a text where a number is due")}}))});
  const Schema schema = PeopleSchema();
  int blocks = 0;
  const auto check = [&](const ContactBlock& block) {
    ++blocks;
    EXPECT_EQ(block.table.row_count, 3);
    EXPECT_THAT(block.table.ids, ElementsAre("ana", "ben", "cleo"));
    EXPECT_EQ(block.table.columns.size(), 2u);
    EXPECT_EQ(block.table.columns[0].attribute, "channels");
    EXPECT_EQ(Get(block.table.columns[0], 0), std::nullopt);
    EXPECT_EQ(Get(block.table.columns[0], 1), Value(StringSet{{"phone", "web"}}));
    EXPECT_EQ(block.table.columns[1].attribute, "age");
    EXPECT_EQ(Get(block.table.columns[1], 0), Value(34.0));
    EXPECT_EQ(Get(block.table.columns[1], 2), std::nullopt);
    EXPECT_EQ(block.facts.stages.size(), 3u);
    EXPECT_THAT(block.facts.segments, IsEmpty());
    EXPECT_EQ(block.records.at(1).id, "ben");
    EXPECT_EQ(block.records.at(1).values, "");
    EXPECT_EQ(block.records.at(1).key, block.keys.at(1));
    return absl::OkStatus();
  };
  const absl::Status status = OpenSnapshot()->Scan(
      {.workspace = "default", .schema = &schema, .attributes = {"channels", "age", "channels"}},
      check);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(blocks, 1);
}

TEST_P(StoreConformance, ScansInBlocksInOrderOfCreation) {
  std::vector<Operation> puts;
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    ids.push_back(absl::StrCat("c", (i * 7) % 10));
    puts.push_back(Person(ids.back(), Age(i)));
  }
  Commit(puts);
  EXPECT_EQ(ScannedIds({.workspace = "default", .block_rows = 3}), ids);
  EXPECT_EQ(ScannedIds({.workspace = "default", .block_rows = 5}), ids);
}

TEST_P(StoreConformance, GoesOnAfterAKeyWhileContactsComeAndGo) {
  Commit({Person("ana", Age(1)), Person("ben", Age(2)), Person("cleo", Age(3))});
  const std::int64_t second = Find("ben")->key;
  Commit({Person("dan", Age(4)), DeleteContact{"default", "ben"}, Person("ana", Age(9))});
  EXPECT_THAT(ScannedIds({.workspace = "default", .after_key = second}),
              ElementsAre("cleo", "dan"));
}

TEST_P(StoreConformance, ScansOneKindWhenAsked) {
  PutContact acme = Person("acme", Age(80));
  acme.kind = ContactKind::kOrganization;
  Commit({Person("ana", Age(34)), acme});
  EXPECT_THAT(ScannedIds({.workspace = "default", .kind = ContactKind::kOrganization}),
              ElementsAre("acme"));
  EXPECT_THAT(ScannedIds({.workspace = "default"}), ElementsAre("ana", "acme"));
  EXPECT_EQ(*OpenSnapshot()->CountContacts("default", ContactKind::kOrganization), 1);
  EXPECT_EQ(*OpenSnapshot()->CountContacts("default", std::nullopt), 2);
}

TEST_P(StoreConformance, VisitsOnlyWhatTheFilterPassesAndDecodesWhatItReads) {
  std::vector<Operation> puts;
  for (int i = 0; i < 10; ++i) puts.push_back(Person(absl::StrCat("c", i), Age(i)));
  Commit(puts);
  Commit({PutAssignments{"default", "default", "m1", {{"c7", "s1", 0.9}, {"c2", "s1", 0.9}}}});
  const Schema schema = PeopleSchema();
  const auto filter = Filter::Parse("age >= 6 AND contact.segment = \"s1\"", schema);
  ASSERT_TRUE(filter.ok()) << filter.status();
  int visits = 0;
  const auto check = [&](const ContactBlock& block) {
    ++visits;
    EXPECT_THAT(block.table.ids, ElementsAre("c7"));
    EXPECT_THAT(block.table.ids, ElementsAre("c7"));
    EXPECT_THAT(block.facts.segments, ElementsAre("s1"));
    EXPECT_EQ(block.keys.size(), 1u);
    EXPECT_EQ(block.records.at(0).id, "c7");
    EXPECT_EQ(Get(*block.table.Find("age"), 0), Value(7.0));
    return absl::OkStatus();
  };
  const absl::Status status = OpenSnapshot()->Scan({.workspace = "default",
                                                    .schema = &schema,
                                                    .attributes = {"city"},
                                                    .filter = *filter,
                                                    .segmentation = "default",
                                                    .block_rows = 3},
                                                   check);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(visits, 1);
}

TEST_P(StoreConformance, EndsAScanWithTheErrorOfTheVisitor) {
  Commit({Person("ana", Age(1)), Person("ben", Age(2))});
  int visits = 0;
  const absl::Status status =
      OpenSnapshot()->Scan({.workspace = "default", .block_rows = 1}, [&](const ContactBlock&) {
        ++visits;
        return absl::CancelledError("enough");
      });
  EXPECT_EQ(status, absl::CancelledError("enough"));
  EXPECT_EQ(visits, 1);
}

TEST_P(StoreConformance, AllowsReadsFromInsideAScan) {
  Commit({Person("ana", Age(1)), Person("ben", Age(2))});
  const auto snapshot = OpenSnapshot();
  std::vector<std::string> seen;
  const ScanRequest request{.workspace = "default", .block_rows = 1};
  const absl::Status status = snapshot->Scan(request, [&](const ContactBlock& outer) {
    return snapshot->Scan(request, [&](const ContactBlock& inner) {
      seen.push_back(outer.table.ids[0] + " " + inner.table.ids[0]);
      return absl::OkStatus();
    });
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(seen, ElementsAre("ana ana", "ana ben", "ben ana", "ben ben"));
}

TEST_P(StoreConformance, RefusesToScanAnAttributeOutsideTheSchema) {
  const Schema schema = PeopleSchema();
  const absl::Status status =
      OpenSnapshot()->Scan({.workspace = "default", .schema = &schema, .attributes = {"height"}},
                           [](const ContactBlock&) { return absl::OkStatus(); });
  EXPECT_EQ(status, absl::InvalidArgumentError(
                        "attribute \"height\" is not in the schema; name one that is"));
}

// --- Assignments ---

TEST_P(StoreConformance, JoinsTheAssignmentsOfOneSegmentation) {
  Commit({Person("ana", Age(34)), Person("ben", Age(40)), Person("cleo", Age(50))});
  const auto results =
      Commit({PutAssignments{"default", "default", "m1", {{"ana", "s1", 0.9}, {"ben", "", 0}}},
              PutAssignments{"default", "shoppers", "m7", {{"ana", "s4", 0.8}}}});
  EXPECT_EQ(results[0].effect, Effect::kUpdated);
  EXPECT_GT(results[1].revision, results[0].revision);
  std::vector<std::string> segments;
  const auto keep = [&](const ContactBlock& block) {
    segments = block.facts.segments;
    return absl::OkStatus();
  };
  ASSERT_TRUE(OpenSnapshot()->Scan({.workspace = "default", .segmentation = "default"}, keep).ok());
  EXPECT_THAT(segments, ElementsAre("s1", "", ""));
  ASSERT_TRUE(
      OpenSnapshot()->Scan({.workspace = "default", .segmentation = "shoppers"}, keep).ok());
  EXPECT_THAT(segments, ElementsAre("s4", "", ""));
  ASSERT_TRUE(OpenSnapshot()->Scan({.workspace = "default", .segmentation = "new"}, keep).ok());
  EXPECT_THAT(segments, ElementsAre("", "", ""));
}

TEST_P(StoreConformance, FindsContactsThatAModelHasNotAssigned) {
  Commit({Person("ana", Age(34)), Person("ben", Age(40)), Person("cleo", Age(50))});
  Commit({PutAssignments{"default", "default", "m1", {{"ana", "s1", 0.9}, {"ben", "s2", 0.7}}}});
  Commit({PutAssignments{"default", "default", "m2", {{"ben", "s1", 0.6}}}});
  ScanRequest request{.workspace = "default", .segmentation = "default", .not_assigned_by = "m2"};
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "cleo"));
  request.not_assigned_by = "m1";
  EXPECT_THAT(ScannedIds(request), ElementsAre("ben", "cleo"));
  request.not_assigned_by = "m3";
  request.block_rows = 2;
  EXPECT_THAT(ScannedIds(request), ElementsAre("ana", "ben", "cleo"));
}

TEST_P(StoreConformance, RefusesNotAssignedByWithoutASegmentation) {
  const absl::Status status =
      OpenSnapshot()->Scan({.workspace = "default", .not_assigned_by = "m1"},
                           [](const ContactBlock&) { return absl::OkStatus(); });
  EXPECT_EQ(status, absl::InvalidArgumentError("contacts not assigned by a model are asked for "
                                               "without a segmentation; name it"));
}

TEST_P(StoreConformance, GivesTheAssignmentsOfContactsBySegmentation) {
  Commit({Person("a", ""), Person("b", ""), Person("a", "", "other"),
          PutAssignments{"default", "shoppers", "m2", {{"a", "s1", 0.5}}},
          PutAssignments{"default", "default", "m1", {{"a", "s2", 0.75}, {"b", "", 0}}},
          PutAssignments{"other", "default", "m9", {{"a", "s9", 1}}}});
  const auto assignments = OpenSnapshot()->Assignments("default", {"b", "nobody", "a"});
  ASSERT_TRUE(assignments.ok()) << assignments.status();
  ASSERT_EQ(assignments->size(), 3u);
  ASSERT_EQ((*assignments)[0].size(), 1u);
  EXPECT_EQ((*assignments)[0][0].segment, "");
  EXPECT_THAT((*assignments)[1], IsEmpty());
  ASSERT_EQ((*assignments)[2].size(), 2u);
  EXPECT_EQ((*assignments)[2][0].segmentation, "default");
  EXPECT_EQ((*assignments)[2][0].segment, "s2");
  EXPECT_EQ((*assignments)[2][0].model, "m1");
  EXPECT_EQ((*assignments)[2][0].probability, 0.75);
  EXPECT_EQ((*assignments)[2][1].segmentation, "shoppers");
}

TEST_P(StoreConformance, DropsTheAssignmentsOfAContactWhoseValuesChange) {
  Commit({Person("a", Age(30)), Person("b", Age(30)), Person("a", Age(30), "other"),
          PutAssignments{"default", "default", "m1", {{"a", "s1", 1}, {"b", "s1", 1}}},
          PutAssignments{"other", "default", "m1", {{"a", "s1", 1}}}});
  PutContact customer = Person("b", "");
  customer.stage = Stage::kCustomer;
  Commit({Person("a", Age(31)), customer});
  const auto here = OpenSnapshot()->Assignments("default", {"a", "b"});
  ASSERT_TRUE(here.ok()) << here.status();
  EXPECT_THAT((*here)[0], IsEmpty());
  EXPECT_EQ((*here)[1].size(), 1u);
  EXPECT_EQ((*OpenSnapshot()->Assignments("other", {"a"}))[0].size(), 1u);
  EXPECT_THAT(
      ScannedIds({.workspace = "default", .segmentation = "default", .not_assigned_by = "m1"}),
      ElementsAre("a"));
}

TEST_P(StoreConformance, WalksBlocksAtTheCallersPaceInOneView) {
  Commit({Person("a", Age(1)), Person("b", Age(2)), Person("c", Age(3))});
  const auto snapshot = OpenSnapshot();
  auto scan = snapshot->OpenScan({.workspace = "default", .block_rows = 2});
  ASSERT_TRUE(scan.ok()) << scan.status();
  EXPECT_THAT((**(*scan)->Next()).table.ids, ElementsAre("a", "b"));
  Commit({DeleteContact{"default", "c"}, Person("d", Age(4))});
  EXPECT_THAT((**(*scan)->Next()).table.ids, ElementsAre("c"));
  EXPECT_FALSE((*scan)->Next()->has_value());
  EXPECT_FALSE((*scan)->Next()->has_value());
  EXPECT_EQ(snapshot->OpenScan({.workspace = "default", .block_rows = 0}).status(),
            absl::InvalidArgumentError("a block must have at least one row"));
}

TEST_P(StoreConformance, PassesOverAssignmentsOfContactsThatAreGone) {
  Commit({Person("ana", Age(34))});
  Commit({PutAssignments{"default", "default", "m1", {{"ana", "s1", 0.9}}},
          DeleteContact{"default", "ana"}});
  const OperationResult result =
      CommitOne(PutAssignments{"default", "default", "m1", {{"ana", "s1", 0.9}}});
  EXPECT_EQ(result.effect, Effect::kUnchanged);
  EXPECT_EQ(result.revision, 0);
  // A contact that comes back starts without one.
  Commit({Person("ana", Age(34))});
  EXPECT_THAT(
      ScannedIds({.workspace = "default", .segmentation = "default", .not_assigned_by = "m1"}),
      ElementsAre("ana"));
}

TEST_P(StoreConformance, PassesOverWhatHasChangedSinceItWasRead) {
  Commit({Person("ana", Age(1)), Person("ben", Age(2)), Person("cleo", Age(3)),
          Person("dan", Age(4)), Person("eve", Age(5), "other")});
  PutAssignments put{"default", "default", "m1", {}};
  put.read_at = OpenSnapshot()->revision();
  for (const char* id : {"ana", "ben", "cleo", "dan"}) {
    put.entries.push_back({.segment = "s1", .probability = 0.9, .key = Find(id)->key});
  }
  Commit({PutObjection{"default", "dan", true}, Person("ben", Age(20)),
          DeleteContact{"default", "cleo"}, Person("eve", Age(50), "other")});
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  EXPECT_THAT(
      ScannedIds({.workspace = "default", .segmentation = "default", .not_assigned_by = "m1"}),
      ElementsAre("ben"));
  put.model = "m2";
  put.entries.front().segment = "s2";
  EXPECT_EQ(CommitOne(put).effect, Effect::kUpdated);
  const auto assignments = OpenSnapshot()->Assignments("default", {"ana", "ben", "dan"});
  ASSERT_TRUE(assignments.ok()) << assignments.status();
  ASSERT_EQ((*assignments)[0].size(), 1u);
  EXPECT_EQ((*assignments)[0][0].segment, "s2");
  EXPECT_EQ((*assignments)[0][0].model, "m2");
  EXPECT_THAT((*assignments)[1], IsEmpty());
  EXPECT_THAT((*assignments)[2], IsEmpty());
}

// An assignment is no change of the contact: etags stay good.
TEST_P(StoreConformance, LeavesTheRevisionOfAnAssignedContact) {
  Commit({Person("ana", Age(34))});
  Commit({PutAssignments{"default", "default", "m1", {{"ana", "s1", 0.9}}}});
  EXPECT_EQ(Find("ana")->revision, 1);
}

// --- Changes ---

TEST_P(StoreConformance, ListsChangesInCommitOrderDeletionsIncluded) {
  Commit({Person("ana", Age(1)), Person("ben", Age(2)), Person("cleo", Age(3))});  // 1, 2, 3
  Commit({Person("ana", Age(4)), DeleteContact{"default", "ben"}});                // 4, 5
  Commit({Person("dan", Age(6))});                                                 // 6
  const auto snapshot = OpenSnapshot();
  EXPECT_THAT(Words(snapshot->Changes("default", 0, 10)),
              ElementsAre("3 cleo", "4 ana", "5 #2 gone", "6 dan"));
  EXPECT_THAT(Words(snapshot->Changes("default", 3, 2)), ElementsAre("4 ana", "5 #2 gone"));
  EXPECT_THAT(Words(snapshot->Changes("default", 6, 10)), IsEmpty());
  EXPECT_THAT(Words(snapshot->Changes("default", 0, 0)), IsEmpty());
}

// --- Resources ---

TEST_P(StoreConformance, KeepsAResource) {
  const OperationResult result =
      CommitOne(PutResource{SegmentationKey("default"), std::string("a\0b", 3), std::nullopt});
  EXPECT_EQ(result.effect, Effect::kCreated);
  const auto resource = OpenSnapshot()->Get(SegmentationKey("default"));
  ASSERT_TRUE(resource.ok()) << resource.status();
  EXPECT_EQ(resource->key, SegmentationKey("default"));
  EXPECT_EQ(resource->body, std::string("a\0b", 3));
  EXPECT_EQ(resource->revision, result.revision);
  EXPECT_EQ(resource->create_time, now_);
}

TEST_P(StoreConformance, ReplacesAResourceAndLeavesAnEqualOneAlone) {
  const Revision first = CommitOne(PutResource{SegmentationKey("a"), "1", std::nullopt}).revision;
  EXPECT_EQ(CommitOne(PutResource{SegmentationKey("a"), "1", first}).effect, Effect::kUnchanged);
  const OperationResult second = CommitOne(PutResource{SegmentationKey("a"), "2", first});
  EXPECT_EQ(second.effect, Effect::kUpdated);
  EXPECT_GT(second.revision, first);
  EXPECT_EQ(OpenSnapshot()->Get(SegmentationKey("a"))->body, "2");
}

TEST_P(StoreConformance, AbortsWhenAResourceIsNotAsExpected) {
  const Revision first = CommitOne(PutResource{SegmentationKey("a"), "1", 0}).revision;
  EXPECT_EQ(
      CommitStatus({PutResource{SegmentationKey("a"), "2", 0}}),
      WithFailedOperation(
          absl::AbortedError("the resource exists already; read it and change it instead"), 0));
  EXPECT_EQ(
      CommitStatus({PutResource{SegmentationKey("a"), "2", first + 7}}),
      WithFailedOperation(
          absl::AbortedError("the resource was changed in the meantime; read it again and repeat"),
          0));
  EXPECT_EQ(CommitStatus({PutResource{SegmentationKey("b"), "2", first}}),
            WithFailedOperation(
                absl::AbortedError("the resource was deleted in the meantime; create it anew"), 0));
  EXPECT_EQ(CommitStatus({DeleteResource{SegmentationKey("a"), first + 7}}).code(),
            absl::StatusCode::kAborted);
  EXPECT_EQ(OpenSnapshot()->Get(SegmentationKey("a"))->body, "1");
}

TEST_P(StoreConformance, DeletesAResourceOnce) {
  const Revision first = CommitOne(PutResource{SegmentationKey("a"), "1", 0}).revision;
  EXPECT_EQ(CommitOne(DeleteResource{SegmentationKey("a"), first}).effect, Effect::kDeleted);
  EXPECT_EQ(OpenSnapshot()->Get(SegmentationKey("a")).status(),
            absl::NotFoundError("there is no such resource"));
  EXPECT_EQ(CommitStatus({DeleteResource{SegmentationKey("a"), std::nullopt}}),
            WithFailedOperation(absl::NotFoundError("there is no such resource to delete"), 0));
}

TEST_P(StoreConformance, ListsResourcesInOrderOfCreationByPages) {
  for (const char* id : {"m2", "m1", "m10"}) {
    Commit({PutResource{{"default", "models", "shoppers", id}, id, std::nullopt}});
  }
  Commit({PutResource{{"default", "models", "other", "m1"}, "", std::nullopt}});
  Commit({PutResource{{"default", "models", "shoppers", "m2"}, "changed", std::nullopt}});
  const auto snapshot = OpenSnapshot();
  EXPECT_THAT(Ids(snapshot->List("default", "models", "shoppers", "", 10)),
              ElementsAre("m2", "m1", "m10"));
  EXPECT_THAT(Ids(snapshot->List("default", "models", "shoppers", "", 2)), ElementsAre("m2", "m1"));
  EXPECT_THAT(Ids(snapshot->List("default", "models", "shoppers", "m1", 2)), ElementsAre("m10"));
  EXPECT_THAT(Ids(snapshot->List("default", "models", "", "", 10)), IsEmpty());
}

TEST_P(StoreConformance, ListsNoPageTwiceWhileResourcesAreAdded) {
  Commit({PutResource{SegmentationKey("a"), "", std::nullopt},
          PutResource{SegmentationKey("z"), "", std::nullopt}});
  const auto first = Ids(OpenSnapshot()->List("default", "segmentations", "", "", 1));
  Commit({PutResource{SegmentationKey("0"), "", std::nullopt}});
  const auto rest = Ids(OpenSnapshot()->List("default", "segmentations", "", first.at(0), 10));
  EXPECT_THAT(first, ElementsAre("a"));
  EXPECT_THAT(rest, ElementsAre("z", "0"));
}

TEST_P(StoreConformance, SaysSoWhenThePlaceOfAPageIsGone) {
  Commit({PutResource{SegmentationKey("a"), "", std::nullopt},
          PutResource{SegmentationKey("b"), "", std::nullopt}});
  Commit({DeleteResource{SegmentationKey("a"), std::nullopt}});
  EXPECT_EQ(OpenSnapshot()->List("default", "segmentations", "", "a", 10).status(),
            absl::NotFoundError(
                "the resource that the list goes on after is gone; list from the first one"));
}

TEST_P(StoreConformance, ListsTheResourcesOfAllWorkspacesForTheServer) {
  Commit({PutResource{{"south", "workspaces", "", "south"}, "", std::nullopt},
          PutResource{{"north", "workspaces", "", "north"}, "", std::nullopt}});
  const auto snapshot = OpenSnapshot();
  EXPECT_THAT(Ids(snapshot->List("", "workspaces", "", "", 10)), ElementsAre("south", "north"));
  EXPECT_THAT(Ids(snapshot->List("", "workspaces", "", "south", 10)), ElementsAre("north"));
}

// --- Snapshots and concurrency ---

TEST_P(StoreConformance, ShowsOneViewHoweverLongItIsHeld) {
  Commit({Person("ana", Age(34))});
  const auto before = OpenSnapshot();
  Commit({Person("ana", Age(35)), Person("ben", Age(40)),
          PutResource{SegmentationKey("a"), "", std::nullopt}});
  EXPECT_EQ(before->revision(), 1);
  EXPECT_EQ((*before->Lookup("default", {"ana"}))[0]->values, Age(34));
  EXPECT_EQ(*before->CountContacts("default", std::nullopt), 1);
  EXPECT_THAT(Ids(before->List("default", "segmentations", "", "", 10)), IsEmpty());
  EXPECT_EQ(Find("ana")->values, Age(35));
}

TEST_P(StoreConformance, WaitsForASnapshotWhenAllAreLent) {
  std::vector<std::unique_ptr<Snapshot>> held;
  for (int i = 0; i < 8; ++i) held.push_back(OpenSnapshot());
  std::thread late([&] { EXPECT_EQ(OpenSnapshot()->revision(), 0); });
  held.clear();
  late.join();
}

// Every writer commits batches of which one contact in ten is refused; the
// good ones of the same moment must all be there, each with a revision of its
// own.
TEST_P(StoreConformance, GroupsCommitsOfManyThreadsAndSparesThemEachOthersErrors) {
  constexpr int kThreads = 8;
  constexpr int kBatches = 40;
  Commit({Person("acme", Age(1))});
  std::vector<std::vector<Revision>> revisions(kThreads);
  std::atomic<int> refused = 0;
  std::vector<std::thread> writers;
  for (int t = 0; t < kThreads; ++t) {
    writers.emplace_back([&, t] {
      for (int b = 0; b < kBatches; ++b) {
        std::vector<Operation> operations = {Person(absl::StrCat("t", t, "b", b), Age(b))};
        if (b % 10 == 9) operations.push_back(DeleteContact{"default", "nobody"});
        const auto results = store_->Commit({.operations = operations, .time = now_});
        if (results.ok()) {
          revisions[t].push_back(results->at(0).revision);
        } else {
          refused += absl::IsNotFound(results.status()) ? 1 : 0;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::set<Revision> distinct;
  for (const auto& of_thread : revisions) {
    EXPECT_TRUE(std::is_sorted(of_thread.begin(), of_thread.end()));
    distinct.insert(of_thread.begin(), of_thread.end());
  }
  EXPECT_EQ(refused, kThreads * kBatches / 10);
  EXPECT_EQ(distinct.size(), kThreads * kBatches * 9u / 10);
  EXPECT_EQ(*OpenSnapshot()->CountContacts("default", std::nullopt),
            1 + kThreads * kBatches * 9 / 10);
  EXPECT_EQ(Find("t3b9"), std::nullopt);
  EXPECT_NE(Find("t3b8"), std::nullopt);
}

// Two contacts always move together; no reader may see one without the other.
TEST_P(StoreConformance, NeverShowsHalfABatchToReaders) {
  Commit({Person("ana", Age(0)), Person("ben", Age(0))});
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int age = 1; age <= 100; ++age) Commit({Person("ana", Age(age)), Person("ben", Age(age))});
    stop = true;
  });
  while (!stop) {
    const auto both = *OpenSnapshot()->Lookup("default", {"ana", "ben"});
    EXPECT_EQ(both[0]->values, both[1]->values);
  }
  writer.join();
}

}  // namespace
}  // namespace cible
