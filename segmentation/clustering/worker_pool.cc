#include "segmentation/clustering/worker_pool.h"

#include <algorithm>
#include <atomic>

namespace cible {
namespace {

thread_local bool inside_task = false;

int ThreadsOf(int requested) {
  if (requested > 0) return requested;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

struct WorkerPool::Batch {
  const std::function<void(int)>& task;
  const int count;
  std::atomic<int> next = 0;
  int working = 0;  // Pool threads inside, guarded by mutex_.
};

WorkerPool::WorkerPool(int thread_count) {
  for (int i = 1; i < ThreadsOf(thread_count); ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::ForEach(int count, const std::function<void(int)>& task) {
  if (inside_task || threads_.empty() || count <= 1) {
    for (int i = 0; i < count; ++i) task(i);
    return;
  }
  std::lock_guard turn(turn_);
  Batch batch{.task = task, .count = count};
  {
    std::lock_guard lock(mutex_);
    batch_ = &batch;
  }
  wake_.notify_all();
  Run(batch);
  std::unique_lock lock(mutex_);
  batch_ = nullptr;  // No thread enters the batch from here on.
  idle_.wait(lock, [&] { return batch.working == 0; });
}

void WorkerPool::Run(Batch& batch) {
  inside_task = true;
  for (int i = batch.next++; i < batch.count; i = batch.next++) batch.task(i);
  inside_task = false;
}

void WorkerPool::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || (batch_ && batch_->next < batch_->count); });
    if (stopping_) return;
    Batch& batch = *batch_;
    ++batch.working;
    lock.unlock();
    Run(batch);
    lock.lock();
    if (--batch.working == 0) idle_.notify_all();
  }
}

}  // namespace cible
