#include "clients/load/load_loop.h"

#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

namespace cible::load {
namespace {

// The pacer wakes up no oftener: to go to sleep costs a virtual machine up to 20 us of
// processor, since its host sets the timer. Calls due in between go out together, up to
// so much late, which counts in their latency.
constexpr auto kBetweenAwakenings = std::chrono::microseconds(200);
// How often a thread looks whether it is over when no answer comes.
constexpr auto kGlance = std::chrono::milliseconds(10);
constexpr auto kPatience = std::chrono::seconds(30);
// Calls of an open loop that are not sent so long after the end never are.
constexpr auto kGrace = std::chrono::seconds(1);

std::int64_t Nanoseconds(Clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
}

// On Linux gRPC's monotonic clock is the steady clock.
gpr_timespec AsGrpcTime(TimePoint time) {
  return gpr_time_add(gpr_time_0(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(Nanoseconds(time.time_since_epoch()), GPR_TIMESPAN));
}

void SleepUntil(TimePoint time) {
  const std::int64_t nanoseconds = Nanoseconds(time.time_since_epoch());
  const timespec until{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

// The part of `all` that falls to a thread.
int ShareOf(int all, int thread, int threads) { return all / threads + (thread < all % threads); }

}  // namespace

LoadLoop::LoadLoop(const Workload& workload, const LoadShape& shape, LoadWindow& window,
                   const Channels& channels, int thread, LiveFigures* live)
    : workload_(workload),
      shape_(shape),
      window_(window),
      thread_(thread),
      in_flight_(ShareOf(shape.in_flight, thread, shape.threads)),
      max_outstanding_(std::max(1, ShareOf(shape.max_outstanding, thread, shape.threads))),
      turns_([&] {
        std::vector<MixPart> mix;
        for (const PreparedCalls& part : workload.parts) mix.push_back({part.kind, part.share});
        return mix;
      }()),
      figures_(workload.parts.size()),
      skipped_(workload.parts.size(), 0),
      live_(live) {
  for (const auto& channel : channels) stubs_.emplace_back(channel);
  // Threads begin at different channels and contacts.
  next_stub_ = static_cast<std::size_t>(thread) % stubs_.size();
  for (const PreparedCalls& part : workload.parts) {
    next_request_.push_back(part.requests.size() * static_cast<std::size_t>(thread) /
                            static_cast<std::size_t>(shape.threads));
  }
}

LoadLoop::~LoadLoop() {
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) {
  }
}

void LoadLoop::Run() {
  if (!shape_.rate) {
    SleepUntil(window_.start());
    TakeAnswers();
  } else {
    std::thread pacer([this] { Pace(); });
    TakeAnswers();
    pacer.join();
    for (std::size_t i = 0; i < skipped_.size(); ++i) figures_.parts[i].not_sent = skipped_[i];
    figures_.send_lag = send_lag_;
    figures_.sent_in_time = sent_in_time_;
  }
  SetMeasuredSeconds();
}

void LoadLoop::TakeAnswers() {
  TimePoint now = Clock::now();
  TimePoint cancel_at = TimePoint::max();
  while (!HasEnded(now)) {
    if (!shape_.rate) TopUp(now);
    void* tag;
    bool ok;
    const auto next = queue_.AsyncNext(&tag, &ok, AsGrpcTime(now + kGlance));
    now = Clock::now();
    if (next == grpc::CompletionQueue::GOT_EVENT) OnAnswer(*static_cast<Call*>(tag), now);
    live_.HandOver(now);
    const bool sends = shape_.rate ? sends_.load() : !window_.IsOver(now);
    if (cancel_at == TimePoint::max() && !sends) cancel_at = now + kPatience;
    if (now < cancel_at) continue;
    CancelAll();
    cancel_at = now + kPatience;
  }
}

bool LoadLoop::HasEnded(TimePoint now) const {
  const bool sends = shape_.rate ? sends_.load() : !window_.IsOver(now);
  return !sends && outstanding_.load() == 0;
}

void LoadLoop::TopUp(TimePoint now) {
  if (outstanding_.load(std::memory_order_relaxed) >= in_flight_ || window_.IsOver(now)) return;
  const double since = std::chrono::duration<double>(now - window_.start()).count();
  const int wanted = in_flight_ == 0 ? 0 : InFlightAt(since, in_flight_, shape_.ramp);
  while (outstanding_.load(std::memory_order_relaxed) < wanted) {
    const TimePoint sent = Clock::now();
    Send(FreeCall(), sent, sent);
  }
}

void LoadLoop::Send(Call& call, TimePoint due, TimePoint now) {
  outstanding_.fetch_add(1, std::memory_order_relaxed);
  call.part = static_cast<std::size_t>(turns_.Next());
  call.due = due;
  call.sent = now;
  const PreparedCalls& part = workload_.parts[call.part];
  std::size_t& next = next_request_[call.part];
  const grpc::ByteBuffer& request = part.requests[next];
  next = next + 1 == part.requests.size() ? 0 : next + 1;
  call.context.emplace();
  if (shape_.deadline_ms > 0) {
    call.context->set_deadline(std::chrono::system_clock::now() +
                               std::chrono::milliseconds(shape_.deadline_ms));
  }
  grpc::GenericStub& stub = stubs_[next_stub_];
  next_stub_ = next_stub_ + 1 == stubs_.size() ? 0 : next_stub_ + 1;
  call.reader = stub.PrepareUnaryCall(&*call.context, part.method, request, &queue_);
  call.reader->StartCall();
  call.reader->Finish(&call.response, &call.status, &call);
}

void LoadLoop::OnAnswer(Call& call, TimePoint now) {
  Count(call, now);
  call.reader.reset();
  call.response.Clear();
  outstanding_.fetch_sub(1, std::memory_order_relaxed);
  if (!shape_.rate && !window_.IsOver(now) &&
      outstanding_.load(std::memory_order_relaxed) < in_flight_) {
    Send(call, now, now);
    return;
  }
  SetFree(call);
}

void LoadLoop::Count(const Call& call, TimePoint now) {
  const std::int64_t latency = Nanoseconds(now - call.due);
  const bool ok = call.status.ok();
  live_.Count(ok, latency);
  CallFigures& figures = figures_.parts[call.part];
  const bool is_open = shape_.rate.has_value();
  if (ok && window_.Covers(now) && is_open) ++figures.ok_in_time;
  if (!window_.Covers(is_open ? call.due : now)) return;
  // In an open loop the pacer has taken the ticket.
  if (!is_open && !window_.TakeTicket()) return;
  last_ = std::max(last_, is_open ? call.due : now);
  if (!ok) {
    ++figures.errors[call.status.error_code()];
  } else {
    ++figures.ok;
    if (!is_open) ++figures.ok_in_time;
  }
  (ok ? figures.latency : figures.error_latency).Record(latency);
  if (!is_open) return;
  (ok ? figures.latency_from_send : figures.error_latency_from_send)
      .Record(Nanoseconds(now - call.sent));
}

LoadLoop::Call& LoadLoop::FreeCall() {
  const absl::MutexLock lock(&mutex_);
  if (free_.empty()) return calls_.emplace_back();
  Call& call = *free_.back();
  free_.pop_back();
  return call;
}

void LoadLoop::SetFree(Call& call) {
  call.context.reset();
  const absl::MutexLock lock(&mutex_);
  free_.push_back(&call);
}

void LoadLoop::CancelAll() {
  const absl::MutexLock lock(&mutex_);
  for (Call& call : calls_) {
    if (call.context) call.context->TryCancel();
  }
}

// --- open loop --------------------------------------------------------------

void LoadLoop::Pace() {
  // The kernel may otherwise wake a thread 50 us late, to save power.
  prctl(PR_SET_TIMERSLACK, 1UL);
  const SendSchedule schedule(*shape_.rate, shape_.ramp, thread_, shape_.threads);
  for (std::int64_t number = 0;; ++number) {
    const TimePoint time = window_.start() + Seconds(schedule.TimeOf(number));
    if (time >= window_.end()) break;
    if (window_.Covers(time) && !window_.TakeTicket()) break;
    WaitUntil(time);
    SendOrSkip(time);
  }
  sends_ = false;
}

void LoadLoop::WaitUntil(TimePoint due) {
  if (due <= Clock::now()) return;
  SleepUntil(std::max(due, awake_since_ + kBetweenAwakenings));
  awake_since_ = Clock::now();
}

void LoadLoop::SendOrSkip(TimePoint due) {
  const bool is_measured = window_.Covers(due);
  const TimePoint now = Clock::now();
  const bool is_late = now - kGrace >= window_.end();
  if (is_late || outstanding_.load(std::memory_order_relaxed) >= max_outstanding_) {
    const auto part = static_cast<std::size_t>(turns_.Next());
    if (is_measured) ++skipped_[part];
    return;
  }
  if (is_measured) send_lag_.Record(Nanoseconds(now - due));
  if (window_.Covers(now)) ++sent_in_time_;
  Send(FreeCall(), due, now);
}

// From the beginning of the window to its end, or to the last call where there
// is a limit to their number.
void LoadLoop::SetMeasuredSeconds() {
  TimePoint end = window_.end();
  if (shape_.calls > 0 && last_ != TimePoint::min()) {
    end = last_;
    if (shape_.rate) end += Seconds(1 / *shape_.rate);
  }
  figures_.seconds =
      std::chrono::duration<double>(std::min(end, window_.end()) - window_.begin()).count();
}

}  // namespace cible::load
