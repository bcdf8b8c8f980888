#include "server/storage/sqlite/sqlite_store.h"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "tests/server/storage/sqlite/sql.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

using testing::HasSubstr;

class SqliteStoreTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Store>> Open(Durability durability = Durability::kFull) {
    return OpenSqliteStore(folder_.path(), durability);
  }

  // Contacts c0, c1, ... and an assignment, in a store closed again.
  void Fill(int contacts) {
    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    WriteBatch batch;
    for (int i = 0; i < contacts; ++i) {
      batch.operations.push_back(PutContact{.workspace = "default",
                                            .id = absl::StrCat("c", i),
                                            .stage = Stage::kLead,
                                            .values = EncodeValues({{1, 1.0 * i}})});
    }
    batch.operations.push_back(
        PutAssignments{"default", "shoppers", "m1", {{"c0", "s2", 0.75}, {"c1", "", 0}}});
    ASSERT_TRUE((*store)->Commit(batch).ok());
  }

  std::string File(const std::string& name) const { return folder_.path() + "/" + name; }
  std::string database() const { return File("cible.db"); }

  TemporaryFolder folder_;
};

TEST_F(SqliteStoreTest, RefusesASecondStoreInTheSameFolder) {
  const auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(Open().status(),
            absl::FailedPreconditionError(
                "another process uses this data folder; stop it, or choose another --data-dir"));
}

TEST_F(SqliteStoreTest, MakesTheFolderForItsOwnerOnly) {
  const std::string folder = File("new/data");
  ASSERT_TRUE(OpenSqliteStore(folder, Durability::kRelaxed).ok());
  struct stat status = {};
  ASSERT_EQ(stat(folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  ASSERT_EQ(stat((folder + "/cible.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(SqliteStoreTest, SaysSoWhenTheFolderIsAFile) {
  std::ofstream(File("file")) << "text";
  const auto store = OpenSqliteStore(File("file"), Durability::kFull);
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("check --data-dir"));
}

TEST_F(SqliteStoreTest, DescribesItselfForPeople) {
  EXPECT_EQ((*Open(Durability::kFull))->Description(),
            absl::StrCat("SQLite ", sqlite3_libversion(), ", durability full"));
  EXPECT_EQ((*Open(Durability::kRelaxed))->Description(),
            absl::StrCat("SQLite ", sqlite3_libversion(), ", durability relaxed"));
}

TEST_F(SqliteStoreTest, LeavesNoLogBehindWhenClosed) {
  Fill(10);
  EXPECT_FALSE(std::filesystem::exists(File("cible.db-wal")));
}

TEST_F(SqliteStoreTest, RefusesAFileOfANewerVersionAndLeavesItAlone) {
  Fill(1);
  RunSql(database(), "PRAGMA user_version=99");
  EXPECT_EQ(Open().status(),
            absl::FailedPreconditionError(
                "the data folder was written by a newer version of Cible (store version 99; this "
                "program knows up to 6); install that version or newer"));
  EXPECT_EQ(RunSql(database(), "PRAGMA user_version"), "99\n");
}

TEST_F(SqliteStoreTest, RefusesTheDatabaseOfAnotherProgram) {
  RunSql(database(), "CREATE TABLE songs (title TEXT)");
  EXPECT_EQ(Open().status(),
            absl::FailedPreconditionError("cible.db in the data folder belongs to another program; "
                                          "choose another --data-dir"));
}

TEST_F(SqliteStoreTest, SaysThatAFileIsNoDatabase) {
  std::ofstream(database()) << std::string(8192, 'x');
  EXPECT_EQ(Open().status(), absl::DataLossError("the database of the data folder is corrupt; "
                                                 "restore cible.db from a backup"));
}

// Whichever page is overwritten, whether the last stop was clean or not, every
// call gives an answer or an error that says what is wrong; none crashes.
TEST_F(SqliteStoreTest, MeetsACorruptPageWithACleanError) {
  Fill(200);
  const auto size = std::filesystem::file_size(database());
  const std::string copy = File("sound.db");
  std::filesystem::copy_file(database(), copy);
  int errors = 0;
  for (std::uintmax_t page = 0; page < size / 4096; ++page) {
    std::filesystem::copy_file(copy, database(), std::filesystem::copy_options::overwrite_existing);
    {
      std::fstream file(database(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(page * 4096 + 100));
      file << std::string(2000, '\xa5');
    }
    auto store = Open();
    absl::Status status = store.status();
    if (store.ok()) {
      const auto snapshot = (*store)->OpenSnapshot();
      status = snapshot.ok()
                   ? (*snapshot)->Scan({.workspace = "default", .segmentation = "shoppers"},
                                       [](const ContactBlock&) { return absl::OkStatus(); })
                   : snapshot.status();
    }
    if (status.ok()) continue;
    ++errors;
    EXPECT_TRUE(absl::IsDataLoss(status) || absl::IsInternal(status) ||
                absl::IsFailedPrecondition(status))
        << page << ": " << status;
  }
  EXPECT_GT(errors, 3);
}

// A crash leaves the log; then every page is looked at before the store opens.
TEST_F(SqliteStoreTest, ChecksAllPagesAfterACrash) {
  Fill(200);
  {
    std::fstream file(database(), std::ios::in | std::ios::out | std::ios::binary);
    const auto size = std::filesystem::file_size(database());
    file.seekp(static_cast<std::streamoff>(size - 4096));
    file << std::string(4096, '\xa5');
  }
  std::ofstream(File("cible.db-wal")) << "what a crash left";
  EXPECT_EQ(Open().status(), absl::DataLossError("the database of the data folder is corrupt; "
                                                 "restore cible.db from a backup"));
}

TEST_F(SqliteStoreTest, ShowsSegmentsAsAPlainView) {
  Fill(3);
  EXPECT_EQ(RunSql(database(), "SELECT * FROM contact_segments ORDER BY contact"),
            "default|c0|shoppers|s2|m1|0.75\ndefault|c1|shoppers|NULL|m1|0.0\n");
  EXPECT_EQ(RunSql(database(), "SELECT * FROM contact_list WHERE contact = 'c2'"),
            "default|c2|PERSON|LEAD|3|1970-01-01T00:00:00Z|1970-01-01T00:00:00Z\n");
}

TEST_F(SqliteStoreTest, KeepsThePreviousValuesInTheHistoryUntilTheContactIsDeleted) {
  Fill(1);
  const PutContact update{
      .workspace = "default", .id = "c0", .values = EncodeValues({{1, 7.0}, {2, true}})};
  ASSERT_TRUE((*Open())->Commit({.operations = {update}, .time = {5}}).ok());
  const std::string history = "SELECT revision, stage, hex(attribute_values) FROM contact_history";
  EXPECT_EQ(RunSql(database(), history), "1|1|01080000000000000000\n");
  ASSERT_TRUE((*Open())->Commit({.operations = {DeleteContact{"default", "c0"}}}).ok());
  EXPECT_EQ(RunSql(database(), history), "");
  EXPECT_EQ(RunSql(database(), "SELECT count(*) FROM assignments"), "0\n");
}

}  // namespace
}  // namespace cible
