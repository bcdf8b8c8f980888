// Arguments that are wrong before anything is tried.

#ifndef CIBLE_CLIENTS_CLI_WRONG_USAGE_H_
#define CIBLE_CLIENTS_CLI_WRONG_USAGE_H_

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace cible {

inline constexpr absl::string_view kWrongUsageMark = "cible/wrong-usage";

// INVALID_ARGUMENT that ends the process with the exit code of wrong usage.
inline absl::Status WrongUsage(absl::string_view sentence) {
  absl::Status status = absl::InvalidArgumentError(sentence);
  status.SetPayload(kWrongUsageMark, absl::Cord());
  return status;
}

inline bool IsWrongUsage(const absl::Status& status) {
  return status.GetPayload(kWrongUsageMark).has_value();
}

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_WRONG_USAGE_H_
