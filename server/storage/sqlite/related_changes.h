// What changes of a contact because another one did: of organisations, since their
// persons add up to something else; of persons, since something else is known of
// their organisation.

#ifndef CIBLE_SERVER_STORAGE_SQLITE_RELATED_CHANGES_H_
#define CIBLE_SERVER_STORAGE_SQLITE_RELATED_CHANGES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/sqlite/connection.h"
#include "server/storage/store.h"

namespace cible {

// Of the one writer, inside its transaction: notes what a batch reaches while its
// operations are applied, and changes each of it once, at the end. Contacts are keys.
class RelatedChanges {
 public:
  // The connection outlives it.
  static absl::StatusOr<RelatedChanges> Make(Connection& connection);

  // The operation, by its position in the batch, changed what is derived of an
  // organisation; 0: of none.
  void ReachOrganization(std::int64_t organization, std::size_t operation);
  // Stored the organisation, for a person to belong to.
  void CreateOrganization(std::int64_t organization, std::size_t operation);
  // Whether the batch has stored it so.
  bool HasCreated(std::int64_t organization) const;
  // Changed what is known of an organisation, and hence of its persons. O(persons),
  // and nothing in a store in which nobody belongs to any.
  absl::Status ReachPeopleOf(std::int64_t organization, std::size_t operation);

  // That the person belongs to the organisation, 0: to none.
  absl::Status PutMembership(std::int64_t person, std::int64_t organization, BuyingRole role);
  // The persons of `other` belong to `kept`.
  absl::Status MovePeople(std::int64_t kept, std::int64_t other);
  // They belong to none.
  absl::Status ReleasePeople(std::int64_t organization, std::size_t operation);

  // Gives all that was reached a revision from `last_revision` on, takes its
  // assignments, and says so in the results of the batch, whose own revisions are
  // thereafter those in store.
  absl::Status Apply(Timestamp time, Revision* last_revision,
                     std::vector<OperationResult>* results);

  void Forget() { reached_.clear(); }

 private:
  struct Cause {
    std::size_t operation = 0;
    Effect effect = Effect::kUnchanged;
  };

  RelatedChanges(Connection& connection, bool has_members)
      : connection_(&connection), has_members_(has_members) {}

  absl::Status ReachPeople(std::int64_t organization, Cause cause);

  Connection* connection_;
  bool has_members_;  // Maybe: spares the changes of organisations a search each.
  std::map<std::int64_t, Cause> reached_;
};

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_SQLITE_RELATED_CHANGES_H_
