// The contacts that profiles of customers, core targets and lookalikes are about,
// read from the store in one view.

#ifndef CIBLE_SERVER_SERVICES_AUDIENCE_H_
#define CIBLE_SERVER_SERVICES_AUDIENCE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "segmentation/data/contact_table.h"
#include "segmentation/data/schema.h"
#include "server/storage/store.h"

namespace cible {

struct AudienceRequest {
  std::string workspace;
  ContactKind kind = ContactKind::kPerson;
  Date as_of;  // Of derived attributes; minors are those of this day.
  // Whose segments are read; empty: none.
  std::string segmentation = {};
  // Whether the table has the contacts' ids.
  bool with_ids = false;
  // Ids of the attributes; empty: all that describe contacts, what value is
  // made of, and the outcome.
  std::vector<std::string> attributes = {};
};

struct Audience {
  Schema schema;
  ContactTable table;
  std::vector<Stage> stages;          // One a row.
  std::vector<std::string> segments;  // One a row where they were asked for; empty: none.
};

// All contacts of the kind that may be profiled. O(contacts of the workspace) in
// time; memory: the columns and a block.
// Errors: those of the store; CANCELLED when `cancelled` says so.
absl::StatusOr<Audience> ReadAudience(Store& store, const AudienceRequest& request,
                                      const std::function<bool()>& cancelled);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_AUDIENCE_H_
