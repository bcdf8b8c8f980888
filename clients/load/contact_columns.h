// Contacts, one message each, turned into columns.

#ifndef CIBLE_CLIENTS_LOAD_CONTACT_COLUMNS_H_
#define CIBLE_CLIENTS_LOAD_CONTACT_COLUMNS_H_

#include <vector>

#include "cible/v1/contact.pb.h"
#include "clients/load/contact_source.h"

namespace cible::load {

// The contacts of these indexes as the rows of a table, in that order; an index
// may come more than once. A column for each attribute of the schema that one of
// them has, in the order of the schema; without validity where all of them have
// it. With ids where `with_ids` and the set has some.
v1::ContactTable ToColumns(const ContactSet& set, const std::vector<std::size_t>& indexes,
                           bool with_ids);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_CONTACT_COLUMNS_H_
