// Names that callers give to requests, so that a request sent again is not
// carried out again.

#ifndef CIBLE_SERVER_SERVICES_REQUEST_ID_H_
#define CIBLE_SERVER_SERVICES_REQUEST_ID_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
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

// The name of a request, with `request_id` and `validate_only`, under which it is
// written once; none when it has none, or writes nothing.
// Errors: those of CheckRequestId.
template <typename Request>
absl::StatusOr<std::optional<RequestMark>> MarkOf(const Request& request,
                                                  const std::string& workspace) {
  std::optional<RequestMark> mark;
  const absl::Status status = CheckRequestId(request.request_id());
  if (!status.ok()) return status;
  if (!request.request_id().empty() && !request.validate_only()) {
    mark = {workspace, request.request_id(),
            RequestDigest(Request::descriptor()->name(), request.SerializeAsString())};
  }
  return mark;
}

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_REQUEST_ID_H_
