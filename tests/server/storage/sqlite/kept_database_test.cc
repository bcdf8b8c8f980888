// Databases that earlier versions wrote must open for ever.
//
// testdata/vN.db was written by version N of the store. To add the file of a
// new version, raise kVersion and run this test once with
// CIBLE_WRITE_TESTDATA=1; files of earlier versions are never written again.

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/segmentation/behaviour/added_up.h"
#include "tests/server/storage/lifecycles.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kVersion = 6;

std::string KeptFile(int version) {
  return absl::StrCat(CIBLE_SOURCE_DIR, "/tests/server/storage/testdata/v", version, ".db");
}

const ResourceKey kModel{
    .workspace = "default", .collection = "models", .parent = "shoppers", .id = "m1"};

const ResourceKey kSchema{
    .workspace = "privacy", .collection = "schemas", .parent = "", .id = "contacts"};
const Provenance kFair{"fair", LegalBasis::kContract, Date{20'779}};
const Consent kNews{"news", "email", {1'000'000}, Timestamp{9'000'000}, Timestamp{5'000'000}};

// All that an event may have.
const Event kBought{.id = "e1",
                    .type = EventType::kPurchase,
                    .time = {1'774'738'800'123'456},  // 2026-03-28 23:00 UTC, the 29th in Paris.
                    .order = "A",
                    .amount = 19'900'000,
                    .margin = 3'250'000,
                    .quantity = 2.5,
                    .unit_price = 7.96,
                    .list_price = 8,
                    .item = "red",
                    .channel = "web",
                    .source = "advertising",
                    .campaign = "spring",
                    .custom_type = ""};
const BehaviourRules kParis{
    .time_zone = "Europe/Paris", .large_order = 10'000'000, .categories = {{"wine", {"red*"}}}};

const StoredLifecycle kStands{Standing(Relation::kProspect, Temperature::kCold),
                              Standing(Relation::kCustomer, Temperature::kCold), 20'600};
const LifecycleProgress kWalked{.revision = 17,
                                .basis = 5,
                                .next_basis = 6,
                                .walked_kind = ContactKind::kPerson,
                                .walked_key = 16};

std::vector<NumberedValue> EveryType() {
  return {{1, 34.5},
          {2, std::string("Besançon")},
          {3, StringSet{{"phone", "web"}}},
          {4, false},
          {5, true},
          {6, Date{20779}},
          {7, Timestamp{1'795'305'600'000'000}},
          {8, LatLng{47.24, 6.02}}};
}

void Write(const std::string& folder) {
  const auto store = OpenSqliteStore(folder, Durability::kFull);
  ASSERT_TRUE(store.ok()) << store.status();
  const PutContact ana{.workspace = "default",
                       .id = "ana",
                       .kind = ContactKind::kPerson,
                       .stage = Stage::kLead,
                       .values = EncodeValues(EveryType())};
  const PutContact acme{.workspace = "north",
                        .id = "acme",
                        .kind = ContactKind::kOrganization,
                        .stage = Stage::kCustomer,
                        .values = ""};
  PutContact ana_later = ana;
  ana_later.values = EncodeValues({{1, 35.5}});
  const auto commit = [&](std::vector<Operation> operations, std::int64_t micros) {
    ASSERT_TRUE((*store)->Commit({.operations = operations, .time = {micros}}).ok());
  };
  commit({ana, acme, PutContact{.workspace = "default", .id = "gone"}}, 1'000'000);
  commit({ana_later, DeleteContact{"default", "gone"}}, 2'000'000);
  commit({PutAssignments{"default", "shoppers", "m1", {{"ana", "s1", 0.875}}},
          PutResource{kModel, std::string("a\0b", 3), std::nullopt}},
         3'000'000);
  const RequestMark request{"default", "r1", "digest", [](const auto&) { return "answer"; }};
  ASSERT_TRUE((*store)->Commit({.operations = {}, .time = {4'000'000}, .request = request}).ok());
  const PutContact ben{.workspace = "privacy", .id = "ben", .provenance = kFair};
  commit({ben, PutConsent{"privacy", "ben", kNews}}, 5'000'000);
  ASSERT_TRUE((*store)
                  ->Commit({.operations = {PutObjection{"privacy", "ben"}},
                            .time = {6'000'000},
                            .request = {},
                            .author = Author{"mia", "ObjectToProfiling"}})
                  .ok());
  ASSERT_TRUE((*store)
                  ->Commit({.operations = {PutResource{kSchema, "x", std::nullopt}},
                            .time = {7'000'000},
                            .request = {},
                            .author = Author{"mia", "UpdateSchema"}})
                  .ok());
  commit({PutContact{.workspace = "merged", .id = "cleo"},
          PutContact{.workspace = "merged", .id = "cleo-2"},
          MergeContacts{"merged", {"cleo", "cleo-2"}}},
         8'000'000);
  commit({PutBehaviourRules{"events", kParis},
          PutEvents{"events", "dan", {kBought, Event{.id = "e2", .time = {1}}}, true},
          CancelEvents{"events", "dan", {"e2"}},
          PutAssignments{"events", "shoppers", "m1", {{"dan", "s1", 0.5}}, Date{20'545}}},
         9'000'000);
  std::int64_t dan = 0;
  {
    const auto snapshot = (*store)->OpenSnapshot();
    dan = (*snapshot)->Lookup("events", {"dan"})->at(0)->key;
  }
  PutLifecycleOverride said = Say("dan", Relation::kCustomer);
  said.workspace = "events";
  said.expire_time = Timestamp{20'000'000};
  PutLifecycles put{.workspace = "events", .entries = {{dan, kStands}}, .progress = kWalked};
  put.entries[0].transitions = {Became(Relation::kUnknown, Relation::kProspect),
                                Became(Relation::kProspect, Relation::kCustomer, "told")};
  commit({said}, 10'000'000);
  commit({put}, 11'000'000);
}

std::unique_ptr<Store> OpenKept(int version, const std::string& folder) {
  std::filesystem::copy_file(KeptFile(version), folder + "/cible.db");
  std::filesystem::permissions(folder + "/cible.db", std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  auto store = OpenSqliteStore(folder, Durability::kFull);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

std::vector<std::string> ScannedIds(Store& store, const ScanRequest& request) {
  std::vector<std::string> ids;
  const auto snapshot = store.OpenSnapshot();
  const absl::Status status = (*snapshot)->Scan(request, [&](const ContactBlock& block) {
    ids.insert(ids.end(), block.table.ids.begin(), block.table.ids.end());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return ids;
}

TEST(KeptDatabase, IsWrittenWhenAskedFor) {
  if (std::getenv("CIBLE_WRITE_TESTDATA") == nullptr) {
    GTEST_SKIP() << "CIBLE_WRITE_TESTDATA is not set: the kept files stay as they are";
  }
  const TemporaryFolder folder;
  Write(folder.path());
  std::filesystem::copy_file(folder.path() + "/cible.db", KeptFile(kVersion),
                             std::filesystem::copy_options::overwrite_existing);
}

class KeptDatabaseOfVersion : public testing::TestWithParam<int> {};

TEST_P(KeptDatabaseOfVersion, OpensWithAllThatItHolds) {
  const TemporaryFolder folder;
  const auto store = OpenKept(GetParam(), folder.path());
  ASSERT_NE(store, nullptr);
  const auto snapshot = store->OpenSnapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ((*snapshot)->revision(), GetParam() < 3   ? 7
                                     : GetParam() < 4 ? 11
                                     : GetParam() < 5 ? 15
                                     : GetParam() < 6 ? 18
                                                      : 20);

  const auto ana = (*(*snapshot)->Lookup("default", {"ana"}))[0];
  ASSERT_TRUE(ana.has_value());
  EXPECT_EQ(ana->kind, ContactKind::kPerson);
  EXPECT_EQ(ana->stage, Stage::kLead);
  EXPECT_EQ(ana->revision, 4);
  EXPECT_EQ(ana->create_time, Timestamp{1'000'000});
  EXPECT_EQ(ana->update_time, Timestamp{2'000'000});
  std::vector<NumberedValue> expected = EveryType();
  expected[0].second = 35.5;
  EXPECT_EQ(*DecodeValues(ana->values), expected);

  const auto acme = (*(*snapshot)->Lookup("north", {"acme"}))[0];
  ASSERT_TRUE(acme.has_value());
  EXPECT_EQ(acme->kind, ContactKind::kOrganization);
  EXPECT_EQ(acme->stage, Stage::kCustomer);

  const auto changes = *(*snapshot)->Changes("default", 0, 10);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[1].contact, "");  // Earlier versions kept the id; it goes.
  EXPECT_EQ(changes[1].key, GetParam() < 3 ? 0 : 3);
  EXPECT_TRUE(changes[1].deleted);

  std::vector<std::string> segments;
  const absl::Status scanned = (*snapshot)->Scan(
      {.workspace = "default", .segmentation = "shoppers"}, [&](const ContactBlock& block) {
        segments = block.facts.segments;
        return absl::OkStatus();
      });
  EXPECT_TRUE(scanned.ok()) << scanned;
  EXPECT_THAT(segments, ElementsAre("s1"));

  const auto model = (*snapshot)->Get(kModel);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->body, std::string("a\0b", 3));
  EXPECT_EQ(model->revision, 7);

  // Objections, provenance, consents and the audit trail came with version 3.
  const auto ben = (*(*snapshot)->Lookup("privacy", {"ben"}))[0];
  ASSERT_EQ(ben.has_value(), GetParam() >= 3);
  if (ben.has_value()) {
    EXPECT_EQ(ben->objection_time, Timestamp{6'000'000});
    EXPECT_TRUE(ben->has_legal_basis);
    EXPECT_THAT(*(*snapshot)->Provenances(ben->key), ElementsAre(kFair));
    EXPECT_THAT(*(*snapshot)->Consents(ben->key), ElementsAre(kNews));
    const auto entries = *(*snapshot)->Audit({.workspace = "privacy", .limit = 10});
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].resource, kSchema);
    EXPECT_EQ(entries[1].principal, "mia");
    EXPECT_EQ(entries[1].action, "ObjectToProfiling");
    EXPECT_EQ(entries[1].contact, "ben");
    EXPECT_EQ(entries[1].time, Timestamp{6'000'000});
  }
  EXPECT_EQ(ana->objection_time, std::nullopt);
  EXPECT_FALSE(ana->has_legal_basis);

  // Merges came with version 4.
  const auto cleo = (*(*snapshot)->Lookup("merged", {"cleo-2"}))[0];
  ASSERT_EQ(cleo.has_value(), GetParam() >= 4);
  if (cleo.has_value()) {
    EXPECT_EQ(cleo->id, "cleo");
  }

  // Requests came with version 2.
  const auto request = (*snapshot)->FindRequest("default", "r1");
  ASSERT_TRUE(request.ok()) << request.status();
  if (GetParam() < 2) {
    EXPECT_EQ(*request, std::nullopt);
  } else {
    EXPECT_EQ(*request, (WrittenRequest{"digest", "answer"}));
  }
}

// Events came with version 5.
TEST_P(KeptDatabaseOfVersion, HasItsEventsAndTakesMore) {
  const TemporaryFolder folder;
  const auto store = OpenKept(GetParam(), folder.path());
  ASSERT_NE(store, nullptr);
  std::vector<Event> events;
  if (GetParam() >= 5) {
    events.push_back(kBought);
  } else {
    ASSERT_TRUE(
        store->Commit({.operations = {PutBehaviourRules{"events", kParis}}, .time = {1}}).ok());
  }
  const PutEvents visit{"events", "dan", {Made(EventType::kVisit, "2026-04-01")}, true};
  ASSERT_TRUE(store->Commit({.operations = {visit}, .time = {9'500'000}}).ok());
  events.insert(events.begin(), visit.events[0]);
  const auto snapshot = store->OpenSnapshot();
  const auto dan = (*(*snapshot)->Lookup("events", {"dan"}))[0];
  ASSERT_TRUE(dan.has_value());
  EXPECT_EQ(*(*snapshot)->Events(dan->key, std::nullopt, 10), events);
  EXPECT_EQ(dan->behaviour, EncodeBehaviour(AddedUp(events, kParis).behaviour()));
  EXPECT_EQ(dan->organization, "");
  EXPECT_EQ((*(*snapshot)->Lookup("default", {"ana"}))[0]->behaviour, "");
}

// Lifecycles came with version 6.
TEST_P(KeptDatabaseOfVersion, HasItsLifecyclesAndTakesMore) {
  const TemporaryFolder folder;
  const auto store = OpenKept(GetParam(), folder.path());
  ASSERT_NE(store, nullptr);
  if (GetParam() < 5) {
    const PutEvents visit{"events", "dan", {Made(EventType::kVisit, "2026-04-01")}, true};
    ASSERT_TRUE(store->Commit({.operations = {visit}, .time = {9'500'000}}).ok());
  }
  std::int64_t dan = 0;
  std::vector<std::string> transitions;
  {
    const auto snapshot = store->OpenSnapshot();
    dan = (*snapshot)->Lookup("events", {"dan"})->at(0)->key;
    const auto lifecycles = *(*snapshot)->Lifecycles({{dan}});
    const auto said = (*snapshot)->LifecycleOverrides({{dan}})->at(0);
    const auto progress = *(*snapshot)->ReadLifecycleProgress("events");
    if (GetParam() >= 6) {
      transitions = {"relation 0 2 20000 because", "relation 2 3 20000 told"};
      EXPECT_THAT(lifecycles, ElementsAre(kStands));
      EXPECT_EQ(progress, kWalked);
      EXPECT_THAT(Words(said), ElementsAre("relation 3 mia told"));
      EXPECT_EQ(said[0].create_time, Timestamp{10'000'000});
      EXPECT_EQ(said[0].expire_time, Timestamp{20'000'000});
    } else {
      EXPECT_THAT(lifecycles, ElementsAre(std::nullopt));
      EXPECT_EQ(progress, LifecycleProgress());
      EXPECT_THAT(said, IsEmpty());
    }
  }
  PutLifecycles put{.workspace = "events", .entries = {{dan, Stands(Relation::kLead)}}};
  put.entries[0].transitions = {Became(Relation::kCustomer, Relation::kLead, "told")};
  ASSERT_TRUE(store->Commit({.operations = {put}, .time = {12'000'000}}).ok());
  transitions.insert(transitions.begin(), "relation 3 1 20000 told");
  if (GetParam() >= 6) std::swap(transitions[1], transitions[2]);  // The latest first.
  const auto snapshot = store->OpenSnapshot();
  EXPECT_EQ(TransitionsOf(**snapshot, dan, "events"), transitions);
}

// Those of earlier versions are as of no day, which is before any.
TEST_P(KeptDatabaseOfVersion, KnowsWhichAssignmentsAreAsOfAnEarlierDay) {
  const TemporaryFolder folder;
  const auto store = OpenKept(GetParam(), folder.path());
  ASSERT_NE(store, nullptr);
  ScanRequest request{.workspace = "default", .segmentation = "shoppers", .not_assigned_by = "m1"};
  EXPECT_THAT(ScannedIds(*store, request), IsEmpty());
  request.or_before = Date{20'545};
  EXPECT_THAT(ScannedIds(*store, request), ElementsAre("ana"));
  request.workspace = "events";
  EXPECT_THAT(ScannedIds(*store, request), IsEmpty());
  request.or_before = Date{20'546};
  if (GetParam() >= 5) {
    EXPECT_THAT(ScannedIds(*store, request), ElementsAre("dan"));
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, KeptDatabaseOfVersion, testing::Range(1, kVersion + 1));

}  // namespace
}  // namespace cible
