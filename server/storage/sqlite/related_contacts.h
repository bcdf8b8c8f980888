// Those whom a contact has to do with: the organisation of a person, the persons of
// an organisation.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_RELATED_CONTACTS_H_
#define CIBLE_SERVER_STORAGE_SQLITE_RELATED_CONTACTS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "segmentation/behaviour/organization_attributes.h"
#include "server/storage/row_decoder.h"
#include "server/storage/sqlite/connection.h"

namespace cible {

// What the persons of an organisation add up to. O(persons).
absl::StatusOr<People> ReadPeople(Connection& connection, std::int64_t organization,
                                  const AsOf& as_of);

// Reads organisations for rows of persons. Persons of one organisation mostly stand
// together, so that the last one is kept.
class OrganizationReader {
 public:
  // The connection outlives the reader.
  explicit OrganizationReader(Connection& connection) : connection_(&connection) {}

  // The id of an organisation, by its key.
  absl::StatusOr<std::string> IdOf(std::int64_t organization);

  // What is kept of it, until the next call.
  absl::StatusOr<KeptContact> Read(std::int64_t organization, bool with_behaviour);

 private:
  Connection* connection_;
  std::int64_t named_ = 0;  // The key of which this is the id; 0: none.
  std::string id_;
  std::int64_t read_ = 0;  // The key of which these are kept; 0: none.
  std::string values_;
  std::string behaviour_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_RELATED_CONTACTS_H_
