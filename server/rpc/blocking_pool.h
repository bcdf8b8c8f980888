// The bounded pool of threads that may block: SQL and fsync run here, never on
// a gRPC thread.

#ifndef CIBLE_SERVER_RPC_BLOCKING_POOL_H_
#define CIBLE_SERVER_RPC_BLOCKING_POOL_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cible {

// Thread-safe.
class BlockingPool {
 public:
  // `queue_limit`: tasks waiting for a thread.
  BlockingPool(int thread_count, int queue_limit);
  // Runs what was submitted, then joins.
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  // False when the queue is full; the task is then not run.
  [[nodiscard]] bool TrySubmit(std::function<void()> task);

 private:
  void Work();

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_BLOCKING_POOL_H_
