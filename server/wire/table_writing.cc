// Tables as messages; declared in contact_wire.h.

#include <algorithm>

#include "server/wire/contact_wire.h"
#include "server/wire/packed_wire.h"

namespace cible {
namespace {

struct ColumnWriter {
  v1::ContactColumn* message;

  void operator()(const Numbers& data) {
    message->mutable_numbers()->mutable_values()->Assign(data.values.begin(), data.values.end());
  }
  void operator()(const Codes& data) { CodesToProto(data, message->mutable_codes()); }
  void operator()(const Sets& data) {
    v1::Sets* sets = message->mutable_sets();
    CodesToProto({data.members, data.dictionary}, sets->mutable_members());
    sets->mutable_ends()->Assign(data.ends.begin(), data.ends.end());
  }
  void operator()(const Bits& data) { message->set_bits(PackBits(data.values)); }
  void operator()(const Days& data) {
    message->mutable_days()->mutable_values()->Assign(data.values.begin(), data.values.end());
  }
  void operator()(const Micros& data) {
    message->mutable_micros()->mutable_values()->Assign(data.values.begin(), data.values.end());
  }
  void operator()(const Locations& data) {
    v1::Locations* locations = message->mutable_locations();
    for (const LatLng& place : data.values) {
      locations->add_latitudes(place.latitude);
      locations->add_longitudes(place.longitude);
    }
  }
  void operator()(const Texts& data) { TextsToProto(data.values, message->mutable_texts()); }
};

}  // namespace

void TableToProto(const ContactTable& table, v1::ContactTable* message) {
  message->Clear();
  message->set_row_count(static_cast<std::uint32_t>(table.row_count));
  if (!table.ids.empty()) TextsToProto(table.ids, message->mutable_ids());
  for (const Column& column : table.columns) {
    v1::ContactColumn* column_message = message->add_columns();
    column_message->set_attribute(column.attribute);
    const bool all_known = std::all_of(column.validity.begin(), column.validity.end(),
                                       [](std::uint8_t known) { return known != 0; });
    if (!all_known) column_message->set_validity(PackBits(column.validity));
    // Set even when there are no rows: an empty message says the type.
    std::visit(ColumnWriter{column_message}, column.data);
  }
}

void MembershipsToProto(const std::vector<std::string>& organizations,
                        const std::vector<BuyingRole>& buying_roles, v1::ContactTable* message) {
  const bool names_any = std::any_of(organizations.begin(), organizations.end(),
                                     [](const std::string& id) { return !id.empty(); });
  if (names_any) TextsToProto(organizations, message->mutable_organizations());
  const bool knows_any = std::any_of(buying_roles.begin(), buying_roles.end(),
                                     [](BuyingRole role) { return role != BuyingRole::kUnknown; });
  if (!knows_any) return;
  for (const BuyingRole role : buying_roles) {
    message->mutable_buying_roles()->push_back(static_cast<char>(BuyingRoleToProto(role)));
  }
}

void RowErrorsToProto(const std::vector<RowError>& errors, int limit,
                      google::protobuf::RepeatedPtrField<v1::RowError>* messages) {
  for (const RowError& error : errors) {
    if (messages->size() >= limit) return;
    v1::RowError* message = messages->Add();
    message->set_row(static_cast<std::uint32_t>(error.row));
    message->set_attribute(error.attribute);
    message->set_reason(error.reason);
  }
}

}  // namespace cible
