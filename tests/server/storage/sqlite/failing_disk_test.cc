// A disk that fills up or fails: the commit that meets it says so and leaves
// nothing, reads go on, and commits work again once the disk does.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/storage/contact_values.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/temporary_folder.h"

namespace cible {
namespace {

std::atomic<int> writes_left = -1;  // Before failing; negative: all is well.
std::atomic<int> failure = SQLITE_OK;
std::atomic<bool> has_failed = false;

// SQLITE_OK, or the error that this write or sync meets.
int Meet() {
  if (writes_left < 0) return SQLITE_OK;
  if (writes_left > 0) {
    --writes_left;
    return SQLITE_OK;
  }
  has_failed = true;
  return failure;
}

// A file of the real disk, which follows in memory.
struct File {
  sqlite3_file as_sqlite;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* Of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Of(file)->real(); }

int Close(sqlite3_file* f) { return Real(f)->pMethods->xClose(Real(f)); }
int Read(sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
  return Real(f)->pMethods->xRead(Real(f), to, size, at);
}
int Write(sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
  const int code = Meet();
  return code != SQLITE_OK ? code : Real(f)->pMethods->xWrite(Real(f), from, size, at);
}
int Truncate(sqlite3_file* f, sqlite3_int64 size) {
  return Real(f)->pMethods->xTruncate(Real(f), size);
}
int Sync(sqlite3_file* f, int flags) {
  // What a full disk says of a write, a failing one says of a sync.
  const int code = Meet();
  if (code != SQLITE_OK) return SQLITE_IOERR_FSYNC;
  return Real(f)->pMethods->xSync(Real(f), flags);
}
int FileSize(sqlite3_file* f, sqlite3_int64* size) {
  return Real(f)->pMethods->xFileSize(Real(f), size);
}
int Lock(sqlite3_file* f, int level) { return Real(f)->pMethods->xLock(Real(f), level); }
int Unlock(sqlite3_file* f, int level) { return Real(f)->pMethods->xUnlock(Real(f), level); }
int CheckLock(sqlite3_file* f, int* held) {
  return Real(f)->pMethods->xCheckReservedLock(Real(f), held);
}
int Control(sqlite3_file* f, int operation, void* argument) {
  return Real(f)->pMethods->xFileControl(Real(f), operation, argument);
}
int SectorSize(sqlite3_file* f) { return Real(f)->pMethods->xSectorSize(Real(f)); }
int Characteristics(sqlite3_file* f) { return Real(f)->pMethods->xDeviceCharacteristics(Real(f)); }
int ShmMap(sqlite3_file* f, int region, int size, int extend, void volatile** memory) {
  return Real(f)->pMethods->xShmMap(Real(f), region, size, extend, memory);
}
int ShmLock(sqlite3_file* f, int offset, int count, int flags) {
  return Real(f)->pMethods->xShmLock(Real(f), offset, count, flags);
}
void ShmBarrier(sqlite3_file* f) { Real(f)->pMethods->xShmBarrier(Real(f)); }
int ShmUnmap(sqlite3_file* f, int remove) { return Real(f)->pMethods->xShmUnmap(Real(f), remove); }

constexpr sqlite3_io_methods kMethods = {
    2,        Close,     Read,    Write,      Truncate,        Sync,   FileSize, Lock,
    Unlock,   CheckLock, Control, SectorSize, Characteristics, ShmMap, ShmLock,  ShmBarrier,
    ShmUnmap, nullptr,   nullptr};

int Open(sqlite3_vfs* disk, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* real_disk = static_cast<sqlite3_vfs*>(disk->pAppData);
  file->pMethods = nullptr;
  const int code = real_disk->xOpen(real_disk, name, Real(file), flags, out_flags);
  if (Real(file)->pMethods != nullptr) file->pMethods = &kMethods;
  return code;
}

// While one exists, files that SQLite opens lie on it.
class FailingDisk {
 public:
  FailingDisk() : real_(sqlite3_vfs_find(nullptr)), disk_(*real_) {
    disk_.zName = "failing";
    disk_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    disk_.pAppData = real_;
    disk_.pNext = nullptr;
    disk_.xOpen = Open;
    sqlite3_vfs_register(&disk_, 1);
    Mend();
  }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;
  ~FailingDisk() {
    Mend();
    sqlite3_vfs_unregister(&disk_);
    sqlite3_vfs_register(real_, 1);
  }

  // After `count` more writes and syncs all of them fail, until mended.
  static void FailAfter(int count, int code) {
    has_failed = false;
    failure = code;
    writes_left = count;
  }
  static void Mend() { writes_left = -1; }

 private:
  sqlite3_vfs* real_;
  sqlite3_vfs disk_;
};

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
    const bool met = has_failed;
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

}  // namespace
}  // namespace cible
