// How stored contacts stand, told on the console.

#ifndef CIBLE_CLIENTS_CLI_STORED_QUALIFICATION_H_
#define CIBLE_CLIENTS_CLI_STORED_QUALIFICATION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"

namespace cible {

class Client;

struct StoredQualificationOptions {
  std::vector<std::string> ids;
  bool reasons = false;      // Of several; of one they are always told.
  bool explanation = false;  // The text for the contact concerned.
};

// These contacts, in this order, in the format of the session's options: one at length,
// several a line each, unless reasons or explanations are asked for. Gives an ExitCode.
absl::StatusOr<int> PrintStoredQualifications(Session& session, Client& client,
                                              const StoredQualificationOptions& options);

// The stored contacts that need attention most: those to be contacted now, then those to
// be qualified, each by score; at most `limit`. Gives an ExitCode.
absl::StatusOr<int> PrintAttentionList(Session& session, Client& client, int limit);

}  // namespace cible

#endif  // CIBLE_CLIENTS_CLI_STORED_QUALIFICATION_H_
