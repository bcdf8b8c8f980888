#include "server/rpc/serving_thread.h"

#include <grpcpp/alarm.h>

#include <chrono>

#include "absl/synchronization/notification.h"
#include "server/rpc/call_event.h"

namespace cible {
namespace {

// What comes before it in the queue has been handed out once it is.
class QueueMark final : public CallEvent {
 public:
  void Happened(bool) override { handed_out_.Notify(); }
  void Wait() const { handed_out_.WaitForNotification(); }

 private:
  absl::Notification handed_out_;
};

}  // namespace

void ServingThread::Start() {
  thread_ = std::thread([this] { Serve(); });
}

void ServingThread::Serve() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<CallEvent*>(tag)->Happened(ok);
}

void ServingThread::HandOutWhatCame() {
  if (!thread_.joinable()) return;
  QueueMark mark;
  grpc::Alarm alarm;
  alarm.Set(queue_.get(), std::chrono::system_clock::now(), static_cast<CallEvent*>(&mark));
  mark.Wait();
}

void ServingThread::Stop() {
  if (queue_ == nullptr) return;
  queue_->Shutdown();
  if (!thread_.joinable()) Start();  // What was never started is drained all the same.
  thread_.join();
  queue_.reset();
}

}  // namespace cible
