// A thread that serves: it polls a completion queue of its own and hands every
// event to whom it is for. Calls that need no store are answered right there.

#ifndef CIBLE_SERVER_RPC_SERVING_THREAD_H_
#define CIBLE_SERVER_RPC_SERVING_THREAD_H_

#include <grpcpp/completion_queue.h>

#include <memory>
#include <thread>
#include <utility>

namespace cible {

class ServingThread {
 public:
  explicit ServingThread(std::unique_ptr<grpc::ServerCompletionQueue> queue)
      : queue_(std::move(queue)) {}
  ~ServingThread() { Stop(); }
  ServingThread(const ServingThread&) = delete;
  ServingThread& operator=(const ServingThread&) = delete;

  grpc::ServerCompletionQueue& queue() { return *queue_; }

  // REQUIRES: the server runs.
  void Start();

  // Returns when every event that has come by now is handed out: a call among them
  // has begun then.
  void HandOutWhatCame();

  // Hands out the last events and ends. REQUIRES: the server is shut down, and no
  // call is under way.
  void Stop();

 private:
  void Serve();

  std::unique_ptr<grpc::ServerCompletionQueue> queue_;  // Null: stopped.
  std::thread thread_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_SERVING_THREAD_H_
