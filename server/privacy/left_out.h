// Whom lists, training and segments leave out: contacts who object to profiling
// (GDPR art. 21), those without a legal basis where the workspace requires one,
// and minors.

#ifndef CIBLE_SERVER_PRIVACY_LEFT_OUT_H_
#define CIBLE_SERVER_PRIVACY_LEFT_OUT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "segmentation/data/schema.h"
#include "segmentation/data/value.h"
#include "server/storage/store.h"
#include "server/wire/contact_wire.h"

namespace cible {

// Of lists and exports, by the rules of the workspace: those who object or lack
// a basis. Minors are listed.
// Errors: those of the store; DATA_LOSS for a workspace that cannot be read.
absl::StatusOr<PassedOver> LeftOutOfLists(Snapshot& snapshot, const std::string& workspace);

// Of training, segments and scores; minors are those of the day.
absl::StatusOr<PassedOver> LeftOutOfProfiling(Snapshot& snapshot, const std::string& workspace,
                                              Date day);

// Whether a stored contact may be profiled.
// Errors: FAILED_PRECONDITION, saying why not and what to do; DATA_LOSS for
// values that cannot be read.
absl::Status CheckMayBeProfiled(const ContactRecord& contact, const Schema& schema,
                                const PassedOver& left_out);

// The same of persons who are not stored, hence by their age alone: of a table
// of one row, and of the rows of a table, of which minors become errors.
absl::Status CheckAdult(const ContactTable& person, const Schema& schema, Date day);

// The error of a person who may be under age, FAILED_PRECONDITION.
absl::Status MinorError();
void RefuseMinors(const Schema& schema, Date day, TableFromWire* persons);

}  // namespace cible

#endif  // CIBLE_SERVER_PRIVACY_LEFT_OUT_H_
