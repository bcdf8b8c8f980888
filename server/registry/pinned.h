// A value that many threads read without a lock while another is put in its place.
//
// A reader pins the value for some nanoseconds, in a counter that hardly any other
// thread uses; who replaces it waits until every reader of the old one has let go,
// and frees it himself. An epoch scheme in its simplest form, after
//
//   P. E. McKenney and J. D. Slingwine, "Read-Copy Update: Using Execution History to
//   Solve Concurrency Problems", PDCS 1998.

#ifndef CIBLE_SERVER_REGISTRY_PINNED_H_
#define CIBLE_SERVER_REGISTRY_PINNED_H_

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>

namespace cible {

template <typename T>
class Pinned {
 public:
  explicit Pinned(std::unique_ptr<const T> value) : value_(value.release()) {}
  ~Pinned() { delete value_.load(); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

  // What `read` gives of the value, which it must not keep. It must be brief: it is
  // waited for.
  template <typename Read>
  auto With(const Read& read) const {
    const Pin pin(pins_[SlotOfThread()].count);
    return read(*value_.load());
  }

  // The old value is freed here once no reader has it. One caller at a time.
  void Replace(std::unique_ptr<const T> value) {
    const std::unique_ptr<const T> old(value_.exchange(value.release()));
    // A reader that pins from here on finds the new value.
    for (const Slot& slot : pins_) {
      while (slot.count.load() != 0) std::this_thread::yield();
    }
  }

 private:
  static constexpr std::size_t kSlots = 128;
  struct alignas(64) Slot {  // Of its own cache line.
    std::atomic<int> count = 0;
  };
  struct Pin {
    explicit Pin(std::atomic<int>& count) : count_(count) { count_.fetch_add(1); }
    ~Pin() { count_.fetch_sub(1, std::memory_order_release); }
    std::atomic<int>& count_;
  };

  static std::size_t SlotOfThread() {
    static std::atomic<std::size_t> threads = 0;
    thread_local const std::size_t slot = threads.fetch_add(1) % kSlots;
    return slot;
  }

  std::atomic<const T*> value_;
  mutable std::array<Slot, kSlots> pins_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_REGISTRY_PINNED_H_
