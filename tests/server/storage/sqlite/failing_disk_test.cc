// A disk that fills up or fails: the commit that meets it says so and leaves
// nothing, reads go on, and commits work again once the disk does.

#include "tests/server/storage/sqlite/failing_disk.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

constexpr int kContacts = 50;

// All contacts get the same age, so that half a batch would show.
WriteBatch EverybodyIs(double age) {
  WriteBatch batch;
  for (int i = 0; i < kContacts; ++i) {
    batch.operations.push_back(PutContact{
        .workspace = "default", .id = absl::StrCat("c", i), .values = EncodeValues({{1, age}})});
  }
  return batch;
}

// The one age of all contacts.
double AgeOfEverybody(Store& store) {
  std::vector<std::string> ids;
  for (int i = 0; i < kContacts; ++i) ids.push_back(absl::StrCat("c", i));
  const auto snapshot = store.OpenSnapshot();
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  const auto records = (*snapshot)->Lookup("default", ids);
  EXPECT_TRUE(records.ok()) << records.status();
  for (const auto& record : *records) EXPECT_EQ(record->values, records->at(0)->values);
  return std::get<double>(DecodeValues(records->at(0)->values)->at(0).second);
}

// SQLite's own way of testing: the first write fails, then the second, ...
// until a commit meets no failure.
void FailEveryWriteInTurn(int code, absl::StatusCode expected, const std::string& message) {
  const FailingDisk disk;
  const TemporaryFolder folder;
  auto store = OpenSqliteStore(folder.path(), Durability::kFull);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->Commit(EverybodyIs(0)).ok());
  double age = 0;
  int failures = 0;
  for (int count = 0; count < 1000; ++count) {
    FailingDisk::FailAfter(count, code);
    const absl::Status status = (*store)->Commit(EverybodyIs(age + 1)).status();
    const bool met = FailingDisk::HasFailed();
    EXPECT_EQ(AgeOfEverybody(**store), status.ok() ? age + 1 : age);
    FailingDisk::Mend();
    ASSERT_EQ(status.ok(), !met) << count << ": " << status;
    if (status.ok()) break;
    ++failures;
    EXPECT_TRUE(status.code() == expected || status.code() == absl::StatusCode::kUnavailable)
        << status;
    if (count == 0) {
      EXPECT_EQ(status, absl::Status(expected, message));
    }
    age += 1;
    const absl::Status again = (*store)->Commit(EverybodyIs(age)).status();
    ASSERT_TRUE(again.ok()) << count << ": " << again;
    ASSERT_EQ(AgeOfEverybody(**store), age);
  }
  EXPECT_GT(failures, 3);
  store->reset();
  store = OpenSqliteStore(folder.path(), Durability::kFull);
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(AgeOfEverybody(**store), age + 1);
}

TEST(SqliteStoreOnAFailingDisk, SaysThatTheDiskIsFullAndGoesOnWhenThereIsRoom) {
  FailEveryWriteInTurn(SQLITE_FULL, absl::StatusCode::kResourceExhausted,
                       "the disk of the data folder is full; nothing was written: free space and "
                       "try again");
}

TEST(SqliteStoreOnAFailingDisk, SaysThatTheDiskFailedAndGoesOnWhenItWorks) {
  FailEveryWriteInTurn(SQLITE_IOERR_WRITE, absl::StatusCode::kUnavailable,
                       absl::StrCat("the disk of the data folder failed (SQLite code ",
                                    SQLITE_IOERR_WRITE, "); check the disk and try again"));
}

std::unique_ptr<Store> Open(const TemporaryFolder& folder) {
  auto store = OpenSqliteStore(folder.path(), Durability::kFull);
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

void Commit(Store& store, std::vector<Operation> operations) {
  const auto results = store.Commit({.operations = std::move(operations), .time = {1'000'000}});
  ASSERT_TRUE(results.ok()) << results.status();
}

// Runs `commit` with the first write failing, then the second, ..., until it
// meets no failure; `check` says what must be true then, on a disk that works
// again, by whether the commit was acknowledged. Returns how often it failed.
template <typename Prepare, typename TryIt, typename Check>
int FailInTurn(const Prepare& prepare, const TryIt& commit, const Check& check) {
  int failures = 0;
  for (int count = 0; count < 1000; ++count) {
    prepare(count);
    if (testing::Test::HasFatalFailure()) return failures;
    FailingDisk::FailAfter(count, SQLITE_IOERR_WRITE);
    const absl::Status status = commit(count);
    const bool met = FailingDisk::HasFailed();
    FailingDisk::Mend();
    EXPECT_TRUE(met || status.ok()) << status;
    check(count, status.ok());
    if (testing::Test::HasFailure()) return failures;
    if (!met) return failures;
    ++failures;
  }
  ADD_FAILURE() << "never came to the end";
  return failures;
}

bool IsInAFile(const TemporaryFolder& folder, const std::string& text) {
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    if (absl::StrContains(bytes, text)) return true;
  }
  return false;
}

bool IsSoonInNoFile(const TemporaryFolder& folder, const std::string& text) {
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(10) * CIBLE_TEST_PATIENCE;
  while (std::chrono::steady_clock::now() < end) {
    if (!IsInAFile(folder, text)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

TEST(SqliteStoreOnAFailingDisk, ErasesAContactWhollyOrNotAtAll) {
  const FailingDisk disk;
  const TemporaryFolder folder;
  const auto store = Open(folder);
  const auto id = [](int count) { return absl::StrCat("Zq7-person-", count, "-"); };
  const auto is_there = [&](int count) {
    const std::string contact = id(count);
    return (*(*store->OpenSnapshot())->Lookup("default", {&contact, 1}))[0].has_value();
  };
  const int failures = FailInTurn(
      [&](int count) {
        Commit(*store, {PutContact{.workspace = "default",
                                   .id = id(count),
                                   .values = EncodeValues({{1, std::string(id(count))}})},
                        PutConsent{"default", id(count), {"news", "email", {1}}}});
      },
      [&](int count) {
        return store->Commit({.operations = {DeleteContact{"default", id(count)}}, .time = {2}})
            .status();
      },
      [&](int count, bool erased) {
        EXPECT_EQ(is_there(count), !erased) << count;
        if (!erased) Commit(*store, {DeleteContact{"default", id(count)}});
        EXPECT_FALSE(is_there(count));
      });
  EXPECT_GT(failures, 3);
  EXPECT_TRUE(IsSoonInNoFile(folder, "Zq7-person-"));
}

TEST(SqliteStoreOnAFailingDisk, MergesContactsWhollyOrNotAtAll) {
  const FailingDisk disk;
  const TemporaryFolder folder;
  const auto store = Open(folder);
  const auto ids = [](int count) {
    return std::vector<std::string>{absl::StrCat("ana", count), absl::StrCat("anne", count)};
  };
  // The ids that the two lead to.
  const auto found = [&](int count) {
    std::vector<std::string> kept;
    const auto records = (*store->OpenSnapshot())->Lookup("default", ids(count));
    for (const auto& record : *records) kept.push_back(record.has_value() ? record->id : "");
    return kept;
  };
  const int failures = FailInTurn(
      [&](int count) {
        for (const std::string& id : ids(count)) {
          Commit(*store, {PutContact{.workspace = "default", .id = id}});
        }
      },
      [&](int count) {
        return store->Commit({.operations = {MergeContacts{"default", ids(count)}}, .time = {2}})
            .status();
      },
      [&](int count, bool merged) {
        const std::string kept = ids(count)[0];
        EXPECT_EQ(found(count), merged ? std::vector<std::string>(2, kept) : ids(count)) << count;
        if (!merged) Commit(*store, {MergeContacts{"default", ids(count)}});
        EXPECT_EQ(found(count), std::vector<std::string>(2, kept));
      });
  EXPECT_GT(failures, 3);
}

// A migration that stopped half-way is gone on with by the next start.
TEST(SqliteStoreOnAFailingDisk, MigratesAFileOfTheFirstVersionInTheEnd) {
  const FailingDisk disk;
  std::unique_ptr<TemporaryFolder> folder;
  const int failures = FailInTurn(
      [&](int) {
        folder = std::make_unique<TemporaryFolder>();
        std::filesystem::copy_file(
            absl::StrCat(CIBLE_SOURCE_DIR, "/tests/server/storage/testdata/v1.db"),
            absl::StrCat(folder->path(), "/cible.db"));
      },
      [&](int) { return OpenSqliteStore(folder->path(), Durability::kFull).status(); },
      [&](int count, bool) {
        const auto store = Open(*folder);
        const std::vector<std::string> ids = {"ana", "gone"};
        const auto records = (*store->OpenSnapshot())->Lookup("default", ids);
        ASSERT_TRUE(records.ok()) << records.status();
        ASSERT_TRUE((*records)[0].has_value()) << count;
        EXPECT_EQ((*records)[0]->revision, 4) << count;
        EXPECT_FALSE((*records)[1].has_value()) << count;
        // What the later versions brought works.
        Commit(*store,
               {PutObjection{"default", "ana"}, PutContact{.workspace = "default", .id = "anne"},
                MergeContacts{"default", {"ana", "anne"}}});
      });
  EXPECT_GT(failures, 10);
}

}  // namespace
}  // namespace cible
