// Stored contacts, as a model reads them.

#ifndef CIBLE_SERVER_REGISTRY_MODEL_CONTACTS_H_
#define CIBLE_SERVER_REGISTRY_MODEL_CONTACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"

namespace cible {

// The attributes the model is made of, in its own copy of the schema.
std::vector<const Attribute*> ModelAttributes(const SegmentationModel& model);

struct ModelContacts {
  ContactTable table;               // With ids.
  std::vector<Revision> revisions;  // One a row.
};

// What the model reads of these contacts. Those that are gone, of another kind
// than the model's, or not to be profiled on the day are left out. O(ids).
absl::StatusOr<ModelContacts> ReadForModel(Snapshot& snapshot, const ActiveModel& active, Date day,
                                           absl::Span<const std::string> ids);

}  // namespace cible

#endif  // CIBLE_SERVER_REGISTRY_MODEL_CONTACTS_H_
