#include "server/rpc/serving_thread.h"

#include "server/rpc/event.h"

namespace cible {

void ServingThread::Start() {
  thread_ = std::thread([this] { Serve(); });
}

void ServingThread::Serve() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<Event*>(tag)->Happened(ok);
}

void ServingThread::Stop() {
  if (queue_ == nullptr) return;
  queue_->Shutdown();
  if (!thread_.joinable()) Start();  // What was never started is drained all the same.
  thread_.join();
  queue_.reset();
}

}  // namespace cible
