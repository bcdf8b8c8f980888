// Cells of a CSV file as values.

#ifndef CIBLE_CLIENTS_LOAD_CELL_TEXT_H_
#define CIBLE_CLIENTS_LOAD_CELL_TEXT_H_

#include "absl/strings/string_view.h"
#include "cible/v1/contact.pb.h"

namespace cible::load {

// Whether the cell says that the value is not known: blank, NA, null, ?, ...
bool IsUnknownCell(absl::string_view text);

// Reads a cell without blanks around it into `value`; false when it is not of
// the attribute's type.
bool ParseCellText(absl::string_view text, const v1::Attribute& attribute,
                   v1::AttributeValue& value);

// "a number", "yes or no".
absl::string_view ExpectedText(v1::AttributeType type);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_CELL_TEXT_H_
