// Instants between their message and the domain.

#ifndef CIBLE_SERVER_WIRE_TIMESTAMP_H_
#define CIBLE_SERVER_WIRE_TIMESTAMP_H_

#include <google/protobuf/timestamp.pb.h>

#include "segmentation/data/value.h"

namespace cible {

inline void TimestampToProto(Timestamp instant, google::protobuf::Timestamp* message) {
  constexpr std::int64_t kMicros = 1'000'000;
  std::int64_t seconds = instant.micros / kMicros;
  if (instant.micros % kMicros < 0) --seconds;
  message->set_seconds(seconds);
  message->set_nanos(static_cast<std::int32_t>((instant.micros - seconds * kMicros) * 1000));
}

inline Timestamp TimestampFromProto(const google::protobuf::Timestamp& message) {
  return {message.seconds() * 1'000'000 + message.nanos() / 1000};
}

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_TIMESTAMP_H_
