#include "server/services/lifecycle_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "segmentation/data/storable.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"
#include "server/wire/policy_wire.h"
#include "server/wire/resource_name.h"

namespace cible {
namespace {

constexpr std::size_t kMostAuthorBytes = 256;
constexpr std::size_t kMostReasonBytes = 1024;

absl::Status Refuse(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("override.", field, ": ", what));
}

// A text that must be there.
absl::Status CheckText(absl::string_view field, absl::string_view text, std::size_t most,
                       absl::string_view ask) {
  if (absl::StripAsciiWhitespace(text).empty()) return Refuse(field, ask);
  if (text.size() <= most && !HasControlCharacters(text)) return absl::OkStatus();
  return Refuse(field, absl::StrCat("at most ", most,
                                    " bytes without control characters are allowed; shorten it"));
}

absl::StatusOr<int> ValueOf(LifecycleField field, const std::string& value) {
  const auto found = ValueOfName(field, value);
  if (found.has_value()) return *found;
  return Refuse("value", absl::StrCat("is none of ", Name(field), "; give one of ",
                                      absl::StrJoin(ValueNames(field), ", "),
                                      ", or nothing to take the override back"));
}

absl::StatusOr<std::optional<Timestamp>> ExpiryOf(const v1::LifecycleOverride& message,
                                                  Timestamp now) {
  if (!message.has_expire_time()) return std::optional<Timestamp>();
  const auto time = TimestampFromProto(message.expire_time());
  if (!time.ok()) return Refuse("expire_time", time.status().message());
  if (*time > now) return std::optional<Timestamp>(*time);
  return Refuse("expire_time",
                "does not lie in the future; give a later one, or none to have it count until it "
                "is taken back");
}

}  // namespace

void TransitionToProto(const RecordedTransition& recorded, const std::string& workspace,
                       v1::Transition* message) {
  const LifecycleTransition& transition = recorded.transition;
  message->set_contact(ContactName(workspace, recorded.contact).ToString());
  TimestampToProto(recorded.time, message->mutable_create_time());
  DateToProto(Date{transition.day}, message->mutable_day());
  message->set_field(LifecycleFieldToProto(transition.field));
  message->set_from(std::string(ValueName(transition.field, transition.from)));
  message->set_to(std::string(ValueName(transition.field, transition.to)));
  message->set_reason(transition.reason);
}

void OverrideToProto(const LifecycleOverrideRecord& record, v1::LifecycleOverride* message) {
  message->set_field(LifecycleFieldToProto(record.field));
  message->set_value(std::string(ValueName(record.field, record.value)));
  message->set_author(record.author);
  message->set_reason(record.reason);
  TimestampToProto(record.create_time, message->mutable_create_time());
  if (record.expire_time.has_value()) {
    TimestampToProto(*record.expire_time, message->mutable_expire_time());
  }
}

absl::StatusOr<PutLifecycleOverride> OverrideFromProto(const v1::LifecycleOverride& message,
                                                       const std::string& workspace,
                                                       const std::string& contact, Timestamp now) {
  const auto field = LifecycleFieldFromProto(message.field(), "override.field");
  if (!field.ok()) return field.status();
  const auto value = ValueOf(*field, message.value());
  if (!value.ok()) return value.status();
  absl::Status status = CheckText("author", message.author(), kMostAuthorBytes,
                                  "is empty; name the person who says so");
  status.Update(CheckText("reason", message.reason(), kMostReasonBytes,
                          "is empty; say why, for whoever reads it later"));
  if (!status.ok()) return status;
  auto expiry = ExpiryOf(message, now);
  if (!expiry.ok()) return expiry.status();
  return PutLifecycleOverride{.workspace = workspace,
                              .id = contact,
                              .field = *field,
                              .value = *value,
                              .author = message.author(),
                              .reason = message.reason(),
                              .expire_time = *expiry};
}

}  // namespace cible
