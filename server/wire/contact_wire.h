// Contacts and schemas between their messages and the domain.

#ifndef CIBLE_SERVER_WIRE_CONTACT_WIRE_H_
#define CIBLE_SERVER_WIRE_CONTACT_WIRE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"

namespace cible {

// --- Schemas --------------------------------------------------------------

// Defaults of the message are filled in. `number` is taken over.
// Errors: INVALID_ARGUMENT, naming the attribute.
absl::StatusOr<Attribute> AttributeFromProto(const v1::Attribute& message);
void AttributeToProto(const Attribute& attribute, v1::Attribute* message);

// Attributes only; name and etag are the caller's.
void SchemaToProto(const Schema& schema, v1::Schema* message);

ContactKind ContactKindFromProto(v1::ContactKind kind);  // PERSON if not said.
v1::ContactKind ContactKindToProto(ContactKind kind);
Stage StageFromProto(v1::Stage stage);
v1::Stage StageToProto(Stage stage);
BuyingRole BuyingRoleFromProto(v1::BuyingRole role);  // Unknown if not said.
v1::BuyingRole BuyingRoleToProto(BuyingRole role);
v1::AttributeType AttributeTypeToProto(AttributeType type);
AttributeType AttributeTypeFromProto(v1::AttributeType type);  // TEXT if not known.
v1::Criterion CriterionToProto(Criterion criterion);
Criterion CriterionFromProto(v1::Criterion criterion);

// --- Values ---------------------------------------------------------------

// Errors: INVALID_ARGUMENT for an impossible calendar day, or a year outside 1
// to 9999.
absl::StatusOr<Date> DateFromProto(const v1::Date& message);
void DateToProto(Date date, v1::Date* message);

// What is known of one contact, as a table of one row.
// Errors: INVALID_ARGUMENT for an attribute the schema does not have, a value
// of another type, NaN or infinity, an empty value.
absl::StatusOr<ContactTable> TableFromContact(const v1::Contact& contact, const Schema& schema);

// Fills `contact->attributes` from a row, in schema order.
void AttributesToProto(const ContactTable& table, int row, const Schema& schema,
                       v1::Contact* contact);

// --- Tables ---------------------------------------------------------------

inline constexpr int kMaxTableRows = 65'536;

// A table that has been read: rows with an impossible cell are left out of
// `table` and reported, so that one bad cell never sinks the others.
struct TableFromWire {
  ContactTable table;
  // Ids of the organisations that persons belong to and their roles there, one a row
  // of `table`, empty and unknown where not said; or none at all.
  std::vector<std::string> organizations;
  std::vector<BuyingRole> buying_roles;
  std::vector<int> source_rows;  // For each row of `table`, its row on the wire.
  std::vector<RowError> errors;  // By row on the wire, ascending; one a row.
  int row_count = 0;             // On the wire.
};

// What becomes of the ids of a table.
enum class TableIds {
  kRead,
  kPassedOver,  // Counted alone: answers are told apart by row.
};

// Checks lengths before reading, UTF-8, ids and values cell by cell; empty text
// is no value, and of two rows with one id the later is refused. A dictionary
// may repeat entries. Organisations and roles are checked as ids are. O(cells).
// Errors: INVALID_ARGUMENT for a table that cannot be read at all: too many
// rows, lengths that disagree, an unknown or repeated attribute, a column of
// another type; the message names the attribute.
absl::StatusOr<TableFromWire> TableFromProto(const v1::ContactTable& message, const Schema& schema,
                                             TableIds ids = TableIds::kRead);

void TableToProto(const ContactTable& table, v1::ContactTable* message);

// Adds the organisations, by id, and the roles of those in the table, one a row;
// nothing where none is said.
void MembershipsToProto(const std::vector<std::string>& organizations,
                        const std::vector<BuyingRole>& buying_roles, v1::ContactTable* message);

void RowErrorsToProto(const std::vector<RowError>& errors, int limit,
                      google::protobuf::RepeatedPtrField<v1::RowError>* messages);

// Errors: INVALID_ARGUMENT for ends that descend or do not end with the data;
// `what` begins the message: "the ids".
absl::Status CheckTexts(const v1::Texts& message, absl::string_view what);
// Texts that do not pass CheckTexts are read as empty.
std::vector<std::string> TextsFromProto(const v1::Texts& message);
// REQUIRES: less than 4 GiB in all.
void TextsToProto(const std::vector<std::string>& texts, v1::Texts* message);

// Codes of the narrowest width that holds the dictionary.
void CodesToProto(const Codes& codes, v1::Codes* message);
// Errors: INVALID_ARGUMENT for a bad width, a code outside the dictionary, or an
// entry that is not UTF-8.
absl::StatusOr<Codes> CodesFromProto(const v1::Codes& message);

}  // namespace cible

#endif  // CIBLE_SERVER_WIRE_CONTACT_WIRE_H_
