// The contacts that the load asks about: from a file, or made from what the
// server knows.

#ifndef CIBLE_CLIENTS_LOAD_CONTACT_SOURCE_H_
#define CIBLE_CLIENTS_LOAD_CONTACT_SOURCE_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "clients/load/load_options.h"

namespace cible::load {

// Contacts and what they are described by.
struct ContactSet {
  v1::Schema schema;
  std::vector<std::string> ids;       // One a contact, or none at all.
  std::vector<v1::Contact> contacts;  // Without names: not stored.
};

// Contacts as the options say. Made ones take after the contacts that the server
// has stored, attribute by attribute; where there are none, values are made by
// the type of the attribute.
//
// Errors: those of the server; INVALID_ARGUMENT when the schema is empty or no
// column of the file is in it; NOT_FOUND when there is no such file.
absl::StatusOr<ContactSet> GatherContacts(const LoadOptions& options,
                                          const std::shared_ptr<grpc::Channel>& channel);

// Names of at most `count` stored contacts. FAILED_PRECONDITION when there are
// none.
absl::StatusOr<std::vector<std::string>> StoredNames(const std::string& workspace, int count,
                                                     const std::shared_ptr<grpc::Channel>& channel);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_CONTACT_SOURCE_H_
