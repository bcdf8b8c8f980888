// One thread's share of a load of single calls.
//
// Closed loop: so many calls are under way; the thread that takes an answer from
// the completion queue sends the next call. Open loop: a second thread, the
// pacer, sends on schedule, since a completion queue wakes up to the millisecond
// only. Answers are not parsed; call objects are used again.

#ifndef CIBLE_CLIENTS_LOAD_LOAD_LOOP_H_
#define CIBLE_CLIENTS_LOAD_LOAD_LOOP_H_

#include <grpcpp/channel.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "clients/load/live_figures.h"
#include "clients/load/load_figures.h"
#include "clients/load/load_window.h"
#include "clients/load/request_maker.h"

namespace cible::load {

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

class LoadLoop {
 public:
  // Thread `thread` of `shape.threads`. All arguments must outlive it; `live` may
  // be null.
  LoadLoop(const Workload& workload, const LoadShape& shape, LoadWindow& window,
           const Channels& channels, int thread, LiveFigures* live);
  LoadLoop(const LoadLoop&) = delete;
  LoadLoop& operator=(const LoadLoop&) = delete;
  ~LoadLoop();

  // Applies the load until the window is over and every call has ended; those
  // unanswered 30 s after that are cancelled. To be called once.
  void Run();

  const LoadFigures& figures() const { return figures_; }

 private:
  struct Call {
    std::size_t part = 0;
    TimePoint due;   // When it was to be sent; in a closed loop as `sent`.
    TimePoint sent;  // When it was.
    std::optional<grpc::ClientContext> context;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
    grpc::ByteBuffer response;
    grpc::Status status;
  };

  void Send(Call& call, TimePoint due, TimePoint now);
  void TakeAnswers();
  void OnAnswer(Call& call, TimePoint now);
  void Count(const Call& call, TimePoint now);
  // Closed loop: sends what is missing to the number of calls under way.
  void TopUp(TimePoint now);
  // Open loop: the pacer's thread.
  void Pace();
  void WaitUntil(TimePoint due);
  void SendOrSkip(TimePoint due);
  Call& FreeCall() ABSL_LOCKS_EXCLUDED(mutex_);
  void SetFree(Call& call) ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasEnded(TimePoint now) const;
  void CancelAll() ABSL_LOCKS_EXCLUDED(mutex_);
  void SetMeasuredSeconds();

  const Workload& workload_;
  const LoadShape& shape_;
  LoadWindow& window_;
  const int thread_;
  const int in_flight_;        // Of this thread.
  const int max_outstanding_;  // Of this thread.
  std::vector<grpc::GenericStub> stubs_;
  std::size_t next_stub_ = 0;
  MixTurns turns_;
  std::vector<std::size_t> next_request_;  // One a part.
  LoadFigures figures_;
  std::vector<std::int64_t> skipped_;         // The pacer's, one a part.
  LatencyHistogram send_lag_;                 // The pacer's.
  std::int64_t sent_in_time_ = 0;             // The pacer's.
  TimePoint awake_since_ = TimePoint::min();  // The pacer.
  TimePoint last_ = TimePoint::min();         // Last measured answer, or time to send.
  LiveCounter live_;
  std::atomic<bool> sends_ = true;  // More calls may follow.
  std::atomic<int> outstanding_ = 0;
  absl::Mutex mutex_;
  std::deque<Call> calls_ ABSL_GUARDED_BY(mutex_);  // Addresses are stable.
  std::vector<Call*> free_ ABSL_GUARDED_BY(mutex_);
  grpc::CompletionQueue queue_;
};

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_LOAD_LOOP_H_
