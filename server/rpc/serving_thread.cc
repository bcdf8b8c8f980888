#include "server/rpc/serving_thread.h"

#include <grpcpp/alarm.h>

#include <chrono>
#include <future>

#include "server/rpc/event.h"

namespace cible {
namespace {

class Last final : public Event {
 public:
  void Happened(bool) override { handed_out_.set_value(); }
  void Wait() { handed_out_.get_future().wait(); }

 private:
  std::promise<void> handed_out_;
};

}  // namespace

void ServingThread::Start() {
  thread_ = std::thread([this] { Serve(); });
}

void ServingThread::Serve() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<Event*>(tag)->Happened(ok);
}

void ServingThread::HandOutWhatCame() {
  if (!thread_.joinable()) return;
  Last last;
  grpc::Alarm alarm;
  alarm.Set(queue_.get(), std::chrono::system_clock::now(), static_cast<Event*>(&last));
  last.Wait();
}

void ServingThread::Stop() {
  if (queue_ == nullptr) return;
  queue_->Shutdown();
  if (!thread_.joinable()) Start();  // What was never started is drained all the same.
  thread_.join();
  queue_.reset();
}

}  // namespace cible
