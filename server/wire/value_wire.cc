// Values of one contact between their messages and the domain; declared in
// value_wire.h and contact_wire.h.

#include "server/wire/value_wire.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/wire/contact_wire.h"
#include "server/wire/instant_wire.h"

namespace cible {
namespace {

constexpr absl::CivilDay kEpoch(1970, 1, 1);

absl::Status Expected(const std::string& attribute, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute, "\": expected ", what));
}

absl::StatusOr<Value> TextFromProto(const v1::AttributeValue& message) {
  if (message.text().empty()) {
    return Expected(message.attribute(),
                    "text that is not empty; leave it out when it is not known");
  }
  return message.text();
}

absl::StatusOr<Value> SetFromProto(const v1::AttributeValue& message) {
  StringSet set;
  set.members.assign(message.set().members().begin(), message.set().members().end());
  std::sort(set.members.begin(), set.members.end());
  set.members.erase(std::unique(set.members.begin(), set.members.end()), set.members.end());
  if (!set.members.empty() && set.members[0].empty()) {
    return Expected(message.attribute(), "tags that are not empty");
  }
  return set;
}

absl::StatusOr<Value> DayFromProto(const v1::AttributeValue& message) {
  const absl::StatusOr<Date> date = DateFromProto(message.date());
  if (!date.ok()) return Expected(message.attribute(), "a day of the calendar, years 1 to 9999");
  return *date;
}

absl::StatusOr<Value> InstantFromProto(const v1::AttributeValue& message) {
  const absl::StatusOr<Timestamp> instant = TimestampFromProto(message.instant());
  if (!instant.ok()) return Expected(message.attribute(), "an instant of the years 1 to 9999");
  return *instant;
}

struct ValueWriter {
  v1::AttributeValue* message;

  void operator()(double number) { message->set_number(number); }
  void operator()(const std::string& text) { message->set_text(text); }
  void operator()(const StringSet& set) {
    message->mutable_set()->mutable_members()->Assign(set.members.begin(), set.members.end());
  }
  void operator()(bool flag) { message->set_flag(flag); }
  void operator()(Date date) { DateToProto(date, message->mutable_date()); }
  void operator()(Timestamp instant) { TimestampToProto(instant, message->mutable_instant()); }
  void operator()(LatLng place) {
    message->mutable_location()->set_latitude(place.latitude);
    message->mutable_location()->set_longitude(place.longitude);
  }
};

}  // namespace

absl::StatusOr<Date> DateFromProto(const v1::Date& message) {
  const absl::CivilDay day(message.year(), message.month(), message.day());
  const bool exists = message.year() >= 1 && message.year() <= 9999 &&
                      day.year() == message.year() && day.month() == message.month() &&
                      day.day() == message.day();
  if (exists) return Date{static_cast<std::int32_t>(day - kEpoch)};
  return absl::InvalidArgumentError(
      "a date is no day of the calendar; give a year from 1 to 9999, a month and a day");
}

void DateToProto(Date date, v1::Date* message) {
  const absl::CivilDay day = kEpoch + date.days;
  message->set_year(static_cast<std::int32_t>(day.year()));
  message->set_month(day.month());
  message->set_day(day.day());
}

absl::StatusOr<Value> ValueFromProto(const v1::AttributeValue& message) {
  switch (message.value_case()) {
    case v1::AttributeValue::kNumber: return message.number();
    case v1::AttributeValue::kText: return TextFromProto(message);
    case v1::AttributeValue::kSet: return SetFromProto(message);
    case v1::AttributeValue::kFlag: return message.flag();
    case v1::AttributeValue::kDate: return DayFromProto(message);
    case v1::AttributeValue::kInstant: return InstantFromProto(message);
    case v1::AttributeValue::kLocation:
      return LatLng{message.location().latitude(), message.location().longitude()};
    case v1::AttributeValue::VALUE_NOT_SET: break;
  }
  return Expected(message.attribute(), "a value; leave the attribute out when it is not known");
}

absl::StatusOr<ContactTable> TableFromContact(const v1::Contact& contact, const Schema& schema) {
  std::vector<NamedValue> values;
  values.reserve(static_cast<std::size_t>(contact.attributes_size()));
  for (const v1::AttributeValue& message : contact.attributes()) {
    absl::StatusOr<Value> value = ValueFromProto(message);
    if (!value.ok()) return value.status();
    values.push_back({message.attribute(), *std::move(value)});
  }
  return TableFromValues(values, schema);
}

void AttributesToProto(const ContactTable& table, int row, const Schema& schema,
                       v1::Contact* contact) {
  for (const Attribute& attribute : schema.attributes()) {
    const Column* column = table.Find(attribute.id);
    const std::optional<Value> value = column ? Get(*column, row) : std::nullopt;
    if (!value.has_value()) continue;
    v1::AttributeValue* message = contact->add_attributes();
    message->set_attribute(attribute.id);
    std::visit(ValueWriter{message}, *value);
  }
}

}  // namespace cible
