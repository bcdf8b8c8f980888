#include "server/wire/instant_wire.h"

#include "absl/status/status.h"

namespace cible {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

}  // namespace

bool IsInCalendar(Date date) {
  const std::int64_t second = date.days * kSecondsPerDay;
  return second >= kFirstSecond && second <= kLastSecond;
}

bool IsInCalendar(Timestamp instant) {
  return instant.micros >= kFirstSecond * kMicrosPerSecond &&
         instant.micros < (kLastSecond + 1) * kMicrosPerSecond;
}

absl::StatusOr<Timestamp> TimestampFromProto(const google::protobuf::Timestamp& message) {
  const bool sound = message.seconds() >= kFirstSecond && message.seconds() <= kLastSecond &&
                     message.nanos() >= 0 && message.nanos() < 1'000'000'000;
  if (sound) return Timestamp{message.seconds() * kMicrosPerSecond + message.nanos() / 1000};
  return absl::InvalidArgumentError(
      "an instant is outside the years 1 to 9999, or its nanos outside 0 to 999,999,999");
}

void TimestampToProto(Timestamp instant, google::protobuf::Timestamp* message) {
  std::int64_t seconds = instant.micros / kMicrosPerSecond;
  std::int64_t micros = instant.micros % kMicrosPerSecond;
  if (micros < 0) {
    micros += kMicrosPerSecond;
    --seconds;
  }
  message->set_seconds(seconds);
  message->set_nanos(static_cast<std::int32_t>(micros * 1000));
}

}  // namespace cible
