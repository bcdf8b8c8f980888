// How much work a server takes on at a time. What comes on top is refused at
// once, with advice when to try again, rather than left to wait until nobody
// wants the answer any more.
//
// Calls that are always answered on a serving thread are over before the next one
// begins and need no limit but that of streams a connection: to refuse one costs more
// than to answer it.

#ifndef CIBLE_SERVER_RPC_ADMISSION_H_
#define CIBLE_SERVER_RPC_ADMISSION_H_

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"

namespace cible {

struct AdmissionLimits {
  int calls = 1024;  // Under way, open streams included.
  // Of those, requests of tables. Few, that the last is not worked on when its caller
  // has given up; enough for two callers with 64 under way each.
  int tables = 128;
  int streams = 256;                 // Open.
  std::int64_t bytes = 256ll << 20;  // Of requests that wait or are worked on.
};

// How a call weighs.
enum class CallKind {
  kLight,     // Answered at once: refused only when the server stops.
  kBlocking,  // Waits for the store.
  kTable,     // Arithmetic on many contacts.
  kStream,
  kUnlimited,  // Taken on whatever the limits, and when the server stops.
};

// Thread-safe.
class Admission {
 public:
  explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}

  // Counts a call in; every one must be counted out, refused or not.
  // Errors: UNAVAILABLE the server stops; RESOURCE_EXHAUSTED.
  absl::Status Enter(CallKind kind);
  void Leave(CallKind kind);
  // Whether one would be taken on now. Errors: as Enter.
  absl::Status RoomFor(CallKind kind) const;

  // Counts the bytes of a request in, until Release. Errors: RESOURCE_EXHAUSTED, and
  // they are not counted.
  absl::Status Hold(std::int64_t bytes);
  void Release(std::int64_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  // From now on new calls are refused; those under way go on.
  void Stop() { stopping_ = true; }
  bool stopping() const { return stopping_; }

  // Calls under way of those whom the server serves, and all.
  int calls() const { return calls_ + light_calls_; }
  int all_calls() const { return calls() + unlimited_; }

 private:
  // Of those that were there before a call.
  struct Counts {
    int calls = -1, tables = -1, streams = -1;  // -1: not limited.
  };
  absl::Status Judge(const Counts& before) const;

  const AdmissionLimits limits_;
  std::atomic<int> calls_ = 0;
  std::atomic<int> tables_ = 0;
  std::atomic<int> streams_ = 0;
  std::atomic<int> light_calls_ = 0;
  std::atomic<int> unlimited_ = 0;
  std::atomic<std::int64_t> bytes_ = 0;
  std::atomic<bool> stopping_ = false;
};

// RESOURCE_EXHAUSTED with google.rpc.RetryInfo.
absl::Status Overloaded();

// UNAVAILABLE: this server stops.
absl::Status Stopping();

// The delay that an error of Overloaded() advises, in milliseconds; 0: none.
std::int64_t AdvisedDelayMs(const absl::Status& status);

}  // namespace cible

#endif  // CIBLE_SERVER_RPC_ADMISSION_H_
