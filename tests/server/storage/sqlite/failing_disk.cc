#include "tests/server/storage/sqlite/failing_disk.h"

#include <atomic>

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

}  // namespace

FailingDisk::FailingDisk() : real_(sqlite3_vfs_find(nullptr)), disk_(*real_) {
  disk_.zName = "failing";
  disk_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  disk_.pAppData = real_;
  disk_.pNext = nullptr;
  disk_.xOpen = Open;
  sqlite3_vfs_register(&disk_, 1);
  Mend();
}

FailingDisk::~FailingDisk() {
  Mend();
  sqlite3_vfs_unregister(&disk_);
  sqlite3_vfs_register(real_, 1);
}

void FailingDisk::FailAfter(int count, int code) {
  has_failed = false;
  failure = code;
  writes_left = count;
}

bool FailingDisk::HasFailed() { return has_failed; }

void FailingDisk::Mend() { writes_left = -1; }

}  // namespace cible
