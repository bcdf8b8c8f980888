// Counts what a process allocates. To be loaded before its libraries:
//
//   LD_PRELOAD=liballocation_counter.so CIBLE_ALLOCATION_COUNTS=FOLDER program
//
// The count, 8 bytes, stands in FOLDER/PID, which is mapped into the process: it
// can be read at any time, and is there after the process was killed. `operator
// new` is counted by way of malloc.

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>

// What the GNU C library keeps under these names for such as us.
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {

using Count = std::atomic<std::uint64_t>;
static_assert(Count::is_always_lock_free && sizeof(Count) == 8);

// Until there is a file; constant-initialised, since malloc is called before any
// constructor is.
constinit Count before_file{0};
constinit std::atomic<Count*> count{&before_file};

void CountOne() { count.load(std::memory_order_relaxed)->fetch_add(1, std::memory_order_relaxed); }

[[gnu::constructor]] void StartCounting() {
  const char* folder = getenv("CIBLE_ALLOCATION_COUNTS");
  char path[4096];
  if (folder == nullptr || snprintf(path, sizeof(path), "%s/%d", folder,
                                    static_cast<int>(getpid())) >= static_cast<int>(sizeof(path))) {
    return;
  }
  const int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return;
  void* mapped = MAP_FAILED;
  if (ftruncate(file, sizeof(Count)) == 0) {
    mapped = mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  close(file);
  if (mapped != MAP_FAILED) count.store(static_cast<Count*>(mapped));
}

void* Aligned(std::size_t alignment, std::size_t size) {
  CountOne();
  return __libc_memalign(alignment, size);
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
  CountOne();
  return __libc_malloc(size);
}

void* calloc(size_t number, size_t size) {
  CountOne();
  return __libc_calloc(number, size);
}

void* realloc(void* memory, size_t size) {
  CountOne();
  return __libc_realloc(memory, size);
}

void* memalign(size_t alignment, size_t size) { return Aligned(alignment, size); }

void* aligned_alloc(size_t alignment, size_t size) { return Aligned(alignment, size); }

int posix_memalign(void** memory, size_t alignment, size_t size) {
  const bool is_power_of_two = alignment != 0 && (alignment & (alignment - 1)) == 0;
  if (!is_power_of_two || alignment % sizeof(void*) != 0) return EINVAL;
  void* found = Aligned(alignment, size);
  if (found == nullptr) return ENOMEM;
  *memory = found;
  return 0;
}

}  // extern "C"
