// One thread's share of a load of StreamAssignments.
//
// Each stream has a few messages under way: an answer brings the next message. A
// message and its answer count as one call, from the write to the answer. A
// stream that ends before its time is counted as one error, at the code it ended
// with, for each message it left unanswered, at least one, and is opened anew.

#ifndef CIBLE_CLIENTS_LOAD_STREAM_LOOP_H_
#define CIBLE_CLIENTS_LOAD_STREAM_LOOP_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <memory>
#include <vector>

#include "clients/load/live_figures.h"
#include "clients/load/load_figures.h"
#include "clients/load/load_loop.h"
#include "clients/load/load_window.h"
#include "clients/load/request_maker.h"

namespace cible::load {

// Messages of a stream that are under way.
inline constexpr int kStreamWindow = 4;

class StreamLoop {
 public:
  // Thread `thread` of `shape.threads`, which share `shape.in_flight` streams.
  // All arguments must outlive it; `live` may be null.
  StreamLoop(const Workload& workload, const LoadShape& shape, LoadWindow& window,
             const Channels& channels, int thread, LiveFigures* live);
  StreamLoop(const StreamLoop&) = delete;
  StreamLoop& operator=(const StreamLoop&) = delete;
  ~StreamLoop();

  // Drives the streams until the window is over and all have ended; those still
  // open 30 s after that are cancelled. To be called once.
  void Run();

  const LoadFigures& figures() const { return figures_; }

 private:
  class Stream;

  void CountAnswer(const grpc::ByteBuffer& answer, TimePoint written, TimePoint now);
  void CountError(int code, std::int64_t times, TimePoint written, TimePoint now);
  const grpc::ByteBuffer& NextRequest();

  const PreparedCalls& calls_;
  const LoadShape& shape_;
  LoadWindow& window_;
  std::vector<grpc::GenericStub> stubs_;
  std::size_t next_request_ = 0;
  LoadFigures figures_;
  TimePoint last_ = TimePoint::min();
  LiveCounter live_;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<Stream>> streams_;
  int open_count_ = 0;
};

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_STREAM_LOOP_H_
