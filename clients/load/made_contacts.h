// Contacts that nobody is: values drawn at random.

#ifndef CIBLE_CLIENTS_LOAD_MADE_CONTACTS_H_
#define CIBLE_CLIENTS_LOAD_MADE_CONTACTS_H_

#include <vector>

#include "cible/v1/contact.pb.h"
#include "clients/load/contact_source.h"
#include "clients/load/load_options.h"

namespace cible::load {

// `options.count` contacts that know each attribute they could be described by
// (a feature or descriptor of persons, not text) with probability
// `options.known`. A value is that of one of the `stored` contacts, drawn for
// each attribute by itself, or made by the attribute's type where none of them
// has it. Same options, schema and stored contacts: same contacts.
ContactSet MakeContacts(const ContactOptions& options, const v1::Schema& schema,
                        const std::vector<v1::Contact>& stored);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_MADE_CONTACTS_H_
