// Lists in pages: how many, and where the next one begins.

#ifndef CIBLE_SERVER_SERVICES_PAGE_TOKEN_H_
#define CIBLE_SERVER_SERVICES_PAGE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace cible {

// 50 for 0, 1,000 for more than that. Errors: INVALID_ARGUMENT when negative.
absl::StatusOr<int> PageSize(int requested);

// What the pages of one list have in common: the fields of the request beside
// page size and token.
using ListFields = absl::Span<const absl::string_view>;

// Opaque to callers; the position is not secret, so it holds no personal data.
std::string MakePageToken(absl::string_view position, ListFields fields);

// The position; empty for an empty token, the first page.
// Errors: INVALID_ARGUMENT for a token that was changed, or is of another list.
absl::StatusOr<std::string> ReadPageToken(absl::string_view token, ListFields fields);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_PAGE_TOKEN_H_
