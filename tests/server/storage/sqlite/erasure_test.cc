// What was erased is in no file of the data folder: looked for byte by byte.

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "server/storage/sqlite/page_scrubbing.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/server/storage/lifecycles.h"
#include "tests/server/storage/sqlite/sql.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

using testing::IsEmpty;

constexpr char kMarker[] = "Zq7-marker-of-one-person";

class ErasureTest : public testing::Test {
 protected:
  ErasureTest() { Open(); }

  void Open() {
    auto store = OpenSqliteStore(folder_.path(), Durability::kRelaxed);
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  void Commit(std::vector<Operation> operations) {
    const auto results = store_->Commit({.operations = std::move(operations), .time = {1'000'000}});
    ASSERT_TRUE(results.ok()) << results.status();
  }

  static PutContact Contact(const std::string& id, const std::string& value) {
    return {.workspace = "default", .id = id, .values = EncodeValues({{1, value}})};
  }

  // With the marker in every text that an event has.
  static Event Marked(const std::string& id) {
    const auto text = [&](const char* what) { return absl::StrCat(kMarker, " ", what, " ", id); };
    return {.id = id,
            .type = EventType::kPurchase,
            .time = {1'000'000},
            .order = text("order"),
            .amount = 1,
            .item = text("item"),
            .channel = text("channel"),
            .source = text("source"),
            .campaign = text("campaign"),
            .custom_type = text("type")};
  }

  // In every table that knows contacts: the id, old and new values, events, the
  // source aside, which is the list's.
  void WriteEverywhere() {
    Commit({Contact(absl::StrCat(kMarker, "@example.org"), absl::StrCat(kMarker, " one"))});
    const std::string id = absl::StrCat(kMarker, "@example.org");
    PutContact again = Contact(id, absl::StrCat(kMarker, " two ", std::string(20'000, 'x')));
    again.provenance = Provenance{"fair", LegalBasis::kConsent, {}};
    Commit({again});
    Commit({PutConsent{"default", id, {absl::StrCat(kMarker, " purpose"), "email", {1}}}});
    Commit({PutEvents{"default", id, {Marked(absl::StrCat(kMarker, " event")), Marked("e2")}}});
    Commit({CancelEvents{"default", id, {"e2", absl::StrCat(kMarker, " later")}}});
    Commit({PutAssignments{"default", "shoppers", "m1", {{id, "s1", 0.5}}}});
    PutLifecycleOverride said = Say(id, Relation::kCustomer, absl::StrCat(kMarker, " said"));
    said.author = absl::StrCat(kMarker, " author");
    Commit({said});
    said.reason = absl::StrCat(kMarker, " said again");
    Commit({said});
  }

  void Erase() { Commit({DeleteContact{"default", absl::StrCat(kMarker, "@example.org")}}); }

  // The files of the folder that hold the text.
  std::vector<std::string> FilesWith(const std::string& text) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(file)), {});
      if (absl::StrContains(bytes, text)) names.push_back(entry.path().filename());
    }
    return names;
  }

  bool GoneWithin(std::chrono::milliseconds time) const {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      if (FilesWith(kMarker).empty()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(ErasureTest, AContactIsInNoFileOnceItsErasureReturned) {
  WriteEverywhere();
  EXPECT_FALSE(FilesWith(kMarker).empty());
  Erase();
  EXPECT_THAT(FilesWith(kMarker), IsEmpty());
}

TEST_F(ErasureTest, NorWhenItsPagesHadReachedTheFileBefore) {
  WriteEverywhere();
  store_.reset();
  Open();
  EXPECT_THAT(FilesWith(kMarker), testing::ElementsAre("cible.db"));
  Erase();
  EXPECT_THAT(FilesWith(kMarker), IsEmpty());
}

TEST_F(ErasureTest, WhileOthersAreErasedAtTheSameTime) {
  constexpr int kContacts = 64;
  std::vector<Operation> contacts;
  for (int i = 0; i < kContacts; ++i) {
    contacts.emplace_back(Contact(absl::StrCat(kMarker, i), absl::StrCat(kMarker, i)));
  }
  Commit(contacts);
  std::vector<std::thread> threads;
  for (int i = 0; i < kContacts; ++i) {
    threads.emplace_back([&, i] {
      const std::string id = absl::StrCat(kMarker, i);
      Commit({DeleteContact{"default", id}});
      EXPECT_THAT(FilesWith(id + "\n"), IsEmpty());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(FilesWith(kMarker), IsEmpty());
}

// A snapshot goes on showing what it showed; the bytes go soon after it.
TEST_F(ErasureTest, GoesAsSoonAsTheLastReaderHasGone) {
  WriteEverywhere();
  auto snapshot = store_->OpenSnapshot();
  ASSERT_TRUE(snapshot.ok());
  const auto start = std::chrono::steady_clock::now();
  Erase();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));  // Not held up.
  EXPECT_FALSE(FilesWith(kMarker).empty());
  EXPECT_TRUE(
      (*(*snapshot)->Lookup("default", {absl::StrCat(kMarker, "@example.org")}))[0].has_value());
  snapshot->reset();
  EXPECT_TRUE(GoneWithin(std::chrono::seconds(10)));
}

// As a backup by another program: it must not keep the store from opening.
TEST_F(ErasureTest, ALogThatAnotherProcessReadsAtTheStartIsEmptiedLater) {
  WriteEverywhere();
  sqlite3* reader = nullptr;
  ASSERT_EQ(sqlite3_open((folder_.path() + "/cible.db").c_str(), &reader), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM contacts", nullptr, nullptr, nullptr),
            SQLITE_OK);
  Erase();
  store_.reset();
  Open();
  ASSERT_NE(store_, nullptr);
  EXPECT_FALSE(FilesWith(kMarker).empty());
  sqlite3_close(reader);
  EXPECT_TRUE(GoneWithin(std::chrono::seconds(10)));
}

// Readers that always overlap would keep the log for ever; they are made to
// wait a moment for each other.
TEST_F(ErasureTest, GoesWhileReadersComeAndGoWithoutEnd) {
  WriteEverywhere();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto snapshot = store_->OpenSnapshot();
        EXPECT_TRUE(snapshot.ok()) << snapshot.status();
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    });
  }
  Erase();
  EXPECT_TRUE(GoneWithin(std::chrono::seconds(10)));
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

TEST_F(ErasureTest, ReadersWaitForAnErasureAndAreServedAfterIt) {
  WriteEverywhere();
  auto held = store_->OpenSnapshot();
  std::thread eraser([&] { Erase(); });
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(store_->OpenSnapshot().ok());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  eraser.join();
  held->reset();
}

// secure_delete alone left ids in pages that had been split: page_scrubbing.h.
TEST_F(ErasureTest, NoCopyStaysInPagesThatWereSplit) {
  constexpr int kContacts = 6000;
  std::mt19937_64 random(20261122);
  std::vector<std::string> ids;
  for (int i = 0; i < kContacts; ++i) ids.push_back(absl::StrCat(kMarker, absl::Hex(random())));
  for (int round = 0; round < 2; ++round) {
    std::vector<Operation> writes;
    for (const std::string& id : ids) {
      writes.emplace_back(Contact(id, absl::StrCat(id, std::string(random() % 600, 'x'))));
      writes.emplace_back(Contact(absl::StrCat("other", absl::Hex(random())), "stays"));
    }
    Commit(writes);
  }
  std::shuffle(ids.begin(), ids.end(), random);
  for (std::size_t begin = 0; begin < ids.size(); begin += 500) {
    std::vector<Operation> erasures;
    for (std::size_t i = begin; i < begin + 500; ++i) {
      erasures.emplace_back(DeleteContact{"default", ids[i]});
    }
    Commit(erasures);
    const auto& gone = ids[begin];
    EXPECT_THAT(FilesWith(gone), IsEmpty());
  }
  EXPECT_THAT(FilesWith(kMarker), IsEmpty());
  store_.reset();
  EXPECT_EQ(RunSql(folder_.path() + "/cible.db", "PRAGMA integrity_check"), "ok\n");
  Open();
  const auto snapshot = store_->OpenSnapshot();
  EXPECT_EQ(*(*snapshot)->CountContacts("default", std::nullopt), 2 * kContacts);
}

TEST_F(ErasureTest, AContactThatWasMergedGoesWithItsOtherIdsAndTheirHistory) {
  Commit({Contact("kept", "one")});
  WriteEverywhere();
  Commit({MergeContacts{"default", {"kept", absl::StrCat(kMarker, "@example.org")}}});
  EXPECT_FALSE(FilesWith(kMarker).empty());
  Commit({DeleteContact{"default", "kept"}});
  EXPECT_THAT(FilesWith(kMarker), IsEmpty());
}

// Nothing of it is words, so that it is looked for by the key.
TEST_F(ErasureTest, NoRowLeadsToAContactThatWasErased) {
  Commit({Contact("kept", "one")});
  WriteEverywhere();
  const std::string id = absl::StrCat(kMarker, "@example.org");
  const std::int64_t key = (*store_->OpenSnapshot())->Lookup("default", {id})->at(0)->key;
  const LifecycleTransition became = Became(Relation::kUnknown, Relation::kLead);
  Commit({PutOf({{key, Stands(Relation::kLead), {became, became}}})});
  const auto rows = [&] {
    std::string counts;
    for (const char* table : {"lifecycles", "lifecycle_transitions", "lifecycle_overrides"}) {
      counts += RunSql(folder_.path() + "/cible.db",
                       absl::StrCat("SELECT count(*) FROM ", table, " WHERE contact = ", key));
    }
    return counts;
  };
  EXPECT_EQ(rows(), "1\n2\n1\n");
  Erase();
  EXPECT_EQ(rows(), "0\n0\n0\n");
}

TEST_F(ErasureTest, WhatACancelledEventSaidIsInNoFileWhileItsContactStays) {
  Commit({Contact("ana", "one")});
  for (const bool reached_the_file : {false, true}) {
    const std::string id = absl::StrCat("e", reached_the_file);
    Commit({PutEvents{"default", "ana", {Marked(id), Event{.id = "other", .time = {1}}}}});
    if (reached_the_file) {
      store_.reset();
      Open();
    }
    EXPECT_FALSE(FilesWith(kMarker).empty());
    Commit({CancelEvents{"default", "ana", {id}}});
    EXPECT_THAT(FilesWith(kMarker), IsEmpty());
  }
}

// It once stayed in the log.
TEST_F(ErasureTest, WhatAMergeCancelsIsInNoFile) {
  for (const bool of_the_older : {false, true}) {
    const std::string older = absl::StrCat("older", of_the_older);
    const std::string younger = absl::StrCat("younger", of_the_older);
    Commit({Contact(older, "one"), Contact(younger, "one")});
    Commit({PutEvents{"default", of_the_older ? younger : older, {Marked("e1")}}});
    Commit({CancelEvents{"default", of_the_older ? older : younger, {"e1"}}});
    EXPECT_FALSE(FilesWith(kMarker).empty());
    Commit({MergeContacts{"default", {older, younger}}});
    EXPECT_THAT(FilesWith(kMarker), IsEmpty());
  }
}

// A file of version 2, with what it kept of deleted contacts.
TEST_F(ErasureTest, WhatEarlierVersionsKeptOfDeletedContactsGoesAtTheMigration) {
  store_.reset();
  const std::string database = folder_.path() + "/cible.db";
  std::filesystem::remove(database);
  std::filesystem::copy_file(absl::StrCat(CIBLE_SOURCE_DIR, "/tests/server/storage/testdata/v2.db"),
                             database);
  std::filesystem::permissions(database, std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  RunSql(database, absl::StrCat("INSERT INTO deleted_contacts VALUES (1, 99, '", kMarker, "')"));
  EXPECT_FALSE(FilesWith(kMarker).empty());
  Open();
  EXPECT_THAT(FilesWith(kMarker), IsEmpty());
}

TEST(ScrubPage, ZeroesTheSpaceBetweenPointersAndCells) {
  std::vector<unsigned char> page(512, 'x');
  const std::vector<unsigned char> header = {13, 0, 0, 0, 2, 1, 0, 0};  // 2 cells, from 256 on.
  std::copy(header.begin(), header.end(), page.begin());
  ScrubPage(absl::MakeSpan(page), false);
  EXPECT_EQ(page[11], 'x');  // The last pointer.
  EXPECT_EQ(std::count(page.begin() + 12, page.begin() + 256, 0), 244);
  EXPECT_EQ(std::count(page.begin() + 256, page.end(), 'x'), 256);
}

TEST(ScrubPage, LeavesPagesAloneThatAreNoneOfABTree) {
  for (const unsigned char type : std::vector<unsigned char>{0, 1, 3, 255}) {
    std::vector<unsigned char> page(512, type);
    ScrubPage(absl::MakeSpan(page), false);
    EXPECT_EQ(page, std::vector<unsigned char>(512, type));
  }
  std::vector<unsigned char> nonsense(512, 13);  // More pointers than fit.
  ScrubPage(absl::MakeSpan(nonsense), false);
  EXPECT_EQ(nonsense, std::vector<unsigned char>(512, 13));
}

}  // namespace
}  // namespace cible
