#include "server/wire/event_wire.h"

#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "segmentation/behaviour/behaviour.h"
#include "segmentation/data/storable.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"
#include "server/wire/resource_name.h"
#include "server/wire/utf8.h"

namespace cible {
namespace {

constexpr double kMostAmount = 1e12;
constexpr std::int64_t kDayMicros = 86'400'000'000;

static_assert(static_cast<int>(EventType::kPurchase) == v1::EVENT_TYPE_PURCHASE &&
                  static_cast<int>(EventType::kVisit) == v1::EVENT_TYPE_VISIT &&
                  static_cast<int>(EventType::kCampaignSent) == v1::EVENT_TYPE_CAMPAIGN_SENT &&
                  static_cast<int>(EventType::kCustom) == v1::EVENT_TYPE_CUSTOM &&
                  kLastEventType == v1::EventType_MAX,
              "the numbers of the API are those of the domain; else map them here");

absl::Status Invalid(absl::string_view reason) { return absl::InvalidArgumentError(reason); }

absl::Status TakeType(const v1::Event& message, Event& event) {
  if (message.type() == v1::EVENT_TYPE_UNSPECIFIED || !v1::EventType_IsValid(message.type())) {
    return Invalid("the event has no type that this server knows; give one, or CUSTOM");
  }
  event.type = static_cast<EventType>(message.type());
  return absl::OkStatus();
}

absl::Status TakeTime(const v1::Event& message, const EventLimits& limits, Event& event) {
  if (message.has_time()) {
    const auto instant = TimestampFromProto(message.time());
    if (!instant.ok()) return instant.status();
    event.time = *instant;
  } else if (message.has_date()) {
    const auto date = DateFromProto(message.date());
    if (!date.ok()) return date.status();
    event.time = {date->days * kDayMicros};
    event.is_date = true;
  } else {
    return Invalid("the event has neither a time nor a date; give one");
  }
  const Date day = DayOf(event, limits.zone);
  if (day < limits.earliest) {
    return Invalid(absl::StrCat("the event is dated before ", FormatDate(limits.earliest),
                                ", from which on the workspace takes events; mend the date, or "
                                "set behaviour.earliest_event_date"));
  }
  if (limits.latest < day) {
    return Invalid(absl::StrCat("the event is dated after ", FormatDate(limits.latest),
                                ", up to which the workspace takes events now; mend the date, or "
                                "set behaviour.event_lead_days"));
  }
  return absl::OkStatus();
}

// Into millionths.
absl::Status TakeMoney(double amount, absl::string_view field,
                       std::optional<std::int64_t>& millionths) {
  if (!(std::abs(amount) <= kMostAmount)) {
    return Invalid(absl::StrCat(field, " is not a number between -1e12 and 1e12; mend it"));
  }
  millionths = std::llround(amount * kMoneyUnit);
  return absl::OkStatus();
}

absl::Status TakeNumber(bool has, double number, absl::string_view field,
                        std::optional<double>& taken) {
  if (!has) return absl::OkStatus();
  if (!(std::abs(number) <= kMostAmount)) {
    return Invalid(absl::StrCat(field, " is not a number between -1e12 and 1e12; mend it"));
  }
  taken = number;
  return absl::OkStatus();
}

absl::Status TakeAmounts(const v1::Event& message, Event& event) {
  absl::Status status =
      TakeNumber(message.has_quantity(), message.quantity(), "quantity", event.quantity);
  status.Update(
      TakeNumber(message.has_unit_price(), message.unit_price(), "unit_price", event.unit_price));
  status.Update(
      TakeNumber(message.has_list_price(), message.list_price(), "list_price", event.list_price));
  if (!status.ok()) return status;
  if (message.has_amount()) {
    status = TakeMoney(message.amount(), "amount", event.amount);
  } else if (event.quantity.has_value() && event.unit_price.has_value()) {
    status =
        TakeMoney(*event.quantity * *event.unit_price, "quantity times unit_price", event.amount);
  }
  if (status.ok() && message.has_margin()) {
    status = TakeMoney(message.margin(), "margin", event.margin);
  }
  if (event.type == EventType::kPurchase && event.amount.value_or(0) < 0) {
    event.type = EventType::kReturn;
  }
  return status;
}

absl::Status TakeText(const std::string& text, std::size_t most, absl::string_view field,
                      std::string& taken) {
  if (text.size() > most || HasControlCharacters(text) || !IsUtf8(text)) {
    return Invalid(absl::StrCat(field, " is longer than ", most,
                                " bytes, not UTF-8, or has control characters; shorten or mend "
                                "it"));
  }
  taken = text;
  return absl::OkStatus();
}

absl::Status TakeTexts(const v1::Event& message, Event& event) {
  absl::Status status = TakeText(message.order(), 128, "order", event.order);
  status.Update(TakeText(message.item(), 256, "item", event.item));
  status.Update(TakeText(message.channel(), 64, "channel", event.channel));
  status.Update(TakeText(message.source(), 256, "source", event.source));
  status.Update(TakeText(message.campaign(), 256, "campaign", event.campaign));
  status.Update(TakeText(message.custom_type(), 64, "custom_type", event.custom_type));
  return status;
}

}  // namespace

absl::StatusOr<Event> EventFromProto(const v1::Event& message, const EventLimits& limits) {
  Event event;
  event.id = message.id();
  if (!event.id.empty() && !CheckContactId(event.id).ok()) {
    return Invalid(
        "the id of the event is longer than 128 bytes, not UTF-8, or has control characters; mend "
        "it, or leave it out");
  }
  absl::Status status = TakeType(message, event);
  if (status.ok()) status = TakeTime(message, limits, event);
  if (status.ok()) status = TakeAmounts(message, event);
  if (status.ok()) status = TakeTexts(message, event);
  if (!status.ok()) return status;
  const std::string& currency = message.currency_code();
  if (!currency.empty() && currency != limits.currency_code) {
    return Invalid(absl::StrCat("the event is in another currency than the workspace's, ",
                                limits.currency_code,
                                "; convert its amounts, and leave currency_code out"));
  }
  return event;
}

void EventToProto(const Event& event, const std::string& contact, v1::Event* message) {
  message->set_contact(contact);
  message->set_id(event.id);
  message->set_type(static_cast<v1::EventType>(event.type));
  if (event.is_date) {
    DateToProto({static_cast<std::int32_t>(event.time.micros / kDayMicros)},
                message->mutable_date());
  } else {
    TimestampToProto(event.time, message->mutable_time());
  }
  message->set_order(event.order);
  if (event.amount) message->set_amount(static_cast<double>(*event.amount) / kMoneyUnit);
  if (event.margin) message->set_margin(static_cast<double>(*event.margin) / kMoneyUnit);
  if (event.quantity) message->set_quantity(*event.quantity);
  if (event.unit_price) message->set_unit_price(*event.unit_price);
  if (event.list_price) message->set_list_price(*event.list_price);
  message->set_item(event.item);
  message->set_channel(event.channel);
  message->set_source(event.source);
  message->set_campaign(event.campaign);
  message->set_custom_type(event.custom_type);
}

}  // namespace cible
