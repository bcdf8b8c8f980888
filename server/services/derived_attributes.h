// Attributes that are derived from events or from people, in the schema of a
// workspace.

#ifndef CIBLE_SERVER_SERVICES_DERIVED_ATTRIBUTES_H_
#define CIBLE_SERVER_SERVICES_DERIVED_ATTRIBUTES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/clock.h"
#include "server/storage/store.h"

namespace cible {

// When they are put into a schema.
enum class DerivedAttributes {
  kAdd,      // Now: events are about to be recorded.
  kIfThere,  // Where some are there already, as when the item categories change.
};

// Adds those that the schema lacks, and removes those of item categories that are
// no more. A stated attribute keeps its id; the derived one that would have it is
// left out: the ids of these are returned. `changed` is called when the schema was
// written.
// Errors: NOT_FOUND no such workspace; those of the store.
absl::StatusOr<std::vector<std::string>> PutDerivedAttributes(
    Store& store, const Clock& clock, const std::string& workspace, DerivedAttributes when,
    const std::function<void(const std::string&)>& changed);

// Adds those that are derived from people, as a person is about to belong to an
// organisation, unless some are there: one that was removed stays removed. What
// later versions brought is asked for by itself. Otherwise as above.
absl::Status PutPeopleAttributes(Store& store, const Clock& clock, const std::string& workspace,
                                 const std::function<void(const std::string&)>& changed);

// Gives schemas that have derived attributes those which earlier versions did not
// derive: at every start of the server, before anything reads them.
absl::Status KeepDerivedAttributes(Store& store, const Clock& clock);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_DERIVED_ATTRIBUTES_H_
