// All that is wrong with a request, told at once.

#ifndef CIBLE_SERVER_SERVICES_VIOLATIONS_H_
#define CIBLE_SERVER_SERVICES_VIOLATIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cible {

struct Violation {
  absl::StatusCode code = absl::StatusCode::kInvalidArgument;
  int request = -1;    // Its index in a batch; -1: the call is no batch.
  std::string field;   // Within the request: "contact.attributes.age".
  std::string reason;  // What to change; never a value.
};

// An error with google.rpc.BadRequest, by request. Its code is
// INVALID_ARGUMENT when one of them is, else that of the first; its sentence
// is the first of that code, with the count of the others and of those that
// the details have no room for.
// REQUIRES: there is one.
absl::Status ToStatus(const std::vector<Violation>& violations);

// A name that a caller sent, quoted for an error: control characters are
// escaped, and of a long one the beginning is shown.
std::string Quoted(absl::string_view name);

}  // namespace cible

#endif  // CIBLE_SERVER_SERVICES_VIOLATIONS_H_
