// Whom a call is about: contacts sent along, or one that is stored, as the
// model that answers reads them.

#ifndef CIBLE_SERVER_SERVICES_SUBJECT_H_
#define CIBLE_SERVER_SERVICES_SUBJECT_H_

#include <string>

#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "server/registry/model_registry.h"
#include "server/storage/store.h"
#include "server/wire/contact_wire.h"

namespace cible {

// The model active for a segmentation given by name.
// Errors: INVALID_ARGUMENT a malformed name; FAILED_PRECONDITION no active
// model.
absl::StatusOr<std::shared_ptr<const ActiveModel>> ActiveFor(const ModelRegistry& registry,
                                                             const std::string& segmentation);

// The contact as a table of one row. Attributes that came into the workspace's
// schema after the model was trained are accepted, and passed over by it.
// Errors: those of TableFromContact.
absl::StatusOr<ContactTable> ReadInline(Store& store, const ActiveModel& active,
                                        const v1::Contact& contact);

// Likewise for a table; errors of TableFromProto.
absl::StatusOr<TableFromWire> ReadInline(Store& store, const ActiveModel& active,
                                         const v1::ContactTable& table);

// What the model reads of a stored contact. Errors: INVALID_ARGUMENT a
// malformed name or one of another workspace than the model's; NOT_FOUND.
absl::StatusOr<ContactTable> ReadStoredContact(Store& store, const ActiveModel& active,
                                               const std::string& name);

// The request's day, else today in the workspace's time zone.
// Errors: INVALID_ARGUMENT for an impossible day.
absl::StatusOr<Date> AsOf(bool given, const v1::Date& day, const ActiveModel& active,
                          Timestamp now);

// The prior that the model's answers start from.
v1::Prior PriorOf(const SegmentationModel& model);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_SUBJECT_H_
