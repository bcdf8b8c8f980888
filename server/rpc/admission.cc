#include "server/rpc/admission.h"

#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"
#include "server/rpc/status.h"

namespace cible {
namespace {

// Advice is spread over these, lest all who were refused come back together.
constexpr std::int64_t kShortestDelayMs = 100;
constexpr std::int64_t kLongestDelayMs = 300;

std::int64_t NextDelayMs() {
  static std::atomic<std::int64_t> refusals = 0;
  constexpr std::int64_t kStride = 61;  // Prime to the range: all delays in turn, far apart.
  return kShortestDelayMs + refusals.fetch_add(kStride, std::memory_order_relaxed) %
                                (kLongestDelayMs - kShortestDelayMs);
}

}  // namespace

// Counts first and judges then: Stop() must see every call that it came too late for.
absl::Status Admission::Enter(CallKind kind) {
  Counts before;
  switch (kind) {
    case CallKind::kUnlimited: unlimited_.fetch_add(1); return absl::OkStatus();
    case CallKind::kLight: light_calls_.fetch_add(1); break;
    case CallKind::kTable: before.tables = tables_.fetch_add(1); break;
    case CallKind::kStream: before.streams = streams_.fetch_add(1); break;
    case CallKind::kBlocking: break;
  }
  if (kind != CallKind::kLight) before.calls = calls_.fetch_add(1);
  return Judge(before);
}

absl::Status Admission::RoomFor(CallKind kind) const {
  if (kind == CallKind::kUnlimited) return absl::OkStatus();
  if (kind == CallKind::kLight) return Judge({});
  return Judge({.calls = calls_,
                .tables = kind == CallKind::kTable ? tables_.load() : -1,
                .streams = kind == CallKind::kStream ? streams_.load() : -1});
}

absl::Status Admission::Judge(const Counts& before) const {
  if (stopping_) return Stopping();
  const bool is_busy = before.calls >= limits_.calls || before.tables >= limits_.tables ||
                       before.streams >= limits_.streams;
  return is_busy ? Overloaded() : absl::OkStatus();
}

void Admission::Leave(CallKind kind) {
  switch (kind) {
    case CallKind::kUnlimited: unlimited_.fetch_sub(1); return;
    case CallKind::kLight: light_calls_.fetch_sub(1); return;
    case CallKind::kTable: tables_.fetch_sub(1); break;
    case CallKind::kStream: streams_.fetch_sub(1); break;
    case CallKind::kBlocking: break;
  }
  calls_.fetch_sub(1);
}

absl::Status Admission::Hold(std::int64_t bytes) {
  if (bytes_.fetch_add(bytes) + bytes <= limits_.bytes) return absl::OkStatus();
  bytes_.fetch_sub(bytes);
  return Overloaded();
}

absl::Status Overloaded() {
  absl::Status status = absl::ResourceExhaustedError("the server is busy; try again in a moment");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(static_cast<std::int32_t>(NextDelayMs() * 1'000'000));
  AddDetail(retry, status);
  return status;
}

absl::Status Stopping() {
  return absl::UnavailableError("the server is stopping; call another, or try again in a moment");
}

std::int64_t AdvisedDelayMs(const absl::Status& status) {
  if (!absl::IsResourceExhausted(status)) return 0;
  const auto retry = DetailOf<google::rpc::RetryInfo>(status);
  if (!retry) return 0;
  return retry->retry_delay().seconds() * 1000 + retry->retry_delay().nanos() / 1'000'000;
}

}  // namespace cible
