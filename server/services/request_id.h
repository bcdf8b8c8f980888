// Names that callers give to requests, so that a request sent again is not
// carried out again.

#ifndef CIBLE_SERVER_SERVICES_REQUEST_ID_H_
#define CIBLE_SERVER_SERVICES_REQUEST_ID_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/storage/store.h"

namespace cible {

// 1 to 64 printable characters of ASCII, or none.
// Errors: INVALID_ARGUMENT.
absl::Status CheckRequestId(absl::string_view id);

// What tells requests of the same name apart. `method` is the method's name,
// `content` everything that decides what it does.
std::string RequestDigest(absl::string_view method, absl::string_view content);

// Errors: INVALID_ARGUMENT when `written` is another request than that of the
// digest.
absl::Status CheckSameRequest(const WrittenRequest& written, absl::string_view digest);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_REQUEST_ID_H_
