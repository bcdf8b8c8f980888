// Contacts read from a file of comma-separated values.

#ifndef CIBLE_CLIENTS_LOAD_CONTACT_CSV_H_
#define CIBLE_CLIENTS_LOAD_CONTACT_CSV_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cible/v1/contact.pb.h"
#include "clients/load/contact_source.h"
#include "clients/load/load_options.h"

namespace cible::load {

// Hands each row to `on_row`, the header first, until it returns false. Gzipped
// or plain; the delimiter is the one of comma, semicolon and tab that the header
// has most of. NOT_FOUND when the file cannot be opened, DATA_LOSS when it is cut
// off or no CSV.
absl::Status ReadCsv(const std::string& path,
                     const std::function<bool(const std::vector<std::string>& row)>& on_row);

// The first `options.count` contacts of `options.file`. Columns are matched by id
// or display name of the attribute, others are passed over; cells are read as
// `cible` reads plain ones: numbers with a decimal point, yes/no, 2026-11-22,
// 2026-11-22T08:30:00Z, tags as a|b, places as "lat,lon". Blank cells and the
// usual marks (NA, null, ?, -) are unknown.
//
// Errors, INVALID_ARGUMENT: no column is in the schema; a cell is not of its
// attribute's type (named by line and attribute, never quoted).
absl::StatusOr<ContactSet> ReadContactCsv(const ContactOptions& options, const v1::Schema& schema);

}  // namespace cible::load

#endif  // CIBLE_CLIENTS_LOAD_CONTACT_CSV_H_
