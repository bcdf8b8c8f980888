// Which contacts a list or an export is of.

#ifndef CIBLE_SERVER_SERVICES_CONTACT_QUERY_H_
#define CIBLE_SERVER_SERVICES_CONTACT_QUERY_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "segmentation/data/filter.h"
#include "segmentation/data/schema.h"
#include "server/storage/store.h"

namespace cible {

// Has the lifecycles of a workspace be those of the present: LifecycleKeeper::CatchUp.
using CatchUpFn = std::function<absl::Status(const std::string& workspace)>;

// A view of the store, the schema as it is there, and what to scan for.
struct ContactQuery {
  std::unique_ptr<Snapshot> snapshot;
  std::unique_ptr<const Schema> schema;  // Stays where it is when the query is moved.
  ScanRequest scan;                      // Reads `schema`; attributes are the caller's to name.
};

// `segmentation` is a name, or empty for the workspace's `default`. Contacts
// that are left out of lists (privacy/left_out.h) are passed over unless they are
// to be included. Derived attributes are as of `now`. What is found of
// contacts is caught up with first, where the filter reads it.
// Errors: INVALID_ARGUMENT a malformed name, a segmentation of another
// workspace, or what Filter::Parse refuses; NOT_FOUND no such workspace or
// segmentation; those of `catch_up`.
absl::StatusOr<ContactQuery> OpenContactQuery(Store& store, const std::string& parent,
                                              const std::string& filter,
                                              const std::string& segmentation,
                                              bool include_left_out, Timestamp now,
                                              const CatchUpFn& catch_up = {});

// The ids of attributes named by id or display name; of all when none is named.
// Errors: INVALID_ARGUMENT for one that the schema does not have, or named
// twice.
absl::StatusOr<std::vector<std::string>> AttributeIds(
    const google::protobuf::RepeatedPtrField<std::string>& names, const Schema& schema);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CONTACT_QUERY_H_
