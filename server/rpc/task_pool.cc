#include "server/rpc/task_pool.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "server/rpc/thread_scheduling.h"

namespace cible {

TaskPool::TaskPool(const TaskPoolOptions& options) : options_(options) {
  for (int i = 0; i < options.thread_count; ++i) threads_.emplace_back([this] { Work(); });
}

TaskPool::~TaskPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool TaskPool::TrySubmit(Task task) {
  return Submit(std::move(task), static_cast<std::size_t>(options_.queue_limit));
}

bool TaskPool::Submit(Task task, std::size_t queue_limit) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit) return false;
    queue_.push_back({std::move(task), std::chrono::steady_clock::now()});
  }
  wake_.notify_one();
  return true;
}

namespace {

// The indexes of one ForEach. Helpers that come late find none, and may outlive it.
struct Indexes {
  Indexes(int all, const std::function<void(int)>& each) : count(all), task(each) {}

  void Take() {
    for (int i = next++; i < count; i = next++) {
      task(i);
      if (++done == count) done.notify_all();
      // Linux would let who woke meanwhile wait for the next tick.
      std::this_thread::yield();
    }
  }

  const int count;
  const std::function<void(int)>& task;  // Gone once all are done.
  std::atomic<int> next = 0;
  std::atomic<int> done = 0;
};

}  // namespace

void TaskPool::ForEach(int count, const std::function<void(int)>& task) {
  const auto indexes = std::make_shared<Indexes>(count, task);
  const int helpers = std::min(count, options_.thread_count) - 1;
  for (int i = 0; i < helpers; ++i) {
    // No more than threads: a queue that is longer leaves nobody to help, and its
    // places are for those who wait for theirs.
    const auto limit = static_cast<std::size_t>(options_.thread_count);
    if (!Submit([indexes](bool) { indexes->Take(); }, limit)) break;
  }
  indexes->Take();
  for (int done = indexes->done; done < count; done = indexes->done) indexes->done.wait(done);
}

void TaskPool::Work() {
  if (options_.niceness != 0) BeNice(options_.niceness);
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Waiting next = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    next.task(std::chrono::steady_clock::now() - next.since <= options_.patience);
  }
}

}  // namespace cible
