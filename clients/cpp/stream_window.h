// How many messages of a two-way stream wait for their answers.

#ifndef CIBLE_CLIENTS_CPP_STREAM_WINDOW_H_
#define CIBLE_CLIENTS_CPP_STREAM_WINDOW_H_

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace cible {

// Thread-safe: one thread enters, another lets go.
class StreamWindow {
 public:
  explicit StreamWindow(int size) : free_(std::max(size, 1)) {}

  // Waits for a place; false when the stream is over.
  bool Enter() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return free_ > 0 || over_; });
    if (over_) return false;
    --free_;
    return true;
  }

  // A message was answered.
  void Leave() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++free_;
    changed_.notify_one();
  }

  // No more answers will come.
  void Close() {
    const std::lock_guard<std::mutex> lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
  bool over_ = false;
};

}  // namespace cible

#endif  // CIBLE_CLIENTS_CPP_STREAM_WINDOW_H_
