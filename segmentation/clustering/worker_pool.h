// The library's one pool of threads. Nothing inside it starts threads of its
// own.

#ifndef CIBLE_SEGMENTATION_CLUSTERING_WORKER_POOL_H_
#define CIBLE_SEGMENTATION_CLUSTERING_WORKER_POOL_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cible {

class WorkerPool {
 public:
  // `thread_count` >= 1, the calling thread included; 0 means one a core.
  explicit WorkerPool(int thread_count = 0);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Calls task(0) ... task(count - 1), each once, spread over the threads in
  // any order, and returns when all are done. A call from inside a task runs
  // on the calling thread alone. Thread-safe: concurrent calls take turns.
  void ForEach(int count, const std::function<void(int)>& task);

  int thread_count() const { return static_cast<int>(threads_.size()) + 1; }

 private:
  struct Batch;
  static void Run(Batch& batch);
  void Work();

  std::mutex turn_;  // Held by the caller whose batch is running.
  std::mutex mutex_;
  std::condition_variable wake_;  // A batch has come, or the end has.
  std::condition_variable idle_;  // The last thread has left a batch.
  Batch* batch_ = nullptr;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace cible

#endif  // CIBLE_SEGMENTATION_CLUSTERING_WORKER_POOL_H_
