#include "clients/cpp/contact_table_builder.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/contact_column_builder.h"

namespace cible {
namespace {

constexpr char kNotInSchema[] =
    "\" is not in the schema; use the id or the display name of one that is";

absl::Status Unknown(const std::string& attribute) {
  return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute, kNotInSchema));
}

// "NUMERIC", as people call the type.
std::string Name(v1::AttributeType type) {
  return v1::AttributeType_Name(type).substr(sizeof("ATTRIBUTE_TYPE_") - 1);
}

absl::string_view Expected(v1::AttributeType type) {
  switch (type) {
    case v1::ATTRIBUTE_TYPE_NUMERIC: return "a number";
    case v1::ATTRIBUTE_TYPE_SET: return "a set of tags";
    case v1::ATTRIBUTE_TYPE_BOOLEAN: return "a flag";
    case v1::ATTRIBUTE_TYPE_DATE: return "a day of the calendar, years 1 to 9999";
    case v1::ATTRIBUTE_TYPE_TIMESTAMP: return "an instant of the years 1 to 9999";
    case v1::ATTRIBUTE_TYPE_LOCATION: return "a location";
    default: return "text";
  }
}

// Whether a table can hold it.
bool IsSound(const v1::AttributeValue& value, v1::AttributeType type) {
  if (value.value_case() != ValueOf(type)) return false;
  if (value.has_date()) return DaysOf(value.date()).has_value();
  if (value.has_instant()) return MicrosOf(value.instant()).has_value();
  return true;
}

}  // namespace

ContactTableBuilder::ContactTableBuilder(v1::Schema schema)
    : schema_(std::move(schema)), columns_(static_cast<std::size_t>(schema_.attributes_size())) {
  for (int place = 0; place < schema_.attributes_size(); ++place) {
    by_id_.try_emplace(schema_.attributes(place).id(), place);
    by_display_name_.try_emplace(schema_.attributes(place).display_name(), place);
  }
}

ContactTableBuilder::~ContactTableBuilder() = default;

int ContactTableBuilder::Find(absl::string_view id_or_display_name) const {
  if (const auto found = by_id_.find(id_or_display_name); found != by_id_.end()) {
    return found->second;
  }
  const auto found = by_display_name_.find(id_or_display_name);
  return found == by_display_name_.end() ? -1 : found->second;
}

absl::Status ContactTableBuilder::Check(const v1::AttributeValue& value, int place) const {
  if (place < 0) return Unknown(value.attribute());
  const v1::Attribute& attribute = schema_.attributes(place);
  if (!v1::AttributeType_IsValid(attribute.type())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "attribute \"", attribute.id(), "\" is of a type newer than this client; update it"));
  }
  if (!IsSound(value, attribute.type())) {
    return absl::InvalidArgumentError(absl::StrCat("attribute \"", attribute.id(), "\" is ",
                                                   Name(attribute.type()), "; expected ",
                                                   Expected(attribute.type())));
  }
  if (std::find(places_.begin(), places_.end(), place) == places_.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("attribute \"", attribute.id(), "\" is given twice; give it once"));
}

absl::Status ContactTableBuilder::Add(const v1::Contact& contact) {
  places_.clear();
  for (const v1::AttributeValue& value : contact.attributes()) {
    const int place = Find(value.attribute());
    if (absl::Status status = Check(value, place); !status.ok()) return status;
    places_.push_back(place);
  }
  for (int i = 0; i < contact.attributes_size(); ++i) {
    const int place = places_[static_cast<std::size_t>(i)];
    auto& column = columns_[static_cast<std::size_t>(place)];
    if (column == nullptr) {
      column = std::make_unique<ContactColumnBuilder>(schema_.attributes(place).type());
    }
    column->Set(row_count_, contact.attributes(i));
  }
  ++row_count_;
  return absl::OkStatus();
}

v1::ContactTable ContactTableBuilder::Build() {
  v1::ContactTable table;
  table.set_row_count(static_cast<std::uint32_t>(row_count_));
  for (int place = 0; place < schema_.attributes_size(); ++place) {
    const auto column = std::move(columns_[static_cast<std::size_t>(place)]);
    if (column == nullptr) continue;
    v1::ContactColumn* message = table.add_columns();
    message->set_attribute(schema_.attributes(place).id());
    column->Build(row_count_, message);
  }
  row_count_ = 0;
  return table;
}

bool IsUnknownAttribute(const absl::Status& status) {
  return absl::IsInvalidArgument(status) && absl::EndsWith(status.message(), kNotInSchema);
}

}  // namespace cible
