// Records that were looked up, as rows of columns.

#ifndef CIBLE_SERVER_STORAGE_RECORD_ROWS_H_
#define CIBLE_SERVER_STORAGE_RECORD_ROWS_H_

#include <string>

#include "absl/status/status.h"
#include "server/storage/row_decoder.h"
#include "server/storage/store.h"

namespace cible {

// Appends a contact of the workspace, with what its attributes are derived from:
// its organisation's, and its persons', as the snapshot has them. O(persons of an
// organisation) where the decoder reads people.
// Errors: those of RowDecoder::Append and of the store.
absl::Status AppendRecord(Snapshot& snapshot, const std::string& workspace,
                          const ContactRecord& record, RowDecoder& decoder);

}  // namespace cible

#endif  // CIBLE_SERVER_STORAGE_RECORD_ROWS_H_
