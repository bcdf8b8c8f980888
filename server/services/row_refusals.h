// Which rows of an import cannot be written, because of where they are to belong or
// of what is stored. Flags are one a row: 1 refused.

#ifndef CIBLE_SERVER_SERVICES_ROW_REFUSALS_H_
#define CIBLE_SERVER_SERVICES_ROW_REFUSALS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "segmentation/data/contact_table.h"
#include "server/storage/store.h"

namespace cible {

// Errors by row, those of one row as they came.
void SortByRow(std::vector<RowError>& errors);

using RowFlags = std::vector<std::uint8_t>;

// Whether any row says where it belongs, or its role there.
bool SaysMemberships(absl::Span<const PutContact> rows);

// Organisations that are to belong to one, or to have a role.
RowFlags OrganizationsThatBelong(absl::Span<const PutContact> rows);

// Those that are to belong to a person of the same rows.
RowFlags OfPersonsAmong(absl::Span<const PutContact> rows);

// Those that are to belong to a person that is stored.
absl::StatusOr<RowFlags> OfStoredPersons(Snapshot& snapshot, const std::string& workspace,
                                         absl::Span<const PutContact> rows);

// Those whose contact is stored as one of the other kind.
absl::StatusOr<RowFlags> OfOtherKind(Snapshot& snapshot, const std::string& workspace,
                                     absl::Span<const PutContact> rows);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_ROW_REFUSALS_H_
