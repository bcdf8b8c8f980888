// Updates of contacts, made together: what UpdateContact and
// BatchUpdateContacts do.

#ifndef CIBLE_SERVER_SERVICES_CONTACT_UPDATES_H_
#define CIBLE_SERVER_SERVICES_CONTACT_UPDATES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cible/v1/contact_service.pb.h"
#include "server/clock.h"
#include "server/services/contact_service.h"
#include "server/storage/store.h"

namespace cible {

struct ContactUpdates {
  std::string workspace;
  std::vector<const v1::UpdateContactRequest*> requests;  // Not owned.
  bool is_batch = false;                                  // Errors say which request they mean.
  bool validate_only = false;
  std::optional<RequestMark> mark;  // Written once under this name.
  Author author = {};
  SchemaChangedFn schema_changed = {};  // Told when attributes came with the first membership.
};

// Makes all of the updates or none, assigns the contacts that changed and those that
// changed with them, and
// fills `contacts`, one an update, with what is stored then. When they were
// written before, under the same mark, nothing is written.
// Errors: those of UpdateContact and BatchUpdateContacts; NOT_FOUND too when a
// contact was deleted after it was written; those of the store.
absl::Status MakeUpdates(Store& store, const Clock& clock, const AssignContactsFn& assign,
                         const ContactUpdates& updates, absl::Span<v1::Contact* const> contacts);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_CONTACT_UPDATES_H_
