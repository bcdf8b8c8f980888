#include "clients/load/stream_loop.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <thread>

namespace cible::load {
namespace {

constexpr auto kGlance = std::chrono::milliseconds(10);
constexpr auto kPatience = std::chrono::seconds(30);
constexpr std::size_t kProbabilityBytes = sizeof(double);

std::int64_t Nanoseconds(Clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
}

}  // namespace

// One open stream. Each of its operations has a tag that leads back to it.
class StreamLoop::Stream {
 public:
  enum class Event { kStarted, kWritten, kRead, kWritesDone, kFinished };
  struct Tag {
    Stream* stream;
    Event event;
  };

  Stream(StreamLoop& loop, grpc::GenericStub& stub) : loop_(loop), stub_(stub) {
    for (std::size_t i = 0; i < tags_.size(); ++i) tags_[i] = {this, static_cast<Event>(i)};
  }

  void Open() {
    ++loop_.open_count_;
    context_.emplace();
    call_ = stub_.PrepareCall(&*context_, loop_.calls_.method, &loop_.queue_);
    is_writing_ = is_reading_ = is_closing_ = is_broken_ = false;
    is_starting_ = true;
    written_.clear();
    opened_ = Clock::now();
    call_->StartCall(TagOf(Event::kStarted));
  }

  void On(Event event, bool ok, TimePoint now) {
    switch (event) {
      case Event::kStarted: is_starting_ = false; break;
      case Event::kWritten: is_writing_ = false; break;
      case Event::kWritesDone: is_writing_ = false; break;
      case Event::kRead: is_reading_ = false; break;
      case Event::kFinished: return OnFinished(now);
    }
    if (!ok) {
      is_broken_ = true;
    } else if (event == Event::kRead) {
      OnRead(now);
    }
    GoOn(now);
  }

  void Cancel() {
    if (context_) context_->TryCancel();
  }

 private:
  void* TagOf(Event event) { return &tags_[static_cast<std::size_t>(event)]; }

  void OnRead(TimePoint now) {
    // Answers come in the order of the messages; without one there is no read.
    loop_.CountAnswer(answer_, written_.front(), now);
    answer_.Clear();
    written_.pop_front();
  }

  // Starts whatever can be started: one write and one read at a time.
  void GoOn(TimePoint now) {
    if (is_starting_) return;
    if (is_broken_) {
      if (!is_writing_ && !is_reading_) call_->Finish(&status_, TagOf(Event::kFinished));
      return;
    }
    const bool is_over = loop_.window_.IsOver(now);
    if (!is_over && !is_writing_ && static_cast<int>(written_.size()) < kStreamWindow) Write();
    if (!is_reading_ && !written_.empty()) Read();
    if (!is_over || is_writing_ || !written_.empty()) return;
    if (!is_closing_) {
      is_closing_ = is_writing_ = true;
      call_->WritesDone(TagOf(Event::kWritesDone));
    } else if (!is_reading_) {
      call_->Finish(&status_, TagOf(Event::kFinished));
    }
  }

  void Write() {
    is_writing_ = true;
    written_.push_back(Clock::now());
    call_->Write(loop_.NextRequest(), TagOf(Event::kWritten));
  }

  void Read() {
    is_reading_ = true;
    call_->Read(&answer_, TagOf(Event::kRead));
  }

  void OnFinished(TimePoint now) {
    --loop_.open_count_;
    const auto unanswered = static_cast<std::int64_t>(written_.size());
    if (!status_.ok() || unanswered > 0) {
      const TimePoint since = unanswered > 0 ? written_.front() : opened_;
      loop_.CountError(status_.ok() ? grpc::StatusCode::UNKNOWN : status_.error_code(),
                       std::max<std::int64_t>(unanswered, 1), since, now);
    }
    call_.reset();
    context_.reset();
    if (!loop_.window_.IsOver(now)) Open();
  }

  StreamLoop& loop_;
  grpc::GenericStub& stub_;
  std::array<Tag, 5> tags_;  // One an event.
  std::optional<grpc::ClientContext> context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
  grpc::ByteBuffer answer_;
  grpc::Status status_;
  std::deque<TimePoint> written_;  // Messages without an answer, oldest first.
  TimePoint opened_;
  bool is_starting_ = false, is_writing_ = false, is_reading_ = false;
  bool is_closing_ = false;  // WritesDone was called.
  bool is_broken_ = false;   // Nothing can be read or written any more.
};

StreamLoop::StreamLoop(const Workload& workload, const LoadShape& shape, LoadWindow& window,
                       const Channels& channels, int thread, LiveFigures* live)
    : calls_(workload.parts.front()), shape_(shape), window_(window), figures_(1), live_(live) {
  for (const auto& channel : channels) stubs_.emplace_back(channel);
  for (int i = thread; i < shape.in_flight; i += shape.threads) {
    streams_.push_back(
        std::make_unique<Stream>(*this, stubs_[static_cast<std::size_t>(i) % stubs_.size()]));
  }
}

StreamLoop::~StreamLoop() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) {
  }
}

void StreamLoop::Run() {
  std::this_thread::sleep_until(window_.start());
  TimePoint now = Clock::now();
  TimePoint cancel_at = TimePoint::max();
  std::size_t opened = 0;
  while (opened < streams_.size() || open_count_ > 0) {
    const double since = std::chrono::duration<double>(now - window_.start()).count();
    const auto wanted =
        static_cast<std::size_t>(InFlightAt(since, static_cast<int>(streams_.size()), shape_.ramp));
    while (opened < std::min(wanted, streams_.size())) streams_[opened++]->Open();
    void* tag;
    bool ok;
    const auto next = queue_.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + kGlance);
    now = Clock::now();
    if (next == grpc::CompletionQueue::GOT_EVENT) {
      const auto& step = *static_cast<Stream::Tag*>(tag);
      step.stream->On(step.event, ok, now);
    }
    live_.HandOver(now);
    if (cancel_at == TimePoint::max() && window_.IsOver(now)) cancel_at = now + kPatience;
    if (window_.IsOver(now)) opened = streams_.size();
    if (now < cancel_at) continue;
    for (const auto& stream : streams_) stream->Cancel();
    cancel_at = now + kPatience;
  }
  const TimePoint end = shape_.calls > 0 && last_ != TimePoint::min() ? last_ : window_.end();
  figures_.seconds = std::chrono::duration<double>(end - window_.begin()).count();
}

const grpc::ByteBuffer& StreamLoop::NextRequest() {
  const grpc::ByteBuffer& request = calls_.requests[next_request_];
  next_request_ = next_request_ + 1 == calls_.requests.size() ? 0 : next_request_ + 1;
  return request;
}

void StreamLoop::CountAnswer(const grpc::ByteBuffer& answer, TimePoint written, TimePoint now) {
  // Each row's probability takes 8 bytes: an answer that is shorter than they
  // are together refuses the table, and says why.
  if (answer.Length() < kProbabilityBytes * static_cast<std::size_t>(calls_.contacts_per_call)) {
    v1::AssignSegmentsResponse response;
    const bool parsed = response.ParseFromString(BytesOf(answer));
    return CountError(parsed ? response.error().code() : grpc::StatusCode::INTERNAL, 1, written,
                      now);
  }
  const std::int64_t latency = Nanoseconds(now - written);
  live_.Count(true, latency);
  if (!window_.Covers(now) || !window_.TakeTicket()) return;
  last_ = now;
  CallFigures& figures = figures_.parts[0];
  ++figures.ok;
  ++figures.ok_in_time;
  figures.latency.Record(latency);
}

void StreamLoop::CountError(int code, std::int64_t times, TimePoint written, TimePoint now) {
  const std::int64_t latency = Nanoseconds(now - written);
  for (std::int64_t i = 0; i < times; ++i) {
    live_.Count(false, latency);
    if (!window_.Covers(now) || !window_.TakeTicket()) continue;
    last_ = now;
    ++figures_.parts[0].errors[code];
    figures_.parts[0].error_latency.Record(latency);
  }
}

}  // namespace cible::load
