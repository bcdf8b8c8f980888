// Instants and days as messages, and the calendar they must lie in.

#ifndef CIBLE_SERVER_WIRE_INSTANT_WIRE_H_
#define CIBLE_SERVER_WIRE_INSTANT_WIRE_H_

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "segmentation/data/value.h"

namespace cible {

// The years 1 to 9999, all that google.protobuf.Timestamp and v1.Date can say.
inline constexpr std::int64_t kFirstSecond = -62'135'596'800;
inline constexpr std::int64_t kLastSecond = 253'402'300'799;
bool IsInCalendar(Date date);
bool IsInCalendar(Timestamp instant);

// Finer than a microsecond is dropped.
// Errors: INVALID_ARGUMENT outside the calendar, or for impossible nanos.
absl::StatusOr<Timestamp> TimestampFromProto(const google::protobuf::Timestamp& message);
void TimestampToProto(Timestamp instant, google::protobuf::Timestamp* message);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_INSTANT_WIRE_H_
