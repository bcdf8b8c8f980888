// A bounded pool of threads, for what must not run on a serving thread: SQL and
// fsync, and the arithmetic of large tables.

#ifndef CIBLE_SERVER_RPC_TASK_POOL_H_
#define CIBLE_SERVER_RPC_TASK_POOL_H_

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cible {

struct TaskPoolOptions {
  int thread_count = 1;
  int queue_limit = 4096;  // Tasks waiting for a thread.
  // Of the threads; 0: that of the process. 10 leaves the serving threads the
  // processor whenever they want it.
  int niceness = 0;
  // A task that has waited longer is told so.
  std::chrono::milliseconds patience{1'000};
};

// Thread-safe.
class TaskPool {
 public:
  // `in_time`: it waited no longer than the pool's patience. One that is late
  // must still end what it began, by refusing it.
  using Task = std::function<void(bool in_time)>;

  explicit TaskPool(const TaskPoolOptions& options);
  // Runs what was submitted, then joins.
  ~TaskPool();
  TaskPool(const TaskPool&) = delete;
  TaskPool& operator=(const TaskPool&) = delete;

  // False when the queue is full; the task is then not run.
  [[nodiscard]] bool TrySubmit(Task task);

  // Calls task(0) ... task(count - 1), each once, on the calling thread and on those
  // of the pool that come to it before all are taken, and returns when all are done.
  // Helps behind whatever waits already: others never wait for it.
  void ForEach(int count, const std::function<void(int)>& task);

 private:
  struct Waiting {
    Task task;
    std::chrono::steady_clock::time_point since;
  };
  bool Submit(Task task, std::size_t queue_limit);
  void Work();

  const TaskPoolOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_TASK_POOL_H_
